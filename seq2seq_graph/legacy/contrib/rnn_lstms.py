"""contrib's cells of the LSTM family: normalized, coupled.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

from typing import Any, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Nested, Number, TensorFunction
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.layers_normalization import layer_norm
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple


class _Projected(RNNCell):
    """A cell whose state is c [B, H] and h [B, P]."""

    def __init__(self, num_units, num_proj, reuse):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._num_proj = num_proj
        self._reuse = reuse

    @property
    def output_size(self):
        """P."""
        return self._num_proj or self._num_units

    @property
    def state_size(self):
        """LSTMStateTuple(H, P)."""
        return LSTMStateTuple(self._num_units, self.output_size)


class LayerNormBasicLSTMCell(RNNCell):
    """An LSTM whose gates and memory are normalized, and whose new content may be dropped.

    Variables: `kernel` [D + H, 4 * H]; `gamma` and `beta` [H] in each of `input`, `transform`,
    `forget`, `output`, `state`; without `layer_norm` a `bias` [4 * H] in their place.

    Args:
      num_units: H; forget_bias: added to the forget gate; activation: a function.
      norm_gain, norm_shift: where gamma and beta begin.
      dropout_keep_prob: the share of the new content that stays, a float or tensor.
      dropout_prob_seed: the op seed of that.
      input_size: not used.

    Source: `tf.contrib.rnn.LayerNormBasicLSTMCell` of TensorFlow 1.15; Ba et al. 2016,
    Semeniuta et al. 2016.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: TensorFunction = tf.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Number = 1.0,
        dropout_prob_seed: Optional[int] = None,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._activation = activation
        self._forget_bias = forget_bias
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, H)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    output_size = property(lambda self: self._num_units, doc="H.")

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, D] and the state -> the output [B, H] and the new state."""
        c, h = state
        both = tf.concat([inputs, h], 1)
        gates = self._sums(both)

        def normalized(tensor, name):
            if not self._layer_norm:
                return tensor
            return _norm(self._norm_gain, self._norm_shift, tensor, name, both.dtype)

        i, j, f, o = tf.split(gates, 4, axis=1)
        i, j = normalized(i, "input"), normalized(j, "transform")
        f, o = normalized(f, "forget"), normalized(o, "output")
        content = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            content = tf.nn.dropout(content, self._keep_prob, seed=self._seed)
        c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * content
        c = normalized(c, "state")
        h = self._activation(c) * tf.sigmoid(o)
        return h, LSTMStateTuple(c, h)

    def _sums(self, both):
        width = 4 * self._num_units
        kernel = tf.get_variable("kernel", [both.get_shape()[-1], width], dtype=both.dtype)
        sums = tf.matmul(both, kernel)
        if self._layer_norm:
            return sums
        return tf.nn.bias_add(sums, tf.get_variable("bias", [width], dtype=both.dtype))


def _norm(gain, shift, inputs, scope, dtype=tf.float32):
    """Normalizes each row of [B, H]; `gamma` begins at `gain`, `beta` at `shift`."""
    shape = inputs.get_shape()[-1:]
    first = {"gamma": tf.constant_initializer(gain), "beta": tf.constant_initializer(shift)}
    with tf.variable_scope(scope):
        for name, initializer in first.items():
            tf.get_variable(name, shape=shape, initializer=initializer, dtype=dtype)
    return layer_norm(inputs, reuse=True, scope=scope)


class CoupledInputForgetGateLSTMCell(_Projected):
    """An LSTM that takes in as much as it forgets: the input gate is 1 - the forget gate.

    Variables: `W` [D + P, 3 * H], or `W_0`, `W_1`, ... in shards, `B` [3 * H], `W_F_diag`,
    `W_O_diag` [H] for peepholes, `W_P` [H, P] for a projection.

    Args:
      The ones of `rnn_cell.LSTMCell`; `initializer` is not used.
      layer_norm, norm_gain, norm_shift: as in `LayerNormBasicLSTMCell`.

    Source: `tf.contrib.rnn.CoupledInputForgetGateLSTMCell` of TensorFlow 1.15; Greff et al. 2015.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Initializer = None,
        num_proj: Optional[int] = None,
        proj_clip: Optional[float] = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: TensorFunction = tf.tanh,
        reuse: Optional[bool] = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._use_peepholes = use_peepholes
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> Union[int, LSTMStateTuple]:
        """LSTMStateTuple(H, P), or H + P where the state is one tensor."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: [B, D] and the state -> the output [B, P] and the new state."""
        units, dtype = self._num_units, inputs.dtype
        width = units if self._num_proj is None else self._num_proj
        if self._state_is_tuple:
            c_before, h = state
        else:
            c_before = tf.slice(state, [0, 0], [-1, units])
            h = tf.slice(state, [0, units], [-1, width])
        depth = _known_depth(inputs)
        weights = _in_shards("W", [depth + width, 3 * units], dtype, self._num_unit_shards)
        bias = tf.get_variable("B", shape=[3 * units], initializer=tf.zeros_initializer(),
                               dtype=dtype)
        sums = tf.matmul(tf.concat([inputs, h], 1), weights)
        if not self._layer_norm:
            sums = tf.nn.bias_add(sums, bias)
        j, f, o = tf.split(sums, 3, axis=1)
        j, f, o = (self._normalized(tensor, name) for tensor, name in (
            (j, "transform"), (f, "forget"), (o, "output")))
        if self._use_peepholes:
            w_f, w_o = (tf.get_variable(f"W_{gate}_diag", shape=[units], dtype=dtype)
                        for gate in "FO")
            forget = tf.sigmoid(f + self._forget_bias + w_f * c_before)
        else:
            forget = tf.sigmoid(f + self._forget_bias)
        c = forget * c_before + (1 - forget) * self._activation(j)
        c = self._normalized(c, "state")
        h = tf.sigmoid(o + w_o * c if self._use_peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            projection = _in_shards("W_P", [units, width], dtype, self._num_proj_shards)
            h = tf.matmul(h, projection)
            if self._proj_clip is not None:
                h = tf.clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else tf.concat([c, h], 1)

    def _normalized(self, tensor, name):
        if not self._layer_norm:
            return tensor
        return _norm(self._norm_gain, self._norm_shift, tensor, name)


def _in_shards(name, shape, dtype, shards):
    """Gives a variable, made of `NAME_0`, `NAME_1`, ... along its first axis, joined once."""
    if shards > shape[0]:
        raise ValueError(f"{shards} shards are too many for shape {shape}")
    size, rest = divmod(shape[0], shards)
    parts = [
        tf.get_variable(f"{name}_{i}", [size + (i < rest)] + shape[1:], dtype=dtype)
        for i in range(shards)]
    if shards == 1:
        return parts[0]
    label = name + "/concat"
    full_name = f"{tf.get_variable_scope().name}/{label}:0"
    for joined in tf.get_collection(tf.GraphKeys.CONCATENATED_VARIABLES):
        if joined.name == full_name:
            return joined
    joined = tf.concat(parts, 0, name=label)
    tf.add_to_collection(tf.GraphKeys.CONCATENATED_VARIABLES, joined)
    return joined


def _known_depth(inputs):
    depth = inputs.get_shape().with_rank(2).as_list()[1]
    if depth is None:
        raise ValueError(f"a cell needs a known last dimension; got inputs {inputs.get_shape()}")
    return depth
