import os

import pytest
from corpora_files import write_files

from seq2seq_graph.data.corpora import folder
from seq2seq_graph.data.corpora.corpus import Corpus, Dealt
from seq2seq_graph.data.pairs import PARTS, read_parts
from seq2seq_graph.errors import InputError


def corpus_of(pairs):
    return Corpus("A title", "an origin", "a licence", pairs, {"too odd": 7, "never": 0})


def words(count):
    return [chr(ord("a") + i // 20) + chr(ord("a") + i % 20) for i in range(count)]


def test_a_corpus_is_written_and_read_back(tmp_path):
    pairs = [(word + ", you", word + "!") for word in words(45)]
    path = str(tmp_path / "out")
    readme = folder.write(path, corpus_of(pairs))
    assert sorted(os.listdir(path)) == ["README", "test.tsv", "train.tsv", "valid.tsv"]
    assert (tmp_path / "out" / "valid.tsv").read_bytes() == "".join(
        f"{s}\t{t}\n" for s, t in pairs[::20]).encode()
    parts = read_parts(path)
    assert {part: len(parts[part]) for part in parts} == {"train": 36, "valid": 3, "test": 6}
    assert parts["valid"][0] == (("aa", "￭,", "you"), ("aa", "￭!"))
    assert (tmp_path / "out" / "README").read_text(encoding="utf-8") == readme
    for fact in ("A title", "Origin: an origin", "source states it: a licence",
                 "train      36       36", "7  too odd", "Every 20th source"):
        assert fact in readme
    assert "never" not in readme


def test_near_duplicates_stay_in_one_part():
    pairs = [(f'{word} "{i}" {i}', word) for word in words(40) for i in (1, 22, 333)]
    parts = folder.split(pairs)
    assert {part: len(dealt) for part, dealt in parts.items()} == {
        "train": 34 * 3, "valid": 2 * 3, "test": 4 * 3}
    targets = [{target for _, target in parts[part]} for part in PARTS]
    assert not targets[0] & targets[1] and not targets[0] & targets[2]


def test_a_corpus_may_have_parts_of_its_own(tmp_path):
    parts = {"train": [("a", "b")], "valid": [("c", "d")], "test": [("e", "f")]}
    corpus = corpus_of([])._replace(dealt=Dealt(parts, "By hand."))
    assert "By hand." in folder.write(str(tmp_path / "out"), corpus)
    assert read_parts(str(tmp_path / "out"), "words", "words")["valid"] == [(("c",), ("d",))]
    held_out = corpus._replace(dealt=Dealt({"test": [("e", "f")]}, "Held out."))
    readme = folder.write(str(tmp_path / "held-out"), held_out)
    assert sorted(os.listdir(str(tmp_path / "held-out"))) == ["README", "test.tsv"]
    assert "train" not in readme


@pytest.mark.parametrize("part", ["train", "valid"])
def test_parts_that_share_a_folded_source_are_never_written(tmp_path, part):
    parts = {"train": [("a", "b")], "valid": [("c", "d")], "test": [("Open 12...", "f")]}
    parts[part] = parts[part] + [('open "x" 3', "g")]
    corpus = corpus_of([])._replace(dealt=Dealt(parts, ""))
    with pytest.raises(AssertionError, match=f"'open 0' stands in {part} and in test"):
        folder.write(str(tmp_path / "out"), corpus)
    assert os.listdir(str(tmp_path)) == []


def test_an_existing_folder_is_never_written_over(tmp_path):
    write_files(tmp_path, {"mine": "precious"})
    with pytest.raises(InputError, match="exists, and nothing is written over"):
        folder.write(str(tmp_path), corpus_of([(word, word) for word in words(9)]))
    assert os.listdir(str(tmp_path)) == ["mine"]


def test_folders_above_a_corpus_are_made(tmp_path):
    """A fresh copy of the project has no `data/`."""
    path = str(tmp_path / "no" / "such" / "out")
    folder.write(path, corpus_of([(word, word) for word in words(45)]))
    assert sorted(os.listdir(path)) == ["README", "test.tsv", "train.tsv", "valid.tsv"]
    assert os.listdir(str(tmp_path / "no" / "such")) == ["out"]


def test_a_folder_below_a_file_is_refused_before_anything_is_read(tmp_path):
    write_files(tmp_path, {"file": "precious"})
    with pytest.raises(InputError, match="file is a file, so nothing can be kept in it"):
        folder.check_new(str(tmp_path / "file" / "no" / "out"))
    with pytest.raises(InputError, match="name is empty"):
        folder.check_new("")


@pytest.mark.parametrize("count, part", [(0, "train"), (1, "train"), (3, "train")])
def test_a_corpus_with_an_empty_part_is_refused_and_nothing_written(tmp_path, count, part):
    path = str(tmp_path / "out")
    with pytest.raises(InputError, match=f"no pair for {part}.tsv, the corpus has only {count}"):
        folder.write(path, corpus_of([(word, word) for word in words(count)]))
    assert not os.path.exists(path)


@pytest.mark.parametrize("stop, expected", [
    (OSError(28, "No space left on device"), InputError),
    (KeyboardInterrupt(), KeyboardInterrupt),
])
def test_what_stops_the_writing_leaves_no_folder(tmp_path, monkeypatch, stop, expected):
    def stopped(*args):
        raise stop

    monkeypatch.setattr(folder, "_write_lines", stopped)
    with pytest.raises(expected):
        folder.write(str(tmp_path / "out"), corpus_of([(word, word) for word in words(45)]))
    assert os.listdir(str(tmp_path)) == []


def test_a_name_that_is_no_text_is_written_by_its_bytes(tmp_path):
    corpus = corpus_of([(word, word) for word in words(45)])._replace(origin="a \udcff.whl")
    readme = folder.write(str(tmp_path / "out") + "/", corpus)
    assert "Origin: a \\udcff.whl" in readme
    assert (tmp_path / "out" / "README").read_text(encoding="utf-8") == readme
