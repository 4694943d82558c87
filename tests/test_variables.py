import dataclasses

import models
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph import variables
from seq2seq_graph.model import build_training_graph


def test_the_names_are_the_graphs_own():
    state = models.trained(models.config())
    slots = {w + s for w in variables.NAMES for s in variables.SLOTS}
    assert {*variables.NAMES, *slots, *variables.POWERS} == set(state.arrays)
    assert variables.has_slots(state.arrays)
    assert not variables.has_slots({name: state.arrays[name] for name in variables.NAMES})


def test_the_shapes_are_the_graphs_own_and_tell_the_sizes():
    config = models.config()
    arrays = models.trained(config).arrays
    assert variables.shapes(config) == {
        "EmbedSequence/embeddings": [11, 3], "encoder/lstm_cell/kernel": [9, 24],
        "encoder/lstm_cell/bias": [24], "EmbedSequence_1/embeddings": [11, 4],
        "decoder/lstm_cell/kernel": [10, 24], "decoder/lstm_cell/bias": [24],
        "fully_connected/weights": [6, 11], "fully_connected/biases": [11],
    } == {name: list(arrays[name].shape) for name in variables.NAMES}
    assert variables.sizes_of(arrays) == {
        name: size for name, size in models.SIZES.items() if not name.startswith("max_")}


@pytest.mark.parametrize("options", [
    {"bidirectional": True},
    {"encoder_layers": 2, "decoder_layers": 3, "residual": True},
    {"attention": "luong", "tied_embeddings": True, "decoder_embedding_size": 6},
    {"attention": "bahdanau", "input_feeding": True, "bidirectional": True, "encoder_layers": 3,
     "decoder_layers": 2},
    {"bidirectional": True, "encoder_layers": 3, "stack_bidirectional": True, "residual": True},
], ids=str)
def test_every_options_variables_are_the_graphs_own_and_tell_the_options(options):
    config = dataclasses.replace(models.config(), **options)
    with tf.Graph().as_default():
        build_training_graph(config)
        graphs = {v.op.name: v.shape.as_list() for v in tf.trainable_variables()}
    assert variables.shapes(config) == graphs and variables.names(config) == tuple(graphs)
    told = variables.sizes_of({name: np.zeros(shape) for name, shape in graphs.items()})
    options.pop("residual", None)  # it has no variable
    sizes = dict(models.SIZES, **options)
    assert told == {k: v for k, v in sizes.items() if not k.startswith("max_")}


def test_each_variable_has_its_side():
    assert [variables.side_of(name) for name in variables.NAMES] == (
        ["encoder"] * 3 + ["decoder"] * 3 + [None] * 2)


@pytest.mark.parametrize("steps", [0, 1, 3, 40])
def test_the_powers_of_adams_betas_are_tensorflows_to_the_bit(steps):
    arrays = models.trained(models.config(), steps=steps).arrays
    assert [arrays[name] for name in variables.POWERS] == list(variables.beta_powers(steps))
    assert variables.adam_steps(arrays) == steps


def test_the_steps_of_tensorflow_1_15s_checkpoint_are_counted():
    reader = tf.train.load_checkpoint(models.RECORDED)
    arrays = {name: reader.get_tensor(name) for name in variables.POWERS}
    assert variables.adam_steps(arrays) == 100
    assert [arrays[name] for name in variables.POWERS] == list(variables.beta_powers(100))


def test_long_runs_are_counted_until_the_power_is_nothing():
    for steps in (1000, 87000):
        power = variables.beta_powers(steps)[1]
        assert power > 0 and variables.adam_steps({"beta2_power": power}) == steps
    assert variables.beta_powers(1000)[0] == 0 and variables.beta_powers(90000)[1] == 0
    assert 87000 < variables.adam_steps({"beta2_power": np.float32(0)}) < 90000


def test_a_power_of_another_beta_is_refused():
    with pytest.raises(ValueError, match=r"beta2_power is 0.9\d*, no power of 0.999"):
        variables.adam_steps({"beta2_power": np.float32(0.9995)})
