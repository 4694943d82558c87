"""`legacy` beside TensorFlow 1.15's own symbols, option by option."""

import pytest
from conftest import ON_TF115
from native import exercises

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.legacy.contrib import layers

PORT = exercises.Symbols(
    layers.embed_sequence, layers.linear, rnn_cell.LSTMCell, rnn_cell.LSTMStateTuple
)
NAMES = [(name, options) for name, (_, all_options) in exercises.EXERCISES.items()
         for options in all_options]


@pytest.fixture(scope="module")
def native_answers(call_native):
    return call_native("exercises")


@pytest.mark.parametrize("name, options", NAMES)
def test_the_port_answers_as_the_native_symbols(name, options, native_answers):
    function, _ = exercises.EXERCISES[name]
    answers = function(PORT, options)
    prefix = f"{name}|{options}|"
    native = {key[len(prefix):]: value for key, value in native_answers.items()
              if key.startswith(prefix)}
    assert set(answers) == set(native) and native
    for quantity, value in native.items():
        assert value.shape == answers[quantity].shape, quantity
        if value.dtype.kind == "f" and not (ON_TF115 or quantity.startswith("initial/")):
            assert abs(value - answers[quantity]).max() <= 1e-6, quantity
        else:  # names, counts, errors and initial values: the same everywhere
            assert (value == answers[quantity]).all(), (quantity, value, answers[quantity])


def test_the_exercises_would_notice_another_gate_order():
    import numpy as np
    import tensorflow.compat.v1 as tf

    class Swapped(rnn_cell.LSTMCell):
        def call(self, inputs, state):
            i, j, f, o = tf.split(self._kernel, 4, axis=1)
            self._kernel = tf.concat([i, f, j, o], 1)
            return super().call(inputs, state)

    right = exercises.cell(PORT, "defaults")["output/c"]
    wrong = exercises.cell(PORT._replace(LSTMCell=Swapped), "defaults")["output/c"]
    assert np.abs(right - wrong).max() > 0.01
