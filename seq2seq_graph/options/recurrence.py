"""`fused_rnn`, which stands in for the document's `tf.nn.dynamic_rnn` and is faster.

`dynamic_rnn` asks the Session for a dozen small ops at each time step. `BlockLSTM`, the kernel of
TensorFlow 1.15's `LSTMBlockFusedCell`, takes a whole sequence at once. Its gradient comes in two
ways. `BlockLSTMGrad` is one op too, but multiplies for each time step what could be multiplied once
for all: the gradients of the kernel and of the inputs. Where the products are what costs, the steps
are taken one by one instead, each by `LSTMBlockCellGrad` and the one product that the next needs.

Shapes: B batch, T time, D input, H units.
"""

import functools
from typing import Any, Callable, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.options import fast_attention, stacked
from seq2seq_graph.options.attention import DrawnAttention
from seq2seq_graph.options.steps import joined, length_of, run_steps

# From so many units on, steps one by one pay: with 100 units the two ways are as fast, with 256 the
# steps are a third faster (benchmarks/README.md).
MANY_UNITS = 128


def rnn_of(kind: str, units: int) -> Callable[..., Tuple[tf.Tensor, Any]]:
    """Gives the function of the signature of `tf.nn.dynamic_rnn` that `ModelConfig.rnn` names.

    Args:
      kind: "dynamic", the document's; "fused"; or "auto": fused, its gradient by `units`.
      units: H.
    """
    if kind == "dynamic":
        return tf.nn.dynamic_rnn
    return functools.partial(fused_rnn, stepwise_gradient=kind == "auto" and units >= MANY_UNITS)


def fused_rnn(
    cell: Any,
    inputs: tf.Tensor,
    sequence_length: Optional[tf.Tensor] = None,
    initial_state: Any = None,
    dtype: Optional[tf.DType] = None,
    scope: Optional[Union[str, tf.VariableScope]] = None,
    stepwise_gradient: bool = False,
) -> Tuple[tf.Tensor, Any]:
    """Runs `cell` over all time steps at once: the same variables, the same numbers to rounding.

    Args:
      cell: an `LSTMCell` without peepholes, projection and clipping, its activation tanh; or
        layers of such, `stacked.on_top`; or either with attention, `attention.wrap`.
      inputs: float32 [B, T, D], D known.
      sequence_length: int [B], the steps of each row; beyond them its outputs are zero and its
        state is held. None runs all T.
      initial_state: c and h, float32 [B, H]; None is zeros, of `dtype`.
      dtype: as for `dynamic_rnn`; of an LSTM's state it is that of `inputs`.
      scope: the variable scope, as the document gives it.
      stepwise_gradient: the gradient's products once for all steps, rather than `BlockLSTMGrad`.

    Returns:
      outputs, float32 [B, T, H], and the last state, c and h [B, H].

    Raises:
      NotImplementedError: the cell asks for more than `BlockLSTM` can.
    """
    run = functools.partial(fused_rnn, stepwise_gradient=stepwise_gradient)
    if isinstance(cell, DrawnAttention) and sequence_length is None:
        return fast_attention.run(cell, inputs, run, initial_state, scope or "rnn")
    if isinstance(cell, rnn_cell.MultiRNNCell):
        return stacked.run_layers(
            cell, inputs, run, initial_state, scope, sequence_length=sequence_length)
    if not isinstance(cell, rnn_cell.LSTMCell):
        raise NotImplementedError(
            f"the fused recurrence knows no {type(cell).__name__}, and with attention no lengths: "
            "use tf.nn.dynamic_rnn")
    with tf.variable_scope(scope or "rnn"):
        kernel, bias = cell.plain_variables(inputs.shape.as_list()[-1], inputs.dtype)
    with tf.name_scope(scope or "rnn"):
        if initial_state is None:
            initial_state = cell.get_initial_state(inputs=inputs[:, 0])
        time_major = tf.transpose(inputs, [1, 0, 2])  # [T, B, D]
        block_lstm = _block_lstm(_stepwise_gradient if stepwise_gradient else _one_op_gradient)
        cs, hs = block_lstm(time_major, *initial_state, kernel, bias)  # both [T, B, H]
        outputs = tf.transpose(hs, [1, 0, 2])  # [B, T, H]
        if sequence_length is None:
            return outputs, rnn_cell.LSTMStateTuple(cs[-1], hs[-1])
        real = tf.sequence_mask(sequence_length, tf.shape(inputs)[1], inputs.dtype)  # [B, T]
        states = (_held(first, all_steps, sequence_length)
                  for first, all_steps in zip(initial_state, (cs, hs)))
        return outputs * real[:, :, tf.newaxis], rnn_cell.LSTMStateTuple(*states)


