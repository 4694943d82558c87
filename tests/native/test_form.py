"""What is held against TensorFlow 1.15's record: when a rebuilt number counts as the same."""

import numpy as np

from native import form

KEY = "exercise|outputs|0"
NATIVE = {KEY: np.array([1.0, -0.5], np.float32)}
BIT = 2.0 ** -23  # of 1.0
OFF = {KEY: np.array([0, BIT / 2])}  # float64 less the native float32


def found(values, furthest=BIT / 2, off=OFF, exact=False):
    ours = {KEY: np.array(values, np.float32)}
    return form.differences(ours, NATIVE, exact, off, furthest)


def test_the_native_numbers_are_the_same_ones():
    assert found([1.0, -0.5]) == [] and found([1.0, -0.5], exact=True) == []


def test_twice_as_far_from_float64_as_the_native_family_and_no_further():
    assert found([1 + BIT, -0.5]) == []
    (line,) = found([1 + 2 * BIT, -0.5])
    assert line.startswith(f"{KEY}: ") and "from float64" in line
    assert found([1 + 2 * BIT, -0.5], furthest=BIT) == []


def test_a_gradient_may_be_off_by_what_another_order_of_its_sum_makes():
    key = "exercise|gradient/kernel"
    native = {key: NATIVE[KEY]}
    for bits, lines in ((7, 0), (9, 1)):
        ours = {key: np.array([1 + bits * BIT, -0.5], np.float32)}
        assert len(form.differences(ours, native, False, {key: OFF[KEY]}, BIT / 2)) == lines


def test_a_family_that_was_far_off_does_not_widen_what_the_record_allows():
    assert "differs by" in found([1 + 1e-4, -0.5], furthest=1.0)[0]


def test_on_the_same_tensorflow_no_bit_may_differ():
    assert found([1 + BIT, -0.5], exact=True, off={}) != []


def test_without_float64_the_record_decides():
    assert found([1 + 2 * BIT, -0.5], off={}) == [] and found([1 + 1e-5, -0.5], off={}) != []
