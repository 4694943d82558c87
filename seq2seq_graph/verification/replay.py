"""Plays a recorded run again on this port and measures how far the two are apart.

A case is an `.npz` of plain arrays, recorded from the document's program on TensorFlow 1.15:

    vocab_size ... decoder_hidden_units   the fields of ModelConfig, scalars
    learning_rate                         Adam's, float32
    encoder_inputs, decoder_targets       int32 [steps, B, T_in] and [steps, B, T_out]
    initial/<variable>                    the weights before step 0
    logits, prediction                    float32 [B, T_out, V] and int64 [B, T_out]
    gradient/<variable>                   of the loss; all three on batch 0, initial weights
    loss                                  float32 [steps], each before its update
    final/<variable>                      the weights after the last step
"""

import dataclasses
from typing import Callable, List, NamedTuple, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.plain_files import Arrays, read_npz
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training.loop import build_optimizer, train_steps

TOLERANCE = 1e-6
SIZES = tuple(
    field.name
    for field in dataclasses.fields(ModelConfig)
    if field.type is int and field.name != "towers"  # how a run is computed, not what
)
_BATCHES = ("encoder_inputs", "decoder_targets")


class Difference(NamedTuple):
    """One quantity of a case against the same of a replay."""

    quantity: str
    largest: float  # absolute difference
    tolerance: float

    @property
    def within(self) -> bool:
        return self.largest <= self.tolerance  # False for NaN


def load_case(path: str) -> Arrays:
    """Reads a case.

    Raises:
      InputError: the file cannot be read, a key is missing, or an array's shape contradicts the
        case's sizes.
    """
    case = read_npz(path, "give a recorded case")
    for key in SIZES + ("learning_rate", "encoder_inputs"):
        if key not in case:
            raise InputError(f"{path}: key {key} is missing")
    try:
        _check_arrays(case)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return case


def _check_arrays(case):
    for key in SIZES + ("learning_rate",):
        if case[key].shape != ():
            raise InputError(f"{key} has shape {list(case[key].shape)}; it must be one number")
    config = config_of(case)
    TrainingConfig(learning_rate=case["learning_rate"].item())
    if case["encoder_inputs"].ndim != 3 or case["encoder_inputs"].size == 0:
        raise InputError(
            f"encoder_inputs has shape {list(case['encoder_inputs'].shape)}; it must be "
            "[steps, batch, length], each at least 1"
        )
    steps, batch_size, _ = case["encoder_inputs"].shape
    shapes = {
        "encoder_inputs": [steps, batch_size, config.max_input_length],
        "decoder_targets": [steps, batch_size, config.max_output_length],
        "logits": [batch_size, config.max_output_length, config.vocab_size],
        "prediction": [batch_size, config.max_output_length],
        "loss": [steps],
        **_weight_shapes(config),
    }
    for key, shape in shapes.items():
        if key not in case:
            raise InputError(f"key {key} is missing")
        if list(case[key].shape) != shape:
            raise InputError(f"{key} has shape {list(case[key].shape)}, the sizes ask for {shape}")
        if case[key].dtype.kind not in "iuf":
            raise InputError(f"{key} is of type {case[key].dtype}; it must hold numbers")
    for key in _BATCHES:
        ids = case[key]
        if ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() >= config.vocab_size:
            raise InputError(f"{key} must hold ids from 0 to {config.vocab_size - 1}")


def _weight_shapes(config):
    with tf.Graph().as_default():
        build_training_graph(config)
        return {
            f"{moment}/{variable.op.name}": variable.shape.as_list()
            for variable in tf.trainable_variables()
            for moment in ("initial", "gradient", "final")
        }


def config_of(case: Arrays, **options) -> ModelConfig:
    """Makes the configuration of a case; `options` are further fields."""
    return ModelConfig(**{name: case[name].item() for name in SIZES}, **options)


