import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.rnn_cell import LSTMCell, LSTMStateTuple, RNNCell

B, D, H, P = 2, 3, 4, 2
RANDOM = np.random.RandomState(0)
X, C = RANDOM.randn(B, D).astype(np.float32), RANDOM.randn(B, H).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def reference_step(values, x, c, h, forget_bias=1.0, cell_clip=np.inf, proj_clip=np.inf):
    """The equations of the class's docstring, in float64."""
    none = np.zeros(H)
    i, j, f, o = np.split(np.hstack([x, h]) @ values["kernel"] + values["bias"], 4, axis=1)
    f = f + forget_bias + values.get("w_f_diag", none) * c
    i = i + values.get("w_i_diag", none) * c
    c = np.clip(sigmoid(f) * c + sigmoid(i) * np.tanh(j), -cell_clip, cell_clip)
    h = sigmoid(o + values.get("w_o_diag", none) * c) * np.tanh(c)
    if "projection/kernel" in values:
        h = np.clip(h @ values["projection/kernel"], -proj_clip, proj_clip)
    return c, h


@pytest.mark.parametrize("options", [
    {}, {"forget_bias": 0.0}, {"use_peepholes": True}, {"cell_clip": 0.2}, {"num_proj": P},
    {"num_proj": P, "proj_clip": 0.1}, {"use_peepholes": True, "num_proj": P, "cell_clip": 0.5},
])
def test_a_step_follows_the_equations(options):
    with tf.Graph().as_default(), tf.Session() as sess:
        cell = LSTMCell(H, **options)
        h = RANDOM.randn(B, cell.output_size).astype(np.float32)
        output, state = cell(tf.constant(X), LSTMStateTuple(tf.constant(C), tf.constant(h)))
        values = {
            variable.op.name[len("lstm_cell/"):]: RANDOM.randn(*variable.shape.as_list())
            for variable in cell.variables
        }
        for variable, value in zip(cell.variables, values.values()):
            sess.run(tf.assign(variable, value.astype(np.float32)))
        output, state = sess.run([output, state])
    numbers = {k: v for k, v in options.items() if k not in ("use_peepholes", "num_proj")}
    new_c, new_h = reference_step(values, X, C, h, **numbers)
    np.testing.assert_allclose(state.c, new_c, atol=1e-5)
    np.testing.assert_allclose(state.h, new_h, atol=1e-5)
    np.testing.assert_array_equal(output, state.h)


def test_sizes_and_variables_are_what_the_docstring_says():
    with tf.Graph().as_default():
        cell = LSTMCell(H, use_peepholes=True, num_proj=P)
        assert cell.state_size == (H, P) and cell.output_size == P and not cell.built
        cell(tf.constant(X), cell.zero_state(B, tf.float32))
        assert [v.shape.as_list() for v in cell.weights] == [
            [D + P, 4 * H], [4 * H], [H], [H], [H], [H, P]]
        assert LSTMCell(H, num_proj=P, state_is_tuple=False).state_size == H + P


@pytest.mark.parametrize("arguments", [{"batch_size": B, "dtype": tf.float32}, {"inputs": X}])
def test_the_initial_state_is_zero_and_knows_its_shape(arguments):
    with tf.Graph().as_default(), tf.Session() as sess:
        state = LSTMCell(H).get_initial_state(**arguments)
        assert state.c.shape.as_list() == [B, H] and state.dtype == tf.float32
        for part in sess.run(state):
            np.testing.assert_array_equal(part, np.zeros([B, H]))


def test_a_name_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="'swoosh'.*tanh"):
        LSTMCell(H, activation="swoosh")
    with pytest.raises(ValueError, match="'swoosh'.*glorot_uniform"):
        LSTMCell(H, initializer="swoosh")


@pytest.mark.parametrize("units", [5, 5.0, np.int64(5), tf.Dimension(5)])
@pytest.mark.parametrize("batch", [2, tf.Dimension(2), np.int32(2)])
def test_sizes_may_be_written_as_old_programs_do(units, batch):
    with tf.Graph().as_default():
        cell = LSTMCell(units, activation="", initializer="zeros", num_unit_shards=2)
        output, state = cell(tf.constant(X), cell.zero_state(batch, tf.float32))
        assert output.shape.as_list() == state.c.shape.as_list() == [2, 5]
        assert [v.op.name for v in tf.global_variables()] == [
            "lstm_cell/kernel/part_0", "lstm_cell/kernel/part_1", "lstm_cell/bias"]


def test_a_state_may_be_of_numpy_arrays():
    with tf.Graph().as_default(), tf.Session() as sess:
        output, _ = LSTMCell(H)(X, LSTMStateTuple(C, C))
        sess.run(tf.global_variables_initializer())
        assert sess.run(output).shape == (B, H)


def test_a_state_of_two_types_is_refused():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="float32.*float64"):
        LSTMStateTuple(tf.zeros([1]), tf.zeros([1], tf.float64)).dtype  # noqa: B018


def test_outside_a_graph_the_cell_says_what_to_do():
    if not tf.executing_eagerly():
        pytest.skip("TensorFlow 1.15 has a default graph: needs TensorFlow 2")
    with pytest.raises(RuntimeError, match="tf.Graph"):
        LSTMCell(H)(X, (C, C))


class Own(RNNCell):
    """A cell as programs derive it, which asks for its variable in its step."""

    state_size = output_size = property(lambda self: H)

    def call(self, inputs, state):
        new = tf.matmul(inputs, tf.get_variable("w", [D, H])) + state
        return new, new


@pytest.mark.parametrize("make, names", [
    (lambda: LSTMCell(H), ["lstm_cell/kernel", "lstm_cell/bias"]), (Own, ["own/w"])])
def test_a_scopes_regularizer_can_be_used_outside_the_loop_that_made_the_variables(make, names):
    with tf.Graph().as_default(), tf.Session() as sess:
        with tf.variable_scope("s", regularizer=lambda v: 2.0 * tf.reduce_sum(v)):
            tf.nn.dynamic_rnn(make(), tf.zeros([B, 5, D]), dtype=tf.float32)
        losses = tf.losses.get_regularization_losses()
        assert [loss.op.name for loss in losses] == [
            f"s/rnn/{name}/Regularizer/mul" for name in names]
        total = tf.losses.get_regularization_loss()
        assert tf.gradients(total, tf.trainable_variables())[0] is not None
        sess.run([tf.assign(v, tf.ones(v.shape)) for v in tf.global_variables()])
        size = sum(int(np.prod(v.shape.as_list())) for v in tf.global_variables())
        assert sess.run(total) == 2.0 * size
