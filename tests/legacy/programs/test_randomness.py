"""What programs that are recorded draw and order: the same on every TensorFlow and Python."""

import pickle

from seq2seq_graph.legacy.programs.randomness import OrderedSet


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
