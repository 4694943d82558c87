"""`fused_rnn`, which stands in for the document's `tf.nn.dynamic_rnn` and is faster.

`dynamic_rnn` asks the Session for a dozen small ops at each time step. `BlockLSTM`, the kernel of
TensorFlow 1.15's `LSTMBlockFusedCell`, takes a whole sequence at once.

Shapes: B batch, T time, D input, H units.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell


def rnn_of(kind: str):
    """Gives the function of the signature of `tf.nn.dynamic_rnn` that `ModelConfig.rnn` names."""
    return {"dynamic": tf.nn.dynamic_rnn, "fused": fused_rnn, "auto": fused_rnn}[kind]


def fused_rnn(cell, inputs, sequence_length=None, initial_state=None, dtype=None, scope=None):
    """Runs `cell` over all time steps at once: the same variables, the same numbers to rounding.

    Args:
      cell: an `LSTMCell` without peepholes, projection and clipping, its activation tanh.
      inputs: float32 [B, T, D], D known.
      sequence_length: int [B], the steps of each row; beyond them its outputs are zero and its
        state is held. None runs all T.
      initial_state: c and h, float32 [B, H]; None is zeros, of `dtype`.
      dtype: of the state where `initial_state` is None: that of `inputs`.
      scope: the variable scope, as the document gives it.

    Returns:
      outputs, float32 [B, T, H], and the last state, c and h [B, H].

    Raises:
      NotImplementedError: the cell asks for more than `BlockLSTM` can.
    """
    del dtype  # the state's type is the input's, which is all that `dynamic_rnn` accepts too
    with tf.variable_scope(scope or "rnn"):
        kernel, bias = cell.plain_variables(inputs.shape.as_list()[-1], inputs.dtype)
    with tf.name_scope(scope or "rnn"):
        if initial_state is None:
            initial_state = cell.get_initial_state(inputs=inputs[:, 0])
        time_major = tf.transpose(inputs, [1, 0, 2])  # [T, B, D]
        cs, hs = _block_lstm(time_major, *initial_state, kernel, bias)  # both [T, B, H]
        outputs = tf.transpose(hs, [1, 0, 2])  # [B, T, H]
        if sequence_length is None:
            return outputs, rnn_cell.LSTMStateTuple(cs[-1], hs[-1])
        real = tf.sequence_mask(sequence_length, tf.shape(inputs)[1], inputs.dtype)  # [B, T]
        states = (_held(first, all_steps, sequence_length)
                  for first, all_steps in zip(initial_state, (cs, hs)))
        return outputs * real[:, :, tf.newaxis], rnn_cell.LSTMStateTuple(*states)


@tf.custom_gradient
def _block_lstm(inputs, c, h, kernel, bias):
    """Takes [T, B, D], [B, H], [B, H], [D + H, 4 * H], [4 * H] to all c and h, [T, B, H]."""
    peephole = tf.zeros([kernel.shape.as_list()[1] // 4], inputs.dtype)  # asked for, not used
    reads = {
        "seq_len_max": tf.shape(inputs, out_type=tf.int64)[0],
        "x": inputs, "cs_prev": c, "h_prev": h, "w": kernel, "b": bias,
        "wci": peephole, "wcf": peephole, "wco": peephole, "use_peephole": False,
    }
    block = tf.raw_ops.BlockLSTM(forget_bias=1.0, cell_clip=-1.0, **reads)  # -1: no clipping

    def gradient(cs_gradient, h_gradient):
        gradients = tf.raw_ops.BlockLSTMGrad(
            cs_grad=cs_gradient, h_grad=h_gradient, **block._asdict(), **reads
        )
        # Of a batch without rows the kernel leaves the weights' gradients as it found the memory.
        some = tf.shape(inputs)[1] > 0
        kernel_gradient = tf.where_v2(some, gradients.w_grad, 0.0)
        bias_gradient = tf.where_v2(some, gradients.b_grad, 0.0)
        return (
            gradients.x_grad, gradients.cs_prev_grad, gradients.h_prev_grad,
            kernel_gradient, bias_gradient,
        )

    return (block.cs, block.h), gradient


def _held(first, all_steps, sequence_length):
    """Picks each row's state after its last step: of [B, H] and [T, B, H], by int [B]."""
    states = tf.concat([first[tf.newaxis], all_steps], 0)  # [T + 1, B, H]
    rows = tf.range(tf.shape(first)[0])
    return tf.gather_nd(states, tf.stack([tf.cast(sequence_length, tf.int32), rows], 1))
