import contextlib
import json
import os
import subprocess
import sys

import benchmark
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import NATIVE_PYTHON, ON_TF115
from models import skip_without

from seq2seq_graph.benchmarks import (
    cases,
    feeding_decoding,
    feeding_engines,
    generation_engines,
    limit,
    report,
    rounds,
    training_engines,
)
from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.benchmarks.rounds import Entrant, Times
from seq2seq_graph.errors import InputError
from seq2seq_graph.native import process
from seq2seq_graph.weights import keras_twin, pytorch_import

pytestmark = pytest.mark.slow

TINY = Case("tiny", 6, 9, 2, 3, 4, 5)
REPORT = {
    "import_s": 1.0, "graph_s": 2.0, "first_step_s": 0.5, "versions": "1", "peak_rss_mb": 99.0}


def entrant(engine, setting="", **environment):
    return Entrant(engine, setting, sys.executable, environment)


def test_the_cases_have_the_documents_sizes():
    assert cases.DOCUMENT_V40.config() == cases.DOCUMENT_V1000._replace(vocab_size=40).config()
    sources, targets = cases.random_ids(TINY, 7)
    assert (sources.shape, targets.shape) == ((7, 4), (7, 5))
    assert sources.min() >= 4 and targets.max() < 9  # no padding


def test_the_limit_counts_each_multiplication_and_addition_once():
    """E 1, H 1: 4 columns of gates; an LSTM step multiplies 8 numbers a row, a gradient 16."""
    case = Case("unit", batch_size=1, vocab_size=1, embedding_size=1, hidden_units=1,
                input_length=1, output_length=1)
    # The first LSTM's inputs and state: forwards 4 + 4, backwards 4 + 4 and 4 + 4. Twice; then the
    # linear layer, 1 forwards and 2 backwards. Two operations each.
    assert limit.operations(case) == 2 * (2 * 24 + 3)
    assert limit.operations(case._replace(batch_size=5)) == 5 * limit.operations(case)


@pytest.mark.parametrize("library", ["numpy", "pytorch"])
def test_the_limit_multiplies_what_it_lists(library):
    if library == "pytorch":
        skip_without(".pt")
    make, multiply, _ = limit._library(library, 1)
    work = limit._made(TINY, make)
    limit._multiply(work, multiply, 1)
    for (rows, inner, columns), arrays in zip(limit.products_of(TINY), work):
        one, other, out = map(np.asarray, arrays)
        assert (one.shape, other.shape) == ((rows, inner), (inner, columns))
        np.testing.assert_allclose(out, one @ other, rtol=1e-4, atol=1e-5)


def test_of_two_processes_each_multiplies_half_of_the_batch(monkeypatch):
    parts = []

    class Pipe:
        def send(self, steps):
            parts.append(steps)

        def recv(self):
            return "done"

    def process(case, library):
        parts.append(case.batch_size)
        return Pipe()

    monkeypatch.setattr(limit, "_process", process)
    limit.products(TINY._replace(batch_size=7), "numpy, 2 processes").run(5)
    assert parts == [4, 4, 5, 5]


def test_each_engine_takes_its_turn_in_a_process_of_its_own():
    times = rounds.race(TINY, [entrant("limit", "numpy, 1 process")], rounds=3, seconds=0.01)
    assert list(times) == ["limit"] and len(times["limit"].ms) == 3
    assert min(times["limit"].ms) > 0 and times["limit"].report["peak_rss_mb"] > 10
    assert times["limit"].report["versions"] == f"NumPy {np.__version__}"


