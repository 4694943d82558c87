import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, case_path
from models import skip_without

from seq2seq_graph import variables
from seq2seq_graph.errors import InputError
from seq2seq_graph.verification import engines
from seq2seq_graph.verification.comparison import TO_THE_REFERENCE, measure, within
from seq2seq_graph.verification.recorded_run import config_of, differences, load_case

pytestmark = pytest.mark.slow

NEEDS = {"keras": ".keras", "pytorch": ".pt"}


@pytest.fixture(scope="module")
def small():
    return load_case(case_path("small.npz"))


@pytest.fixture(scope="module")
def reference(small):
    return engines.play_numpy(small)


def test_the_recorded_run_is_within_rounding_of_the_reference(small, reference):
    found = measure(reference, dict(small, seconds=reference["seconds"]))
    assert within(found) and max(found[:4]) < TO_THE_REFERENCE


@pytest.mark.parametrize("name", sorted(set(engines.ENGINES) - {"numpy"}))
def test_an_engine_is_within_rounding_of_the_reference(small, reference, name):
    skip_without(NEEDS.get(name))
    answer = engines.ENGINES[name](small)
    found = measure(reference, answer)
    assert within(found) and max(found[:4]) < TO_THE_REFERENCE, found
    assert found.milliseconds > 0 and len(answer["seconds"]) == len(answer["loss"]) == 20
    assert {key for key in answer if "/" in key} == {
        moment + weight for moment in ("gradient/", "final/") for weight in variables.NAMES}
    assert (np.diff(answer["seconds"]) > 0).all()


OPTIONS = sorted(name for name in os.listdir(os.path.dirname(case_path("small.npz")))
                 if name.startswith("attention_"))


@pytest.mark.parametrize("case", OPTIONS)
@pytest.mark.parametrize("name", ["keras", "pytorch"])
def test_a_counterpart_plays_what_tensorflow_1_15_recorded_of_options(name, case):
    """Both scores, input feeding, layers, residuals, both ways and tied embeddings."""
    skip_without(NEEDS[name])
    recorded = load_case(case_path(case))
    if config_of(recorded).stack_bidirectional:
        with pytest.raises(InputError, match="stack_bidirectional is True"):
            engines.ENGINES[name](recorded)
        return
    answer = engines.ENGINES[name](recorded)
    result = {key: value for key, value in answer.items() if key not in ("seconds", "versions")}
    far = [found for found in differences(recorded, result) if not found.within]
    assert not far and set(result) >= {
        moment + weight for moment in ("gradient/", "final/")
        for weight in variables.shapes(config_of(recorded))}


def test_the_reference_needs_numpy_alone(tmp_path):
    """TensorFlow, PyTorch and Keras stand there as modules that end the process."""
    for name in ("tensorflow", "torch", "keras", "matplotlib"):
        (tmp_path / (name + ".py")).write_text("import os\nos.abort()\n")
    answer = str(tmp_path / "answer.npz")
    done = subprocess.run(
        [sys.executable, "-m", "seq2seq_graph.verification.engines", "numpy",
         case_path("small.npz"), answer],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([str(tmp_path), ROOT])),
        check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert done.stdout.decode().split("\n")[-2] == "20 of 20"
    with np.load(answer, allow_pickle=False) as file:
        assert file["loss"].shape == (20,)


def test_a_process_writes_the_answer_or_says_what_is_missing(tmp_path, capsys):
    answer = str(tmp_path / "answer.npz")
    assert engines.main(["numpy", case_path("small.npz"), answer]) == 0
    with np.load(answer, allow_pickle=False) as file:
        assert "loss" in file.files
    assert engines.main(["numpy", str(tmp_path / "none.npz"), answer]) == engines.NOT_HERE
    assert "none.npz: No such file" in capsys.readouterr().err
