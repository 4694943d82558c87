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
from tensorflow.python.estimator import model_fn as model_functions
from tensorflow.python.estimator.export import export_output
from tensorflow.python.estimator.model_fn import EstimatorSpec
from tensorflow.contrib.tpu.python.tpu import tpu_config
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

def tpu_model_fn(features, labels, mode, params):
    given = model_fn(features, labels, mode, {"units": params["batch_size"] - 1})
    return tf.contrib.tpu.TPUEstimatorSpec(
        mode, loss=given.loss, train_op=given.train_op,
        eval_metrics=(lambda labels: {"mean": tf.metrics.mean(labels)}, [labels]))

config = tf.contrib.tpu.RunConfig(tf_random_seed=3, tpu_config=tpu_config.TPUConfig(5))
estimator = tf.contrib.tpu.TPUEstimator(
    tpu_model_fn, tempfile.mkdtemp(), config, use_tpu=False, train_batch_size=5, eval_batch_size=5)
estimator.train(lambda params: input_fn(), max_steps=40)
found = estimator.evaluate(lambda params: input_fn(), steps=4)
print("%.4f %.4f" % (found["loss"], found["mean"]))
print(model_functions.EstimatorSpec is EstimatorSpec, export_output.PredictOutput is
      tf.estimator.export.PredictOutput)
'''
EXPERIMENT = '''
import os, tempfile
import numpy as np, tensorflow as tf
from tensorflow.contrib.learn import learn_runner
from tensorflow.contrib.learn.python.learn.datasets import base
from tensorflow.contrib.tfprof import model_analyzer
tf.logging.set_verbosity(tf.logging.ERROR)
contrib = tf.contrib.estimator

with open("table.csv", "w") as file:
    file.write("4,2,a,b\\n" + "1.5,2,0\\n0,1,1\\n-1,0.5,1\\n2,2,0\\n")
table = base.load_csv_with_header("table.csv", np.int32, np.float32)
with open("rows.csv", "w") as file:
    file.write("1,2,3\\n4,5,6\\n7,8,9\\n")
base.shrink_csv("rows.csv", 2)
rows = base.load_csv_without_header("rows_small.csv", np.float32, np.float32, 0)
print(table.data.tolist(), table.target.tolist(), rows.target.tolist(), rows.data.shape)

def input_fn():
    features = {"x": table.data, "row": [0, 1, 2, 3]}
    data = tf.data.Dataset.from_tensor_slices((features, table.target))
    return data.repeat(100).batch(2).make_one_shot_iterator().get_next()

def model_fn(features, labels, mode):
    logits = tf.layers.dense(features["x"], 2, kernel_initializer=tf.constant_initializer(0.1))
    found = {"p": tf.argmax(logits, 1)}
    if mode == "infer":
        return tf.estimator.EstimatorSpec(mode, predictions=found)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    optimizer = contrib.clip_gradients_by_norm(tf.train.GradientDescentOptimizer(0.5), 0.1)
    train = optimizer.minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, predictions=found, loss=loss, train_op=train)

def experiment_fn(output_dir):
    estimator = tf.estimator.Estimator(model_fn, output_dir)
    estimator = contrib.add_metrics(estimator, lambda labels, predictions: {
        "right": tf.metrics.accuracy(labels, predictions["p"])})
    hooks = [tf.train.StopAtStepHook(last_step=20), stop_above(2.0, estimator)]
    return tf.contrib.learn.Experiment(
        contrib.forward_features(estimator, "row"), input_fn, input_fn, train_steps=30,
        eval_steps=2, train_monitors=hooks)

def stop_above(share, estimator):
    make = getattr(contrib, "stop_if_higher_hook", tf.estimator.experimental.stop_if_higher_hook)
    return make(estimator, "right", share, run_every_secs=None, run_every_steps=1)