def test_an_engine_that_is_not_installed_is_left_out(tmp_path, capfd, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ImportError('no torch here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    entrants = [entrant("pytorch", "1 thread"), entrant("pytorch", "2 threads"),
                entrant("limit", "pytorch, 2 threads")]
    assert rounds.race(TINY, entrants, 1, 0.01) == {}
    assert rounds.race(TINY, entrants[:1], 1, 0.01) == {}
    fix = "no torch here: pip install -e '.[benchmark]'"
    assert capfd.readouterr().err.splitlines() == [
        f"without {engine}: {fix}" for engine in ("pytorch", "limit of pytorch")]


def test_an_engine_that_breaks_is_named_with_its_error():
    with pytest.raises(InputError, match=r"engine none \(x\) broke: KeyError: 'none'"):
        rounds.race(TINY, [entrant("none", "x")], 1, 0.01)


def test_of_an_engines_settings_the_best_median_counts():
    slow = Times(entrant("keras", "jit off"), [1.0, 5.0, 6.0], {})
    quick = Times(entrant("keras", "jit on"), [4.0, 4.0, 9.0], {})
    other = Times(entrant("fast"), [7.0], {})
    assert rounds.fastest([slow, quick, other]) == {"keras": quick, "fast": other}


def test_the_table_and_the_json_say_what_was_measured():
    times = {
        "document": Times(entrant("document"), [30.0, 10.0, 20.0], REPORT),
        "fast": Times(entrant("fast"), [5.0], dict(REPORT, waits_for_data=0.0125)),
        "limit": Times(entrant("limit", "numpy, 1 process"), [1.0], REPORT),
    }
    assert report.as_json(TINY, times)["document"] == dict(
        REPORT, median_ms=20.0, min_ms=10.0, max_ms=30.0, setting="")
    lines = report.table(TINY, times).split("\n")
    assert lines[0] == (
        "tiny: batch 6, vocabulary 9, embedding 2, 3 units, lengths 4/5")
    assert lines[2].split()[:5] == ["document", "20.00", "10.00", "30.00", "4.00"]
    assert "fast: the Session waits for data 1.25% of the time" in lines


def test_an_attention_step_is_measured_by_the_native_one():
    times = {
        "native": Times(entrant("native"), [30.0, 10.0, 20.0], REPORT),
        "legacy": Times(entrant("legacy"), [15.0], REPORT),
    }
    lines = report.table(cases.ATTENTION[0], times).split("\n")
    assert lines[3].split()[:5] == ["legacy", "15.00", "15.00", "15.00", "0.75"]


def test_decoding_is_told_in_words_a_second():
    times = {"fast": Times(entrant("fast", "16"), [50.0], REPORT)}
    case = cases.GENERATE._replace(batch_size=100)
    assert report.as_json(case, times)["fast"]["words_per_second"] == 2000
    assert "fast: 2,000 words a second" in report.table(case, times)


def test_every_case_has_its_engines():
    def engines(case, python=None, **options):
        return {e.engine for e in report.entrants(case, python, **options)}

    assert engines(cases.LARGE, "/python3.7") == {
        "document", "plain", "fast", "keras", "pytorch", "limit"}
    assert "document" not in engines(cases.LARGE)
    assert engines(cases.GENERATE) == {"fast", "keras", "pytorch"}
    assert engines(cases.GROWTH[0]) == {"plain", "fast"}
    assert engines(cases.ATTENTION[0], "/python3.7") == {"native", "legacy"}
    assert engines(cases.ATTENTION[0]) == {"legacy"}
    assert engines(cases.FEEDING[0], "/python3.7") == {
        "native", "dynamic", "fast", "keras", "pytorch"}
    assert engines(cases.FEEDING_DECODING[0], "/python3.7") == {
        "native", "port", "fast", "keras", "pytorch"}
    assert "native" not in engines(cases.FEEDING_DECODING[0])
    assert engines(cases.LARGE, engines=["fast"]) == {"fast"}


@pytest.mark.parametrize("name", ["plain", "fast"])
def test_the_ports_engines_learn_which_ids_there_are(name):
    """From log 9, of any id, towards log 5: padding, START, END and UNKNOWN never come."""
    engine = training_engines.ENGINES[name](TINY, "")
    engine.run(1)
    assert engine.more()["loss"] == pytest.approx(np.log(9), abs=0.1)
    engine.run(500)
    assert engine.more()["loss"] < 1.9 and 0 < engine.more()["waits_for_data"] < 1


@pytest.mark.parametrize("name, settings", [
    ("fast", ["4", "6, XLA"]), ("pytorch", ["4, 1 threads"])])
def test_the_engines_decode_all_sources_to_their_end(name, settings):
    if name == "pytorch":
        skip_without(".pt")
    for setting in settings:
        engine = generation_engines.ENGINES[name](TINY, setting)
        engine.run(1)
        assert engine.more() == {"tokens": 6 * 5}


def test_pytorchs_engine_learns_which_ids_there_are():
    skip_without(".pt")
    engine = training_engines.pytorch(TINY, "1 thread")
    engine.run(500)
    assert engine.more()["loss"] < 1.9


def test_the_script_writes_the_numbers(tmp_path, capsys):
    path = tmp_path / "numbers.json"
    assert benchmark.main([
        "--quick", "--only", "document-v40", "--engines", "fast", "--json", str(path)]) == 0
    (numbers,) = json.loads(path.read_text())["cases"]["document-v40"].values()
    assert numbers["min_ms"] <= numbers["median_ms"] <= numbers["max_ms"]
    assert "document-v40: batch 64" in capsys.readouterr().out


def test_the_attention_program_trains_as_on_tensorflow_1_15():
    native = sys.executable if ON_TF115 else os.environ.get(NATIVE_PYTHON)
    if not native:
        pytest.skip(f"set {NATIVE_PYTHON} to a Python with tensorflow==1.15.5")
    for attention in ("luong", "bahdanau"):
        case = json.dumps(TINY._replace(
            name=f"attention-{attention}-tiny", kind="old program")._asdict())
        with process.environment() as environment:
            losses = [
                json.loads(subprocess.run(
                    [python, "-m", "seq2seq_graph.benchmarks.worker", engine, "", case],
                    env=environment, input="30\n", stdout=subprocess.PIPE, check=True,
                    text=True).stdout.splitlines()[-1])["loss"]
                for python, engine in ((native, "native"), (sys.executable, "legacy"))
            ]
        assert losses[0] < np.log(TINY.vocab_size) - 0.03
        assert losses[1] == pytest.approx(losses[0], rel=1e-5)


def test_with_attention_every_program_computes_the_same():
    """The loss of the same batch by the same weights, before the first step."""
    losses = reported("first_loss", TINY._replace(kind="feeding", hidden_units=4), {
        "native": [""], "dynamic": [""], "fast": ["2 towers", "1 tower"],
        "keras": ["jit off", "unrolled, jit on"], "pytorch": ["1 thread"]})
    assert losses == pytest.approx(dict.fromkeys(losses, losses["dynamic", ""]), rel=1e-6)


@pytest.mark.parametrize("width", [1, 3])
def test_with_attention_every_program_writes_the_same(width):
    case = TINY._replace(kind="feeding decoding", vocab_size=40, hidden_units=8, width=width)
    written = reported("ids", case, {
        "native": ["4"], "port": ["4"], "fast": ["6"], "keras": ["4, jit off", "6, jit on"],
        "pytorch": ["4, 1 threads"]})
    ids = written["port", "4"]
    assert written == dict.fromkeys(written, ids)
    assert np.shape(ids) == (4, 5) and min(map(min, ids)) > 3  # nothing ended, nothing is unknown
    assert len(set(map(tuple, ids))) > 1  # what is written depends on the source


def reported(what, case, settings):
    """Gives what each engine that is installed reports after a step: (engine, setting) -> value.

    TensorFlow 1.15's own is compared with this package there, Keras and PyTorch elsewhere.
    """
    engines = (feeding_decoding if case.decodes else feeding_engines).ENGINES
    values = {}
    for engine, some in settings.items():
        if not is_there(engine):
            continue
        for setting in some:
            with tf.Graph().as_default() if engine == "native" else contextlib.nullcontext():
                made = engines[engine](case, setting)
            made.run(1)
            values[engine, setting] = made.more()[what]
    return values


def is_there(engine):
    try:
        if engine == "keras":
            keras_twin.require_keras()
        if engine == "pytorch":
            pytorch_import.require_torch()
    except InputError:
        return False
    return engine != "native" or ON_TF115
