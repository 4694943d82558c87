"""`tf.contrib.learn`'s own estimator in an old program: a regression of a series, metrics."""

import importlib.util
import os
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PROGRAM = '''
import tempfile
import numpy as np
import tensorflow as tf
from tensorflow.contrib import learn
from tensorflow.contrib.learn.python.learn.metric_spec import MetricSpec
tf.logging.set_verbosity(tf.logging.ERROR)

def model_fn(x, y):
    cells = [tf.contrib.rnn.BasicLSTMCell(5, state_is_tuple=True)]
    steps = tf.unstack(x, axis=1, num=3)
    with tf.variable_scope("m", initializer=tf.random_uniform_initializer(-0.1, 0.1, seed=3)):
        output, _ = tf.contrib.rnn.static_rnn(
            tf.contrib.rnn.MultiRNNCell(cells), steps, dtype=tf.float32)
        prediction, loss = learn.models.linear_regression(output[-1], y)
    train_op = tf.contrib.layers.optimize_loss(
        loss, tf.contrib.framework.get_global_step(), optimizer="Adagrad", learning_rate=0.1)
    return prediction, loss, train_op

t = np.linspace(0, 20, 203).astype(np.float32)
rows = np.stack([np.sin(t[i:i + 200]) for i in range(3)], 1)[:, :, None]
labels = np.sin(t[3:203])[:, None]
folder = tempfile.mkdtemp()
regressor = learn.SKCompat(learn.Estimator(model_fn=model_fn, model_dir=folder))
watch = learn.monitors.ValidationMonitor(
    rows[150:], labels[150:], every_n_steps=20, early_stopping_rounds=1000)
regressor.fit(rows[:150], labels[:150], monitors=[watch], batch_size=40, steps=100)
predicted = regressor.predict(rows[150:])
print(predicted.shape, "%.6f" % ((predicted - labels[150:]) ** 2).mean(), "%.6f" % watch.best_value)
scores = regressor.score(rows, labels, batch_size=50)
print({k: round(float(v), 6) for k, v in sorted(scores.items())})

def other_fn(features, labels, mode, params):
    logits = tf.layers.dense(
        features["a"], params["n"], kernel_initializer=tf.ones_initializer(), name="d")
    found = {"p": tf.nn.softmax(logits), "c": tf.argmax(logits, 1)}
    if mode == learn.ModeKeys.INFER:
        return learn.ModelFnOps(mode, found)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return learn.ModelFnOps(mode, found, loss, train)

def input_fn():
    data = tf.data.Dataset.from_tensor_slices(
        ({"a": np.eye(4, dtype=np.float32)}, [0, 1, 0, 1])).repeat(3).batch(4)
    return data.make_one_shot_iterator().get_next()

other = learn.Estimator(other_fn, config=learn.RunConfig(tf_random_seed=1), params={"n": 2})
print(type(other.fit(input_fn=input_fn, max_steps=3)).__name__, other.get_variable_names())
metrics = {"accuracy": MetricSpec(tf.contrib.metrics.streaming_accuracy, prediction_key="c")}
found = other.evaluate(input_fn=input_fn, steps=2, metrics=metrics)
print({k: round(float(v), 6) for k, v in sorted(found.items())})
first = next(other.predict(input_fn=input_fn, outputs=["c"]))
print(first, "%.6f" % other.get_variable_value("d/kernel")[0, 0])
'''
PRINTED = """(50,) 0.714298 0.410497
{'global_step': 100.0, 'loss': 0.019648}
Estimator ['d/bias', 'd/kernel', 'global_step']
{'accuracy': 1.0, 'global_step': 3.0, 'loss': 0.656799}
{'c': 0} 1.037033
"""  # as TensorFlow 1.15.5 prints it


@pytest.mark.slow
def test_an_estimator_of_contrib_learns_what_it_learned_on_tensorflow_1_15(tmp_path):
    if importlib.util.find_spec("tensorflow_estimator") is None:
        pytest.skip("pip install -e '.[legacy]'")
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "legacy.py"), "run", "program.py"],
        cwd=str(tmp_path), env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT),
        capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, PRINTED), done.stderr[-2000:]
