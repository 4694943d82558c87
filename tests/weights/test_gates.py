import models
import numpy as np

from seq2seq_graph.variables import SLOTS
from seq2seq_graph.weights import gates


def test_the_gates_i_j_f_o_become_i_f_c_o_and_come_back():
    array = np.array([[1, 1, 2, 2, 3, 3, 4, 4]])
    assert gates.swap_gates(array).tolist() == [[1, 1, 3, 3, 2, 2, 4, 4]]
    assert gates.swap_gates(gates.swap_gates(array)).tolist() == array.tolist()


def test_a_layer_of_input_and_state_kernels_is_split_and_joined_to_the_bit():
    state = models.trained(models.config())
    for slot in ("",) + SLOTS:
        layers = gates.to_layers(state.arrays, slot)
        assert [value.shape for value in layers["decoder"]] == [(4, 24), (6, 24), (24,)]
        for name, array in gates.from_layers(layers, slot).items():
            np.testing.assert_array_equal(array, state.arrays[name])


def test_the_forget_bias_is_one_for_f():
    assert gates.forget_bias(2).tolist() == [0, 0, 0, 0, 1, 1, 0, 0]
