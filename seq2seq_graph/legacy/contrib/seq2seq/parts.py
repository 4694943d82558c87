"""Checks of the layers that decoders and attention are given.

By what they can do, not by their class: the package's own, Keras' and a program's own all serve.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import LayerLike, Sizes


def require_layer(argument: str, layer: LayerLike) -> None:
    """Raises TypeError where `layer` is no layer."""
    if not (callable(layer) and hasattr(layer, "compute_output_shape")):
        raise TypeError(f"{argument} must be a Layer; got {type(layer)}")


def layer_output_size(layer: LayerLike, cell_output_size: Sizes) -> Sizes:
    """Gives the cell's output size behind `layer`: TensorShapes without the batch."""
    if layer is None:
        return cell_output_size
    with_batch = tf.nest.map_structure(
        lambda size: tf.TensorShape([None]).concatenate(size), cell_output_size
    )
    # The layer is asked on every call, as natively: it is cheap, and a program may have its own.
    output_shape = layer.compute_output_shape(with_batch)
    return tf.nest.map_structure(lambda shape: shape[1:], output_shape)
