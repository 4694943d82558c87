import errno
import glob
import json
import os
import subprocess
import sys
import time

import pytest
from conftest import TESTS

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.encoding import beside, columns
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import origins

SIZES = ModelConfig(max_input_length=3, max_output_length=3)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}{b}\t{b}\n" for a in "abcdef" for b in "uvwxyz"))
    return origins.text_config(str(path))


def encoded_folder(text):
    parent = text.origin + ".encoded"
    (name,) = os.listdir(parent)
    return os.path.join(parent, name)


def made_once(monkeypatch):
    """From here on, encoding is an error."""

    def encode(*anything):
        raise AssertionError("encoded again")

    monkeypatch.setattr(beside, "encode", encode)


def tokens(dataset):
    return [dataset.source_vocabulary.decode(row) for row in dataset.train.encoder_inputs]


def test_a_text_is_encoded_once_for_each_way_to_cut_it(text, monkeypatch):
    first = tokens(origins.dataset(text, SIZES))
    words = origins.text_config(text.origin, source_tokens="words")
    origins.dataset(words, SIZES)
    made_once(monkeypatch)
    assert tokens(origins.dataset(text, SIZES)) == first
    assert tokens(origins.dataset(words, SIZES))[0] == ["".join(first[0])]
    with pytest.raises(AssertionError, match="encoded again"):
        origins.dataset(text, ModelConfig(max_input_length=2, max_output_length=3))


def test_a_text_that_was_only_touched_or_moved_along_is_not_encoded_again(
        text, monkeypatch, tmp_path):
    origins.dataset(text, SIZES)
    made_once(monkeypatch)
    os.utime(text.origin, (1, 1))
    origins.dataset(text, SIZES)
    with open(os.path.join(encoded_folder(text), "encoded.json"), encoding="utf-8") as file:
        assert json.load(file)["text"][0]["mtime"] == 10**9  # it need not be read next time
    os.mkdir(tmp_path / "there")
    for name in ("pairs.tsv", "pairs.tsv.encoded"):
        os.rename(tmp_path / name, tmp_path / "there" / name)
    origins.dataset(origins.text_config(str(tmp_path / "there" / "pairs.tsv")), SIZES)


def test_a_text_that_changed_within_a_tick_of_the_clock_is_encoded_again(text):
    before = tokens(origins.dataset(text, SIZES))
    status = os.stat(text.origin)
    with open(text.origin, "r+", encoding="utf-8") as file:
        lines = file.read().replace("b", "q")
        file.seek(0)
        file.write(lines)
    os.utime(text.origin, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = tokens(origins.dataset(text, SIZES))
    assert after != before and after == [
        ["q" if token == "b" else token for token in row] for row in before]
    assert len(os.listdir(text.origin + ".encoded")) == 1  # the old one has gone


@pytest.mark.parametrize("name", ["ids", "offsets", "sources", "source_vocabulary.txt"])
def test_a_damaged_folder_is_refused_with_the_file_and_the_fix(text, name):
    origins.dataset(text, SIZES)
    path = os.path.join(encoded_folder(text), name)
    with open(path, "rb") as file:
        content = file.read()
    for damaged in (content[:-1], content[:-4] + b"\1\2\3\4", b""):
        with open(path, "wb") as file:
            file.write(damaged)
        with pytest.raises(InputError, match=f"{name}: not the .* delete its folder"):
            origins.dataset(text, SIZES)
    os.remove(path)
    with pytest.raises(InputError, match=f"{name}: not the .* delete its folder"):
        origins.dataset(text, SIZES)


def test_a_folder_of_a_newer_format_or_none_of_ours_is_refused(text):
    origins.dataset(text, SIZES)
    path = os.path.join(encoded_folder(text), "encoded.json")
    with open(path, encoding="utf-8") as file:
        said = json.load(file)
    lacking = {name: value for name, value in said.items() if name != "pairs"}
    for content, message in (
        ({**said, "format": 2, "version": "7.5"}, "written by version 7.5 in format 2; this is"),
        (lacking, "'pairs' is missing"), ([], "not an encoded text's description"),
        ({**said, "pairs": {**said["pairs"], "train": 29}}, "35 pairs, but there are 36"),
        ({**said, "text": [3]}, "text is not what is written there"),
        ({**said, "left_out": 3}, "not what is written there"),
        ({**said, "checksums": {"ids": 3}}, "not what is written there"),
    ):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)
        with pytest.raises(InputError, match=f"encoded.json: .*{message}.*delete its folder"):
            origins.dataset(text, SIZES)
    with open(path, "w", encoding="utf-8") as file:
        file.write("{")
    with pytest.raises(InputError, match="encoded.json: not JSON: .*delete its folder"):
        origins.dataset(text, SIZES)


def test_where_the_texts_folder_cannot_be_written_the_cache_is_taken_and_else_none(
        text, tmp_path, monkeypatch):
    (tmp_path / "pairs.tsv.encoded").write_text("a file is in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = tokens(origins.dataset(text, SIZES))
    kept = [folders for _, folders, files in os.walk(tmp_path / "cache") if not files]
    assert kept and kept[0] == ["seq2seq_graph"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "pairs.tsv.encoded"))
    assert tokens(origins.dataset(text, SIZES)) == first
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made_once(monkeypatch)
    assert tokens(origins.dataset(text, SIZES)) == first


