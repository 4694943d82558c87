"""A small model's weights, a batch, and what the port makes of both; tests of the routes use it."""

import functools
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import case_path

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.training.optimizer import build_optimizer
from seq2seq_graph.training.steps import Trainer, train_steps
from seq2seq_graph.weights import keras_twin, pytorch_import
from seq2seq_graph.weights.state import State

RECORDED = os.path.join(case_path("document-checkpoint"), "model.ckpt-100")
SIZES = {
    "vocab_size": 11, "max_input_length": 5, "max_output_length": 4, "encoder_embedding_size": 3,
    "decoder_embedding_size": 4, "encoder_hidden_units": 6, "decoder_hidden_units": 6,
}
RECIPES = {
    "document": {},
    "start at 3": {"start_token": 3},
    "stop": {"stop_at_length": True},
    "reverse": {"reverse_source": True},
    "practical": {
        "stop_at_length": True, "reverse_source": True, "mask_padding": True,
        "sparse_labels": True, "cut_batches": True,
    },
}
# A full source, a half, one of one token, and one of none.
SOURCES = np.array(
    [[4, 5, 6, 7, 8], [9, 10, 4, 0, 0], [5, 0, 0, 0, 0], [0, 0, 0, 0, 0]], np.int32)
TARGETS = np.array([[5, 4, 7, 2], [6, 2, 0, 0], [9, 10, 2, 0], [2, 0, 0, 0]], np.int32)


def skip_without(ending):
    """Skips a test where what a model file of this ending needs is not installed."""
    try:
        if ending == ".keras":
            keras_twin.require_keras()
        if ending == ".pt":
            pytorch_import.require_torch()
    except InputError as error:
        pytest.skip(str(error))


def config(recipe="document"):
    return ModelConfig(**dict(SIZES, **RECIPES[recipe]))


def trained(model, steps=3):
    """A State after some of the port's steps, biases not zero, Adam's memory in it."""
    state = _trained(model, steps)
    return state._replace(arrays=dict(state.arrays))


@functools.lru_cache(maxsize=None)
def _trained(model, steps):
    return run(model, TrainingConfig(learning_rate=0.01), steps=steps)[0]


def run(model, training, state=None, steps=0, batch=(SOURCES, TARGETS)):
    """Takes steps on one batch; gives the State after them, logits before, and the losses."""
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(model, seed=1)
        optimizer = build_optimizer(graph.loss, training.learning_rate)
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        sess.run(tf.global_variables_initializer())
        if state is None:
            random = np.random.RandomState(0)
            for cell in ("encoder", "decoder"):
                bias = variables[cell + "/lstm_cell/bias"]
                bias.load(random.uniform(-2, 1, bias.shape.as_list()), sess)
        else:
            for name, variable in variables.items():
                if name in state.arrays:
                    variable.load(state.arrays[name], sess)
        feed = {graph.encoder_inputs: batch[0], graph.decoder_targets: batch[1]}
        logits = sess.run(graph.decoder_logits, feed)
        losses = list(train_steps(sess, Trainer(graph, optimizer), [batch] * steps))
        return State(sess.run(variables), model, training), logits, losses


def logits_of(state):
    """What the port makes of SOURCES and TARGETS, float32 [4, 4, 11]."""
    return run(state.model, state.training, state)[1]


def assert_same(state, other, but=()):
    assert set(state.arrays) == set(other.arrays)
    for name, array in state.arrays.items():
        if name not in but:
            np.testing.assert_array_equal(array, other.arrays[name], err_msg=name)
            assert array.dtype == other.arrays[name].dtype, name
    assert state.model == other.model and state.training == other.training
