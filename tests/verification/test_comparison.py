import sys

import compare
import numpy as np
import pytest
from conftest import case_path

from seq2seq_graph.errors import InputError
from seq2seq_graph.verification import comparison
from seq2seq_graph.verification.comparison import Answer, Distance, Entrant

REFEREE = {
    "logits": np.array([1.0, 2.0]),
    "gradient/a": np.array([4.0, -2.0]),
    "gradient/b": np.array([0.1, 0.0]),
    "loss": np.array([3.0, 2.0, 1.0]),
    "final/a": np.array([1.0]),
    "final/b": np.array([5.0]),
    "seconds": np.array([1.0, 2.0, 3.0]),
    "versions": np.array("1"),
}
OTHER = dict(
    REFEREE,
    **{
        "logits": np.array([1.0, 2.5]),
        "gradient/a": np.array([4.0, -1.0]),
        "gradient/b": np.array([0.1, 0.05]),
        "loss": np.array([3.0, 2.0, 1.125]),
        "final/b": np.array([4.0]),
        "seconds": np.array([0.5, 0.502, 0.504]),
        "versions": np.array("2"),
    },
)


def entrant(name, command=None, needs=""):
    return Entrant(name, f"title of {name}", command, ".", needs)


def test_each_quantity_shows_its_largest_difference():
    """Gradients by their own largest entry: 1 of 4, and 0.05 of 0.1."""
    assert comparison.distance(REFEREE, OTHER) == pytest.approx(
        Distance(logits=0.5, gradients=0.5, loss=0.125, final=1.0, milliseconds=2.0))


def test_the_first_ten_steps_are_not_timed():
    times = np.cumsum([9.0] * 10 + [0.003] * 5)
    assert comparison.distance(REFEREE, dict(OTHER, seconds=times)).milliseconds == pytest.approx(3)


@pytest.mark.parametrize("changes, expected", [
    ({}, True), ({"logits": 1.1e-5}, False), ({"loss": 1.1e-5}, False), ({"final": 1.0}, True),
    ({"loss": float("nan")}, False), ({"logits": float("nan")}, False),
])
def test_logits_and_losses_must_be_within_1e_5(changes, expected):
    found = Distance(1e-5, 1e-5, 1e-5, 1e-5, 1.0)._replace(**changes)
    assert comparison.within(found) is expected


def test_a_nan_is_not_lost_among_smaller_numbers():
    wrong = dict(OTHER, **{"final/a": np.array([np.nan])})
    assert np.isnan(comparison.distance(REFEREE, wrong).final)


def test_the_table_has_a_line_an_engine_and_names_the_missing():
    lines = comparison.table([
        Answer(entrant("numpy"), REFEREE), Answer(entrant("other"), OTHER),
        Answer(entrant("third"), None, "more money"),
    ])
    assert lines[2] == "| title of numpy | 1 | the referee |  |  |  | 1000.0 |"
    assert lines[3] == (
        "| title of other | 2 | 5.0e-01 | 5.0e-01 | 1.2e-01 (over) | 1.0e+00 | 2.0 |")
    assert lines[4] == "third (title of third) is missing; it needs more money"


def test_engines_of_tensorflow_1_15_are_there_when_its_python_is_given():
    without = {e.name: e for e in comparison.entrants()}
    beside = {e.name: e for e in comparison.entrants("some/python")}
    of_115 = {"native-1.15", "port-1.15", "fast-1.15"}
    assert {name for name, e in without.items() if e.command is None} == of_115
    assert all("--tf115-python" in without[name].needs for name in of_115)
    assert all(e.command for e in beside.values())
    assert {name for name, e in beside.items() if e.command[0] != sys.executable} == of_115


def test_what_a_process_says_is_kept():
    say = [sys.executable, "-c", "import sys; print('lacks x', file=sys.stderr); sys.exit(3)"]
    assert comparison.play(entrant("a", say), "case.npz").missing == "lacks x"
    broken = [sys.executable, "-c", "raise ValueError('no good')"]
    with pytest.raises(InputError, match="a broke: .*ValueError: no good"):
        comparison.play(entrant("a", broken), "case.npz")
    with pytest.raises(InputError, match="no/python: No such file or directory.*; give a Python"):
        comparison.play(entrant("a", ["no/python"]), "case.npz")


def test_the_script_plays_a_recorded_run(capsys):
    assert compare.main([case_path("small.npz"), "--only", "port,native-1.15"]) == 0
    out = capsys.readouterr().out
    assert "small.npz, 20 steps" in out and "| NumPy, float64 | NumPy" in out
    assert "| this package | TensorFlow" in out and "native-1.15 (the document's program)" in out


def test_the_script_refuses_what_it_cannot_use(capsys, tmp_path):
    for arguments, message in (
        ([case_path("small.npz"), "--only", "port,abacus"], "--only abacus: the engines are numpy"),
        ([str(tmp_path / "none.npz"), "--only", "numpy"], "none.npz: No such file"),
    ):
        with pytest.raises(SystemExit):
            compare.main(arguments)
        assert message in capsys.readouterr().err


def test_the_differences_are_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")
    answers = [Answer(entrant("numpy"), REFEREE), Answer(entrant("other"), OTHER),
               Answer(entrant("third"), None, "more")]
    path = tmp_path / "picture.png"
    comparison.plot(answers, str(path))
    assert path.read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(InputError, match="picture.png: cannot be written"):
        comparison.plot(answers, str(tmp_path / "none" / "picture.png"))
