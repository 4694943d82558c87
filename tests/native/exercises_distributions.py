"""Programs with the normal vectors of `tf.contrib.distributions`: see `native.form`."""

import functools

import numpy as np

from native.form import errors, numbers


def normal(tf, loc=True, multiplier=None, batch=2):
    """Its numbers, but for gradients: natively they are summed in another order."""
    made = tf.contrib.distributions.MultivariateNormalDiag
    mean, scale = tf.constant(numbers(0, batch, 3)), tf.constant(numbers(1, 3) + 2)
    a = made(mean if loc else None, scale, multiplier)
    b = made(tf.constant(numbers(2, 3)), tf.constant(numbers(3, 3) - 2))
    x = tf.constant(numbers(4, 4, 1, 3))
    sample = a.sample(5, seed=7)
    found = {
        "sample": sample, "log": a.log_prob(x), "p": a.prob(x),
        "mean": a.mean(), "mode": a.mode(), "variance": a.variance(), "stddev": a.stddev(),
        "covariance": a.covariance(), "entropy": a.entropy(), "many": a.sample([2, 3], seed=8),
        "kl": tf.contrib.distributions.kl_divergence(a, b), "scale": a.scale.to_dense(),
    }
    shapes = [str(t.shape.as_list()) for t in (sample, found["log"], found["entropy"])]
    with tf.Session() as sess:
        found = sess.run(found)
    found["shapes"] = shapes + [str(a.batch_shape), str(a.event_shape), a.dtype.name]
    return found


def dependent(tf, full=True, batch=2):
    """Normal vectors of a covariance, or of its triangular root, drawn and judged."""
    root = np.tril(numbers(1, batch, 3, 3)) + 2 * np.eye(3, dtype=np.float32)
    distributions = tf.contrib.distributions
    mean = tf.constant(numbers(0, batch, 3))
    if full:
        made = distributions.MultivariateNormalFullCovariance(
            mean, tf.constant(root @ np.swapaxes(root, 1, 2)))
    else:
        made = distributions.MultivariateNormalTriL(mean, tf.constant(root))
    x = tf.constant(numbers(4, 4, 1, 3))
    found = {
        "sample": made.sample(5, seed=7), "one": made.sample(seed=8), "log": made.log_prob(x),
        "p": made.prob(x), "mean": made.mean(), "mode": made.mode(),
        "variance": made.variance(), "stddev": made.stddev(), "covariance": made.covariance(),
        "entropy": made.entropy(), "scale": made.scale.to_dense(),
    }
    shapes = [str(t.shape.as_list()) for t in (found["sample"], found["log"], found["entropy"])]
    with tf.Session() as sess:
        found = sess.run(found)
    found["shapes"] = shapes + [str(made.batch_shape), str(made.event_shape), made.dtype.name]
    return found


def wrong(tf):
    made = tf.contrib.distributions
    return errors(tf, {
        "nothing": made.MultivariateNormalDiag, "no triangle": made.MultivariateNormalTriL})


EXERCISES = {
    "normal": normal,
    "without loc": functools.partial(normal, loc=False),
    "more": functools.partial(normal, multiplier=0.5),
    "covariance": dependent,
    "triangular": functools.partial(dependent, full=False),
    "wrong": wrong,
}