folder = tempfile.mkdtemp()
found, exports = learn_runner.run(experiment_fn, folder)
print("%.5f %.2f %d %s" % (found["loss"], found["right"], found["global_step"], exports))
experiment = experiment_fn(folder)
print(experiment.test()["global_step"], experiment.train_steps, experiment.eval_steps)
estimator = experiment.estimator
estimator.train(input_fn, hooks=[stop_above(0.5, estimator)], steps=9)
print(estimator.get_variable_value("global_step"))
predicted = [row for row, _ in zip(estimator.predict(input_fn), range(3))]
print([sorted(row.items()) for row in predicted])
for wrong in (lambda: learn_runner.run(experiment_fn), lambda: learn_runner.run(3, folder),
              lambda: learn_runner.run(lambda output_dir: 3, folder),
              lambda: learn_runner.run(experiment_fn, folder, "none"),
              lambda: tf.contrib.learn.Experiment(3, input_fn, input_fn),
              lambda: contrib.forward_features(estimator, 3)):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__)
def old_fn(features, labels, mode):
    spec = model_fn(features, labels, mode)
    return tf.contrib.learn.ModelFnOps(mode, spec.predictions, spec.loss, spec.train_op)

right = tf.contrib.learn.MetricSpec(tf.contrib.metrics.streaming_accuracy, prediction_key="p")
found, _ = tf.contrib.learn.Experiment(
    tf.contrib.learn.Estimator(old_fn), input_fn, input_fn, {"right": right}, train_steps=4,
    eval_steps=2, min_eval_frequency=0).train_and_evaluate()
print("%.5f %.2f %d" % (found["loss"], found["right"], found["global_step"]))
with tf.Graph().as_default() as graph:
    tf.layers.dense(tf.zeros([2, 3]), 4)
    options = dict(model_analyzer.TRAINABLE_VARS_PARAMS_STAT_OPTIONS, output="none")
    stats = model_analyzer.print_model_analysis(graph, tfprof_options=options)
    print(stats.total_parameters)
'''
# As TensorFlow 1.15.5 prints it.
EXPERIMENTS = """[[1.5, 2.0], [0.0, 1.0], [-1.0, 0.5], [2.0, 2.0]] [0, 1, 1, 0] [1.0, 7.0] (2, 2)
0.25354 1.00 20 []
21 30 2
22
[[('p', 0), ('row', 0)], [('p', 1), ('row', 1)], [('p', 1), ('row', 2)]]
ValueError
TypeError
TypeError
ValueError
ValueError
TypeError
0.54235 0.75 4
16
"""
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


STANDALONE = '''
import numpy as np
import keras
import keras.layers.core as core
from keras import backend as K
from keras.engine.topology import Layer
from keras.layers import LSTM, Dense, Embedding
from keras.layers.recurrent import GRU
from keras.models import Sequential
from keras.optimizers import Adam
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer
from keras.utils import np_utils, to_categorical

class Twice(Layer):
    def call(self, inputs):
        return 2 * inputs