def test_a_full_disk_is_one_line_and_leaves_nothing(text, tmp_path, monkeypatch):
    def append(self, numbers):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(columns.Column, "append", append)
    with pytest.raises(InputError, match="pairs.tsv.encoded: No space left on device; .*make room"):
        origins.dataset(text, SIZES)
    assert os.listdir(tmp_path) == ["pairs.tsv"]


def test_a_text_that_changes_while_it_is_read_is_refused(text, monkeypatch):
    encode = beside.encode

    def meanwhile(*anything):
        with open(text.origin, "a", encoding="utf-8") as file:
            file.write("new\tline\n")
        return encode(*anything)

    monkeypatch.setattr(beside, "encode", meanwhile)
    with pytest.raises(InputError, match="pairs.tsv: it was changed while it was read"):
        origins.dataset(text, SIZES)
    assert not os.path.exists(text.origin + ".encoded")


def test_what_is_open_stays_readable_while_another_process_writes_it_anew(text):
    opened = origins.dataset(text, SIZES)
    first = tokens(opened)
    beside_it = encoded_folder(text)
    with open(text.origin, "a", encoding="utf-8") as file:
        file.write("zz\tz\n")
    assert tokens(origins.dataset(text, SIZES)) != first
    assert encoded_folder(text) == beside_it and tokens(opened) == first


def test_a_killed_encoding_leaves_nothing_that_counts(tmp_path):
    done = subprocess.run(
        [sys.executable, os.path.join(TESTS, "killed_encoding.py"), str(tmp_path / "kills"),
         "--kills", "4", "--pairs", "3000"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr  # its processes end in silence
    assert "4 kills" in done.stdout and "the same folder" in done.stdout


def test_a_folder_that_another_process_is_writing_is_left_alone(text):
    from seq2seq_graph.data.encoding.unfinished import unfinished

    parent = text.origin + ".encoded"
    with unfinished(parent, "slow") as path:
        origins.dataset(text, SIZES)
        assert os.path.isdir(path)
    assert sorted(os.listdir(parent))[-1] == "slow" and len(os.listdir(parent)) == 2


def test_times_of_writing_are_trusted_when_they_are_old_enough():
    now = time.time_ns()
    assert beside._settled(now) is None and beside._settled(now - 10**10) == now - 10**10


def test_another_file_beside_the_same_sources_is_another_text(tmp_path):
    """Of the same size, and of the same time of writing, as an unpacked archive's may be."""
    paths = {name: str(tmp_path / name) for name in ("source", "x", "y")}
    for name, path in paths.items():
        with open(path, "w") as file:
            file.write("".join(f"{n}\n" if name == "source" else f"{name}\n" for n in range(60)))
        os.utime(path, (1, 1))
    for name in "x", "y":
        text = origins.text_config(files={
            "source_file": paths["source"], "target_file": paths[name]})
        assert origins.dataset(text, SIZES).target_vocabulary.tokens == (name,)


def test_another_content_of_the_same_size_and_time_is_another_text(tmp_path):
    path, other = str(tmp_path / "pairs.tsv"), str(tmp_path / "other.tsv")
    for one, token in (path, "x"), (other, "y"):
        with open(one, "w") as file:
            file.write("".join(f"{n}\t{token}\n" for n in range(60)))
        os.utime(one, (1, 1))
    assert origins.dataset(origins.text_config(path), SIZES).target_vocabulary.tokens == ("x",)
    os.replace(other, path)
    assert origins.dataset(origins.text_config(path), SIZES).target_vocabulary.tokens == ("y",)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have a name")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(str(tmp_path / "pipe"))
    with pytest.raises(InputError, match="pipe: is no file but a pipe .* write it into a file"):
        origins.dataset(origins.text_config(str(tmp_path / "pipe")), SIZES)


def test_an_encoded_folder_that_cannot_be_read_is_named(tmp_path):
    path = str(tmp_path / "pairs.tsv")
    with open(path, "w") as file:
        file.write("".join(f"{n}\tx\n" for n in range(60)))
    origins.dataset(origins.text_config(path), SIZES)
    (ids,) = glob.glob(path + ".encoded/*/ids")
    os.remove(ids)
    os.mkdir(ids)
    with pytest.raises(InputError, match="ids: .*; delete"):
        origins.dataset(origins.text_config(path), SIZES)


def test_a_text_that_is_written_anew_while_it_is_read_is_said_to_be(text, monkeypatch):
    def encode(*anything):
        with open(text.origin, "a") as file:
            file.write("new\tn\n")
        raise IndexError("past the end")

    monkeypatch.setattr(beside, "encode", encode)
    with pytest.raises(InputError, match="pairs.tsv: it was changed while it was read"):
        origins.dataset(text, SIZES)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is always full")
def test_a_full_disk_is_an_error_where_something_is_written():
    column = columns.Column("<i4", "/dev/full")
    with pytest.raises(OSError, match="No space left"):
        column.append([1, 2, 3])
