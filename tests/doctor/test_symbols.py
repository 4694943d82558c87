"""The doctor's table of names against the TensorFlow at hand, and as a part of the package."""

import re
import sys

import list_removed_symbols
import pytest
import tensorflow
from conftest import ON_TF115, ROOT

from seq2seq_graph.doctor import inventory, libraries, symbols

TABLE = symbols.table()
SAME_VERSION = tensorflow.__version__ in (TABLE.old, TABLE.new)


@pytest.fixture(scope="module")
def here():
    names = set().union(*(TABLE.groups[g] for g in ("gone", "moved", "keras3", "kept")))
    arguments, sys.argv = sys.argv, sys.argv[:1]  # `tf.app.flags.FLAGS` parses them when asked
    try:
        return inventory.inventory(names)
    finally:
        sys.argv = arguments


def test_the_table_says_what_this_tensorflow_says(here):
    if not SAME_VERSION:
        pytest.skip(f"the table was made by TensorFlow {TABLE.old} and {TABLE.new}: needs either")
    groups = TABLE.groups
    if ON_TF115:
        there = set(here["names"])
        assert there == groups["gone"] | groups["moved"] | groups["keras3"] | groups["kept"]
        assert {n for n in there if here["names"][n][0] == "module"} == groups["modules"]
        assert here["aliases"] == TABLE.aliases
        assert groups["private"] <= set(here["private"])
        for name, (old, _) in TABLE.changed.items():
            assert here["names"][name][1] == old, name
    else:
        bare, v1 = here["names"], here["compat_v1"]
        assert not groups["gone"] & (set(bare) | set(v1))
        assert not groups["moved"] & set(bare) and groups["moved"] <= set(v1)
        assert {n for n in v1 if v1[n][0] == "keras3"} == groups["keras3"]
        assert groups["kept"] <= set(bare) and groups["new"] <= set(bare)
        assert not groups["gone_files"] & set(here["submodules"])
        assert not groups["private"] & set(here["private"])
        assert not groups["not_v1"] & set(v1) and groups["not_v1"] <= set(bare)
        for name, (_, new) in TABLE.changed.items():
            assert bare[name][1] == new, name


def test_the_table_says_what_this_numpy_and_this_python_say():
    here = libraries.libraries({key: TABLE.groups[key] for key in ("numpy", "python")})
    checked = 0
    for key in ("numpy", "python"):
        old, new = TABLE.libraries[key]
        gone, there = TABLE.groups[key], set(here[key])
        if here[key + "_version"] == old:
            assert gone <= there, sorted(gone - there)
        elif here[key + "_version"] == new:
            assert not gone & there, sorted(gone & there)
        checked += here[key + "_version"] in (old, new)
    if not checked:
        pytest.skip(f"the table is of {TABLE.libraries}")


def test_the_names_that_stopped_public_programs_are_in_the_table():
    groups = TABLE.groups
    assert {"python.ops.array_ops.stack", "python.ops.array_ops.unstack",
            "python.ops.control_flow_ops.cond", "python.ops.control_flow_ops.while_loop",
            "python.ops.control_flow_ops.Assert", "python.util.nest.is_sequence",
            "python.framework.ops.Tensor", "python.framework.ops.IndexedSlices",
            "python.ops.variable_scope.variable", "python.pywrap_tensorflow.NewCheckpointReader",
            "python.layers.normalization.BatchNormalization"} <= groups["private"]
    assert {"Inf", "lib.pad", "ndarray.tostring", "int", "float", "object"} <= groups["numpy"]
    assert {"time.clock", "inspect.getargspec", "distutils"} <= groups["python"]
    assert {"layers.conv2d", "keras.layers.CuDNNLSTM"} <= groups["keras2"]


def test_what_this_project_knows_of_both_is_in_the_table():
    groups = TABLE.groups
    assert {"contrib.layers.embed_sequence", "contrib.layers.linear"} <= groups["gone"]
    assert {"placeholder", "nn.dynamic_rnn", "Session"} <= groups["moved"]
    assert {"nn.rnn_cell.LSTMCell", "layers.dense"} <= groups["keras3"]
    assert {"concat", "argmax", "one_hot"} <= groups["kept"] & groups["ops"]
    assert TABLE.aliases["contrib.rnn.LSTMCell"] == "nn.rnn_cell.LSTMCell"
    assert TABLE.changed["nn.dropout"][0][1] == "keep_prob"
    assert TABLE.changed["nn.dropout"][1][1] == "rate"


def test_compare_sorts_names_by_what_both_say():
    old = {"version": "1", "aliases": {}, "submodules": ["python.a", "python.b"], "names": {
        "a": ["op", ["x"]], "b": ["op", ["x", "y"]], "m": ["module", None], "m.c": ["class", None],
        "m.d": ["value", None]}, "private": ["python.a.f", "python.b.f", "python.b.g"],
        "numpy": ["x", "Inf"], "python": ["imp", "imp.reload", "time", "time.clock"],
        "numpy_version": "1.18", "python_version": "3.7"}
    new = {"version": "2", "submodules": ["python.b"], "names": {
        "b": ["op", ["y"]], "m": ["module", None], "m.e": ["op", ["x"]], "z.z": ["op", None]},
        "compat_v1": {"m.c": ["keras3", None], "a": ["op", ["x"]]}, "keras2": ["m.c", "q"],
        "private": ["python.b.g"], "numpy": ["x"], "python": ["time"], "numpy_version": "2.5",
        "python_version": "3.13"}
    table = symbols.as_table(symbols.compare(old, new))
    assert (table.old, table.new) == ("1", "2")
    assert {key: sorted(names) for key, names in table.groups.items() if names} == {
        "moved": ["a"], "keras3": ["m.c"], "gone": ["m.d"], "kept": ["b", "m"], "new": ["m.e"],
        "ops": ["a", "b"], "modules": ["m"], "gone_files": ["python.a"],
        "not_v1": ["b", "m", "m.e"],
        "keras2": ["m.c"], "private": ["python.b.f"], "numpy": ["Inf"],
        "python": ["imp", "time.clock"]}
    assert table.libraries == {"numpy": ["1.18", "2.5"], "python": ["3.7", "3.13"]}
    assert table.changed == {"b": [["x", "y"], ["y"]]}


def test_the_table_is_installed_with_the_package():
    with open(f"{ROOT}/setup.py", encoding="utf-8") as file:
        assert re.search(r'"seq2seq_graph.doctor": \["symbols.json"\]', file.read())


@pytest.mark.parametrize("python, message", [
    ("/no/such/python", "/no/such/python: No such file"),
    ("/bin/false", "/bin/false: exit status 1 without a word; name a Python that has TensorFlow"),
    ("/bin/true", "/bin/true: ended well and answered nothing; name a Python"),
])
def test_listing_refuses_what_has_no_tensorflow(python, message, tmp_path, capsys):
    out = tmp_path / "out.json"
    with pytest.raises(SystemExit) as stopped:
        list_removed_symbols.main(["--old", python, "--new", python, "--out", str(out)])
    assert stopped.value.code == 2 and message in capsys.readouterr().err and not out.exists()
