import os

import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import opening, origins, places, run_directory
from seq2seq_graph.runs.origins import text_config

MODEL = ModelConfig(max_input_length=3, max_output_length=3)


def write(folder, **parts):
    """Writes each part's sources, and what stands for them, into two files; returns their flags."""
    files = {}
    for part, sources in parts.items():
        start = "" if part == "train" else part + "_"
        for side, lines in (("source", sources), ("target", [source[-1] for source in sources])):
            path = folder / f"{part}.{side}"
            path.write_text("".join(f"{line}\n" for line in lines))
            files[f"{start}{side}_file"] = str(path)
    return files


SOURCES = [f"{a} {b}" for a in "abcdef" for b in "uvwxyz"]
EVERY = {"train": SOURCES[:20], "valid": SOURCES[20:25], "test": SOURCES[25:]}


def sizes(text):
    parts = origins.read(text)
    return [len(parts[part]) for part in ("train", "valid", "test")]


def test_two_files_are_dealt_out_as_one_is(tmp_path):
    files = write(tmp_path, train=SOURCES)
    (tmp_path / "both.tsv").write_text("".join(f"{s}\t{s[-1]}\n" for s in SOURCES))
    of_two = origins.read(text_config(files=files))
    of_one = origins.read(text_config(
        str(tmp_path / "both.tsv"), source_tokens="pieces", target_tokens="pieces"))
    assert of_two == of_one and sizes(text_config(files=files)) == [30, 2, 4]


def test_a_part_of_its_own_is_that_part(tmp_path):
    files = write(tmp_path, **EVERY)
    assert sizes(text_config(files=files)) == [20, 5, 11]
    assert origins.read(text_config(files=files), ["test"]) == {
        "test": [(tuple(s.split()), (s[-1],)) for s in EVERY["test"]]}
    without_test = {name: path for name, path in files.items() if not name.startswith("test")}
    assert sizes(text_config(files=without_test)) == [20, 5, 0]
    dataset = origins.dataset(text_config(files=without_test, limit=3), MODEL)
    assert [len(part.source_index) for part in dataset[:3]] == [3, 3, 0]


@pytest.mark.parametrize("names, message", [
    (["source_file"], "--source-file .* is one side; give --target-file as well"),
    (["target_file"], "--target-file .* is one side; give --source-file as well"),
    (["source_file", "target_file", "valid_source_file"], "give --valid-target-file as well"),
    (["valid_source_file", "valid_target_file"], "--valid-source-file goes with --source-file"),
    (["source_file", "target_file", "test_source_file", "test_target_file"],
     "--test-source-file goes with --valid-source-file"),
])
def test_files_that_lack_another_are_refused(names, message, tmp_path):
    files = write(tmp_path, **EVERY)
    with pytest.raises(InputError, match=message):
        text_config(files={name: files[name] for name in names})


def test_two_texts_are_refused(tmp_path):
    files = write(tmp_path, train=SOURCES)
    with pytest.raises(InputError, match="--pairs and --source-file both name a text"):
        text_config("a.tsv", files=files)
    with pytest.raises(InputError, match="--data and --source-file both name a text"):
        text_config(None, "a", files)
    assert text_config("a.tsv", files=dict.fromkeys(places.FILES)).kind == "pairs"


@pytest.fixture
def begun(tmp_path):
    (tmp_path / "old").mkdir()
    files = write(tmp_path / "old", **EVERY)
    directory = str(tmp_path / "old/run")
    with opening.begin(text_config(files=files), MODEL, TrainingConfig(), directory):
        return directory, files


def test_every_path_is_kept_and_a_run_reopened(begun):
    directory, files = begun
    text = run_directory.load(directory).text
    assert [text.origin, *(getattr(text, name) for name in places.FILES[1:])] == [
        files[name] for name in places.FILES]
    with opening.reopen(directory) as again:
        assert again.run.text == text


def test_files_that_were_moved_with_their_run_are_found(begun, tmp_path):
    os.rename(tmp_path / "old", tmp_path / "new")
    directory = str(tmp_path / "new/run")
    with opening.reopen(directory) as again:
        assert again.run.text.test_target_file == str(tmp_path / "new/test.target")
    assert opening.found(directory, run_directory.load(directory)).text.origin == str(
        tmp_path / "new/train.source")


def test_files_that_were_moved_alone_are_named(begun, tmp_path):
    directory, files = begun
    (tmp_path / "else").mkdir()
    for path in files.values():
        os.rename(path, str(tmp_path / "else" / os.path.basename(path)))
    now = {name: str(tmp_path / "else" / os.path.basename(path)) for name, path in files.items()}
    run = run_directory.load(directory)
    with pytest.raises(InputError, match="train.source: .* not there; .* --text"):
        origins.read(opening.found(directory, run).text)
    found = opening.found(directory, run, now["source_file"])
    assert found.text.valid_target_file == now["valid_target_file"]
    with pytest.raises(InputError, match="--valid-source-file is of this run's text; name the"), (
            opening.reopen(directory, files={n: now[n] for n in ("source_file", "target_file")})):
        pass
    with opening.reopen(directory, files=now):
        pass
    assert run_directory.load(directory).text.origin == now["source_file"]


def test_another_text_is_refused(begun, tmp_path):
    directory, files = begun
    with open(files["valid_target_file"], "w") as file:
        file.write("q\n" * 5)
    with pytest.raises(InputError, match="has changed since"), opening.reopen(directory):
        pass
