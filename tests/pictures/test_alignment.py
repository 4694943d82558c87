import types

import numpy as np
import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.pictures import alignment, figures
from seq2seq_graph.runs.alignments import Alignment, of_ids

pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")
FOUND = Alignment(["the", "$a", " "], ["b", "END"], np.array([[0.5, 0.25, 0.25], [0, 1, 0]], "f"))


class Vocabulary:
    def decode(self, ids):
        return [f"t{id_}" for id_ in ids]


@pytest.mark.parametrize("reverse", [False, True])
def test_weights_stand_beside_their_tokens_in_the_order_of_the_text(reverse):
    run = types.SimpleNamespace(
        source_vocabulary=Vocabulary(), target_vocabulary=Vocabulary(),
        model=types.SimpleNamespace(reverse_source=reverse))
    weights = np.arange(20.0).reshape(4, 5)
    found = of_ids(run, [7, 8, 9, 0, 0], [5, 2, 0, 0], weights)
    assert found.source == ["t7", "t8", "t9"] and found.target == ["t5", "END"]
    expected = [[0, 1, 2], [5, 6, 7]]
    np.testing.assert_array_equal(
        found.weights, [row[::-1] for row in expected] if reverse else expected)


def drawn(found, monkeypatch, tmp_path):
    kept = []
    real = figures.save
    monkeypatch.setattr(
        figures, "save", lambda figure, path: (kept.append(figure), real(figure, path)))
    said = alignment.write(str(tmp_path / "a.png"), {1: found})[1:]
    assert (tmp_path / "a.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    return kept[0].axes[0], said


def test_a_row_is_a_token_written_and_a_column_a_token_read(tmp_path, monkeypatch):
    axes, said = drawn(FOUND, monkeypatch, tmp_path)
    np.testing.assert_array_equal(axes.images[0].get_array(), FOUND.weights)
    labels = [[label.get_text() for label in axis.get_ticklabels()]
              for axis in (axes.xaxis, axes.yaxis)]
    assert labels == [["the", r"\$a", "' '"], ["b", "END"]] and said == []


def test_what_no_font_has_is_named_with_a_package_that_has_it(tmp_path, monkeypatch):
    usual = figures.matplotlib("font_manager").FontProperties()
    for missing, package in ("\U00012000", "fonts-noto"), ("가나", "fonts-nanum"):
        monkeypatch.setattr(alignment.labels, "font_for", lambda text, gone=missing: (usual, gone))
        said = drawn(FOUND._replace(source=["a", missing, "b"]), monkeypatch, tmp_path)[1]
        assert f"no font here has {missing}: boxes are drawn" in said[-1]
        assert f"(Debian: {package})" in said[-1]


def test_fonts_are_asked_for_what_is_drawn(tmp_path, monkeypatch):
    private = "\U000f1234"  # no font gives it a glyph; it is drawn as its escape
    axes, said = drawn(FOUND._replace(source=["a", private, "b"]), monkeypatch, tmp_path)
    assert axes.get_xticklabels()[1].get_text() == repr(private)[1:-1].join("''") and said == []


def test_the_marks_of_tokens_are_drawn_as_every_font_has_them(tmp_path, monkeypatch):
    found = Alignment(["\u2581on", "e"], ["\uffed,\uffed"], np.array([[0.5, 0.5]], "f"))
    axes, said = drawn(found, monkeypatch, tmp_path)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["_on", "e"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["~,~"] and said == []


def test_what_no_font_has_is_said_once_for_all_lines(tmp_path, monkeypatch):
    usual = figures.matplotlib("font_manager").FontProperties()
    monkeypatch.setattr(alignment.labels, "font_for", lambda text: (
        usual, "".join(sorted({c for c in text if c in "가나"}))))
    lines = {n: FOUND._replace(target=[c, "END"]) for n, c in enumerate("가나")}
    (said,) = alignment.write(str(tmp_path / "a.png"), lines)[1:]
    assert said.startswith("no font here has 가나: ")


@pytest.mark.parametrize("long", ["https://example.org/a/long/path/to/a/page.html", "가나다라" * 6])
@pytest.mark.parametrize("side", ["source", "target"])
def test_a_long_token_is_drawn_whole(long, side, tmp_path, monkeypatch):
    tokens = {"source": ["a"], "target": ["b"], side: [long]}
    found = Alignment(weights=np.array([[1.0]], "f"), **tokens)
    axes, _ = drawn(found, monkeypatch, tmp_path)
    canvas = axes.figure.bbox
    for axis in axes.xaxis, axes.yaxis:
        for text in (*axis.get_ticklabels(), axis.label):
            box = text.get_window_extent()
            assert min(box.x0, box.y0) >= 0 and box.x1 <= canvas.x1 and box.y1 <= canvas.y1, text


def test_a_backslash_is_drawn_as_one(tmp_path, monkeypatch):
    axes, _ = drawn(FOUND._replace(source=["a", "\\", "'"]), monkeypatch, tmp_path)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "\\", "'"]


def test_several_lines_are_a_picture_each_and_one_npz(tmp_path):
    path = str(tmp_path / "a.png")
    assert alignment.write(path, {1: FOUND}) == [f"attention: {path}"]
    (said,) = alignment.write(path, {2: FOUND, 7: FOUND})
    assert "a-2.png to" in said and said.endswith("2 pictures")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["a-2.png", "a-7.png", "a.png"]
    assert alignment.write(str(tmp_path / "b.npz"), {2: FOUND, 7: FOUND})[0].endswith("2 lines")
    with np.load(str(tmp_path / "b.npz"), allow_pickle=False) as file:
        assert file["7/source"].tolist() == FOUND.source
        assert file["2/target"].tolist() == FOUND.target
        np.testing.assert_array_equal(file["7/weights"], FOUND.weights)


def test_nothing_to_draw_is_said(tmp_path):
    assert alignment.write(str(tmp_path / "a.png"), {}) == ["attention: no line to draw"]


def test_a_file_that_could_not_be_written_is_refused_before_the_work(tmp_path):
    for name, words in (("a.kears", "draws no kears"), ("a.pgf", "draws no pgf"),
                        ("no/a.npz", "no"), ("no/a.png", "no")):
        with pytest.raises(InputError, match=words):
            alignment.check(str(tmp_path / name))
