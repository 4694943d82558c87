"""Plays a recorded run (see `recorded_run`) again on this package's graph."""

from typing import Any, Callable, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training.optimizer import build_optimizer
from seq2seq_graph.training.steps import Trainer, train_steps
from seq2seq_graph.verification.recorded_run import BATCHES, config_of


def replay(
    case: Arrays,
    checkpoint_prefix: Optional[str] = None,
    on_step: Optional[Callable[[], None]] = None,
    **options: Any,
) -> Arrays:
    """Plays a case.

    Args:
      case: from `recorded_run.load_case`.
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
            graph.loss, float(case["learning_rate"]), dense_embeddings=config.rnn != "dynamic"
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
        some_batches = zip(*(case[key][first_step:] for key in BATCHES))
        losses = []
        for loss_value in train_steps(sess, Trainer(graph, optimizer), some_batches):
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
    fetches = graph.decoder_logits, graph.decoder_prediction, gradients, graph.alignments
    logits, prediction, gradient_values, alignments = sess.run(fetches, feed)
    looks = {"alignments": alignments} if len(alignments) else {}
    return {"logits": logits, "prediction": prediction, **looks,
            **_under("gradient", gradient_values)}


def _under(prefix, values):
    return {f"{prefix}/{name}": value for name, value in values.items()}
