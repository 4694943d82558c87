"""An encoder that reads from both ends, and the bridge from its states to the decoder's.

Shapes: B batch, T time, D input, H units of a direction.
"""

from typing import Any, Callable, List, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.layers import dense
from seq2seq_graph.options.stacked import taken_apart


def both_ways(rnn: Callable, backward_cell: RNNCell) -> Callable:
    """Gives a function of `dynamic_rnn`'s signature that runs its cell forwards and another back.

    Its outputs are [B, T, 2 H] and its last state is c and h, [B, 2 H], of each layer: the forward
    cell's H numbers before the backward cell's. The variables stand in `fw` and `bw` of the scope.

    Args:
      rnn: runs one of them: `tf.nn.dynamic_rnn`, or what stands in for it.
      backward_cell: the one that reads from the end; as the cell that the function gets.

    Source: `tf.nn.bidirectional_dynamic_rnn` of TensorFlow 1.15; Schuster and Paliwal 1997.
    """

    def run(cell, inputs, sequence_length=None, dtype=None, scope=None):
        def turned(tensor):
            if sequence_length is None:
                return tf.reverse(tensor, [1])
            return tf.reverse_sequence(tensor, sequence_length, seq_axis=1, batch_axis=0)

        more = {"sequence_length": sequence_length, "dtype": dtype}
        with tf.variable_scope(scope or "bidirectional_rnn"):
            forward, forward_state = rnn(cell, inputs, scope="fw", **more)
            backward, backward_state = rnn(backward_cell, turned(inputs), scope="bw", **more)
        outputs = tf.concat([forward, turned(backward)], 2)  # [B, T, 2 H]
        states = tf.nest.map_structure(
            lambda one, other: tf.concat([one, other], 1), forward_state, backward_state)
        return outputs, states

    return run


def stacked_ways(rnn: Callable, backward_cell: Any) -> Callable:
    """Gives what `both_ways` gives, of layers that each read both ways of the one below.

    A layer's variables stand in `cell_N/bidirectional_rnn/fw` and `bw` of the scope.

    Args:
      rnn: runs an LSTM: `tf.nn.dynamic_rnn`, or what stands in for it.
      backward_cell: the layers that read from the end, of `stacked.on_top`; as those that the
        function gets. What drops of a layer's inputs is [B, 2 H], the forward one's for both.

    Source: `tf.contrib.rnn.stack_bidirectional_dynamic_rnn` of TensorFlow 1.15.
    """

    def run(cell, inputs, sequence_length=None, dtype=None, scope=None):
        states = []
        with tf.variable_scope(scope or "stack_bidirectional_rnn"):
            for number, pair in enumerate(zip(taken_apart(cell), taken_apart(backward_cell))):
                forward, backward = pair
                read = inputs if forward.mask is None else inputs * forward.mask[:, tf.newaxis]
                with tf.variable_scope(f"cell_{number}"):
                    outputs, state = both_ways(rnn, backward.lstm)(
                        forward.lstm, read, sequence_length, dtype)
                inputs = inputs + outputs if forward.residual else outputs
                states.append(state)
        return inputs, tuple(states)

    return run


def to_decoder(
    encoder_states: Any, units: int, layers: int, initializer_of: Callable[[int], Callable]
) -> Any:
    """Makes what the decoder begins with of the encoder's last states.

    Its layers take those of `from_the_top`. A state wider than the decoder's goes over a bridge, a
    linear layer for c and one for h.

    Args:
      encoder_states: c and h, [B, H] or [B, 2 H], or a tuple of such, a layer each.
      units: H of the decoder.
      layers: of the decoder.
      initializer_of: number -> an initializer; each layer takes two.

    Returns:
      c and h, [B, H]; of several layers a tuple of such.
    """
    one = isinstance(encoder_states, rnn_cell.LSTMStateTuple)
    states = from_the_top([encoder_states] if one else encoder_states, layers)
    if states[0].c.shape.as_list()[1] != units:
        states = [
            _bridged(state, units, _scope(number, layers), initializer_of(2 * number),
                     initializer_of(2 * number + 1))
            for number, state in enumerate(states)
        ]
    return states[0] if layers == 1 else tuple(states)


def from_the_top(states: Sequence[Any], layers: int) -> List[Any]:
    """Gives each of so many layers one of some states, the top layer the last, and so on downwards.

    Where there are more layers than states, the lowest all take the first.
    """
    above = len(states) - layers
    return [states[max(0, number + above)] for number in range(layers)]


def _scope(number, layers):
    return "bridge" if layers == 1 else f"bridge/cell_{number}"


def _bridged(state, units, scope, *initializers):
    with tf.variable_scope(scope):
        return rnn_cell.LSTMStateTuple(*(
            dense(part, units, kernel_initializer=initializer, name=name)
            for name, part, initializer in zip("ch", state, initializers)
        ))
