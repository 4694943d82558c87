"""LSTMs on top of each other. Shapes: B batch, T time, D input, H units."""

from typing import Any, Callable, List, NamedTuple, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.options.dropout import DroppedInputs


def on_top(
    lstm: rnn_cell.LSTMCell,
    layers: int,
    initializer_of: Callable[[int], Callable],
    residual: bool = False,
    mask_of: Callable[[int], Optional[tf.Tensor]] = lambda number: None,
) -> Any:
    """Puts further cells of as many units on a cell; of one layer, the cell is returned as it is.

    Args:
      lstm: the lowest, of H units.
      layers: how many there are to be, the lowest counted.
      initializer_of: a layer's number, from 1 -> its initializer.
      residual: adds what a layer reads to what it writes, from the second layer on.
      mask_of: a layer's number -> what drops of its inputs, [B, H]; None: nothing.

    Source: `tf.nn.rnn_cell.MultiRNNCell` and `ResidualWrapper` of TensorFlow 1.15; the residuals
    are those of Wu et al. 2016, section 3.1.
    """
    cells: List[rnn_cell.RNNCell] = [lstm]
    for number in range(1, layers):
        cell: rnn_cell.RNNCell = rnn_cell.LSTMCell(
            lstm.output_size, initializer=initializer_of(number))
        mask = mask_of(number)
        if mask is not None:
            cell = DroppedInputs(cell, mask)
        cells.append(rnn_cell.ResidualWrapper(cell) if residual else cell)
    return rnn_cell.MultiRNNCell(cells) if layers > 1 else lstm


def run_layers(
    cell: rnn_cell.MultiRNNCell, inputs: tf.Tensor, rnn: Callable, initial_state: Any = None,
    scope: Optional[str] = None, **more: Any,
) -> Tuple[tf.Tensor, Any]:
    """Runs layer after layer, each over all steps, where `dynamic_rnn` runs step after step.

    Args:
      cell: from `on_top`.
      inputs: float32 [B, T, D].
      rnn: runs an LSTM; of `dynamic_rnn`'s signature.
      initial_state, scope, more: as for `dynamic_rnn`.

    Returns:
      The top layer's outputs, [B, T, H], and the last states.
    """
    states = []
    with tf.variable_scope(scope or "rnn"), tf.variable_scope("multi_rnn_cell"):
        for number, layer in enumerate(cell._cells):
            first = None if initial_state is None else initial_state[number]
            outputs, state = _run_layer(
                layer, inputs, rnn, initial_state=first, scope=f"cell_{number}", **more)
            inputs = outputs
            states.append(state)
    return inputs, tuple(states)


class Layer(NamedTuple):
    """An LSTM, and what is around it."""

    lstm: rnn_cell.LSTMCell
    mask: Optional[tf.Tensor]  # [B, H], what is dropped of its inputs
    residual: bool  # whether its inputs are added to its outputs


def taken_apart(cell: Any) -> List[Layer]:
    """Lists the layers of what `on_top` made, the lowest first."""
    layers = []
    for one in cell._cells if isinstance(cell, rnn_cell.MultiRNNCell) else [cell]:
        residual = isinstance(one, rnn_cell.ResidualWrapper)
        inner = one.cell if residual else one
        dropped = isinstance(inner, DroppedInputs)
        layers.append(Layer(
            inner.cell if dropped else inner, inner.mask if dropped else None, residual))
    return layers


def _run_layer(cell, inputs, rnn, **more):
    if isinstance(cell, rnn_cell.ResidualWrapper):
        outputs, state = _run_layer(cell.cell, inputs, rnn, **more)
        return inputs + outputs, state
    if isinstance(cell, DroppedInputs):
        return _run_layer(cell.cell, inputs * cell.mask[:, tf.newaxis], rnn, **more)
    return rnn(cell, inputs, **more)
