import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from native.exercises_distributions import EXERCISES
from native.form import numbers
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("distributions")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_distribution_is_as_its_native_one(name, native):
    assert differences("distributions", name, native) == []


def test_gradients_of_a_likelihood_and_of_a_sample_are_those_of_the_formula():
    from seq2seq_graph.legacy.contrib.distributions import MultivariateNormalDiag

    mean, scale, x = numbers(0, 3), numbers(1, 3) + 2, numbers(2, 4, 3)
    with tf.Graph().as_default(), tf.Session() as sess:
        given = [tf.constant(mean), tf.constant(scale)]
        made = MultivariateNormalDiag(*given)
        sample = made.sample(5, seed=7)
        likely = tf.gradients(made.log_prob(x), given)
        drawn = tf.gradients(sample, given)
        likely, drawn, sample = sess.run([likely, drawn, sample])
    far = (x.astype(np.float64) - mean) / scale
    np.testing.assert_allclose(likely[0], (far / scale).sum(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(likely[1], ((far ** 2 - 1) / scale).sum(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(drawn[0], [5, 5, 5])
    np.testing.assert_allclose(drawn[1], ((sample - mean) / scale).sum(0), rtol=1e-5, atol=1e-6)
