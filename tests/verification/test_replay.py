import dataclasses
import os
import zipfile

import numpy as np
import pytest
from conftest import CASES, ON_TF115, case_path

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.native.additions import OPTIONS
from seq2seq_graph.verification import recorded_run
from seq2seq_graph.verification.engines import play_numpy
from seq2seq_graph.verification.recorded_run import (
    TO_THE_RECORDING,
    config_of,
    differences,
    load_case,
)
from seq2seq_graph.verification.replay import replay

FIELDS = {field.name: field for field in dataclasses.fields(ModelConfig)}
CHECKPOINT = os.path.join(case_path("document-checkpoint"), "model.ckpt-100")
SIZES_OF_NEW_CASES = {
    "document": {},
    "length 1": {"max_input_length": 1, "max_output_length": 1, "vocab_size": 9, "batch_size": 2},
    "batch 1": {"batch_size": 1, "vocab_size": 7, "start_token": 0},
    "one step": {"steps": 1},
    "all sizes differ": {
        "vocab_size": 23, "start_token": 22, "max_input_length": 7, "max_output_length": 3,
        "encoder_embedding_size": 6, "decoder_embedding_size": 9, "encoder_hidden_units": 5,
        "decoder_hidden_units": 5, "learning_rate": 0.003, "batch_size": 4,
    },
    "large rate": {"learning_rate": 0.01, "vocab_size": 60},
    "lengths 25 and 30": {"max_input_length": 25, "max_output_length": 30, "steps": 20},
    "rate 0.03": {"learning_rate": 0.03},
    "attention": {"attention": "luong", "input_feeding": True, "steps": 10},
}


@pytest.fixture(scope="module")
def small():
    return load_case(case_path("small.npz"))


@pytest.fixture(scope="module")
def small_result(small):
    return replay(small)


def saved(case, tmp_path):
    path = str(tmp_path / "case.npz")
    np.savez(path, **case)
    return path


@pytest.mark.parametrize("name", ["document.npz", "small.npz"])
def test_a_recorded_run_is_played_within_the_tolerances(name):
    case = load_case(case_path(name))
    result = replay(case)
    assert {row.quantity for row in differences(case, result) if row.within} == {
        key for key in case if key.split("/")[0] in (
            "logits", "prediction", "gradient", "loss", "final")}


ATTENTION = sorted(name for name in os.listdir(CASES) if name.startswith("attention_"))


@pytest.mark.parametrize("name", ATTENTION)
def test_attention_and_its_like_are_played_as_1_15s_own_wrappers_compute_them(name, call_native):
    """Of the recording within the tolerances, or as near to float64 as twice 1.15 was there.

    On 1.15 to the bit of what its wrappers compute on this machine.
    """
    case = load_case(case_path(name))
    result = replay(case)
    rows = {row.quantity: row for row in differences(case, result)}
    assert set(rows) == {key for key in case if key.split("/")[0] in (
        "logits", "prediction", "alignments", "gradient", "loss", "final")}
    if ON_TF115:
        assert not any(
            row.largest for row in differences(call_native("play", **case), result))
    far = [row for row in rows.values() if not row.within]
    reference = play_numpy(case) if far else {}
    for row in far:
        now, then = (
            np.abs(values[row.quantity] - reference[row.quantity]).max()
            for values in (result, case))
        assert now <= 2 * then, row


def test_each_option_has_a_recorded_case():
    told = {}
    for name in ATTENTION:
        config = config_of(load_case(case_path(name)))
        for option in OPTIONS:
            told.setdefault(option, set()).add(getattr(config, option))
    assert told.pop("attention") == {"none", "luong", "bahdanau"}
    assert all(len(values) > 1 for values in told.values()), told


def test_a_checkpoint_of_tensorflow_1_15_goes_on_with_the_recorded_losses():
    case = load_case(case_path("document.npz"))
    result = replay(case, CHECKPOINT)
    assert len(result["loss"]) == 100
    np.testing.assert_allclose(result["loss"], case["loss"][100:], rtol=0, atol=TO_THE_RECORDING)
    assert all(row.within for row in differences(case, result))


