import sys
import warnings

import numpy as np
import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.pictures import labels, plots
from seq2seq_graph.runs.progress import Metrics

pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")
ROWS = [Metrics(i, 10 * i, 1.0, 3 / i, 1 + abs(i - 3), 0.1 * i, 0.05 * i) for i in (1, 2, 3, 4)]
SHARES = np.array([0.5, 0.25])


@pytest.fixture
def figures(monkeypatch):
    """The figures that are saved, in order."""
    kept = []
    real = plots._save
    monkeypatch.setattr(
        plots, "_save", lambda figure, path: (kept.append(figure), real(figure, path)))
    return kept


def is_png(path):
    return path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_curves_are_the_rows_with_axes_named_and_the_best_marked(tmp_path, figures):
    plots.learning_curves(str(tmp_path / "a.png"), ROWS)
    assert is_png(tmp_path / "a.png")
    loss, accuracy = figures[0].axes
    training, validation, best = loss.get_lines()
    np.testing.assert_array_equal(training.get_xydata(), [(1, 3), (2, 1.5), (3, 1), (4, 0.75)])
    np.testing.assert_array_equal(validation.get_ydata(), [3, 2, 1, 2])
    assert set(best.get_xdata()) == {3} and "epoch 3" in best.get_label()
    np.testing.assert_allclose(accuracy.get_lines()[1].get_ydata(), [0.05, 0.1, 0.15, 0.2])
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in figures[0].axes)


def test_no_label_lies_on_another_or_on_a_point(tmp_path, figures):
    points = np.random.RandomState(0).randn(150, 2)
    words = [f"word{i}" for i in range(150)]
    labels = plots.plane(str(tmp_path / "a.png"), points, SHARES, words)
    (axes,) = figures[0].axes
    renderer = figures[0].canvas.get_renderer()
    assert len(axes.texts) == labels.drawn > 60
    boxes = [text.get_window_extent(renderer) for text in axes.texts]
    for i, box in enumerate(boxes):
        for other in boxes[:i]:
            assert (box.x0 >= other.x1 - 1 or other.x0 >= box.x1 - 1
                    or box.y0 >= other.y1 - 1 or other.y0 >= box.y1 - 1)
        inside = axes.transData.transform(points) - (box.x0, box.y0)
        assert not ((inside > 0) & (inside < (box.width, box.height))).all(axis=1).any()
    point = points[int(axes.texts[0].get_text()[4:])]
    np.testing.assert_array_equal(axes.texts[0].xy, point)
    assert "50%" in axes.get_xlabel() and "25%" in axes.get_ylabel()


def test_the_largest_groups_have_a_colour_of_their_own(tmp_path, figures):
    words = ["ab", "ac", "bb", "bc", "c", "d", "e", "f", "g", "h", "i"]
    plots.plane(str(tmp_path / "a.png"), np.arange(22.0).reshape(11, 2), SHARES, words,
                [word[0] for word in words])
    (axes,) = figures[0].axes
    legend = axes.get_legend().get_texts()
    assert [text.get_text().strip() for text in legend] == [*"abcdefgh", "others"]
    colours = [tuple(colour) for colour in axes.collections[0].get_facecolors()]
    assert colours[0] == colours[1] != colours[2] == colours[3] and len(set(colours)) == 9
    by_word = {text.get_text(): text.get_color() for text in axes.texts}
    assert by_word["ab"] == by_word["ac"] != by_word["bb"]


def test_words_are_text_whatever_their_characters(tmp_path, figures):
    words = ["$x", "$x^2$", "a_b", "\\frac", "<b>", "", "%", "_x"]
    points = np.arange(16.0).reshape(8, 2)
    labels = plots.plane(str(tmp_path / "a.png"), points, SHARES, words, words)
    assert is_png(tmp_path / "a.png") and labels == (8, "")
    legend = figures[0].axes[0].get_legend().get_texts()
    assert sorted(text.get_text().replace("\\$", "$").strip() for text in legend) == sorted(words)


def test_characters_that_no_font_has_are_named_once_without_a_warning(tmp_path, recwarn):
    drawn = plots.plane(str(tmp_path / "a.png"), np.eye(2), SHARES, ["a\U000f0000", "\U000f0001b"])
    assert drawn == (2, "\U000f0000\U000f0001")
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def test_a_font_that_has_the_characters_is_found(tmp_path, figures):
    # Of matplotlib's own fonts only those for formulas have it.
    assert plots.plane(str(tmp_path / "a.png"), np.eye(2), SHARES, ["\ue000", ""]).missing == ""
    assert "STIX" in figures[0].axes[0].texts[0].get_fontproperties().get_file()


def test_a_font_installed_since_matplotlib_listed_them_is_found(monkeypatch):
    fonts = pytest.importorskip("matplotlib.font_manager")
    listed = fonts.fontManager.ttflist
    stix = labels.font_for("\ue000")[0].get_file()
    monkeypatch.setattr(
        fonts.fontManager, "ttflist", [font for font in listed if "STIX" not in font.fname])
    monkeypatch.setattr(fonts, "findSystemFonts", lambda: [])
    assert labels.font_for("\ue000")[1] == "\ue000"
    monkeypatch.setattr(fonts, "findSystemFonts", lambda: [stix])
    assert labels.font_for("\ue000")[0].get_file() == stix


def test_one_point_is_a_picture(tmp_path):
    assert plots.plane(str(tmp_path / "a.png"), np.zeros([1, 2]), SHARES, ["a"]).drawn == 1
    assert plots.plane(str(tmp_path / "a.png"), np.zeros([1, 2]), SHARES, ["a"], ["g"]).drawn == 1


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(InputError, match="a.png: cannot be written: No such file"):
        plots.learning_curves(str(tmp_path / "gone" / "a.png"), ROWS)


def test_without_matplotlib_the_extra_is_named(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"pip install -e '\.\[plots\]'"):
        plots.learning_curves(str(tmp_path / "a.png"), ROWS)


def test_a_legend_of_long_names_stays_within_the_picture(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(plots.figures, "save", lambda figure, *how: kept.append(figure))
    groups = [f"internationalization{i % 8}" for i in range(40)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots.plane(str(tmp_path / "a.png"), np.random.RandomState(0).randn(40, 2), SHARES,
                    groups, groups)
    (axes,) = kept[0].axes
    box = axes.get_legend().get_window_extent()
    assert box.x0 >= 0 and box.x1 <= kept[0].bbox.x1 and box.y1 <= kept[0].bbox.y1
    assert not box.overlaps(axes.title.get_window_extent())
