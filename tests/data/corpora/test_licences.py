import pytest

from seq2seq_graph.data.corpora import licences


@pytest.mark.parametrize("name, text, stated", [
    ("METADATA", "License-Expression: MIT\n\nLicense: of the body", "MIT (METADATA)"),
    ("PKG-INFO", "License: BSD\nClassifier: License :: OSI Approved :: BSD License\n",
     "BSD, BSD License (PKG-INFO)"),
    ("METADATA", "License: Some License\n        with its text\n", "Some License (METADATA)"),
    ("copyright", "Format: x\nLicense: no\n\nFiles: *\nLicense: MPL-2.0\n words\n\nFiles: a\n"
     "License: GPL\n", "MPL-2.0 (copyright)"),
    ("copyright", "It is free.", licences.UNSTATED),
    ("copyright", "It is free:\n/usr/share/common-licenses/GPL-2.\n", "text of GPL-2 (copyright)"),
    ("METADATA", "License: UNKNOWN\n", licences.UNSTATED),
])
def test_a_licence_is_what_the_package_states(name, text, stated):
    assert licences.stated_licence([(name, text)]) == stated


def test_each_file_is_named_with_what_it_states():
    files = [("a/METADATA", "License: MIT"), ("b/METADATA", "License: BSD"), ("c/METADATA", "")]
    assert licences.stated_licence(files) == "MIT (a/METADATA); BSD (b/METADATA)"
    assert licences.stated_licence([]) == licences.UNSTATED