@pytest.mark.parametrize("name", sorted(SIZES_OF_NEW_CASES))
def test_the_port_and_the_native_program_agree_on_a_new_case(name, call_native):
    from seq2seq_graph.native.program import new_case

    sizes = dict({"steps": 30, "batch_size": 16}, **SIZES_OF_NEW_CASES[name])
    case = call_native("play", **new_case(seed=len(name), **sizes))
    for row in differences(case, replay(case)):
        if ON_TF115:
            assert row.largest == 0, row
        else:
            # Where a gradient cancels to almost nothing, Adam divides by its size, and another
            # rounding shows: up to 1.9 times over in these cases (README, "To new runs").
            slack = 5 if row.quantity.startswith("final/") else 1
            assert row.largest <= slack * row.tolerance, row


@pytest.mark.parametrize("name", ["document.npz", "small.npz"])
def test_on_tensorflow_1_15_the_port_equals_the_native_program_to_the_bit(name, call_native):
    if not ON_TF115:
        pytest.skip("needs TensorFlow 1.15 in this process: run the suite on it")
    case = load_case(case_path(name))
    for row in differences(call_native("play", **case), replay(case)):
        assert row.largest == 0, row


def test_playing_twice_gives_the_same_bits(small, small_result):
    for row in differences(dict(small, **replay(small)), small_result):
        assert row.largest == 0, row


@pytest.mark.parametrize("key", [
    "logits", "loss", "gradient/encoder/lstm_cell/bias", "final/fully_connected/weights"])
def test_one_wrong_number_is_found(small, small_result, key):
    wrong = small[key].copy()
    wrong.flat[-1] += 1e-5
    over = [row.quantity for row in differences(dict(small, **{key: wrong}), small_result)
            if not row.within]
    assert over == [key]


def test_a_wrong_prediction_and_a_nan_are_found(small, small_result):
    wrong = dict(small, prediction=small["prediction"] + 1, loss=small["loss"] * np.nan)
    over = [row.quantity for row in differences(wrong, small_result) if not row.within]
    assert sorted(over) == ["loss", "prediction"]


def test_swapped_gates_are_found(small):
    """i, j, f, o is not i, f, j, o: the recorded biases are not zero."""
    swapped = dict(small)
    for part in ("kernel", "bias"):
        key = f"initial/encoder/lstm_cell/{part}"
        i, j, f, o = np.split(small[key], 4, axis=-1)
        swapped[key] = np.concatenate([i, f, j, o], -1)
    assert not all(row.within for row in differences(small, replay(swapped)))


def test_a_missing_key_is_named(small, tmp_path):
    for key in ("vocab_size", "learning_rate", "encoder_inputs", "logits", "loss"):
        case = {name: value for name, value in small.items() if name != key}
        with pytest.raises(InputError, match=f"case.npz: key {key} is missing"):
            load_case(saved(case, tmp_path))
    for key in ("initial/decoder/lstm_cell/bias", "final/EmbedSequence/embeddings"):
        case = {name: value for name, value in small.items() if name != key}
        with pytest.raises(InputError, match=f"key {key} is missing"):
            load_case(saved(case, tmp_path))


@pytest.mark.parametrize("changes, message", [
    ({"vocab_size": np.int64(0)}, "vocab_size is 0"),
    ({"vocab_size": np.float32(12)}, "vocab_size is 12.0"),
    ({"max_input_length": np.int64(9)}, r"encoder_inputs has shape \[20, 3, 4\].*\[20, 3, 9\]"),
    ({"decoder_hidden_units": np.int64(9)}, "encoder_hidden_units is 8 and decoder_hidden_units"),
    ({"encoder_hidden_units": np.int64(9), "decoder_hidden_units": np.int64(9)},
     r"initial/encoder/lstm_cell/kernel has shape \[13, 32\].*\[14, 36\]"),
    ({"learning_rate": np.zeros(2)}, r"learning_rate has shape \[2\]; it must be one number"),
    ({"learning_rate": np.float32(0)}, "learning_rate is 0.0"),
    ({"loss": np.zeros(3)}, r"loss has shape \[3\], the sizes ask for \[20\]"),
    ({"learning_rate": np.array("x")}, "learning_rate is 'x'; it must be a number"),
    ({"learning_rate": np.complex64(1)}, r"learning_rate is \(1\+0j\)"),
    ({"encoder_inputs": np.zeros([0, 3, 4], np.int32)}, r"encoder_inputs has shape \[0, 3, 4\]"),
    ({"encoder_inputs": np.zeros([3], np.int32)}, r"encoder_inputs has shape \[3\]; it must be"),
    ({"logits": np.full([3, 3, 12], "a")}, "logits is of type <U1; it must hold numbers"),
    ({"encoder_inputs": np.full([20, 3, 4], 12)}, "encoder_inputs must hold ids from 0 to 11"),
    ({"decoder_targets": np.full([20, 3, 3], -1)}, "decoder_targets must hold ids"),
    ({"decoder_targets": np.zeros([20, 3, 3])}, "decoder_targets must hold ids"),
    ({"final/fully_connected/biases": np.zeros(3)}, "final/fully_connected/biases has shape"),
])
def test_a_case_that_contradicts_itself_is_refused(small, tmp_path, changes, message):
    with pytest.raises(InputError, match=message):
        load_case(saved(dict(small, **changes), tmp_path))


