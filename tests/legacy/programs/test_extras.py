"""Keras and tf.estimator inside old programs, which the extra `legacy` brings."""

import importlib.util
import os
import subprocess
import sys

import pytest
import tensorflow

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ON_1 = tensorflow.__version__.startswith("1.")

ESTIMATOR = '''
import tempfile
import numpy as np, tensorflow as tf
from tensorflow.python.estimator.model_fn import EstimatorSpec
tf.logging.set_verbosity(tf.logging.ERROR)

def input_fn():
    ids, labels = np.arange(40).reshape(10, 4) % 7, np.arange(10) % 2
    data = tf.data.Dataset.from_tensor_slices(({"ids": ids}, labels)).repeat().batch(5)
    return data.make_one_shot_iterator().get_next()

def model_fn(features, labels, mode, params):
    embedded = tf.contrib.layers.embed_sequence(features["ids"], 7, params["units"])
    cell = tf.nn.rnn_cell.LSTMCell(params["units"])
    _, state = tf.nn.dynamic_rnn(cell, embedded, dtype=tf.float32)
    logits = tf.layers.dense(state.h, 2)
    if mode == tf.estimator.ModeKeys.PREDICT:
        found = {"p": tf.argmax(logits, 1)}
        return EstimatorSpec(mode, predictions=found, export_outputs={
            "serving_default": tf.estimator.export.PredictOutput(found)})
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    metrics = {"accuracy": tf.metrics.accuracy(labels, tf.argmax(logits, 1))}
    train = tf.train.AdamOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return EstimatorSpec(mode, loss=loss, train_op=train, eval_metric_ops=metrics)

config = tf.estimator.RunConfig(tf_random_seed=3)
estimator = tf.estimator.Estimator(model_fn, tempfile.mkdtemp(), config, params={"units": 4})
estimator.train(input_fn, steps=40)
found = estimator.evaluate(input_fn, steps=4)
print("%.4f %.4f %d" % (found["loss"], found["accuracy"], found["global_step"]))
zeros = {"ids": np.zeros([2, 4], int)}
print(len(list(estimator.predict(lambda: tf.data.Dataset.from_tensors(zeros)))))

def receiver_fn():
    ids = tf.placeholder(tf.int32, [None, 4])
    return tf.estimator.export.ServingInputReceiver({"ids": ids}, {"words": ids})

predict = tf.contrib.predictor.from_estimator(estimator, receiver_fn)
print(len(predict({"words": np.zeros([3, 4])})["p"]), sorted(predict.fetch_tensors))
'''
KERAS = '''
import numpy as np, tensorflow as tf
from tensorflow.keras.layers import Dense, Embedding
import tensorflow.keras as keras
from tensorflow.keras import backend as K
for _ in range(2):
    tf.reset_default_graph()
    x = tf.placeholder(tf.int32, [None, 5])
    embedded = Embedding(7, 4)(x)
    outputs, state = tf.nn.dynamic_rnn(keras.layers.LSTMCell(6), embedded, dtype=tf.float32)
    logits = Dense(state[0].shape[1], name=None)(tf.layers.dense(state[0], 3))
    print(logits.shape.as_list(), [v.op.name for v in tf.trainable_variables()][-2:])
train = tf.train.AdamOptimizer().minimize(tf.reduce_mean(tf.square(logits)))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(train, {x: np.ones([3, 5])})
print(tf.layers.conv1d(embedded, 8, 3, padding="same").shape.as_list())
'''


def run(folder, text, **settings):
    (folder / "program.py").write_text(text)
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT, **settings)
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "legacy.py"), "run", "program.py"],
        cwd=str(folder), env=environment, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_an_estimator_reaches_the_loss_that_it_reached_on_tensorflow_1_15(tmp_path):
    if importlib.util.find_spec("tensorflow_estimator") is None:
        pytest.skip("pip install -e '.[legacy]'")
    status, out, err = run(tmp_path, ESTIMATOR)
    assert status == 0, err[-2000:]
    assert out.split() == ["0.4185", "0.7000", "40", "2", "3", "['p']"]  # from TensorFlow 1.15.5


@pytest.mark.skipif(ON_1, reason="TensorFlow 1 has its own Keras")
def test_keras_layers_cells_and_convolutions_in_a_version_1_graph(tmp_path):
    if int(tensorflow.__version__.split(".")[1]) >= 16 and not importlib.util.find_spec("tf_keras"):
        pytest.skip("pip install -e '.[legacy]'")
    status, out, err = run(tmp_path, KERAS)
    assert status == 0, err[-2000:]
    first, second, convolution = out.splitlines()
    # A new graph begins to count anew.
    assert first == second == "[None, 6] ['dense_1/kernel', 'dense_1/bias']"
    assert convolution == "[None, 5, 8]"
