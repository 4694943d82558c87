import sys

import pytest
from corpora_files import write_files

from seq2seq_graph.data.corpora import dialogue
from seq2seq_graph.errors import InputError

pytest.importorskip("yaml", reason="needs PyYAML: pip install -e '.[test]'")

FILES = {
    "site/chatterbot_corpus/data/korean/conversations.yml": """\
categories: [대화]
conversations:
- - 안녕
  - 안녕하세요.
  - 어떻게 지내세요?
- 목록이 아님
""",
    "site/chatterbot_corpus/data/english/ai.yml": """\
conversations:
- - Are you a robot?
  - Yes
  - No
- - What is
    two lines?
  - One.
""",
    "site/chatterbot_corpus-1.2.2.dist-info/METADATA":
        "License: UNKNOWN\nClassifier: License :: OSI Approved :: BSD License\n",
}


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path, FILES) + "/site/chatterbot_corpus/data"


def test_in_a_conversation_each_turn_answers_the_one_before(folder):
    corpus = dialogue.load(["korean"], folder)
    assert corpus.pairs == [("안녕", "안녕하세요."), ("안녕하세요.", "어떻게 지내세요?")]
    assert corpus.left_out == {"no list of turns": 1}


def test_elsewhere_a_question_has_several_answers(folder):
    assert dialogue.load(["english"], folder).pairs == [
        ("Are you a robot?", "Yes"), ("Are you a robot?", "No"), ("What is two lines?", "One.")]


def test_several_languages_are_one_corpus_and_the_licence_is_the_packages(folder):
    corpus = dialogue.load(["english", "korean"], folder)
    assert len(corpus.pairs) == 5
    assert corpus.licence == "BSD License (chatterbot_corpus-1.2.2.dist-info/METADATA)"


def test_a_language_that_is_not_there_is_refused_with_those_that_are(folder):
    for language in ("klingon", ""):
        with pytest.raises(InputError, match=f"no language '{language}'; it has english, korean"):
            dialogue.load([language], folder)


@pytest.mark.parametrize("content, message", [
    ("a: [1\nb: 2\n", r"x.yml:2: .*; fix the YAML"),
    ("- a\n", "x.yml: no list of `conversations` in it"),
    ("conversations: a\n", "x.yml: no list of `conversations` in it"),
])
def test_a_file_that_is_no_dialogue_is_refused(tmp_path, content, message):
    write_files(tmp_path, {"english/x.yml": content})
    with pytest.raises(InputError, match=message):
        dialogue.load(["english"], str(tmp_path))


@pytest.mark.parametrize("package", ["chatterbot_corpus", "yaml"])
def test_without_the_packages_the_extra_is_named(monkeypatch, folder, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r"is not installed: pip install -e '.\[corpora\]'"):
        dialogue.load(["english"], None if package == "chatterbot_corpus" else folder)


def test_a_file_nested_too_deep_is_refused(tmp_path):
    path = write_files(tmp_path, {"english/a.yml": "conversations: " + "[" * 20000})
    with pytest.raises(InputError, match="a.yml"):
        dialogue.load(folder=path)
