import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from native.exercises_contribs import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("contribs")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_smaller_contrib_is_as_its_native_one(name, native):
    assert differences("contribs", name, native) == []


def test_the_layer_of_cudnn_is_made_of_the_cells_that_read_its_checkpoints():
    from seq2seq_graph.legacy.contrib.cudnn_rnn import CudnnLSTM

    with tf.Graph().as_default():
        lstm = CudnnLSTM(2, 5)
        for training in (True, False):
            outputs, (h, c) = lstm(tf.zeros([4, 2, 3]), training=training)
        assert outputs.shape.as_list() == [4, 2, 5]
        assert h.shape.as_list() == c.shape.as_list() == [2, 2, 5]
        assert [v.op.name for v in tf.global_variables()] == [
            f"cudnn_lstm/rnn/multi_rnn_cell/cell_{i}/cudnn_compatible_lstm_cell/{part}"
            for i in range(2) for part in ("kernel", "bias")]
    with pytest.raises(NotImplementedError, match="linear_input"):
        CudnnLSTM(1, 5, input_mode="skip_input")


def test_the_layer_of_cudnn_in_both_directions_has_the_variables_of_its_checkpoints():
    """Names as `CudnnLSTMSaveable` of TensorFlow 1.15 writes them."""
    from seq2seq_graph.legacy.contrib.cudnn_rnn import CudnnLSTM

    x = np.random.RandomState(0).uniform(-1, 1, [4, 2, 3]).astype(np.float32)
    with tf.Graph().as_default():
        lstm = CudnnLSTM(2, 5, direction="bidirectional",
                         kernel_initializer=tf.random_uniform_initializer(-1, 1, seed=1))
        first = tf.stack([tf.fill([2, 5], i / 8) for i in range(4)])
        outputs, (h, c) = lstm(tf.constant(x), (first, first), training=False)
        assert [v.op.name for v in tf.global_variables()] == [
            f"cudnn_lstm/stack_bidirectional_rnn/cell_{i}/bidirectional_rnn/{direction}/"
            f"cudnn_compatible_lstm_cell/{part}"
            for i in range(2) for direction in ("fw", "bw") for part in ("kernel", "bias")]
        assert c.shape.as_list() == [4, 2, 5]
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            found = sess.run([outputs, h])
            assert found[0].shape == (4, 2, 10) and found[1].shape == (4, 2, 5)
            # The last layer's states are the ends of its outputs, forward and backward.
            np.testing.assert_array_equal(found[0][-1, :, :5], found[1][2])
            np.testing.assert_array_equal(found[0][0, :, 5:], found[1][3])
    with pytest.raises(ValueError, match="direction='both'"):
        CudnnLSTM(1, 5, direction="both")


def test_the_other_layers_of_cudnn_have_the_variables_of_their_checkpoints():
    """Names as `CudnnGRUSaveable` and `CudnnRNNTanhSaveable` of TensorFlow 1.15 write them."""
    from seq2seq_graph.legacy.contrib import cudnn_rnn

    with tf.Graph().as_default():
        gru = cudnn_rnn.CudnnGRU(2, 5, direction="bidirectional")
        outputs, (h,) = gru(tf.zeros([4, 2, 3]), (tf.zeros([4, 2, 5]),))
        assert outputs.shape.as_list() == [4, 2, 10] and h.shape.as_list() == [4, 2, 5]
        assert [v.op.name for v in tf.global_variables()] == [
            f"cudnn_gru/stack_bidirectional_rnn/cell_{i}/bidirectional_rnn/{direction}/"
            f"cudnn_compatible_gru_cell/{part}"
            for i in range(2) for direction in ("fw", "bw") for part in (
                "gates/kernel", "gates/bias", "candidate/input_projection/kernel",
                "candidate/hidden_projection/kernel", "candidate/input_projection/bias",
                "candidate/hidden_projection/bias")]
    x = np.random.RandomState(0).uniform(-1, 1, [1, 2, 3]).astype(np.float32)
    for kind, function in ((cudnn_rnn.CudnnRNNTanh, np.tanh),
                           (cudnn_rnn.CudnnRNNRelu, lambda a: np.maximum(a, 0))):
        with tf.Graph().as_default(), tf.Session() as sess:
            outputs, (h,) = kind(1, 5, name="mine")(tf.constant(x))
            kernel, bias = tf.global_variables()
            assert kernel.op.name == "mine/rnn/multi_rnn_cell/cell_0/basic_rnn_cell/kernel"
            sess.run(tf.global_variables_initializer())
            found, last, weights = sess.run([outputs, h, kernel])
            np.testing.assert_allclose(found[0], function(x[0] @ weights[:3]), atol=1e-6)
            np.testing.assert_array_equal(found[0], last[0])


def test_mnist_is_read_from_the_files_that_are_there(tmp_path):
    from seq2seq_graph.errors import InputError
    from seq2seq_graph.legacy.contrib import mnist

    with pytest.raises(InputError, match="train-images-idx3-ubyte.gz is not there"):
        mnist.read_data_sets(str(tmp_path))
    for start, count in (("train", 6), ("t10k", 3)):
        images = np.arange(count * 4, dtype=np.uint8)
        header = np.array([2051, count, 2, 2], ">u4").tobytes()
        (tmp_path / (start + "-images-idx3-ubyte")).write_bytes(header + images.tobytes())
        header = np.array([2049, count], ">u4").tobytes()
        (tmp_path / (start + "-labels-idx1-ubyte")).write_bytes(header + bytes(range(count)))
    with tf.Graph().as_default():
        data = mnist.read_data_sets(str(tmp_path), one_hot=True, validation_size=2, seed=1)
    assert (data.train.num_examples, data.validation.num_examples) == (4, 2)
    np.testing.assert_allclose(data.test.images[1], np.array([4, 5, 6, 7]) / 255, rtol=1e-6)
    assert data.validation.labels.argmax(1).tolist() == [0, 1]
    first, second = data.train.next_batch(3), data.train.next_batch(3)
    assert first[0].shape == (3, 4) and data.train.epochs_completed == 1
    seen = np.concatenate([first[1], second[1][:1]]).argmax(1)
    assert sorted(seen.tolist()) == [2, 3, 4, 5]


def test_the_projectors_configuration_is_written(tmp_path):
    from seq2seq_graph.legacy.contrib import projector

    with tf.Graph().as_default():
        config = projector.ProjectorConfig()
        config.embeddings.add().tensor_name = "embedding"
        projector.visualize_embeddings(tf.summary.FileWriter(str(tmp_path)), config)
    with open(os.path.join(str(tmp_path), "projector_config.pbtxt")) as file:
        assert file.read() == 'embeddings {\n  tensor_name: "embedding"\n}\n'
