"""`LSTMCell` and `LSTMStateTuple` of TensorFlow 1.15's `tf.nn.rnn_cell`.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

import collections

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.activations import named_activation
from seq2seq_graph.legacy.checks import (
    refuse,
    require_floating,
    require_graph,
    require_initializer,
)


class LSTMStateTuple(collections.namedtuple("LSTMStateTuple", ("c", "h"))):
    """A cell's memory `c` [B, H] and its output `h` [B, P], in that order."""

    __slots__ = ()

    @property
    def dtype(self):
        """The type of both; raises TypeError if they differ."""
        if self.c.dtype != self.h.dtype:
            raise TypeError(f"c and h differ in type: {self.c.dtype} and {self.h.dtype}")
        return self.c.dtype


class LSTMCell:
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
      state_is_tuple: False passes the state as one tensor, [c, h] side by side, [B, H + P].
      activation: a function or the name of one; None is tanh.
      reuse: True takes the variables that exist.
      name: the scope's name in place of `lstm_cell`.
      dtype: of the variables; None takes the first input's.
      trainable: whether the variables join TRAINABLE_VARIABLES.
      num_unit_shards, num_proj_shards: left out; use a variable scope's partitioner.

    Raises:
      NotImplementedError: an argument that is left out is given, or an initializer's name.
      ValueError: `activation` is a name that is not known, `dtype` is not a floating type, or
        `num_proj` is below 1.

    Source: `tf.nn.rnn_cell.LSTMCell` of TensorFlow 1.15; Gers, Schmidhuber and Cummins 1999,
    peepholes and projection after Sak, Senior and Beaufays 2014.
    """

    def __init__(
        self,
        num_units,
        use_peepholes=False,
        cell_clip=None,
        initializer=None,
        num_proj=None,
        proj_clip=None,
        num_unit_shards=None,
        num_proj_shards=None,
        forget_bias=1.0,
        state_is_tuple=True,
        activation=None,
        reuse=None,
        name=None,
        dtype=None,
        trainable=True,
    ):
        refuse("LSTMCell", num_unit_shards=num_unit_shards, num_proj_shards=num_proj_shards)
        require_initializer("LSTMCell", "initializer", initializer)
        if dtype is not None:
            require_floating("LSTMCell", tf.as_dtype(dtype))
        if num_proj is not None and num_proj < 1:
            raise ValueError(f"LSTMCell(num_proj={num_proj!r}): give at least 1, or None")
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = named_activation(activation)
        self._reuse = reuse
        self._name = name or "lstm_cell"
        self._dtype = dtype
        self._trainable = trainable
        self._scope = None
        self._variables = {}

    @property
    def output_size(self):
        """P."""
        return self._num_proj or self._num_units

    @property
    def state_size(self):
        """LSTMStateTuple(H, P), or H + P where the state is one tensor."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def built(self):
        """Whether the variables exist: after the first call."""
        return bool(self._variables)

    @property
    def variables(self):
        """The cell's variables, in the order of their creation; empty before the first call."""
        return list(self._variables.values())

    @property
    def trainable_variables(self):
        """Those of `variables` that are trained."""
        return self.variables if self._trainable else []

    weights = variables
    trainable_weights = trainable_variables

    def zero_state(self, batch_size, dtype):
        """Makes a state of zeros, c [B, H] and h [B, P], for `batch_size`, an int or a scalar."""
        with tf.name_scope("LSTMCellZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return LSTMStateTuple(*(_zeros(batch_size, n, dtype) for n in self.state_size))
            return _zeros(batch_size, self.state_size, dtype)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Makes the zero state that fits `inputs` [B, D], or `batch_size` and `dtype`.

        Raises:
          ValueError: neither is given, or they contradict each other.
        """
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs, name="inputs")
            known = inputs.shape.as_list()[0]
            if batch_size is not None and tf.get_static_value(batch_size) != known:
                raise ValueError(f"inputs has batch size {known}, but batch_size is {batch_size}")
            if dtype is not None and inputs.dtype != dtype:
                raise ValueError(f"inputs is of type {inputs.dtype}, but dtype is {dtype}")
            batch_size = tf.shape(inputs)[0] if known is None else known
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "get_initial_state needs inputs, or both batch_size and dtype; "
                f"got batch_size={batch_size} and dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Takes one step.

        Args:
          inputs: float [B, D], D known.
          state: LSTMStateTuple of c [B, H] and h [B, P], or one tensor [B, H + P].
          scope: variable scope to use as it is, on the first call.

        Returns:
          The output h' [B, P] and the new state, in the form of `state`.

        Raises:
          ValueError: `inputs` is not of rank 2, D is unknown, an input or state is not of a
            floating type, or the variables exist (or, with `reuse`, do not).
          RuntimeError: called outside a graph.
        """
        require_graph("LSTMCell")
        inputs = tf.convert_to_tensor(inputs)
        state = tf.nest.map_structure(tf.convert_to_tensor, state)
        depth = _checked_depth(inputs, state)
        with self._entered(scope) as entered, tf.name_scope(entered.original_name_scope):
            if not self.built:
                self._build(depth, inputs.dtype)
            return self._step(inputs, state)

    def plain_variables(self, depth, dtype):
        """Gives `kernel` and `bias`, as a first call on inputs of `depth` makes them, for a
        recurrence that takes no single steps (`seq2seq_graph.recurrence`).

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
        with self._entered(None):
            if not self.built:
                self._build(depth, dtype)
        return self._variables["kernel"], self._variables["bias"]

    def _entered(self, scope):
        if self._scope is None:
            self._scope = self._captured_scope(scope)
        reuse = True if self.built else self._reuse
        # The name scope is entered by name, so that later calls do not open `lstm_cell_1`.
        return tf.variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False)

    def _captured_scope(self, scope):
        if self._reuse and scope is None:
            scope = self._name
        with tf.variable_scope(scope, default_name=self._name) as captured:
            return captured

    def _build(self, depth, dtype):
        units, outputs = self._num_units, self.output_size
        self._add("kernel", [depth + outputs, 4 * units], self._initializer, dtype)
        self._add("bias", [4 * units], tf.zeros_initializer(), dtype)
        if self._use_peepholes:
            for gate in "fio":
                self._add(f"w_{gate}_diag", [units], self._initializer, dtype)
        if self._num_proj is not None:
            self._add("projection/kernel", [units, outputs], self._initializer, dtype)

    def _add(self, name, shape, initializer, dtype):
        self._variables[name] = tf.get_variable(
            name, shape, self._dtype or dtype, initializer, trainable=self._trainable
        )

    def _step(self, inputs, state):
        c, h = self._split_state(state)
        gates = tf.matmul(tf.concat([inputs, h], 1), self._variables["kernel"])  # [B, 4 * H]
        gates = tf.nn.bias_add(gates, self._variables["bias"])
        i, j, f, o = tf.split(gates, 4, axis=1)
        # The order of the additions below is TensorFlow 1.15's, for the sake of the last bit.
        f = f + self._forget_bias
        if self._use_peepholes:
            f = f + self._variables["w_f_diag"] * c
            i = i + self._variables["w_i_diag"] * c
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            c = tf.clip_by_value(c, -self._cell_clip, self._cell_clip)
        if self._use_peepholes:
            o = o + self._variables["w_o_diag"] * c
        h = tf.sigmoid(o) * self._activation(c)
        if self._num_proj is not None:
            h = tf.matmul(h, self._variables["projection/kernel"])
            if self._proj_clip is not None:
                h = tf.clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else tf.concat([c, h], 1)

    def _split_state(self, state):
        if self._state_is_tuple:
            c, h = state
            return c, h
        return (
            tf.slice(state, [0, 0], [-1, self._num_units]),
            tf.slice(state, [0, self._num_units], [-1, self.output_size]),
        )


def _zeros(batch_size, size, dtype):
    if tf.is_tensor(batch_size):
        shape = tf.concat([tf.expand_dims(batch_size, 0), tf.constant([size])], 0)
    else:
        shape = tf.constant([batch_size, size])
    zeros = tf.zeros(shape, dtype)
    zeros.set_shape([tf.get_static_value(batch_size), size])
    return zeros


def _checked_depth(inputs, state):
    for tensor in [inputs, *tf.nest.flatten(state)]:
        require_floating("LSTMCell", tensor.dtype)
    if inputs.shape.ndims != 2:
        raise ValueError(f"LSTMCell needs inputs of rank 2, [batch, depth]; got {inputs.shape}")
    depth = inputs.shape.as_list()[1]
    if depth is None:
        raise ValueError(f"LSTMCell needs a known last dimension; got inputs {inputs.shape}")
    return depth