tokenizer = Tokenizer()
tokenizer.fit_on_texts(["a b", "b c"])
ids = pad_sequences(tokenizer.texts_to_sequences(["a b c", "b"]), 3)
labels = np_utils.to_categorical([0, 1], 2)
model = Sequential([Embedding(5, 3), LSTM(4, return_sequences=True), GRU(4), Twice(),
                    core.Dense(2, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer=Adam(lr=0.1), metrics=["accuracy"])
history = model.fit(ids, labels, epochs=40, verbose=0)
assert history.history["loss"][-1] < 0.1 < history.history["loss"][0]
assert K.get_session().run(model.output, {model.input: ids}).shape == (2, 2)
first = Sequential([LSTM(output_dim=3, input_shape=(2, 1), init="uniform", dropout_W=0.1,
                         inner_activation="sigmoid", U_regularizer="l2")])  # of Keras 1
assert (first.layers[0].units, first.layers[0].dropout, first.output_shape) == (3, 0.1, (None, 3))
first.compile("sgd", "mse")
assert len(first.fit(np.ones([2, 2, 1]), np.ones([2, 3]), nb_epoch=2, verbose=0).epoch) == 2
print(keras.__version__[0], ids.tolist(), model.predict_classes(ids).tolist())
'''


@pytest.mark.slow
@pytest.mark.skipif(ON_1, reason="standalone Keras is no part of TensorFlow 1")
def test_a_program_that_imports_keras_alone_gets_keras_2(tmp_path):
    if int(tensorflow.__version__.split(".")[1]) >= 16 and not importlib.util.find_spec("tf_keras"):
        pytest.skip("pip install -e '.[legacy]'")
    status, out, err = run(tmp_path, STANDALONE)
    assert status == 0, err[-2000:]
    assert out == "2 [[2, 1, 3], [0, 0, 1]] [0, 1]\n"
    assert err.count("legacy: import keras gives") == 1


@pytest.mark.skipif(ON_1, reason="standalone Keras is no part of TensorFlow 1")
def test_a_programs_own_keras_stays_its_own(tmp_path):
    (tmp_path / "keras.py").write_text("layers = 'mine'")
    status, out, err = run(
        tmp_path, "from keras import layers\nimport tensorflow as tf\nprint(layers)")
    assert (status, out) == (0, "mine\n"), err


PRIVATE_KERAS = '''
from tensorflow.python.keras.layers import BatchNormalization, LSTM
from tensorflow.python.keras.preprocessing.text import Tokenizer
import tensorflow.python.keras.layers as layers
from tensorflow.python import keras
from tensorflow_core.python.keras import Model
import tensorflow as tf
print(keras.layers.LSTM is LSTM is tf.keras.layers.LSTM is layers.LSTM, Model is tf.keras.Model)
print(tf.keras.__version__, issubclass(BatchNormalization, keras.layers.Layer))
'''


def test_keras_by_tensorflows_own_paths_is_tf_keras(tmp_path):
    if not ON_1 and importlib.util.find_spec("tf_keras") is None:
        pytest.skip("pip install -e '.[legacy]'")
    status, out, err = run(tmp_path, PRIVATE_KERAS)
    assert (status, out.split()) == (0, ["True", "True", "2.2.4-tf", "True"]), err


@pytest.mark.skipif(ON_1, reason="standalone Keras is no part of TensorFlow 1")
def test_a_folder_named_keras_that_is_no_package_stands_in_nobodys_way(tmp_path):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "notes.txt").write_text("")
    status, out, err = run(
        tmp_path, "import tensorflow as tf, keras\nprint(keras.layers is tf.keras.layers)")
    assert (status, out[:4]) == (0, "True"), err


@pytest.mark.skipif(ON_1 or int(tensorflow.__version__.split(".")[1]) < 16,
                    reason="TensorFlow has Keras 2 itself: needs 2.16")
@pytest.mark.parametrize("line", [
    "import keras", "from keras.layers import LSTM", "from tensorflow.keras.layers import LSTM",
    "import tensorflow as tf; tf.keras.layers.LSTM(3)"])
def test_without_tf_keras_a_line_names_what_to_install(tmp_path, line):
    (tmp_path / "tf_keras.py").write_text("raise ImportError('not here')")
    status, _, err = run(tmp_path, line)
    assert status == 1
    last = err.strip().splitlines()[-1]
    assert "needs the package tf_keras" in last
    assert ("'.[legacy]'" if sys.version_info >= (3, 12) else "'tf_keras==2.") in last


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
    assert out.split() == [  # from TensorFlow 1.15.5
        "0.4185", "0.7000", "40", "2", "3", "['p']", "0.4188", "0.5000", "True", "True"]


@pytest.mark.slow
def test_what_contrib_put_around_an_estimator_does_what_it_did(tmp_path):
    if importlib.util.find_spec("tensorflow_estimator") is None:
        pytest.skip("pip install -e '.[legacy]'")
    status, out, err = run(tmp_path, EXPERIMENT)
    assert status == 0, err[-2000:]
    # 1.15's tfprof says besides what it does.
    assert out.replace("Parsing Inputs...\n", "") == EXPERIMENTS


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
