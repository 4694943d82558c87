"""A run that was exported answers, where this package is not, as `generation.generate` does."""

import json
import os
import subprocess
import sys

import pytest
import tensorflow.compat.v1 as tf
import tiny_run
from conftest import NATIVE_PYTHON, ON_TF115

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import generation, saved_model
from seq2seq_graph.inference.reader import Reader

pytestmark = pytest.mark.slow
LINES = ["abc", "", "dé가", "abcdeabcde", "zz", "e", "aaaa bb"]

# Loads a SavedModel as TensorFlow's own pages say, with nothing of this package.
LOADS = """
import json, sys
import tensorflow as tf
sys.path = [path for path in sys.path if "seq2seq" not in path]
folder, name, key, value = sys.argv[1], *json.loads(sys.argv[2])
if tf.__version__.startswith("1."):
    with tf.Session(graph=tf.Graph()) as sess:
        signature = tf.saved_model.loader.load(sess, ["serve"], folder).signature_def[name]
        found = sess.run({k: tensor.name for k, tensor in signature.outputs.items()},
                         {signature.inputs[key].name: value})
else:
    call = tf.saved_model.load(folder).signatures[name]
    kind = tf.string if name == "serving_default" else tf.int32
    found = {k: tensor.numpy() for k, tensor in call(**{key: tf.constant(value, kind)}).items()}
decoded = {k: [[one.decode() if isinstance(one, bytes) else one for one in row]
               for row in array.reshape(len(array), -1).tolist()] for k, array in found.items()}
print(json.dumps(decoded))
assert not any(name.startswith("seq2seq_graph") for name in sys.modules)
"""


def load(folder, name, key, value, python=sys.executable):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", LOADS, folder, json.dumps([name, key, value])], cwd=os.path.dirname(folder),
        env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True,
        check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def native_python():
    if ON_TF115:
        return sys.executable
    if not os.environ.get(NATIVE_PYTHON):
        pytest.skip(f"set {NATIVE_PYTHON} to a Python that has tensorflow==1.15.5, to load there")
    return os.path.abspath(os.environ[NATIVE_PYTHON])


def written(directory, width, n_best, penalty):
    with generation.open_run(directory, width, n_best, penalty) as generator:
        reader = Reader(generator.run, lambda message: None)
        lines = [line.encode() + b"\n" for line in LINES]
        return [
            [text for text, _, _ in found] + [""] * (n_best - len(found))
            for found in generation.generate(generator, reader, lines)
        ], [[score for _, score, _ in found] for found in generation.generate(
            generator, Reader(generator.run, lambda message: None), lines)]


MODELS = {
    "greedy": ({}, (1, 1, 0.0)),
    "beam": ({"stop_at_length": True}, (4, 3, 0.6)),
    "attention": ({"stop_at_length": True, "attention": "luong", "input_feeding": True,
                   "bidirectional": True}, (3, 2, 1.0)),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    found = {}
    for name, (options, decoding) in MODELS.items():
        parent = tmp_path_factory.mktemp(name)
        run = tiny_run.make(parent / "run", **options)
        saved_model.export(run, str(parent / "exported"), *decoding)
        found[name] = run, str(parent / "exported"), decoding
    return found


@pytest.mark.parametrize("name", sorted(MODELS))
@pytest.mark.parametrize("loader", ["this", "1.15"])
def test_it_answers_the_same_lines_in_a_process_without_this_package(folders, name, loader):
    run, folder, decoding = folders[name]
    python = sys.executable if loader == "this" else native_python()
    found = load(folder, "serving_default", "text", LINES, python)
    texts, scores = written(run, *decoding)
    assert found["texts"] == texts
    assert [row[0] for row in found["text"]] == [row[0] for row in texts]
    assert len({text for row in texts for text in row}) > 2
    for row, expected in zip(found["scores"], scores):
        assert row[: len(expected)] == pytest.approx(expected, abs=1e-5)
        assert row[len(expected) :] == [float("-inf")] * (len(row) - len(expected))


def test_a_batch_of_one_and_of_none(folders):
    _, folder, _ = folders["beam"]
    alone = load(folder, "serving_default", "text", ["abc"])
    assert alone["texts"] == load(folder, "serving_default", "text", LINES)["texts"][:1]


def test_ids_give_ids_and_texts(folders):
    run, folder, decoding = folders["beam"]
    found = load(folder, "ids", "ids", [[4, 5, 6, 0], [7, 9, 10, 0]])  # abc, dé가
    texts, _ = written(run, *decoding)
    assert found["texts"] == [texts[0], texts[2]]
    assert len(found["ids"][0]) == 3 * tiny_run.T_OUT


def test_tensorflows_command_runs_it(folders):
    run, folder, decoding = folders["greedy"]
    command = [os.path.join(os.path.dirname(sys.executable), "saved_model_cli"), "run", "--dir",
               folder, "--tag_set", "serve", "--signature_def", "serving_default"]
    command += (["--input_exprs", "text=[b'abc', b'e']"])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    first, last = (written(run, *decoding)[0][i][0] for i in (0, 5))
    result = done.stdout.split("key text:")[1].split("key texts:")[0]
    assert f"b'{first}'" in result and f"b'{last}'" in result


def test_a_folder_that_is_there_is_left_as_it_is(folders, tmp_path):
    run, _, _ = folders["greedy"]
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine").write_text("kept")
    with pytest.raises(InputError, match="there: is there already; give a new folder"):
        saved_model.export(run, str(tmp_path / "there"))
    assert os.listdir(tmp_path / "there") == ["mine"]


@pytest.mark.parametrize("folder, where", [
    ("gs://bucket/new", "."), ("a[b", "."), ("new", "a[b"),
])
def test_a_path_that_tensorflow_reads_as_another_one_is_refused(folders, tmp_path, monkeypatch,
                                                                folder, where):
    (tmp_path / where).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / where)
    with pytest.raises(InputError, match="TensorFlow takes"):
        saved_model.export(folders["greedy"][0], folder)
    assert os.listdir() == []


@pytest.mark.parametrize("owner, name, error", [
    (os, "rename", OSError(28, "No space left on device")),
    (tf.saved_model.Builder, "save",
     tf.errors.ResourceExhaustedError(None, None, "No space left on device")),
])
def test_an_export_that_fails_leaves_nothing(folders, tmp_path, monkeypatch, owner, name, error):
    run, _, _ = folders["greedy"]

    def full(*args):
        raise error

    monkeypatch.setattr(owner, name, full)
    with pytest.raises(InputError, match="new: cannot be written: No space left on device; give a"):
        saved_model.export(run, str(tmp_path / "new"))
    assert os.listdir(tmp_path) == []


def test_the_graph_is_closed_behind_it(folders, tmp_path):
    run, _, _ = folders["greedy"]
    before = tf.get_default_graph()
    saved_model.export(run, str(tmp_path / "new"))
    assert tf.get_default_graph() is before and not before.get_operations()
