"""`DropoutWrapper`, a cell whose inputs, outputs or states are dropped by chance.

Shapes: B batch, D input, P output.
"""

import hashlib
import numbers
from typing import Any, Callable, Dict, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Number
from seq2seq_graph.legacy.cell_wrappers import _Wrapper
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple
from seq2seq_graph.legacy.shallow import map_up_to, traverse
from seq2seq_graph.legacy.sizes import static_shape


class DropoutWrapper(_Wrapper):
    """Drops parts of a cell's inputs, outputs and states, a fresh choice at each step.

    Args:
      cell: the cell.
      input_keep_prob, output_keep_prob, state_keep_prob: the shares that stay, numbers or scalar
        tensors; what is 1.0 when the graph is built makes no op.
      variational_recurrent: True takes the same choice at all steps (Gal and Ghahramani 2015); it
        needs `dtype`, and `input_size` where inputs are dropped.
      input_size: nested sizes of the inputs, without B.
      dtype: of the inputs and states.
      seed: the ops' seeds are made of it, one for each part of inputs, outputs and states.
      dropout_state_filter_visitor: a substate -> bools; False leaves it whole. By default the
        memory `c` of an LSTMStateTuple and TensorArrays stay whole.

    Raises:
      TypeError: `cell` is no cell, or the visitor no function.
      ValueError: a share is not between 0 and 1, or what `variational_recurrent` needs is missing.

    Source: `tf.nn.rnn_cell.DropoutWrapper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        cell: Cell,
        input_keep_prob: Number = 1.0,
        output_keep_prob: Number = 1.0,
        state_keep_prob: Number = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: DType = None,
        seed: Optional[int] = None,
        dropout_state_filter_visitor: Optional[Callable[[Nested], Any]] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        visit = dropout_state_filter_visitor
        if visit is not None and not callable(visit):
            raise TypeError(f"dropout_state_filter_visitor={visit!r}: give a function")
        self._dropout_state_filter = visit or _drop_all_but_memories
        with tf.name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _share("input_keep_prob", input_keep_prob)
            self._state_keep_prob = _share("state_keep_prob", state_keep_prob)
            self._output_keep_prob = _share("output_keep_prob", output_keep_prob)
        self._variational_recurrent = variational_recurrent
        self._input_size = input_size
        self._seed = seed
        self._noise = {"input": None, "state": None, "output": None}
        if variational_recurrent:
            self._make_noise(dtype)

    def _make_noise(self, dtype):
        """Makes the numbers, [1, size] each, that decide at all steps alike."""
        if dtype is None:
            raise ValueError("DropoutWrapper(variational_recurrent=True) needs dtype")
        sizes = {"state": self.cell.state_size, "output": self.cell.output_size}
        share = self._input_keep_prob
        if not isinstance(share, numbers.Real) or share < 1.0:
            if self._input_size is None:
                raise ValueError(
                    "DropoutWrapper(variational_recurrent=True) that drops inputs needs input_size")
            sizes = dict(input=self._input_size, **sizes)
        for salt, size in sizes.items():
            def noise(position, part, salt=salt):
                shape = tf.concat(([1], static_shape(part).as_list()), 0)
                return tf.random_uniform(shape, seed=self._gen_seed(salt, position), dtype=dtype)

            self._noise[salt] = map_up_to(size, noise, size)

    @property
    def wrapped_cell(self) -> Cell:
        """The cell."""
        return self.cell

    def _gen_seed(self, salt_prefix, index):
        """Gives the op seed of part `index` of the inputs, outputs or states; None without one."""
        if self._seed is None:
            return None
        salted = f"{self._seed}{salt_prefix}_{index}".encode()
        return int(hashlib.md5(salted).hexdigest()[:8], 16) & 0x7FFFFFFF

    def _dropped(self, salt, values, share, chosen=None):
        """Drops parts of each of `values` that `chosen`, nested bools, or None, says True of."""
        def fresh(position, is_chosen, value):
            if is_chosen is False:
                return value
            return tf.nn.dropout(value, rate=1.0 - share, seed=self._gen_seed(salt, position))

        def same(_, is_chosen, value, noise):
            if is_chosen is False:
                return value
            kept = tf.floor(share + noise)
            dropped = tf.div(value, share) * kept
            dropped.set_shape(value.get_shape())
            return dropped

        chosen = values if chosen is None else chosen
        if self._variational_recurrent:
            return map_up_to(chosen, same, chosen, values, self._noise[salt])
        return map_up_to(chosen, fresh, chosen, values)

    def _call_wrapped_cell(self, inputs, state, cell_call_fn, **kwargs):
        if _drops(self._input_keep_prob):
            inputs = self._dropped("input", inputs, self._input_keep_prob)
        output, state = cell_call_fn(inputs, state, **kwargs)
        if _drops(self._state_keep_prob):
            chosen = traverse(self._dropout_state_filter, state)
            state = self._dropped("state", state, self._state_keep_prob, chosen)
        if _drops(self._output_keep_prob):
            output = self._dropped("output", output, self._output_keep_prob)
        return output, state

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        names = ("input_keep_prob", "output_keep_prob", "state_keep_prob", "variational_recurrent",
                 "input_size", "seed")
        own = {name: getattr(self, "_" + name) for name in names}
        if self._dropout_state_filter is not _drop_all_but_memories:
            own["dropout_state_filter_visitor"] = self._dropout_state_filter
        return dict(super().get_config(), **own)


def _share(name, value):
    """Gives a float where a share is known, else its tensor."""
    tensor = tf.convert_to_tensor(value)
    known = tf.get_static_value(tensor)
    if known is None:
        return tensor
    if known < 0 or known > 1:
        raise ValueError(f"DropoutWrapper({name}={known}): give a share between 0 and 1")
    return float(known)


def _drops(share):
    return not isinstance(share, float) or share < 1


def _drop_all_but_memories(substate):
    if isinstance(substate, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not isinstance(substate, tf.TensorArray)
