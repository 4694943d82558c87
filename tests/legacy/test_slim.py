import pytest
import tensorflow.compat.v1 as tf
from native.exercises_slim import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("slim")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_part_of_slim_is_as_its_native_one(name, native):
    assert differences("slim", name, native) == []


def test_a_predictor_names_the_signatures_that_a_model_has(tmp_path):
    from seq2seq_graph.legacy.contrib.predictor import from_saved_model

    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [])
        tf.saved_model.simple_save(sess, str(tmp_path / "model"), {"x": x}, {"y": x + 1.0})
    with pytest.raises(ValueError, match=r'"other".*serving_default'):
        from_saved_model(str(tmp_path / "model"), "other")


PRINTED = """\
---------
Variables: name (type shape) [size]
---------
w:0 (float32_ref 3x4) [12, bytes: 48]
s:0 (float64_ref ) [1, bytes: 8]
Variable:0 (int32_ref 2) [2, bytes: 8]
Total size of variables: 15
Total bytes of variables: 64
---------
Operations: name -> (type shapes) [size]
---------
Placeholder \t-> (float32 5x3) [15]
Placeholder_1 \t->  [0]
a/x \t-> (float32 2) [2]
a/y \t-> (float32 ) [1]
a \t-> (float32 2) [2]
"""  # as TensorFlow 1.15.5 prints it


def test_the_sizes_of_variables_and_of_ops_are_printed(capsys):
    from seq2seq_graph.legacy.contrib import model_analyzer

    with tf.Graph().as_default():
        variables = [tf.get_variable("w", [3, 4], use_resource=False),
                     tf.get_variable("s", [], tf.float64, use_resource=False),
                     tf.Variable([1, 2], use_resource=False)]
        assert model_analyzer.analyze_vars(variables, print_info=True) == (15, 64)
    with tf.Graph().as_default() as graph:
        tf.placeholder(tf.float32, [5, 3])
        tf.placeholder(tf.float32)
        tf.add([1.0, 2.0], 3.0, name="a")
        assert model_analyzer.analyze_ops(graph, print_info=True) == 20
    assert capsys.readouterr().out == PRINTED
