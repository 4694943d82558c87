"""`tf.contrib.grid_rnn`'s named grids: the first dimension reads the inputs and is the output.

`non_recurrent_fn` makes that first dimension a fully connected one. The others: as in
`grid_rnn.GridRNNCell`, and, of the cells, as in `rnn_cell`.

Source: `tf.contrib.grid_rnn` of TensorFlow 1.15.
"""

from typing import Optional

from seq2seq_graph.legacy.argument_types import TensorFunction
from seq2seq_graph.legacy.contrib.grid_rnn import GridRNNCell
from seq2seq_graph.legacy.rnn_cell_basic import BasicRNNCell, GRUCell
from seq2seq_graph.legacy.rnn_cell_basic_lstm import BasicLSTMCell
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMCell


class _FirstIsTheOutput(GridRNNCell):
    """A grid whose first dimension reads the inputs, is the output, and comes last."""

    def __init__(self, num_units, num_dims, cell_fn, state_is_tuple, output_is_tuple, tied=False,
                 non_recurrent_fn=None):
        super().__init__(
            num_units=num_units, num_dims=num_dims, input_dims=0, output_dims=0, priority_dims=0,
            tied=tied, non_recurrent_dims=None if non_recurrent_fn is None else 0, cell_fn=cell_fn,
            non_recurrent_fn=non_recurrent_fn, state_is_tuple=state_is_tuple,
            output_is_tuple=output_is_tuple)


def _lstm(use_peepholes, forget_bias):
    return lambda units: LSTMCell(
        num_units=units, forget_bias=forget_bias, use_peepholes=use_peepholes)


class Grid1BasicRNNCell(_FirstIsTheOutput):
    """One dimension of BasicRNNCell."""

    def __init__(self, num_units: int, state_is_tuple: bool = True,
                 output_is_tuple: bool = True) -> None:
        super().__init__(num_units, 1, BasicRNNCell, state_is_tuple, output_is_tuple)


class Grid2BasicRNNCell(_FirstIsTheOutput):
    """Two dimensions of BasicRNNCell."""

    def __init__(self, num_units: int, tied: bool = False,
                 non_recurrent_fn: Optional[TensorFunction] = None, state_is_tuple: bool = True,
                 output_is_tuple: bool = True) -> None:
        super().__init__(num_units, 2, BasicRNNCell, state_is_tuple, output_is_tuple, tied,
                         non_recurrent_fn)


class Grid1BasicLSTMCell(_FirstIsTheOutput):
    """One dimension of BasicLSTMCell."""

    def __init__(self, num_units: int, forget_bias: float = 1, state_is_tuple: bool = True,
                 output_is_tuple: bool = True) -> None:
        super().__init__(
            num_units, 1, lambda units: BasicLSTMCell(num_units=units, forget_bias=forget_bias),
            state_is_tuple, output_is_tuple)


class Grid2BasicLSTMCell(_FirstIsTheOutput):
    """Two dimensions of BasicLSTMCell."""

    def __init__(self, num_units: int, tied: bool = False,
                 non_recurrent_fn: Optional[TensorFunction] = None, forget_bias: float = 1,
                 state_is_tuple: bool = True, output_is_tuple: bool = True) -> None:
        super().__init__(
            num_units, 2, lambda units: BasicLSTMCell(num_units=units, forget_bias=forget_bias),
            state_is_tuple, output_is_tuple, tied, non_recurrent_fn)


class Grid1LSTMCell(_FirstIsTheOutput):
    """One dimension of LSTMCell."""

    def __init__(self, num_units: int, use_peepholes: bool = False, forget_bias: float = 1.0,
                 state_is_tuple: bool = True, output_is_tuple: bool = True) -> None:
        super().__init__(num_units, 1, _lstm(use_peepholes, forget_bias), state_is_tuple,
                         output_is_tuple)


class Grid2LSTMCell(_FirstIsTheOutput):
    """Two dimensions of LSTMCell."""

    def __init__(self, num_units: int, tied: bool = False,
                 non_recurrent_fn: Optional[TensorFunction] = None, use_peepholes: bool = False,
                 forget_bias: float = 1.0, state_is_tuple: bool = True,
                 output_is_tuple: bool = True) -> None:
        super().__init__(num_units, 2, _lstm(use_peepholes, forget_bias), state_is_tuple,
                         output_is_tuple, tied, non_recurrent_fn)


class Grid3LSTMCell(_FirstIsTheOutput):
    """Three dimensions of LSTMCell."""

    def __init__(self, num_units: int, tied: bool = False,
                 non_recurrent_fn: Optional[TensorFunction] = None, use_peepholes: bool = False,
                 forget_bias: float = 1.0, state_is_tuple: bool = True,
                 output_is_tuple: bool = True) -> None:
        super().__init__(num_units, 3, _lstm(use_peepholes, forget_bias), state_is_tuple,
                         output_is_tuple, tied, non_recurrent_fn)


class Grid2GRUCell(_FirstIsTheOutput):
    """Two dimensions of GRUCell."""

    def __init__(self, num_units: int, tied: bool = False,
                 non_recurrent_fn: Optional[TensorFunction] = None, state_is_tuple: bool = True,
                 output_is_tuple: bool = True) -> None:
        super().__init__(num_units, 2, GRUCell, state_is_tuple, output_is_tuple, tied,
                         non_recurrent_fn)