def _block_lstm(gradient_of):
    """Gives the op: [T, B, D], [B, H], [B, H], [D + H, 4 * H], [4 * H] -> all c and h, [T, B, H].

    Args:
      gradient_of: what it read, what it gave and two gradients -> the five inputs' gradients.
    """

    @tf.custom_gradient
    def block_lstm(inputs, c, h, kernel, bias):
        peephole = tf.zeros([kernel.shape.as_list()[1] // 4], inputs.dtype)  # asked for, not used
        reads = {
            "x": inputs, "cs_prev": c, "h_prev": h, "w": kernel, "b": bias,
            "wci": peephole, "wcf": peephole, "wco": peephole, "use_peephole": False,
        }
        length = tf.shape(inputs, out_type=tf.int64)[0]
        block = tf.raw_ops.BlockLSTM(
            seq_len_max=length, forget_bias=1.0, cell_clip=-1.0, **reads  # -1: no clipping
        )
        return (block.cs, block.h), functools.partial(gradient_of, reads, block._asdict())

    return block_lstm


def _one_op_gradient(reads, block, cs_gradient, h_gradient):
    inputs = reads["x"]
    gradients = tf.raw_ops.BlockLSTMGrad(
        seq_len_max=tf.shape(inputs, out_type=tf.int64)[0],
        cs_grad=cs_gradient,
        h_grad=h_gradient,
        **block,
        **reads,
    )
    # Of a batch without rows the kernel leaves the weights' gradients as it found the memory.
    some = tf.shape(inputs)[1] > 0
    return (
        gradients.x_grad,
        gradients.cs_prev_grad,
        gradients.h_prev_grad,
        tf.where_v2(some, gradients.w_grad, 0.0),
        tf.where_v2(some, gradients.b_grad, 0.0),
    )


def _stepwise_gradient(reads, block, cs_gradient, hs_gradient):
    inputs, kernel = reads["x"], reads["w"]
    depth, units = inputs.shape.as_list()[2], kernel.shape.as_list()[1] // 4
    recurrent = kernel[depth:]  # [H, 4 * H]
    before = {
        name: tf.concat([reads[first][tf.newaxis], block[name][:-1]], 0)  # [T, B, H]
        for name, first in (("cs", "cs_prev"), ("h", "h_prev"))
    }

    def step(t, c_gradient, h_gradient):
        """Goes back over step t: the gates' gradient [B, 4 * H], and c's and h's before it."""
        gradients = tf.raw_ops.LSTMBlockCellGrad(
            **dict(reads, x=inputs[t], cs_prev=before["cs"][t], h_prev=before["h"][t]),
            **{name: block[name][t] for name in ("i", "cs", "f", "o", "ci", "co")},
            cs_grad=c_gradient + cs_gradient[t],
            h_grad=h_gradient + hs_gradient[t],
        )
        of_h = tf.matmul(gradients.dicfo, recurrent, transpose_b=True)
        return [gradients.dicfo], [gradients.cs_prev_grad, of_h]

    zeros = tf.zeros_like(reads["cs_prev"])
    (gates,), (c_gradient, h_gradient) = run_steps(
        step, length_of(inputs), [zeros, zeros], 1, backwards=True)
    gates = tf.reshape(joined(gates), [-1, 4 * units])  # [T * B, 4 * H]
    kernel_gradient = [
        tf.matmul(tf.reshape(read, [-1, size]), gates, transpose_a=True)
        for read, size in ((inputs, depth), (before["h"], units))
    ]
    inputs_gradient = tf.matmul(gates, kernel[:depth], transpose_b=True)
    return (
        tf.reshape(inputs_gradient, tf.shape(inputs)),
        c_gradient,
        h_gradient,
        tf.concat(kernel_gradient, 0),
        tf.reduce_sum(gates, 0),
    )


def _held(first, all_steps, sequence_length):
    """Picks each row's state after its last step: of [B, H] and [T, B, H], by int [B]."""
    states = tf.concat([first[tf.newaxis], all_steps], 0)  # [T + 1, B, H]
    rows = tf.range(tf.shape(first)[0])
    return tf.gather_nd(states, tf.stack([tf.cast(sequence_length, tf.int32), rows], 1))
