"""What programs that are recorded draw and order: the same on every TensorFlow and Python."""

import pickle

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.programs import randomness
from seq2seq_graph.legacy.programs.randomness import OrderedSet


def test_shuffled_rows_that_repeat_come_in_one_order_everywhere(monkeypatch):
    options = getattr(tf.data.experimental, "OptimizationOptions", None)
    if hasattr(options, "_static_optimizations"):  # TensorFlow 1.15, which would fuse the two
        monkeypatch.setattr(options, "_static_optimizations", options._static_optimizations)
    randomness.unfuse()
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        data = tf.data.Dataset.range(5).shuffle(5, seed=1).repeat(2).batch(10)
        rows = tf.data.make_one_shot_iterator(data).get_next()
        assert session.run(rows).tolist() == [0, 4, 1, 3, 2, 1, 3, 4, 2, 0]


def test_a_set_gives_its_members_in_order():
    assert list(OrderedSet("world")) == ["d", "l", "o", "r", "w"]
    assert list(OrderedSet([3, 1]) | {2}) == [1, 2, 3]
    assert list(OrderedSet("ab").union("c")) == ["a", "b", "c"]
    assert list({3, 1} & OrderedSet([1, 2])) == [1]
    assert OrderedSet([2, 1]).pop() == 1
    assert list(OrderedSet([1, "a"])) == [1, "a"]


def test_it_is_a_set_otherwise():
    made = OrderedSet("ab")
    assert isinstance(made, set) and made == {"a", "b"} and "a" in made and len(made) == 2
    assert type(pickle.loads(pickle.dumps(made))) is set
    assert OrderedSet() == set()
