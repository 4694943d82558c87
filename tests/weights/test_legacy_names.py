import json

import numpy as np
import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.variables import NAMES, has_slots
from seq2seq_graph.weights import legacy_names
from seq2seq_graph.weights.legacy_names import renamed

V, H = 9, 3
SHAPES = {
    "EmbedSequence/embeddings": [V, 4],
    "encoder/lstm_cell/kernel": [4 + H, 4 * H],
    "encoder/lstm_cell/bias": [4 * H],
    "EmbedSequence_1/embeddings": [V, 5],
    "decoder/lstm_cell/kernel": [5 + H, 4 * H],
    "decoder/lstm_cell/bias": [4 * H],
    "fully_connected/weights": [H, V],
    "fully_connected/biases": [V],
}
SPEAKING = {
    "EmbedSequence/embeddings": "model/enc/W_emb",
    "encoder/lstm_cell/kernel": "model/encoder/rnn/basic_lstm_cell/kernel",
    "encoder/lstm_cell/bias": "model/encoder/rnn/basic_lstm_cell/bias",
    "EmbedSequence_1/embeddings": "model/dec/W_emb",
    "decoder/lstm_cell/kernel": "model/decoder/rnn/basic_lstm_cell/kernel",
    "decoder/lstm_cell/bias": "model/decoder/rnn/basic_lstm_cell/bias",
    "fully_connected/weights": "model/dense/kernel",
    "fully_connected/biases": "model/dense/bias",
}
SILENT = {
    "EmbedSequence/embeddings": "Variable",
    "encoder/lstm_cell/kernel": "rnn/lstm_cell/kernel",
    "encoder/lstm_cell/bias": "rnn/lstm_cell/bias",
    "EmbedSequence_1/embeddings": "Variable_1",
    "decoder/lstm_cell/kernel": "rnn_1/lstm_cell/kernel",
    "decoder/lstm_cell/bias": "rnn_1/lstm_cell/bias",
    "fully_connected/weights": "W",
    "fully_connected/biases": "b",
}


def arrays(names, equal_sides=False, slots=True):
    shapes = dict(SHAPES)
    if equal_sides:
        shapes["EmbedSequence_1/embeddings"] = [V, 4]
        shapes["decoder/lstm_cell/kernel"] = [4 + H, 4 * H]
    found = {"global_step": np.int64(3)}
    for number, (ours, theirs) in enumerate(names.items()):
        found[theirs] = np.full(shapes[ours], number, np.float32)
        for slot in ("Adam", "Adam_1") if slots else ():
            found[f"train/{theirs}/{slot}"] = np.full(shapes[ours], number + 0.5, np.float32)
    if slots:
        found.update({"train/beta1_power": np.float32(0.9), "train/beta2_power": np.float32(0.999)})
    return found


@pytest.mark.parametrize("equal_sides", [False, True])
def test_names_that_speak_are_found(equal_sides):
    assert legacy_names.find(arrays(SPEAKING, equal_sides), "old") == SPEAKING


def test_sides_of_different_sizes_need_a_name_for_one():
    """The embeddings' widths tie each to its kernel, so one word settles all."""
    half = dict(SILENT, **{"encoder/lstm_cell/kernel": "encoder/kernel",
                           "encoder/lstm_cell/bias": "encoder/bias"})
    assert legacy_names.find(arrays(half), "old") == half


def test_what_nothing_tells_apart_is_refused_with_the_candidates():
    with pytest.raises(InputError) as caught:
        legacy_names.find(arrays(SILENT, equal_sides=True), "old")
    message = str(caught.value)
    assert "old: more than one array fits" in message and "--names" in message
    assert "  EmbedSequence/embeddings: Variable or Variable_1\n" in message
    assert "  decoder/lstm_cell/bias: rnn/lstm_cell/bias or rnn_1/lstm_cell/bias" in message
    assert "fully_connected" not in message


def test_sequence_and_decay_say_nothing_of_a_side():
    """Both hold the letters of enc or dec."""
    names = dict(SILENT, **{"EmbedSequence/embeddings": "sequence/decay",
                            "EmbedSequence_1/embeddings": "sequence/decay_1"})
    with pytest.raises(InputError, match="sequence/decay or sequence/decay_1"):
        legacy_names.find(arrays(names, equal_sides=True), "old")


def test_arrays_of_another_model_are_listed():
    with pytest.raises(InputError, match=r"no arrays that fit .* there are a \[2, 3\], b \[3\]"):
        legacy_names.find({"a": np.zeros([2, 3]), "b": np.zeros([3])}, "old")


def test_our_own_names_are_not_moved():
    found = legacy_names.find(arrays({name: name for name in NAMES}, equal_sides=True), "new")
    assert found == {name: name for name in NAMES}


def test_weights_slots_and_powers_get_our_names():
    found = renamed(arrays(SPEAKING), SPEAKING, "old")
    assert has_slots(found) and len(found) == 26
    for number, ours in enumerate(NAMES):
        assert (found[ours] == number).all() and (found[ours + "/Adam_1"] == number + 0.5).all()
    assert found["beta2_power"] == np.float32(0.999)
    assert set(renamed(arrays(SPEAKING, slots=False), SPEAKING, "old")) == set(NAMES)


def test_a_mapping_that_does_not_fit_is_refused():
    without = {ours: theirs for ours, theirs in SPEAKING.items() if ours != NAMES[0]}
    with pytest.raises(InputError, match="must have exactly .*see 'EmbedSequence/embeddings'"):
        renamed(arrays(SPEAKING), without, "old")
    with pytest.raises(InputError, match="see 'colour'"):
        renamed(arrays(SPEAKING), dict(SPEAKING, colour="blue"), "old")
    wrong = dict(SPEAKING, **{"fully_connected/biases": "none"})
    with pytest.raises(InputError, match="old: there is no none, which the mapping gives for"):
        renamed(arrays(SPEAKING), wrong, "old")


def test_a_mapping_is_read_from_json(tmp_path):
    path = str(tmp_path / "names.json")
    for text, message in (
        (json.dumps(SPEAKING), None), ("[1]", "one JSON object"), ("{", "not JSON"),
        ('{"a": 1}', "one JSON object of strings"),
    ):
        (tmp_path / "names.json").write_text(text)
        if message is None:
            assert legacy_names.load(path) == SPEAKING
        else:
            with pytest.raises(InputError, match=message):
                legacy_names.load(path)
    with pytest.raises(InputError, match="No such file"):
        legacy_names.load(str(tmp_path / "none.json"))
