"""`BeamSearchDecoder` of `tf.contrib.seq2seq`.

Shapes: B batch, W beam width, D input, V vocabulary.
"""

from typing import Optional, Tuple, Union

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Cell,
    LayerLike,
    Nested,
    Number,
    Size,
    TensorFunction,
)
from seq2seq_graph.legacy.cell import assert_like_rnncell
from seq2seq_graph.legacy.contrib.seq2seq import beam_layout
from seq2seq_graph.legacy.contrib.seq2seq.beam_step import (
    _beam_search_step,
    get_attention_probs,
)
from seq2seq_graph.legacy.contrib.seq2seq.beam_tuples import (
    BeamSearchDecoderOutput,
    BeamSearchDecoderState,
    FinalBeamSearchDecoderOutput,
)
from seq2seq_graph.legacy.contrib.seq2seq.decoder import Decoder
from seq2seq_graph.legacy.contrib.seq2seq.gather_tree import gather_tree
from seq2seq_graph.legacy.contrib.seq2seq.inference_helper import _embedding_function
from seq2seq_graph.legacy.contrib.seq2seq.parts import layer_output_size, require_layer


class BeamSearchDecoder(Decoder):
    """Keeps the W likeliest continuations of each example.

    A beam that has said the end goes on with it for nothing. Beams compete by their summed log
    probability, divided by `((5 + length) / 6) ** length_penalty_weight`, plus (once finished)
    `coverage_penalty_weight * sum(log(min(attention so far, 1)))`.

    Args:
      cell: an RNN cell.
      embedding: [V, D], or a function from ids int32 [B, W] to inputs.
      start_tokens: int32 [B].
      end_token: int32 scalar.
      initial_state: the cell's, [B * W, ...]: see `tile_batch`.
      beam_width: W, an int.
      output_layer: a layer on the cell's outputs.
      length_penalty_weight, coverage_penalty_weight: floats; 0 is no penalty.
      reorder_tensor_arrays: puts TensorArrays of the state (an alignment history) in the order of
        the final beams; they are tensors then.

    Raises:
      TypeError: `cell` or `output_layer` is of another kind.
      ValueError: `start_tokens` is not a vector, `end_token` not a scalar, or the state's shape
        is not that of B * W.

    Source: `tf.contrib.seq2seq.BeamSearchDecoder` of TensorFlow 1.15.
    """

    def __init__(
        self,
        cell: Cell,
        embedding: Union[tf.Tensor, TensorFunction],
        start_tokens: tf.Tensor,
        end_token: Size,
        initial_state: Nested,
        beam_width: int,
        output_layer: LayerLike = None,
        length_penalty_weight: Number = 0.0,
        coverage_penalty_weight: Number = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        assert_like_rnncell("cell", cell)
        if output_layer is not None:
            require_layer("output_layer", output_layer)
        self._cell = cell
        self._output_layer = output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._embedding_fn = _embedding_function(embedding)
        first = tf.convert_to_tensor(start_tokens, dtype=tf.int32, name="start_tokens")
        if first.get_shape().ndims != 1:
            raise ValueError(f"start_tokens must be a vector; got shape {first.get_shape()}")
        self._end_token = tf.convert_to_tensor(end_token, dtype=tf.int32, name="end_token")
        if self._end_token.get_shape().ndims != 0:
            raise ValueError(
                f"end_token must be a scalar; got shape {self._end_token.get_shape()}"
            )
        self._batch_size = tf.size(start_tokens)
        self._initial_cell_state = tf.nest.map_structure(
            self._maybe_split_batch_beams, initial_state, self._cell.state_size
        )
        self._start_tokens = tf.tile(tf.expand_dims(first, 1), [1, beam_width])
        self._start_inputs = self._embedding_fn(self._start_tokens)
        # All beams begin alike: the first alone counts, or they would stay W times the same.
        self._finished = tf.one_hot(
            tf.zeros([self._batch_size], dtype=tf.int32),
            depth=beam_width,
            on_value=False,
            off_value=True,
            dtype=tf.bool,
        )

    @property
    def batch_size(self) -> Size:
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """True: beams change their places, so only this decoder knows which are finished."""
        return True

    def _rnn_output_size(self):
        return layer_output_size(self._output_layer, self._cell.output_size)

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        width = tf.TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(scores=width, predicted_ids=width, parent_ids=width)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        return BeamSearchDecoderOutput(
            scores=tf.nest.map_structure(lambda _: dtype, self._rnn_output_size()),
            predicted_ids=tf.int32,
            parent_ids=tf.int32,
        )

    def initialize(
            self,
            name: Optional[str] = None) -> Tuple[tf.Tensor, tf.Tensor, BeamSearchDecoderState]:
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        log_probs = tf.one_hot(
            tf.zeros([self._batch_size], dtype=tf.int32),
            depth=self._beam_width,
            on_value=tf.convert_to_tensor(0.0, dtype=dtype),
            off_value=tf.convert_to_tensor(-np.inf, dtype=dtype),
            dtype=dtype,
        )
        attention_probs = get_attention_probs(
            self._initial_cell_state, self._coverage_penalty_weight
        )
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=log_probs,
            finished=self._finished,
            lengths=tf.zeros([self._batch_size, self._beam_width], dtype=tf.int64),
            accumulated_attention_probs=() if attention_probs is None else attention_probs,
        )
        return self._finished, self._start_inputs, state

    def step(
        self,
        time: tf.Tensor,
        inputs: Nested,
        state: BeamSearchDecoderState,
        name: Optional[str] = None,
    ) -> Tuple[BeamSearchDecoderOutput, BeamSearchDecoderState, Nested, tf.Tensor]:
        with tf.name_scope(name, "BeamSearchDecoderStep", (time, inputs, state)):
            cell_outputs, next_cell_state = self._cell_step(inputs, state.cell_state)
            output, next_state = _beam_search_step(
                time=time,
                logits=cell_outputs,
                next_cell_state=next_cell_state,
                beam_state=state,
                batch_size=self._batch_size,
                beam_width=self._beam_width,
                end_token=self._end_token,
                length_penalty_weight=self._length_penalty_weight,
                coverage_penalty_weight=self._coverage_penalty_weight,
            )
            finished = next_state.finished
            next_inputs = tf.cond(
                tf.reduce_all(finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, next_state, next_inputs, finished

    def _cell_step(self, inputs, cell_state):
        """Takes the cell's step on B * W rows; gives logits and state as [B, W, ...]."""
        state_size = self._cell.state_size
        inputs = tf.nest.map_structure(
            lambda part: self._merge_batch_beams(part, s=part.shape[2:]), inputs
        )
        cell_state = tf.nest.map_structure(
            self._maybe_merge_batch_beams, cell_state, state_size
        )
        outputs, next_state = self._cell(inputs, cell_state)
        outputs = tf.nest.map_structure(
            lambda out: self._split_batch_beams(out, out.shape[1:]), outputs
        )
        next_state = tf.nest.map_structure(
            self._maybe_split_batch_beams, next_state, self._cell.state_size
        )
        if self._output_layer is not None:
            outputs = self._output_layer(outputs)
        return outputs, next_state

    def finalize(
        self,
        outputs: BeamSearchDecoderOutput,
        final_state: BeamSearchDecoderState,
        sequence_lengths: tf.Tensor,
    ) -> Tuple[FinalBeamSearchDecoderOutput, BeamSearchDecoderState]:
        """Reads the beams back from their ends: FinalBeamSearchDecoderOutput, state."""
        longest = tf.cast(tf.reduce_max(final_state.lengths, axis=1), tf.int32)
        predicted_ids = gather_tree(
            outputs.predicted_ids,
            outputs.parent_ids,
            max_sequence_lengths=longest,
            end_token=self._end_token,
        )
        if self._reorder_tensor_arrays:
            cell_state = tf.nest.map_structure(
                lambda part: self._maybe_sort_array_beams(
                    part, outputs.parent_ids, final_state.lengths
                ),
                final_state.cell_state,
            )
            final_state = final_state._replace(cell_state=cell_state)
        final = FinalBeamSearchDecoderOutput(
            beam_search_decoder_output=outputs, predicted_ids=predicted_ids
        )
        return final, final_state

    def _merge_batch_beams(self, t, s=None):
        return beam_layout.merge(t, s, self._batch_size, self._beam_width)

    def _split_batch_beams(self, t, s=None):
        return beam_layout.split(t, s, self._batch_size, self._beam_width)

    def _maybe_split_batch_beams(self, t, s):
        """Splits what holds rows: not TensorArrays, not scalars (an attention's time)."""
        return self._split_batch_beams(t, s) if beam_layout.has_rank(t, 1) else t

    def _maybe_merge_batch_beams(self, t, s):
        return self._merge_batch_beams(t, s) if beam_layout.has_rank(t, 2) else t

    def _maybe_sort_array_beams(self, t, parent_ids, sequence_length):
        return beam_layout.maybe_sort_array(
            t, parent_ids, sequence_length, self._batch_size, self._beam_width
        )
