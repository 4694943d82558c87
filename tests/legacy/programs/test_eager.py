"""An eager program of TensorFlow 1: its losses, contrib.eager, contrib.summary."""

import os
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PROGRAM = '''
import glob, os, tempfile
import numpy as np, tensorflow as tf
tf.enable_eager_execution()
tfe = tf.contrib.eager
tf.logging.set_verbosity(tf.logging.ERROR)
tf.set_random_seed(1)

class Model(tf.keras.Model):
    def __init__(self):
        super(Model, self).__init__()
        self.embedding = tf.keras.layers.Embedding(5, 4)
        self.gru = tf.keras.layers.GRU(6, return_state=True, recurrent_activation="sigmoid")
        self.out = tf.keras.layers.Dense(5)

    def call(self, ids):
        output, state = self.gru(self.embedding(ids))
        return self.out(output)

ids = np.arange(12).reshape(3, 4) % 5
data = tf.data.Dataset.from_tensor_slices((ids, ids[:, 0])).batch(3)
model, optimizer, losses = Model(), tf.train.AdamOptimizer(0.05), []
for _ in range(4):
    for inputs, labels in data:
        with tf.GradientTape() as tape:
            loss = tf.losses.sparse_softmax_cross_entropy(labels, model(inputs))
        gradients = tape.gradient(loss, model.variables)
        optimizer.apply_gradients(
            zip(gradients, model.variables), tf.train.get_or_create_global_step())
        losses.append("%.4f" % float(loss))
print(*losses, int(tf.train.get_global_step()))
v = tfe.Variable(2.0)
value, pairs = tfe.implicit_value_and_gradients(lambda: v * v)()
print(float(value), float(pairs[0][0]), float(tfe.gradients_function(lambda a: a * a)(3.0)[0]))
folder = tempfile.mkdtemp()
with tf.contrib.summary.create_file_writer(folder).as_default():
    with tf.contrib.summary.always_record_summaries():
        tf.contrib.summary.scalar("loss", 0.5)
    tf.contrib.summary.flush()
written = [e for e in tf.train.summary_iterator(glob.glob(os.path.join(folder, "*"))[0])]
print([v.tag for e in written for v in e.summary.value], written[-1].step)
'''
PRINTED = """1.6070 1.5191 1.4094 1.2754 4
4.0 4.0 6.0
['loss'] 4
"""  # as TensorFlow 1.15.5 prints it


@pytest.mark.slow
def test_an_eager_program_has_the_losses_that_it_had_on_tensorflow_1_15(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "legacy.py"), "run", "program.py"],
        cwd=str(tmp_path), env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT),
        capture_output=True, text=True, timeout=900, check=False)
    if "needs the package tf_keras" in done.stderr:
        pytest.skip("pip install -e '.[legacy]'")
    assert (done.returncode, done.stdout) == (0, PRINTED), done.stderr[-2000:]
