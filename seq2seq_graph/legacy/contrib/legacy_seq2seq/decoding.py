"""`rnn_decoder` and the two models made of it alone.

Shapes: B batch, D input, P the cell's output, V the decoder's symbols, E embedding.
A list of inputs or outputs has one tensor a step.
"""

import copy
from typing import Callable, Iterable, List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Scope


def _extract_argmax_and_embed(embedding, output_projection=None, update_embedding=True):
    """Gives a loop function: from an output [B, P] to the embedding [B, E] of its likeliest symbol.

    Args:
      embedding: [V, E].
      output_projection: weights [P, V] and biases [V], where the outputs are not logits yet.
      update_embedding: whether gradients reach the embedding on this way.
    """

    def loop_function(prev, _):
        if output_projection is not None:
            prev = tf.nn.xw_plus_b(prev, output_projection[0], output_projection[1])
        embedded = tf.nn.embedding_lookup(embedding, tf.argmax(prev, 1))
        return embedded if update_embedding else tf.stop_gradient(embedded)

    return loop_function


def rnn_decoder(decoder_inputs: Iterable[tf.Tensor], initial_state: Nested, cell: Cell,
                loop_function: Optional[Callable[[tf.Tensor, int], Optional[tf.Tensor]]] = None,
                scope: Scope = None) -> Tuple[List[tf.Tensor], Nested]:
    """Runs a cell over the inputs, each step's the same variables.

    Args:
      decoder_inputs: [B, D] tensors, one a step.
      initial_state: the cell's.
      cell: an RNN cell.
      loop_function: (output of the step before, step) -> input, in place of all but the first.
      scope: of the variables; None is `rnn_decoder`.

    Returns:
      The outputs [B, P], one a step, and the last state.

    Source: `tf.contrib.legacy_seq2seq.rnn_decoder` of TensorFlow 1.15.
    """
    with tf.variable_scope(scope or "rnn_decoder"):
        state = initial_state
        outputs: List[tf.Tensor] = []
        for i, given in enumerate(decoder_inputs):
            inp = given
            if loop_function is not None and outputs:
                with tf.variable_scope("loop_function", reuse=True):
                    inp = loop_function(outputs[-1], i)
            if i > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(inp, state)
            outputs.append(output)
    return outputs, state


def basic_rnn_seq2seq(encoder_inputs: Sequence[tf.Tensor], decoder_inputs: Sequence[tf.Tensor],
                      cell: Cell, dtype: DType = tf.float32,
                      scope: Scope = None) -> Tuple[List[tf.Tensor], Nested]:
    """Encodes with a copy of the cell, decodes with the cell from the encoder's last state.

    Args:
      encoder_inputs, decoder_inputs: [B, D] tensors, one a step.
      cell: an RNN cell.
      dtype: of the encoder's first state.
      scope: of the variables; None is `basic_rnn_seq2seq`.

    Returns:
      As `rnn_decoder`.

    Source: `tf.contrib.legacy_seq2seq.basic_rnn_seq2seq` of TensorFlow 1.15.
    """
    with tf.variable_scope(scope or "basic_rnn_seq2seq"):
        encoder_cell = copy.deepcopy(cell)
        _, encoder_state = tf.nn.static_rnn(encoder_cell, encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, encoder_state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs: Sequence[tf.Tensor],
    cell: Cell,
    loop_function: Optional[Callable[[tf.Tensor, int], Optional[tf.Tensor]]] = None,
    dtype: DType = tf.float32,
    scope: Scope = None,
) -> Tuple[List[tf.Tensor], Nested]:
    """Encodes and decodes with one cell.

    Args:
      encoder_inputs, decoder_inputs: [B, D] tensors, one a step.
      cell: an RNN cell.
      loop_function: as for `rnn_decoder`.
      dtype: of the encoder's first state.
      scope: within `combined_tied_rnn_seq2seq`; None is `tied_rnn_seq2seq`.

    Returns:
      As `rnn_decoder`.

    Source: `tf.contrib.legacy_seq2seq.tied_rnn_seq2seq` of TensorFlow 1.15.
    """
    with tf.variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, encoder_state = tf.nn.static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        tf.get_variable_scope().reuse_variables()
        return rnn_decoder(
            decoder_inputs, encoder_state, cell, loop_function=loop_function, scope=scope
        )
