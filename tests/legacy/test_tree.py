"""The old module tree, beside the real one where that is installed."""

import sys

import pytest
import tensorflow
import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy import tensorflow as old
from seq2seq_graph.legacy import tree, tree_table
from seq2seq_graph.legacy.missing import MissingSymbol

ON_1 = tensorflow.__version__.startswith("1.")


@pytest.fixture(scope="module")
def modules():
    return tree.build("old_tensorflow")


def test_on_tensorflow_1_the_import_gives_tensorflow_itself():
    assert (old is tensorflow) == ON_1
    assert old.placeholder is not None and old.train.AdamOptimizer is not None


def test_compat_v1_shines_through_and_hides_nothing(modules):
    tf = modules[""]
    assert tf.train is v1.train
    assert tf.nn.dynamic_rnn is v1.nn.dynamic_rnn
    assert tf.compat.v1 is tf
    # Where compat.v1's cells are gone or another generation's, the rebuilt ones stand.
    from seq2seq_graph.legacy import rnn_cell
    assert tf.nn.rnn_cell.LSTMCell is rnn_cell.LSTMCell
    assert tf.contrib.rnn.LSTMCell is rnn_cell.LSTMCell
    assert tf.contrib.rnn.python.ops.core_rnn_cell.LSTMCell is rnn_cell.LSTMCell
    assert modules["python.ops.rnn_cell_impl"].LSTMCell is rnn_cell.LSTMCell


def test_every_row_is_a_module_that_can_list_itself(modules):
    for path in tree_table.rows():
        assert modules[path].__name__ == f"old_tensorflow.{path}".rstrip(".")
        if path not in ("keras", "contrib.keras"):
            dir(modules[path])


@pytest.mark.skipif(ON_1, reason="TensorFlow 1 has its own modules")
def test_modules_of_the_one_line_import_can_be_imported():
    import seq2seq_graph.legacy.tensorflow.contrib.rnn as rnn
    from seq2seq_graph.legacy.tensorflow.nn import dynamic_rnn

    assert rnn is old.contrib.rnn
    assert dynamic_rnn is v1.nn.dynamic_rnn
    assert "seq2seq_graph.legacy.tensorflow.contrib.seq2seq" in sys.modules


@pytest.mark.parametrize("path, words", [
    ("contrib.image.rotate", ["contrib.image", "pictures", "image models", "ImageProjective"]),
    ("contrib.timeseries.ARRegressor", ["contrib.timeseries", "for time series", "sts"]),
    ("contrib.layers.real_valued_column",
     ["contrib.layers.real_valued_column", "columns of tables", "tf.feature_column"]),
    ("contrib.estimator.RNNClassifier", ["contrib.estimator.RNNClassifier", "estimators"]),
    ("contrib.rnn.NoSuchCell", ["contrib.rnn.NoSuchCell", "not rebuilt"]),
    ("contrib.nonsense", ["contrib.nonsense"]),
    ("nonsense", ["no attribute 'nonsense'"]),
])
def test_a_name_that_is_not_there_is_said_in_one_line(modules, path, words):
    value = modules[""]
    with pytest.raises(MissingSymbol) as error:
        for name in path.split("."):
            value = getattr(value, name)
    assert isinstance(error.value, AttributeError)
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_asking_whether_a_name_is_there_is_answered_with_no(modules):
    assert not hasattr(modules["contrib"], "image")
    assert getattr(modules["contrib.rnn"], "NoSuchCell", None) is None
    assert "NoSuchCell" not in dir(modules["contrib.rnn"])


def test_a_star_import_takes_what_is_there(modules):
    taken = modules["contrib.rnn"].__all__
    assert {"LSTMCell", "static_rnn"} <= set(taken)
    assert not any(name.startswith("_") for name in taken)
