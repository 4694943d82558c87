import os
import sys

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.pictures import figures

pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")


def test_a_figure_is_written_by_its_ending_or_by_its_kind(tmp_path):
    figure = figures.new(1, 1, dpi=30)
    for name, kind, start in (("a.svg", None, b"<?xml"), ("b.svg", "png", b"\x89PNG")):
        figures.save(figure, str(tmp_path / name), kind)
        assert (tmp_path / name).read_bytes().startswith(start)


def test_what_cannot_be_written_is_refused_by_name(tmp_path):
    figure = figures.new(1, 1, dpi=30)
    for name in (os.path.join("gone", "a.png"), "a.poem"):
        with pytest.raises(InputError, match=f"{os.path.basename(name)}: cannot be written"):
            figures.save(figure, str(tmp_path / name))


def test_pyplot_is_left_alone():
    before = "matplotlib.pyplot" in sys.modules
    figures.new(1, 1, dpi=30)
    assert ("matplotlib.pyplot" in sys.modules) == before
