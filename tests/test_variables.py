import models
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph import variables


def test_the_gates_i_j_f_o_become_i_f_c_o_and_come_back():
    array = np.array([[1, 1, 2, 2, 3, 3, 4, 4]])
    assert variables.swap_gates(array).tolist() == [[1, 1, 3, 3, 2, 2, 4, 4]]
    assert variables.swap_gates(variables.swap_gates(array)).tolist() == array.tolist()


def test_the_names_are_the_graphs_own():
    state = models.trained(models.config())
    slots = {w + s for w in variables.WEIGHTS for s in variables.SLOTS}
    assert {*variables.WEIGHTS, *slots, *variables.POWERS} == set(state.arrays)
    assert variables.has_slots(state.arrays)
    assert not variables.has_slots({name: state.arrays[name] for name in variables.WEIGHTS})


def test_a_layer_of_input_and_state_kernels_is_split_and_joined_to_the_bit():
    state = models.trained(models.config())
    for slot in ("",) + variables.SLOTS:
        layers = variables.to_layers(state.arrays, slot)
        assert [value.shape for value in layers["decoder"]] == [(4, 24), (6, 24), (24,)]
        for name, array in variables.from_layers(layers, slot).items():
            np.testing.assert_array_equal(array, state.arrays[name])


def test_the_forget_bias_is_one_for_f():
    assert variables.forget_bias(2).tolist() == [0, 0, 0, 0, 1, 1, 0, 0]


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
