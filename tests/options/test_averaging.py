import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.options import averaging
from seq2seq_graph.runs import checkpoint

STEPS = 12


def build(decay=0.8):
    """One weight, 1.0 at first, that each step adds 1 to."""
    weight = tf.get_variable("weight", [2], initializer=tf.ones_initializer())
    step = tf.placeholder(tf.int32, [])
    optimizer = tf.assign_add(weight, [1.0, 1.0]).op
    return weight, step, averaging.build_average(optimizer, decay, step)


def by_hand(decay=0.8):
    weight = average = 1.0
    for n in range(STEPS):
        weight += 1
        d = min(decay, (1 + n) / (10 + n))
        average = d * average + (1 - d) * weight
    return weight, average


def run(sess, step, average):
    sess.run(tf.global_variables_initializer())
    for n in range(STEPS):
        sess.run(average.optimizer, {step: n})


def test_the_average_follows_the_formula():
    with tf.Graph().as_default(), tf.Session() as sess:
        weight, step, average = build()
        run(sess, step, average)
        with averaging.in_use(sess, average):
            np.testing.assert_allclose(sess.run(weight), [by_hand()[1]] * 2, rtol=1e-6)
        np.testing.assert_array_equal(sess.run(weight), [by_hand()[0]] * 2)


def test_the_weights_come_back_after_an_error():
    with tf.Graph().as_default(), tf.Session() as sess:
        weight, step, average = build()
        run(sess, step, average)
        try:
            with averaging.in_use(sess, average):
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            np.testing.assert_array_equal(sess.run(weight), [by_hand()[0]] * 2)


def test_a_checkpoint_is_used_by_its_averages_and_resumed_by_its_weights(tmp_path):
    prefix = str(tmp_path / "model.ckpt-12")
    with tf.Graph().as_default(), tf.Session() as sess:
        _, step, average = build()
        run(sess, step, average)
        tf.train.Saver().save(sess, prefix)
        checkpoint.restore(sess, tf.train.Saver(), prefix)
        np.testing.assert_array_equal(sess.run(average.weights[0]), [by_hand()[0]] * 2)
    with tf.Graph().as_default(), tf.Session() as sess:
        weight = tf.get_variable("weight", [2])
        checkpoint.restore_for_use(sess, prefix)
        np.testing.assert_allclose(sess.run(weight), [by_hand()[1]] * 2, rtol=1e-6)


def test_a_checkpoint_without_averages_is_used_by_its_weights(tmp_path):
    prefix = str(tmp_path / "model.ckpt-3")
    for use in (False, True):
        with tf.Graph().as_default(), tf.Session() as sess:
            weight = tf.get_variable("weight", [2], initializer=tf.ones_initializer())
            if use:
                checkpoint.restore_for_use(sess, prefix)
                np.testing.assert_array_equal(sess.run(weight), [1, 1])
            else:
                sess.run(weight.initializer)
                tf.train.Saver().save(sess, prefix)
