"""What an AttentionWrapper makes of the weighted memory: its layers, and one mechanism's step.

Shapes: B batch, T the memory's time, A the attention's width.
"""

from typing import Any, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, LayerLike
from seq2seq_graph.legacy.contrib.seq2seq.attention import dense_without_bias
from seq2seq_graph.legacy.contrib.seq2seq.attention_mechanism import _BaseAttentionMechanism


def _compute_attention(attention_mechanism, cell_output, attention_state, attention_layer):
    """Gives one mechanism's `(attention [B, A], alignments [B, T], next state)`."""
    alignments, next_attention_state = attention_mechanism(cell_output, state=attention_state)
    context = tf.matmul(tf.expand_dims(alignments, 1), attention_mechanism.values)
    context = tf.squeeze(context, [1])
    if attention_layer is None:
        return context, alignments, next_attention_state
    attention = attention_layer(tf.concat([cell_output, context], 1))
    return attention, alignments, next_attention_state


def attention_layers(cell: Cell, mechanisms: Sequence[_BaseAttentionMechanism], sizes: Any,
                     layers: Any) -> Tuple[Optional[Tuple[LayerLike, ...]], int]:
    """Gives the layers, one for each mechanism, or None, and the attention's width A."""
    if sizes is not None and layers is not None:
        raise ValueError("give attention_layer_size or attention_layer, not both")
    if sizes is not None:
        sizes = _one_for_each("attention_layer_size", sizes, mechanisms)
        made = tuple(
            dense_without_bias(size, "attention_layer", mechanism.dtype)
            for size, mechanism in zip(sizes, mechanisms)
        )
        return made, sum(sizes)
    depths = (tf.dimension_value(mechanism.values.shape[-1]) for mechanism in mechanisms)
    if layers is None:
        return None, sum(depths)
    layers = _one_for_each("attention_layer", layers, mechanisms)
    widths = (
        tf.dimension_value(layer.compute_output_shape([None, cell.output_size + depth])[-1])
        for layer, depth in zip(layers, depths)
    )
    return layers, sum(widths)


def _one_for_each(argument, values, mechanisms):
    values = tuple(values) if isinstance(values, (list, tuple)) else (values,)
    if len(values) != len(mechanisms):
        raise ValueError(
            f"{argument} needs one entry for each attention_mechanism; "
            f"got {len(values)} for {len(mechanisms)}"
        )
    return values
