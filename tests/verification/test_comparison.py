import sys

import compare
import numpy as np
import pytest
from conftest import case_path

from seq2seq_graph.errors import InputError
from seq2seq_graph.verification import comparison
from seq2seq_graph.verification.comparison import Answer, Measurement, Player

REFERENCE = {
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
    REFERENCE,
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


def player(name, command=None, needs=""):
    return Player(name, f"title of {name}", command, needs)


def test_each_quantity_shows_its_largest_difference():
    """Gradients by their own largest entry: 1 of 4, and 0.05 of 0.1."""
    assert comparison.measure(REFERENCE, OTHER) == pytest.approx(
        Measurement(logits=0.5, gradients=0.5, loss=0.125, final=1.0, milliseconds=2.0))


def test_the_first_ten_steps_are_not_timed():
    times = np.cumsum([9.0] * 10 + [0.003] * 5)
    found = comparison.measure(REFERENCE, dict(OTHER, seconds=times))
    assert found.milliseconds == pytest.approx(3)


@pytest.mark.parametrize("changes, expected", [
    ({}, True), ({"logits": 1.1e-5}, False), ({"loss": 1.1e-5}, False), ({"final": 1.0}, True),
    ({"loss": float("nan")}, False), ({"logits": float("nan")}, False),
])
def test_logits_and_losses_must_be_within_1e_5(changes, expected):
    found = Measurement(1e-5, 1e-5, 1e-5, 1e-5, 1.0)._replace(**changes)
    assert comparison.within(found) is expected


def test_a_nan_is_not_lost_among_smaller_numbers():
    wrong = dict(OTHER, **{"final/a": np.array([np.nan])})
    assert np.isnan(comparison.measure(REFERENCE, wrong).final)


def test_the_table_has_a_line_an_engine_and_names_the_missing():
    lines = comparison.table([
        Answer(player("numpy"), REFERENCE), Answer(player("other"), OTHER),
        Answer(player("third"), None, "more money is needed"),
    ])
    assert lines[2] == "| title of numpy | 1 | the reference |  |  |  | 1000.0 |"
    assert lines[3] == (
        "| title of other | 2 | 5.0e-01 (over) | 5.0e-01 | 1.2e-01 (over) | 1.0e+00 | 2.0 |")
    assert lines[4] == "third (title of third) is missing: more money is needed"


def test_engines_of_tensorflow_1_15_are_there_when_its_python_is_given(python):
    without = {e.name: e for e in comparison.players()}
    beside = {e.name: e for e in comparison.players(python)}
    of_115 = {"native-1.15", "port-1.15", "fast-1.15"}
    assert {name for name, e in without.items() if e.command is None} == of_115
    assert all("--tf115-python" in without[name].needs for name in of_115)
    assert all(e.command for e in beside.values())
    assert {name for name, e in beside.items() if e.command[0] != sys.executable} == of_115


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A program in the place of tf115_python; nothing runs it."""
    path = tmp_path_factory.mktemp("bin") / "python"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


BROKEN = {
    "import sys; print('lacks x', file=sys.stderr); sys.exit(3)": ("lacks x", ""),
    "raise ValueError('no good')": ("", "ValueError: no good"),
    "import warnings; warnings.warn('old'); 1 / 0": ("", "ZeroDivisionError: division by zero"),
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)":
        ("", "killed by signal SIGSEGV (a segmentation fault)"),
    "import sys; print('not now', file=sys.stderr); sys.exit(7)": ("", "exit status 7: not now"),
    "pass": ("", f"{sys.executable} wrote no answer: is it a Python?"),
}


@pytest.mark.parametrize("program", sorted(BROKEN))
def test_why_an_engine_gave_no_answer_is_kept(program):
    answer = comparison.play(player("a", [sys.executable, "-c", program]), "case.npz")
    assert (answer.missing, answer.broke) == BROKEN[program] and answer.arrays is None


def test_an_engine_that_breaks_has_its_row_and_the_others_keep_theirs():
    answers = [Answer(player("numpy"), REFERENCE), Answer(player("second"), None, broke="it fell"),
               Answer(player("third"), dict(REFERENCE))]
    lines = comparison.table(answers)
    assert lines[3] == "| title of second | broke | | | | | |"
    assert lines[4].startswith("| title of third | 1 | 0.0e+00")
    assert lines[5] == "second (title of second) broke: it fell"
    assert not comparison.all_within(answers) and comparison.all_within(answers[::2])
    assert not comparison.all_within([answers[0], Answer(player("far"), OTHER)])
    assert comparison.all_within([answers[0], Answer(player("none"), None, "money")])


def test_what_is_over_is_marked_where_it_is_and_a_gradient_of_zeros_has_a_difference():
    zeros = dict(REFERENCE, **{"gradient/b": np.zeros(2)})
    off = dict(zeros, logits=np.array([1.0, 2.5]))
    row = comparison.table([Answer(player("numpy"), zeros), Answer(player("off"), off)])[-1]
    assert row.startswith("| title of off | 1 | 5.0e-01 (over) | 0.0e+00 | 0.0e+00 | 0.0e+00 |")


def test_each_step_is_told_as_it_comes():
    seen = []
    program = "print('1 of 3'); print('what else'); print('3 of 3')"
    comparison.play(player("a", [sys.executable, "-c", program]), "case.npz",
                    lambda *step: seen.append(step))
    assert seen == [(1, 3), (3, 3)]


@pytest.mark.slow
def test_the_script_goes_on_when_an_engine_breaks(capsys, monkeypatch):
    crash = [sys.executable, "-c", "import os; os.abort()"]
    numpy = comparison.players()[0]
    monkeypatch.setattr(
        comparison, "players", lambda python: [numpy, player("crash", crash), numpy])
    assert compare.main([case_path("small.npz")]) == 1
    said = capsys.readouterr()
    assert "crash broke: killed by signal SIGABRT" in said.err
    assert said.out.count("| NumPy, float64 | NumPy") == 2
    assert "| title of crash | broke |" in said.out


def test_a_python_that_is_none_is_refused_before_the_work(capsys):
    with pytest.raises(SystemExit):
        compare.main([case_path("small.npz"), "--tf115-python", "no/python"])
    said = capsys.readouterr()
    assert "--tf115-python no/python: no program of that name" in said.err
    assert "numpy ..." not in said.err


def test_the_script_plays_a_recorded_run(capsys):
    assert compare.main([case_path("small.npz"), "--only", "port,native-1.15"]) == 0
    out = capsys.readouterr().out
    assert "small.npz, 20 steps" in out and "| NumPy, float64 | NumPy" in out
    assert "| this package | TensorFlow" in out and "native-1.15 (the document's program)" in out


def test_the_script_refuses_what_it_cannot_use(capsys, tmp_path):
    for arguments, message in (
        ([case_path("small.npz"), "--only", "port,abacus"], "--only abacus: the engines are numpy"),
        ([str(tmp_path / "none.npz"), "--only", "numpy"], "none.npz: No such file"),
        ([case_path("attention_layers.npz"), "--only", "port"],
         "attention_layers.npz: the reference in NumPy knows one layer"),
    ):
        with pytest.raises(SystemExit):
            compare.main(arguments)
        assert message in capsys.readouterr().err


def test_each_engines_differences_are_drawn_over_the_others(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")
    kept, real = [], comparison.figures.save
    monkeypatch.setattr(
        comparison.figures, "save", lambda *args: (kept.append(args[0]), real(*args)))
    fourth = dict(OTHER, loss=REFERENCE["loss"])
    answers = [Answer(player("numpy"), REFERENCE), Answer(player("other"), OTHER),
               Answer(player("third"), None, "more"), Answer(player("fourth"), fourth)]
    path = tmp_path / "picture.png"
    comparison.plot(answers, str(path))
    assert path.read_bytes()[:4] == b"\x89PNG"
    panels = [axes for axes in kept[0].axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left").split(",")[0] for axes in panels] == [
        player(name).title for name in ("other", "fourth")]
    for axes, arrays in zip(panels, (OTHER, fourth)):  # the engine's own line is on top
        expected = abs(arrays["loss"].astype(np.float64) - REFERENCE["loss"])
        np.testing.assert_allclose(axes.get_lines()[2].get_ydata(), np.maximum(expected, 1e-10))
    endless = dict(OTHER, loss=np.array([3.0, np.inf, np.nan]))
    comparison.plot([*answers, Answer(player("endless"), endless)], str(path))
    comparison.plot(answers[:1], str(path))  # none but the reference has played
    with pytest.raises(InputError, match="picture.png: cannot be written"):
        comparison.plot(answers, str(tmp_path / "none" / "picture.png"))