def replay(
    case: Arrays,
    checkpoint_prefix: Optional[str] = None,
    on_step: Optional[Callable[[], None]] = None,
    **options,
) -> Arrays:
    """Plays a case.

    Args:
      case: from `load_case`.
      checkpoint_prefix: a checkpoint of the same run, `.../model.ckpt-STEP`: training goes on
        from there, with step STEP's batch, rather than from the initial weights.
      on_step: called after each step, to measure its time.
      options: fields of ModelConfig that change how the case is computed: `rnn`, `towers`,
        `sparse_labels`.

    Returns:
      What was computed, under the case's keys; `loss` holds only the steps that were taken.

    Raises:
      InputError: the checkpoint's name ends in no step of the case, or as `checkpoint.restore`.
    """
    first_step = 0 if checkpoint_prefix is None else checkpoint.step_of(checkpoint_prefix)
    steps = len(case["loss"])
    if first_step >= steps:
        raise InputError(f"{checkpoint_prefix}: the case ends before step {first_step}, at {steps}")
    with tf.Graph().as_default(), tf.Session() as sess:
        config = config_of(case, **options)
        graph = build_training_graph(config)
        variables = {variable.op.name: variable for variable in tf.trainable_variables()}
        optimizer = build_optimizer(
            graph.loss, float(case["learning_rate"]), dense_embeddings=config.fast
        )
        gradients = dict(zip(variables, _dense_gradients(graph.loss, variables.values())))
        initial = _initial_assignment(case, variables)
        saver = tf.train.Saver(tf.global_variables())
        initialize = tf.global_variables_initializer()
        sess.graph.finalize()

        sess.run(initialize)
        sess.run(*initial)
        result = _first_batch(sess, case, graph, gradients)
        if checkpoint_prefix is not None:
            checkpoint.restore(sess, saver, checkpoint_prefix)
        some_batches = zip(*(case[key][first_step:] for key in _BATCHES))
        losses = []
        for loss_value in train_steps(sess, graph, optimizer, some_batches):
            losses.append(loss_value)
            if on_step is not None:
                on_step()
        result["loss"] = np.array(losses, np.float32)
        result.update(_under("final", sess.run(variables)))
    return result


def _dense_gradients(loss, variables):
    # The gradient of an embedding comes as rows and their numbers; a case has the whole matrix.
    return [tf.convert_to_tensor(gradient) for gradient in tf.gradients(loss, list(variables))]


def _initial_assignment(case, variables):
    """Makes the assignments of `initial/<variable>` and what to feed them with."""
    assignments, feed = [], {}
    for name, variable in variables.items():
        value = tf.placeholder(variable.dtype.base_dtype, variable.shape)
        assignments.append(tf.assign(variable, value))
        feed[value] = case[f"initial/{name}"]
    return assignments, feed


def _first_batch(sess, case, graph, gradients):
    feed = {
        graph.encoder_inputs: case["encoder_inputs"][0],
        graph.decoder_targets: case["decoder_targets"][0],
    }
    fetches = graph.decoder_logits, graph.decoder_prediction, gradients
    logits, prediction, gradient_values = sess.run(fetches, feed)
    return {"logits": logits, "prediction": prediction, **_under("gradient", gradient_values)}


def _under(prefix, values):
    return {f"{prefix}/{name}": value for name, value in values.items()}


def differences(case: Arrays, result: Arrays) -> List[Difference]:
    """Compares a replay with its case, quantity by quantity.

    The tolerance is 1e-6 absolute; of a gradient 1e-6 of its largest entry; of the prediction 0.
    Adam moves a weight by about the learning rate whatever the size of its gradient, so rounding
    shows in the final weights, and in the losses on the way, in proportion to the rate: 1e-6 for
    each 0.001 of a rate above 0.001.
    """
    rows = []
    for key, value in result.items():
        recorded = case[key][-len(value):] if key == "loss" else case[key]
        difference = np.abs(recorded.astype(np.float64) - value.astype(np.float64))
        tolerance = _tolerance(key, recorded, float(case["learning_rate"]))
        rows.append(Difference(key, float(difference.max()), tolerance))
    return rows


def _tolerance(key, recorded, learning_rate):
    if key == "prediction":
        return 0.0
    if key.startswith("gradient/"):
        return TOLERANCE * float(np.abs(recorded).max())
    if key == "logits":
        return TOLERANCE
    return TOLERANCE * max(1.0, learning_rate / TrainingConfig.learning_rate)
