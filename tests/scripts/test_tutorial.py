"""`scripts/tutorial.py` and the library build and train the same program."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import ROOT

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.batches import batches
from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.training.optimizer import build_optimizer
from seq2seq_graph.training.steps import Trainer, train_steps

pytestmark = pytest.mark.slow

STEPS = 5

# Runs the tutorial, one epoch over a part of its words, then some steps from new weights.
HARNESS = """
import sys
import numpy as np
import tensorflow.compat.v1 as tf
script, steps, out = sys.argv[1:]
del sys.argv[1:]
source = open(script, encoding="utf-8").read()
for old, new in (("num_epochs = 2 ", "num_epochs = 1 "),
                 ("vocab_size = data.vocab_size", "data = keep_sources(data, 25000)\\n")):
    assert source.count(old) == 1
    source = source.replace(old, new + old if "keep_sources" in new else new)
from seq2seq_graph.data.datasets import keep_sources
exec(compile(source, script, "exec"))
result = {}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    variables = {variable.op.name: variable for variable in tf.global_variables()}
    result.update(("initial/" + k, v) for k, v in sess.run(variables).items())
    losses = []
    for step in range(int(steps)):
        rows = slice(step * 64, step * 64 + 64)
        feed = {encoder_inputs: data.train.encoder_inputs[rows],
                decoder_targets: data.train.decoder_targets[rows]}
        losses.append(sess.run([loss, optimizer], feed)[0])
    result["loss"] = np.array(losses)
    result.update(("final/" + k, v) for k, v in sess.run(variables).items())
np.savez(out, **result)
"""


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    out = str(tmp_path_factory.mktemp("tutorial") / "out.npz")
    script = os.path.join(ROOT, "scripts", "tutorial.py")
    done = subprocess.run(
        [sys.executable, "-c", HARNESS, script, str(STEPS), out], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    with np.load(out) as result:
        return dict(result), done.stdout.decode()


def test_same_variables_same_weights_same_losses(tutorial):
    result, _ = tutorial
    dataset = cmudict.load()
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(ModelConfig(dataset.vocab_size), seed=0)
        optimizer = build_optimizer(graph.loss, 0.001)
        sess.run(tf.global_variables_initializer())
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        library = {"initial/" + name: value for name, value in sess.run(variables).items()}
        some_batches = [batch for batch, _ in zip(batches(dataset.train, 64), range(STEPS))]
        losses = train_steps(sess, Trainer(graph, optimizer), some_batches)
        library["loss"] = np.array(list(losses))
        library.update(("final/" + name, value) for name, value in sess.run(variables).items())
    assert list(library) == list(result)
    assert library["loss"][0] > library["loss"][-1]
    for key, value in library.items():
        np.testing.assert_array_equal(value, result[key], err_msg=key)


def test_it_prints_the_loss_as_it_falls(tutorial):
    lines = [line.split() for line in tutorial[1].splitlines()[:3]]
    assert [line[:4] for line in lines] == [
        ["epoch", "0", "step", step] for step in ("0", "100", "200")]
    losses = [float(line[-1]) for line in lines]
    assert losses[0] > 3.5 > 2 > losses[1] > losses[2]


def test_it_ends_with_inputs_targets_and_predictions_as_text(tutorial):
    lines = tutorial[1].splitlines()[3:]
    assert lines[0].split() == ["input", "target", "prediction"]
    assert len(lines) == 21 and lines[1].split()[:4] == ["'bout", "B", "AW", "T"]
