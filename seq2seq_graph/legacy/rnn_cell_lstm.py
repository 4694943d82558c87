"""`LSTMCell` and the state of LSTMs.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

import collections
from typing import Any, Dict, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.activations import activation_name, named_activation
from seq2seq_graph.legacy.argument_types import Activation, DType, Initializer, Nested, Shape
from seq2seq_graph.legacy.cell import LayerRNNCell
from seq2seq_graph.legacy.checks import (
    require_floating_parts,
    require_floating_type,
    require_graph,
)
from seq2seq_graph.legacy.initializers import describe_initializer, named_initializer
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.sizes import last_size, static_size


class LSTMStateTuple(collections.namedtuple("LSTMStateTuple", ("c", "h"))):
    """A cell's memory `c` [B, H] and its output `h` [B, P], in that order."""

    __slots__ = ()

    @property
    def dtype(self) -> tf.DType:
        """The type of both; raises TypeError if they differ."""
        if self.c.dtype != self.h.dtype:
            raise TypeError(f"c and h differ in type: {self.c.dtype} and {self.h.dtype}")
        return self.c.dtype


class LSTMCell(LayerRNNCell):
    """One step of a long short-term memory layer, for `tf.nn.dynamic_rnn`.

    With x the input, h and c the state before the step, and `[x, h]` both side by side:

        i, j, f, o = split([x, h] @ kernel + bias, 4)    # the gate order, each [B, H]
        c' = sigmoid(f + forget_bias) * c + sigmoid(i) * activation(j)
        h' = sigmoid(o) * activation(c')

    i is the input gate, j the new content, f the forget gate, o the output gate. Peepholes let
    the gates see the memory: `w_i_diag * c` and `w_f_diag * c` are added to i and f, and
    `w_o_diag * c'` to o. `cell_clip` cuts c' off at plus and minus its value before h' is made.
    A projection replaces h' by `h' @ projection/kernel`, cut off at `proj_clip`.

    Variables, in the scope of the first call, `lstm_cell` inside the caller's scope (or `name`):
    `kernel` [D + P, 4 * H], `bias` [4 * H] (zeros at first; `forget_bias` is added when used, not
    stored), `w_f_diag`, `w_i_diag`, `w_o_diag` [H], `projection/kernel` [H, P]. Each later call of
    the same object shares them; another object in the same scope makes its own, `lstm_cell_1`.

    Args:
      num_units: H.
      use_peepholes, cell_clip, num_proj, proj_clip, forget_bias: see above.
      initializer: of the kernels and diagonals; None takes the scope's, else Glorot uniform.
      num_unit_shards, num_proj_shards: into how many parts the kernels are cut.
      state_is_tuple: False passes the state as one tensor, [c, h] side by side, [B, H + P].
      activation: a function or the name of one; None is tanh.
      reuse: True takes the variables that exist.
      name: the scope's name in place of `lstm_cell`.
      dtype: of the variables; None takes the first input's.

    Raises:
      ValueError: a name is not known, or `dtype` is not a floating type.

    Source: `tf.nn.rnn_cell.LSTMCell` of TensorFlow 1.15; Gers, Schmidhuber and Cummins 1999,
    peepholes and projection after Sak, Senior and Beaufays 2014.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: Optional[float] = None,
        initializer: Initializer = None,
        num_proj: Optional[int] = None,
        proj_clip: Optional[float] = None,
        num_unit_shards: Optional[int] = None,
        num_proj_shards: Optional[int] = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation = None,
        reuse: Optional[bool] = None,
        name: Optional[str] = None,
        dtype: DType = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        require_floating_type(self.dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = static_size(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = named_initializer(initializer)
        self._num_proj = static_size(num_proj)
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = named_activation(activation or "tanh")

    @property
    def output_size(self) -> int:
        """P."""
        return self._num_proj or self._num_units

    @property
    def state_size(self) -> Union[int, LSTMStateTuple]:
        """LSTMStateTuple(H, P), or H + P where the state is one tensor."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        require_floating_type(self.dtype)
        depth, units = last_size(inputs_shape), self._num_units
        width = units if self._num_proj is None else self._num_proj
        self._kernel = self.add_variable(
            "kernel", shape=[depth + width, 4 * units], initializer=self._initializer,
            partitioner=_parts(self._num_unit_shards))
        self._bias = self.add_variable(
            "bias", shape=[4 * units], initializer=tf.zeros_initializer())
        if self._use_peepholes:
            self._w_f_diag, self._w_i_diag, self._w_o_diag = (
                self.add_variable(f"w_{gate}_diag", shape=[units], initializer=self._initializer)
                for gate in "fio")
        if self._num_proj is not None:
            self._proj_kernel = self.add_variable(
                "projection/kernel", shape=[units, width], initializer=self._initializer,
                partitioner=_parts(self._num_proj_shards))
        self.built = True

    def plain_variables(self, depth: int, dtype: tf.DType) -> Tuple[tf.Variable, tf.Variable]:
        """Gives `kernel` and `bias`, as a first call on inputs of `depth` makes them, for a
        recurrence that takes no single steps (`options.recurrence`).

        Raises:
          NotImplementedError: the step is more than the one above with tanh: it has peepholes, a
            projection, clipping, another activation or forget bias.
        """
        plain = (self._use_peepholes, self._num_proj, self._cell_clip, self._forget_bias) == (
            False, None, None, 1.0) and self._activation is tf.tanh and self._state_is_tuple
        if not plain:
            raise NotImplementedError(
                "the fused recurrence knows LSTMCell's defaults only (no peepholes, projection, "
                "clipping; tanh; forget bias 1; a tuple state): use tf.nn.dynamic_rnn"
            )
        require_graph("LSTMCell")
        self._set_scope(None)
        with self._entered(True if self.built else self._reuse):
            self._dtype_name = self.dtype or dtype.name
            if not self.built:
                self.build([None, depth])
        return self._kernel, self._bias

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: [B, D] and the state -> the output h' [B, P] and the new state."""
        require_floating_parts(inputs, state)
        c, h = self._split_state(state)
        last_size(inputs.shape.with_rank(2))
        gates = tf.matmul(tf.concat([inputs, h], 1), self._kernel)  # [B, 4 * H]
        gates = tf.nn.bias_add(gates, self._bias)
        i, j, f, o = tf.split(gates, 4, axis=1)
        if self._use_peepholes:
            c = (tf.sigmoid(f + self._forget_bias + self._w_f_diag * c) * c
                 + tf.sigmoid(i + self._w_i_diag * c) * self._activation(j))
        else:
            c = tf.sigmoid(f + self._forget_bias) * c + tf.sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            c = tf.clip_by_value(c, -self._cell_clip, self._cell_clip)
        h = tf.sigmoid(o + self._w_o_diag * c if self._use_peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            h = tf.matmul(h, self._proj_kernel)
            if self._proj_clip is not None:
                h = tf.clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else tf.concat([c, h], 1)

    def _split_state(self, state):
        if self._state_is_tuple:
            c, h = state
            return c, h
        width = self._num_units if self._num_proj is None else self._num_proj
        return (tf.slice(state, [0, 0], [-1, self._num_units]),
                tf.slice(state, [0, self._num_units], [-1, width]))

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        names = (
            "num_units", "use_peepholes", "cell_clip", "num_proj", "proj_clip", "num_unit_shards",
            "num_proj_shards", "forget_bias", "state_is_tuple", "reuse")
        return dict(
            super().get_config(),
            initializer=describe_initializer(self._initializer),
            activation=activation_name(self._activation),
            **{name: getattr(self, "_" + name) for name in names},
        )


def _parts(shards):
    return None if shards is None else tf.fixed_size_partitioner(shards)
