"""contrib's cells that are one op a step: `LSTMBlockCell`, `GRUBlockCell`.

Shapes: B batch, D input, H units.
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Shape
from seq2seq_graph.legacy.cell import LayerRNNCell
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple

# TensorFlow 2 lost these ops' gradients with contrib. Registered under names of their own, they
# touch no graph but where a cell of this file asks for them.
_LSTM_GRADIENT, _GRU_GRADIENT = "Seq2SeqGraphLSTMBlockCell", "Seq2SeqGraphGRUBlockCell"


class LSTMBlockCell(LayerRNNCell):
    """`LSTMCell` as one op: the same variables, `kernel`, `bias`, `w_i_diag`, ... in `lstm_cell`.

    Args:
      num_units: H; forget_bias: added to the forget gate.
      cell_clip: cuts the memory off; None or -1 does not.
      use_peephole: as `use_peepholes` of `LSTMCell`.

    Source: `tf.contrib.rnn.LSTMBlockCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: Optional[float] = None,
        use_peephole: bool = False,
        dtype: DType = None,
        reuse: Optional[bool] = None,
        name: str = "lstm_cell",
    ) -> None:
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._use_peephole = use_peephole
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, H)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    output_size = property(lambda self: self._num_units, doc="H.")

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        make_lstm_variables(self, inputs_shape, axis=1)

    _kernel: tf.Variable
    _bias: tf.Variable

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, D] and the state -> the output [B, H] and the new state."""
        if len(state) != 2:
            raise ValueError(f"LSTMBlockCell needs a state of c and h; got {state}")
        wci, wcf, wco = peepholes(self, self.dtype)
        c, h = state
        with tf.get_default_graph().gradient_override_map({"LSTMBlockCell": _LSTM_GRADIENT}):
            block = tf.raw_ops.LSTMBlockCell(
                x=inputs, cs_prev=c, h_prev=h, w=self._kernel, wci=wci, wcf=wcf, wco=wco,
                b=self._bias, forget_bias=self._forget_bias, cell_clip=self._cell_clip,
                use_peephole=self._use_peephole)
        return block.h, LSTMStateTuple(block.cs, block.h)


def make_lstm_variables(layer: Any, shape: Shape, axis: int) -> None:
    """Makes `kernel` [D + H, 4 * H], `bias` [4 * H] and the peepholes [H]; D is along `axis`.

    Raises:
      ValueError: D is not known.
    """
    depth, units = tf.TensorShape(shape).as_list()[axis], layer._num_units
    if not depth:
        raise ValueError(f"an LSTM needs a known last dimension; got inputs of shape {shape}")
    layer._kernel = layer.add_variable("kernel", [depth + units, units * 4])
    layer._bias = layer.add_variable(
        "bias", [units * 4], initializer=tf.constant_initializer(0.0))
    if layer._use_peephole:
        layer._w_i_diag, layer._w_f_diag, layer._w_o_diag = (
            layer.add_variable(f"w_{gate}_diag", [units]) for gate in "ifo")
    layer.built = True


def peepholes(layer: Any, dtype: DType) -> Tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Gives the peepholes of i, f and o, [H] each; zeros, which the op asks for, without any."""
    if layer._use_peephole:
        return layer._w_i_diag, layer._w_f_diag, layer._w_o_diag
    return (tf.zeros([layer._num_units], dtype=dtype),) * 3


class GRUBlockCell(LayerRNNCell):
    """`GRUCell` as one op, its variables `w_ru`, `b_ru`, `w_c`, `b_c`.

    Args:
      num_units: H, or `cell_size`, its older name.

    Raises:
      ValueError: neither is given, or both.

    Source: `tf.contrib.rnn.GRUBlockCell` of TensorFlow 1.15.
    """

    _NAMES = ("w_ru", "b_ru", "w_c", "b_c")

    def __init__(self, num_units: Optional[int] = None, cell_size: Optional[int] = None,
                 reuse: Optional[bool] = None, name: str = "gru_cell") -> None:
        super().__init__(_reuse=reuse, name=name)
        if (cell_size is None) == (num_units is None):
            raise ValueError("GRUBlockCell: give num_units, and not cell_size beside it")
        self._cell_size: Any = cell_size if num_units is None else num_units
        self.input_spec = InputSpec(ndim=2)

    state_size = property(lambda self: self._cell_size, doc="H.")
    output_size = property(lambda self: self._cell_size, doc="H.")

    def build(self, input_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        depth, units = tf.TensorShape(input_shape).as_list()[1], self._cell_size
        if depth is None:
            raise ValueError(f"GRUBlockCell needs a known last dimension; got {input_shape}")
        names = self._NAMES
        self._gate_kernel = self.add_variable(names[0], [depth + units, units * 2])
        self._gate_bias = self.add_variable(
            names[1], [units * 2], initializer=tf.constant_initializer(1.0))
        self._candidate_kernel = self.add_variable(names[2], [depth + units, units])
        self._candidate_bias = self.add_variable(
            names[3], [units], initializer=tf.constant_initializer(0.0))
        self.built = True

    def call(self, inputs: tf.Tensor, h_prev: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        size = h_prev.get_shape().with_rank(2).as_list()[1]
        if size not in (None, self._cell_size):
            raise ValueError(f"GRUBlockCell needs a state of size {self._cell_size}; got {size}")
        with tf.get_default_graph().gradient_override_map({"GRUBlockCell": _GRU_GRADIENT}):
            block = tf.raw_ops.GRUBlockCell(
                x=inputs, h_prev=h_prev, w_ru=self._gate_kernel, w_c=self._candidate_kernel,
                b_ru=self._gate_bias, b_c=self._candidate_bias)
        return block.h, block.h


class GRUBlockCellV2(GRUBlockCell):
    """`GRUBlockCell` with the variables of `GRUCell`: `gates/` and `candidate/`.

    Source: `tf.contrib.rnn.GRUBlockCellV2` of TensorFlow 1.15.
    """

    _NAMES = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")


@tf.RegisterGradient(_LSTM_GRADIENT)
def _lstm_gradient(op, *gradients):
    x, c, h, w, wci, wcf, wco, b = op.inputs
    i, cs, f, o, ci, co, _ = op.outputs
    depth, units = (tensor.get_shape().with_rank(2).as_list()[1] for tensor in (x, c))
    rows = x.get_shape().as_list()[0]
    rows = -1 if rows is None else rows
    if depth is None or units is None:
        raise ValueError(f"LSTMBlockCell's gradient needs known sizes; got {x} and {c}")
    back = tf.raw_ops.LSTMBlockCellGrad(
        x=x, cs_prev=c, h_prev=h, w=w, wci=wci, wcf=wcf, wco=wco, b=b, i=i, cs=cs, f=f, o=o, ci=ci,
        co=co, cs_grad=gradients[1], h_grad=gradients[6], use_peephole=op.get_attr("use_peephole"))
    both = tf.matmul(back.dicfo, w, transpose_b=True)  # [B, D + H]
    x_gradient = tf.slice(both, (0, 0), (rows, depth))
    h_gradient = tf.slice(both, (0, depth), (rows, units))
    w_gradient = tf.matmul(tf.concat([x, h], 1), back.dicfo, transpose_a=True)
    b_gradient = tf.raw_ops.BiasAddGrad(out_backprop=back.dicfo)
    return (x_gradient, back.cs_prev_grad, h_gradient, w_gradient, back.wci_grad, back.wcf_grad,
            back.wco_grad, b_gradient)


@tf.RegisterGradient(_GRU_GRADIENT)
def _gru_gradient(op, *gradients):
    x, h, w_ru, w_c, b_ru, b_c = op.inputs
    r, u, c, _ = op.outputs
    back = tf.raw_ops.GRUBlockCellGrad(
        x=x, h_prev=h, w_ru=w_ru, w_c=w_c, b_ru=b_ru, b_c=b_c, r=r, u=u, c=c, d_h=gradients[3])
    of_gates, of_candidate = back.d_r_bar_u_bar, back.d_c_bar
    both = tf.concat([x, h], 1)
    w_ru_gradient = tf.matmul(both, of_gates, transpose_a=True)
    b_ru_gradient = tf.raw_ops.BiasAddGrad(out_backprop=of_gates)
    both = tf.concat([x, h * r], 1)
    w_c_gradient = tf.matmul(both, of_candidate, transpose_a=True)
    b_c_gradient = tf.raw_ops.BiasAddGrad(out_backprop=of_candidate)
    return (back.d_x, back.d_h_prev, w_ru_gradient, w_c_gradient, b_ru_gradient, b_c_gradient)
