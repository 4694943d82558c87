"""The lesson's pictures say what they are given."""

import sys

import numpy as np
import pytest

from seq2seq_graph import numpy_reference
from seq2seq_graph.errors import InputError
from seq2seq_graph.pictures import lesson
from seq2seq_graph.vocabulary import Vocabulary

pytest.importorskip("matplotlib", reason="pip install -e '.[plots]' to draw")

# With x = [1, -1] and h = 0.5 the four products are 0, 0.5, -1 and 3.5.
KERNEL = np.array([[0.0, 1, 0, 2], [1, 0, 1, -1], [2, -1, 0, 1]])


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def fills(figure):
    """The colours of the boxes, in the order of their drawing."""
    return [patch.get_facecolor()[:3] for patch in figure.axes[0].patches
            if type(patch).__name__ == "FancyBboxPatch"]


def test_ids_are_named_with_their_padding_and_end():
    vocabulary = Vocabulary(["a", "b"])
    assert lesson.token_texts(vocabulary, [5, 2, 0, 9]) == ("b", "<END>", "<PAD>", "<9>")


def test_tokens_stand_in_their_order_and_only_wrong_ones_are_red():
    rows = [lesson.TokenRow("read", ("<START>", "K", "AE")),
            lesson.TokenRow("written", ("K", "AH", "<END>"), [False, True, False])]
    figure = lesson.tokens_in_time(rows, [((0, 1), (1, 2))], "a title")
    assert texts(figure) == ["read", "START", "K", "AE", "written", "K", "AH", "END",
                             "t=0", "t=1", "t=2"]
    assert figure.axes[0].get_title() == "a title"
    start, plain, _, same, wrong, end = fills(figure)
    assert same == plain and len({start, plain, wrong, end}) == 4
    arrows = [text for text in figure.axes[0].texts if hasattr(text, "arrow_patch")]
    assert len(arrows) == 1 and arrows[0].xy[0] == 2.5


def test_a_steps_picture_carries_its_numbers():
    state = np.array([[0.5]])
    step = numpy_reference.lstm_step(np.array([[1.0, -1.0]]), state, state, KERNEL, np.zeros(4))
    drawn = " ".join(texts(lesson.lstm_step(step))).replace("\n", " ")
    for number in ("[1, -1, 0.5]", "f = 0.5000", "i = 0.5000", "j = 0.4621", "o = 0.9707",
                   "f c = 0.2500", "i j = 0.2311", "= 0.4811", "= 0.4340"):
        assert number in drawn


def test_a_step_of_two_units_is_refused():
    two = np.zeros([1, 2])
    step = numpy_reference.lstm_step(two, two, two, np.zeros([4, 8]), np.zeros(8))
    with pytest.raises(InputError, match=r"\(1, 2\) numbers"):
        lesson.lstm_step(step)


def test_states_has_a_column_a_step_and_a_row_a_unit():
    steps = numpy_reference.lstm(
        np.ones([1, 4, 2]), np.zeros([1, 3]), np.zeros([1, 3]), np.full([5, 12], 0.1), np.zeros(12))
    figure = lesson.states(steps, ["a", "b", "<END>", "<PAD>"], units=2)
    (image,) = figure.axes[0].get_images()
    assert image.get_array().shape == (2, 4)
    assert image.get_array()[1, 3] == steps[3].h[0, 1]
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["a", "b", "END", "PAD"]


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"\.\[plots\]"):
        lesson.tokens_in_time([lesson.TokenRow("a", ("b",))])
