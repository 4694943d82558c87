"""Names of TensorFlow, of its own files, of NumPy and of Python: which are gone, who has them."""

import pytest
from doctor_findings import found

from seq2seq_graph.doctor import provided, report, symbols, verdicts

TABLE = symbols.table()
TF = "import tensorflow as tf\n"


@pytest.mark.parametrize("name", [
    "keras.backend.get_session", "keras.backend.set_session", "keras.backend.learning_phase",
    "keras.layers.CuDNNLSTM", "keras.layers.CuDNNGRU", "keras.utils.multi_gpu_model",
    "keras.experimental.export_saved_model", "keras.experimental.PeepholeLSTMCell",
    "keras.wrappers.scikit_learn.KerasClassifier", "keras.estimator.model_to_estimator",
    "keras.layers.AbstractRNNCell", "keras.losses.cosine_proximity",
])
def test_what_keras_lost_is_gone_and_was_there(name):
    assert name in TABLE.groups["gone"]
    for path in (f"tensorflow.{name}", f"tensorflow.compat.v1.{name}"):
        finding = verdicts.verdict(path, 1)
        assert finding.code == "removed-symbol" and "gone from TensorFlow 2" in finding.what


@pytest.mark.parametrize("name", [
    "keras.layers.LSTM", "keras.backend.clear_session", "keras.Model", "keras.optimizers.Adam",
    "keras.preprocessing.sequence.pad_sequences", "keras.ops.add", "keras.layers.LSTMCell",
    "raw_ops", "raw_ops.MatMul", "nn.relu", "keras.layers.Layer.add_weight",
])
def test_what_stayed_or_is_new_is_silent(name):
    assert verdicts.verdict(f"tensorflow.{name}", 1) is None


def test_keras_names_are_known_however_they_are_imported():
    assert found("""
        import tensorflow as tf
        from tensorflow.keras import backend as K
        from tensorflow.keras.layers import CuDNNLSTM, Dense
        from tensorflow import raw_ops
        K.set_session(None)
        tf.keras.utils.multi_gpu_model(1, 2)
        tf.keras.nonsense
        tf.raw_ops.Add(x=1, y=2)
    """) == [(line, "removed-symbol") for line in (4, 6, 7, 8)]


def test_the_whole_of_tf_keras_is_in_the_table():
    groups = TABLE.groups
    names = [n for g in ("gone", "kept", "moved", "keras3") for n in groups[g]
             if n.startswith("keras.")]
    assert len(names) > 600
    assert {n.split(".")[1] for n in names} >= {"backend", "layers", "losses", "utils", "callbacks"}


def fix_of(path):
    return verdicts.verdict(path, 1).fix


def test_the_fix_names_what_has_it():
    assert "tf_keras" in fix_of("tensorflow.keras.layers.CuDNNLSTM")
    assert "MirroredStrategy" in fix_of("tensorflow.keras.utils.multi_gpu_model")
    assert "`legacy` has it" in fix_of("tensorflow.nn.rnn_cell.LSTMCell")
    assert "tf_keras" in fix_of("tensorflow.layers.separable_conv2d")
    assert "tensorflow-estimator" in fix_of("tensorflow.estimator.Estimator")
    assert "tensorflow_gan" in fix_of("tensorflow.contrib.gan.gan_model")
    assert "`tf.compat.v1.nn.static_rnn`" in fix_of("tensorflow.contrib.rnn.static_rnn")


@pytest.mark.parametrize("text, expected", [
    ("from tensorflow.python.ops import array_ops\narray_ops.stack([1])", [(2, "private-name")]),
    ("from tensorflow.python.ops.control_flow_ops import cond", [(1, "private-name")]),
    ("from tensorflow.python.framework import ops\nops.Tensor, ops.IndexedSlices",
     [(2, "private-name"), (2, "private-name")]),
    ("from tensorflow.python.util import nest\nnest.is_sequence(1)", [(2, "private-name")]),
    ("from tensorflow.python.ops import variable_scope as v\nv.variable(1)",
     [(2, "private-name")]),
    ("from tensorflow.python import pywrap_tensorflow as p\np.NewCheckpointReader('a')",
     [(2, "private-name")]),
    ("from tensorflow.python.layers.normalization import BatchNormalization",
     [(1, "private-name")]),
    ("from tensorflow.python.ops import rnn_cell\nrnn_cell.LSTMCell(3)", []),
    ("from tensorflow.python.util import nest\nnest.flatten([1])", []),
    ("from tensorflow.python.ops import array_ops\narray_ops.reshape(1, [1])", []),
    ("from tensorflow.python.framework import ops\nops.get_default_graph()", []),
])
def test_private_names(text, expected):
    assert found(text) == expected


def test_a_private_names_public_name_is_said():
    for path, public in (("ops.control_flow_ops.cond", "cond"), ("framework.ops.Tensor", "Tensor"),
                         ("ops.array_ops.stack", "stack")):
        assert f"its public name is `tf.compat.v1.{public}`" in fix_of("tensorflow.python." + path)


