"""What importing the package needs, and what it leaves alone."""

import subprocess
import sys

import pytest
from conftest import ON_TF115

pytestmark = pytest.mark.slow


def run(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout.decode()


def test_tensorflow_and_numpy_are_enough_for_the_rest():
    """Nothing else that is no part of Python or of them is imported."""
    run("""
import builtins, importlib, pkgutil, sys
import numpy
import tensorflow.compat.v1
tensorflow.keras  # loaded late, with packages of its own
there, real = set(sys.modules), builtins.__import__

def guarded(name, globals=None, *rest, **more):
    importer = (globals or {}).get("__name__", "")
    if importer.startswith("seq2seq_graph"):
        top = name.split(".")[0]
        ours = top in ("seq2seq_graph", "numpy", "tensorflow")
        file = getattr(sys.modules.get(top) or real(top), "__file__", None) or ""
        assert ours or "site-packages" not in file, (importer, name)
    return real(name, globals, *rest, **more)

builtins.__import__ = guarded
import seq2seq_graph
names = [m.name for m in pkgutil.walk_packages(seq2seq_graph.__path__, "seq2seq_graph.")]
assert "seq2seq_graph.legacy.rnn_cell" in names
for name in names:
    importlib.import_module(name)
""")


def test_importing_changes_no_global_state():
    run("""
import logging, os, random, warnings
import numpy as np
import tensorflow as tf

def state():
    v1 = tf.compat.v1
    return (
        dict(os.environ), tf.executing_eagerly(), v1.resource_variables_enabled(),
        v1.control_flow_v2_enabled(), v1.logging.get_verbosity(), logging.root.level,
        list(logging.root.handlers), list(warnings.filters), random.getstate(),
        np.random.get_state()[1].tolist(), np.geterr(), v1.get_default_session(),
        len(v1.get_default_graph().get_operations()) if not tf.executing_eagerly() else None,
        tf.config.threading.get_intra_op_parallelism_threads()
        if hasattr(tf.config, "threading") else None,
    )

before = state()
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.verification import replay
from seq2seq_graph.runs import run_directory
from seq2seq_graph.runs import samples
from seq2seq_graph.training import loop
from seq2seq_graph.data.corpora import cmudict
assert state() == before
""")


KERAS = """
import numpy as np
import tensorflow as tf
{}
tf.keras.utils.set_random_seed(0)
model = tf.keras.Sequential([tf.keras.layers.Embedding(9, 4), tf.keras.layers.LSTM(5),
                             tf.keras.layers.Dense(3)])
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
x = np.arange(60).reshape(12, 5) % 9
print(model.fit(x, np.arange(12) % 3, epochs=3, verbose=0, shuffle=False).history["loss"])
with tf.GradientTape() as tape:
    v = tf.Variable([1.0, 2.0])
    y = tf.reduce_sum(v * v)
print(tf.executing_eagerly(), tape.gradient(y, v).numpy(), tf.function(lambda a: a + 1)(1).numpy())
"""

IMPORT_AND_BUILD = """
import tensorflow.compat.v1 as v1
from seq2seq_graph import config
from seq2seq_graph import model
from seq2seq_graph.verification import replay
from seq2seq_graph.training import optimizer
with v1.Graph().as_default(), v1.Session() as sess:
    graph = model.build_training_graph(config.ModelConfig(40), seed=1)
    optimizer.build_optimizer(graph.loss, 0.001)
    sess.run(v1.global_variables_initializer())
"""


def test_keras_and_eager_tensorflow_work_as_if_it_had_not_been_imported():
    if ON_TF115:
        pytest.skip("TensorFlow 1.15 is not eager: needs TensorFlow 2")
    without, beside = run(KERAS.format("")), run(KERAS.format(IMPORT_AND_BUILD))
    assert without == beside and "True [2. 4.] 2" in without
