"""The document's train op, Adam, and what may stand around it: a falling rate, a largest norm."""

import math
from typing import Optional, Sequence, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import TrainingConfig

LITTLE = 0.001  # of the rate at the start: with less, a step changes next to nothing


def build_optimizer(
    loss: tf.Tensor,
    learning_rate: Union[float, tf.Tensor],
    clip_norm: float = TrainingConfig.clip_norm,
    dense_embeddings: bool = False,
    on_devices: bool = False,
) -> tf.Operation:
    """Builds the document's train op, `AdamOptimizer().minimize(loss)`.

    Args:
      loss: float32 [].
      learning_rate: a number or a float32 [] tensor.
      clip_norm: above 0, gradients whose global norm is larger are scaled down to it (Pascanu,
        Mikolov and Bengio 2013). As `tf.clip_by_global_norm` counts, a row of an embedding that a
        batch looks up twice enters the norm as two rows.
      dense_embeddings: add the rows of an embedding's gradient up to a whole matrix, which Adam
        takes in one op rather than a dozen; the same numbers to rounding.
      on_devices: the graph stands on several devices. Each computes the gradients of what it
        computes, and no variable changes before all of them are there.
    """
    adam = tf.train.AdamOptimizer(learning_rate)
    how = {"gate_gradients": adam.GATE_GRAPH, "colocate_gradients_with_ops": True}
    how = how if on_devices else {}
    if not clip_norm and not dense_embeddings:
        return adam.minimize(loss, **how)
    gradients: Sequence[tf.Tensor]
    gradients, variables = zip(*adam.compute_gradients(loss, **how))
    if clip_norm:
        gradients, _ = tf.clip_by_global_norm(gradients, clip_norm)
    if dense_embeddings:
        gradients = [_dense(*pair) for pair in zip(gradients, variables)]
    return adam.apply_gradients(zip(gradients, variables))


def _dense(gradient, variable):
    with tf.device(variable.device):
        return tf.convert_to_tensor(gradient)


def halve(learning_rate: float, half_life: int, step: tf.Tensor) -> tf.Tensor:
    """Gives `learning_rate` * 0.5 ** (step / half_life), float32 [], for int64 [] `step`."""
    return learning_rate * tf.pow(0.5, tf.cast(step, tf.float32) / half_life)


def fallen_rate(training: TrainingConfig, steps: int) -> Optional[str]:
    """Says from when on the rate of a run is `LITTLE` of what it was; None where it stays above.

    Args:
      training: the rate's half-life, and the epochs.
      steps: of an epoch.
    """
    if not training.half_life:
        return None
    halvings = training.num_epochs * steps / training.half_life
    epoch = int(-math.log2(LITTLE) * training.half_life / steps) + 1
    if 0.5**halvings >= LITTLE:
        return None
    return (
        f"half_life {training.half_life}: from epoch {epoch} on the learning rate is below "
        f"{LITTLE:g} of what it was, at the end {0.5**halvings:.1g}, and steps change next to "
        "nothing; a longer half_life keeps it up"
    )