def test_a_file_that_is_no_case_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        load_case(str(tmp_path / "none.npz"))
    (tmp_path / "text.npz").write_text("not a zip")
    np.save(str(tmp_path / "array.npy"), np.zeros(3))
    np.savez(str(tmp_path / "object.npz"), vocab_size=np.array({}, object))
    with open(case_path("small.npz"), "rb") as file:
        (tmp_path / "half.npz").write_bytes(file.read()[:9000])
    np.savez_compressed(str(tmp_path / "packed.npz"), vocab_size=np.arange(999))
    packed = (tmp_path / "packed.npz").read_bytes()
    (tmp_path / "damaged.npz").write_bytes(packed[:70] + b"\xff" * 40 + packed[110:])
    with zipfile.ZipFile(str(tmp_path / "other.npz"), "w") as file:
        for key in ("vocab_size", "learning_rate", "encoder_inputs"):
            file.writestr(key, "text")
    for name in ("text.npz", "array.npy", "object.npz", "half.npz", "damaged.npz", "other.npz"):
        with pytest.raises(InputError, match=name):
            load_case(str(tmp_path / name))


def test_a_checkpoint_past_the_end_or_of_another_case_is_refused(small, tmp_path):
    with pytest.raises(InputError, match="the case ends before step 100, at 20"):
        replay(small, CHECKPOINT)
    with pytest.raises(InputError, match="name must end in its step"):
        replay(small, "model.ckpt")
    for end in (".index", ".data-00000-of-00001"):
        with open(CHECKPOINT + end, "rb") as file:
            (tmp_path / ("model.ckpt-3" + end)).write_bytes(file.read())
    with pytest.raises(InputError, match=r"is \[40, 50\] in the checkpoint and \[12, 5\]"):
        replay(small, str(tmp_path / "model.ckpt-3"))


def test_an_option_that_the_configuration_gains_is_asked_of_no_old_case(monkeypatch):
    @dataclasses.dataclass(frozen=True)
    class Grown(ModelConfig):
        heads: int = dataclasses.field(default=1, metadata=FIELDS["encoder_hidden_units"].metadata)

    monkeypatch.setattr(recorded_run, "ModelConfig", Grown)
    assert config_of(load_case(case_path("small.npz"))).heads == 1
    assert set(recorded_run.SIZES) == {
        "vocab_size", "start_token", "max_input_length", "max_output_length",
        "encoder_embedding_size", "decoder_embedding_size", "encoder_hidden_units",
        "decoder_hidden_units"}


def test_a_gradients_difference_is_divided_by_its_largest_entry(small):
    key = "gradient/fully_connected/weights"
    case = dict(small, **{key: np.float32([[8, 0]]), "loss": np.float32([1, 2])})
    other = {key: np.float32([[8, -2]]), "loss": np.float32([1, 5])}
    found = {row.quantity: row.largest for row in differences(case, other)}
    assert found == {key: 0.25, "loss": 3}
    case[key] = np.zeros([1, 2], np.float32)
    assert differences(case, other)[0].largest == 8  # of nothing it is the difference itself
