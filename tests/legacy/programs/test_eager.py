"""An eager program of TensorFlow 1: its losses, contrib.eager and its metrics, contrib.summary."""

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


PARTS = '''
import os, tempfile
import tensorflow as tf
tf.enable_eager_execution()
tfe = tf.contrib.eager

mean = tfe.metrics.Mean()
mean([1, 2, 3])
mean(4.0, weights=0.5)
print(mean.name, mean.result().numpy())
mean.init_variables()
mean(7)
print(mean.result().numpy(), [v.name for v in mean.variables])
share = tfe.metrics.Accuracy("share")
share([1, 2, 3], [1, 2, 4])
share([1, 2], [1, 2], weights=[1.0, 0.0])
classes = tfe.metrics.CategoricalAccuracy()
classes([[1, 0], [0, 1]], [[0.2, 0.3], [0.1, 0.9]])
binary = tfe.metrics.BinaryAccuracy(0.5)
binary([1, 0, 1], [0.6, 0.7, 0.8])
sparse = tfe.metrics.SparseAccuracy()
sparse([1, 0], [[0.1, 0.9], [0.2, 0.8]])
print(share.name, [float(m.result()) for m in (share, classes, binary, sparse)])
try:
    tfe.metrics.Accuracy()([1, 2], [1])
except tf.errors.InvalidArgumentError as error:
    print(str(error).splitlines()[0])

v, folder = tfe.Variable(1.0, name="v"), tempfile.mkdtemp()
path = tfe.Saver([v]).save(os.path.join(folder, "s"), global_step=3)
v.assign(5.0)
tfe.Saver([v]).restore(path)
print(os.path.basename(path), v.numpy())
saved = tfe.Checkpoint(mean=mean, v=v)
path = saved.save(os.path.join(folder, "c"))
mean(1)
v.assign(2.0)
saved.restore(path)
print(mean.result().numpy(), v.numpy())

rows = tfe.Iterator(tf.data.Dataset.range(3))
print(next(rows).numpy(), [row.numpy() for row in rows])
print(tfe.defun(lambda x: 2 * x)(tf.constant(3.0)).numpy(), tfe.in_eager_mode(), tfe.num_gpus())
print(tfe.py_func(lambda x: x + 1, [1.0], tf.float32).numpy())
stateless = tf.contrib.stateless
print("%.6f %.6f" % (float(stateless.stateless_random_uniform([], [1, 2])),
                     float(stateless.stateless_random_normal([], [1, 2]))))
'''
PARTS_PRINTED = '''Mean 2.2857142857142856
7.0 ['Mean/numer:0', 'Mean/denom:0']
share [0.75, 0.5, 0.6666666666666666, 0.5]
Shapes of labels and predictions are unequal
s-3 1.0
7.0 1.0
0 [1, 2]
6.0 True 0
2.0
0.844060 0.544110
'''


@pytest.mark.slow
@pytest.mark.parametrize("program, printed", [(PROGRAM, PRINTED), (PARTS, PARTS_PRINTED)])
def test_an_eager_program_prints_what_it_printed_on_tensorflow_1_15(tmp_path, program, printed):
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "legacy.py"), "run", "program.py"],
        cwd=str(tmp_path), env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT),
        capture_output=True, text=True, timeout=900, check=False)
    if "needs the package tf_keras" in done.stderr:
        pytest.skip("pip install -e '.[legacy]'")
    assert (done.returncode, done.stdout) == (0, printed), done.stderr[-2000:]
