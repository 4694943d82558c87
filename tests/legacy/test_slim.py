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