@pytest.mark.parametrize("text, expected", [
    ("np.Inf", "numpy-name"), ("np.int(3)", "numpy-name"), ("np.float", "numpy-name"),
    ("np.lib.pad([1], 1)", "numpy-name"), ("np.array([1]).tostring()", "numpy-name"),
    ("a.tostring()", "numpy-name"), ("np.asscalar(3)", "numpy-name"), ("np.NaN", "numpy-name"),
    ("np.product([1])", "numpy-name"), ("np.object", "numpy-name"), ("time.clock()", "python-name"),
    ("inspect.getargspec(1)", "python-name"), ("collections.Mapping", "python-name"),
    ("collections.Iterable.register", "python-name"),
    ("np.inf", None), ("np.float64(3)", None), ("np.pad([1], 1)", None), ("np.int_", None),
    ("np.lib.stride_tricks.as_strided", None), ("np.array([1]).tobytes()", None),
    ("a.tostring(1, 2)", None), ("xml.tostring()", None), ("time.perf_counter()", None),
    ("collections.OrderedDict()", None), ("np.bool", None), ("np.random.randn(3)", None),
])
def test_numpys_and_pythons_names(text, expected):
    head = "import numpy as np, time, inspect, collections\nimport lxml.etree as xml\na = 3\n"
    assert found(head + text) == ([(4, expected)] if expected else [])


@pytest.mark.parametrize("text, expected", [
    ("from numpy import Inf", "numpy-name"), ("import imp", "python-name"),
    ("from distutils.version import LooseVersion", "python-name"),
    ("from collections import Mapping", "python-name"), ("import numpy.lib.stride_tricks", None),
    ("from collections.abc import Mapping", None), ("import parser", None), ("import cgi", None
     if "cgi" not in TABLE.groups["python"] else "python-name"),
])
def test_numpys_and_pythons_names_where_they_are_imported(text, expected):
    assert found(text) == ([(1, expected)] if expected else [])


@pytest.mark.parametrize("text, by", [
    ("import imp", "run"), ("from distutils.version import LooseVersion", "run"),
    ("from numpy import Inf", "run"), ("import numpy as np; np.Inf", "edit"),
    ("import numpy as np; np.array([1]).itemset(0, 3)", "run"),
    ("import asynchat", ""),
    ("from tensorflow.python.training import training_ops", "run"),
    ("from tensorflow.python.estimator import model_fn", "run"),
    ("from tensorflow.python.estimator.export.export_output import PredictOutput", "run"),
    ("from tensorflow.python.keras.preprocessing.text import Tokenizer", "run"),
])
def test_what_takes_a_lost_name_away(text, by):
    assert [finding.by for finding in report.examine("-", text).findings] == [by]


def test_what_was_written_by_hand_is_not_in_todays_python_or_numpy():
    from seq2seq_graph.doctor import names, outside

    assert set(outside.NUMPY) <= TABLE.groups["numpy"]
    assert set(outside.PYTHON) <= TABLE.groups["python"]
    assert not {m for m in names.MODULES if m in TABLE.groups["python"]}


@pytest.mark.parametrize("cell, expected", [
    ("tf.keras.layers.LSTMCell(3)", "keras-cell"), ("tf.keras.layers.GRUCell(3)", "keras-cell"),
    ("tf.keras.layers.StackedRNNCells([1])", "keras-cell"), ("Mine()", "keras-cell"),
    ("Other()", None), ("given", None),
])
def test_a_keras_cell_in_one_of_tensorflows_rnns(cell, expected):
    text = """
import tensorflow.compat.v1 as tf
from elsewhere import given, x
class Mine(tf.keras.layers.Layer):
    pass
class Other(object):
    pass
tf.nn.dynamic_rnn({0}, x)
tf.nn.bidirectional_dynamic_rnn(given, {0}, x)
tf.keras.layers.RNN({0})
"""
    assert found(text.format(cell)) == ([(8, expected), (9, expected)] if expected else [])


def test_this_packages_own_tree_is_asked_too():
    head = "from seq2seq_graph.legacy import tensorflow as tf\ntf.disable_v2_behavior()\n"
    assert found(head + "tf.nn.rnn_cell.LSTMCell(3)\ntf.placeholder\n") == []
    (finding,) = report.examine("a.py", head + "tf.contrib.gan.gan_model\n").findings
    assert finding.line == 3 and "tensorflow_gan" in finding.fix
    assert found(head.replace("tf.disable_v2_behavior()", "tf.placeholder(1)\ntf.Session()")) == [
        (2, "eager")]


@pytest.mark.parametrize("shape, says", [
    ("[None]", "batch x vocab_size floats"), ("[None, 7]", "batch x time x vocab_size floats"),
    ("shape", "vocab_size floats for each label"),
])
def test_one_hot_labels_are_told_as_they_are(shape, says):
    text = f"""
import tensorflow.compat.v1 as tf
from elsewhere import vocab_size, logits, shape
y = tf.placeholder(tf.int32, {shape})
tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(y, vocab_size), logits=logits)
"""
    (finding,) = report.examine("a.py", text).findings
    assert finding.code == "one-hot-labels" and f"hold {says}, slow" in finding.what


def test_the_runner_is_offered_where_it_brings_a_name_back():
    assert "np.Inf" not in provided.brought_back() and "numpy.Inf" in provided.brought_back()
    (finding,) = report.examine("a.py", "import numpy as np\nnp.Inf\n").findings
    assert "`python scripts/legacy.py run` brings it back" in finding.fix
    (finding,) = report.examine("a.py", "import numpy as np\nnp.fv\n").findings
    assert "run" not in finding.fix
