"""`BasicDecoder` of `tf.contrib.seq2seq`: a cell, a helper that feeds it, and an output layer.

Shapes: B batch, H the cell's output, V the output layer's.
"""

import collections
from typing import Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, LayerLike, Nested, Size
from seq2seq_graph.legacy.cell import assert_like_rnncell
from seq2seq_graph.legacy.contrib.seq2seq.decoder import Decoder
from seq2seq_graph.legacy.contrib.seq2seq.helper import Helper
from seq2seq_graph.legacy.contrib.seq2seq.parts import layer_output_size, require_layer


class BasicDecoderOutput(
    collections.namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))
):
    """`rnn_output` [B, T, V or H] (logits, mostly) and `sample_id` int32 [B, T]."""


class BasicDecoder(Decoder):
    """Runs a cell on what a helper feeds it.

    Args:
      cell: an RNN cell.
      helper: a Helper.
      initial_state: the cell's first state.
      output_layer: a layer on the cell's outputs, before the helper samples from them.

    Raises:
      TypeError: `cell`, `helper` or `output_layer` is of another kind.

    Source: `tf.contrib.seq2seq.BasicDecoder` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, helper: Helper, initial_state: Nested,
                 output_layer: LayerLike = None) -> None:
        assert_like_rnncell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper; got {type(helper)}")
        if output_layer is not None:
            require_layer("output_layer", output_layer)
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Size:
        return self._helper.batch_size

    def _rnn_output_size(self):
        return layer_output_size(self._output_layer, self._cell.output_size)

    @property
    def output_size(self) -> BasicDecoderOutput:
        return BasicDecoderOutput(
            rnn_output=self._rnn_output_size(), sample_id=self._helper.sample_ids_shape
        )

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        # The outputs are of the state's type, as cells' are.
        dtype = tf.nest.flatten(self._initial_state)[0].dtype
        return BasicDecoderOutput(
            tf.nest.map_structure(lambda _: dtype, self._rnn_output_size()),
            self._helper.sample_ids_dtype,
        )

    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        return self._helper.initialize() + (self._initial_state,)

    def step(self, time: tf.Tensor, inputs: Nested, state: Nested,
             name: Optional[str] = None) -> Tuple[BasicDecoderOutput, Nested, Nested, tf.Tensor]:
        with tf.name_scope(name, "BasicDecoderStep", (time, inputs, state)):
            cell_outputs, cell_state = self._cell(inputs, state)
            if self._output_layer is not None:
                cell_outputs = self._output_layer(cell_outputs)
            sample_ids = self._helper.sample(
                time=time, outputs=cell_outputs, state=cell_state
            )
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=cell_outputs, state=cell_state, sample_ids=sample_ids
            )
        outputs = BasicDecoderOutput(cell_outputs, sample_ids)
        return outputs, next_state, next_inputs, finished
