import argparse

import numpy as np
import pytest

from seq2seq_graph.config import (
    LARGEST_SEED,
    RECIPES,
    ModelConfig,
    TrainingConfig,
    add_flags,
    at_resume,
    from_flags,
    given_flags,
)
from seq2seq_graph.errors import InputError


def test_defaults_are_the_documents_sizes():
    config = ModelConfig(vocab_size=40)
    assert (config.max_input_length, config.max_output_length) == (10, 12)
    assert (config.encoder_embedding_size, config.decoder_embedding_size) == (50, 50)
    assert (config.encoder_hidden_units, config.decoder_hidden_units) == (100, 100)
    assert TrainingConfig().learning_rate == 0.001


@pytest.mark.parametrize("field", [
    "vocab_size", "max_input_length", "max_output_length", "encoder_embedding_size",
    "encoder_hidden_units", "decoder_embedding_size", "decoder_hidden_units",
])
@pytest.mark.parametrize("value", [0, -3, 2.5, "7", True, None])
def test_a_size_that_is_not_a_positive_integer_is_refused_by_name(field, value):
    with pytest.raises(InputError, match=f"{field} is {value!r}"):
        ModelConfig(**{"vocab_size": 40, field: value})


@pytest.mark.parametrize("field, value", [
    ("max_input_length", 2**16 + 1), ("encoder_embedding_size", 10**9), ("vocab_size", 2**24 + 1),
    ("towers", 1025),
])
def test_a_size_that_no_memory_holds_is_refused_by_name(field, value):
    with pytest.raises(InputError, match=f"{field} is {value}; it must be at most"):
        ModelConfig(**{"vocab_size": 40, field: value})


def test_units_that_differ_are_refused_with_both_numbers():
    with pytest.raises(InputError, match="encoder.* is 100 .*decoder.* is 80"):
        ModelConfig(40, decoder_hidden_units=80)


@pytest.mark.parametrize("value", [-0.1, 1, 1.5, "0.2", True, None, float("nan")])
def test_a_share_that_is_not_from_0_to_below_1_is_refused_by_name(value):
    for field in ("dropout", "label_smoothing"):
        with pytest.raises(InputError, match=f"{field} is {value!r}; it must be from 0"):
            ModelConfig(40, **{field: value})
    with pytest.raises(InputError, match=f"average is {value!r}; it must be from 0"):
        TrainingConfig(average=value)


def test_a_start_token_outside_the_vocabulary_is_refused():
    with pytest.raises(InputError, match="start_token is 40, .* end at 39"):
        ModelConfig(40, start_token=40)
    assert ModelConfig(40, start_token=0).start_token == 0


@pytest.mark.parametrize("field, value", [
    ("patience", -1), ("keep_checkpoints", 0), ("save_steps", -1), ("save_steps", 1.5),
    ("intra_op_threads", -1), ("inter_op_threads", "2"),
    ("num_epochs", 0), ("batch_size", 0), ("batch_size", 1.5), ("seed", -1), ("seed", 2147483),
    ("learning_rate", 0.0), ("learning_rate", -1.0), ("learning_rate", float("nan")),
    ("learning_rate", float("inf")), ("learning_rate", "0.1"), ("learning_rate", True),
])
def test_training_numbers_are_checked(field, value):
    with pytest.raises(InputError, match=f"{field} is {value!r}"):
        TrainingConfig(**{field: value})


def test_the_largest_seeds_op_seeds_are_below_tensorflows_modulus():
    assert 1000 * TrainingConfig(seed=LARGEST_SEED).seed + 999 < 2**31 - 1


def test_numpy_integers_are_integers():
    assert ModelConfig(np.int64(40)).vocab_size == 40


def test_flags_are_made_from_the_fields():
    parser = argparse.ArgumentParser()
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    arguments = parser.parse_args(["--batch-size", "7", "--max-input-length", "3"])
    assert from_flags(TrainingConfig, arguments) == TrainingConfig(batch_size=7)
    assert from_flags(ModelConfig, arguments, vocab_size=9) == ModelConfig(9, max_input_length=3)


def parsed(*flags):
    parser = argparse.ArgumentParser()
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    return parser.parse_args(flags)


def test_the_document_recipe_is_the_defaults():
    assert from_flags(ModelConfig, parsed(), "document", vocab_size=9) == ModelConfig(9)
    assert from_flags(TrainingConfig, parsed(), "document") == TrainingConfig()


def test_the_practical_recipe_turns_every_correction_on():
    model = from_flags(ModelConfig, parsed(), "practical", vocab_size=9)
    training = from_flags(TrainingConfig, parsed(), "practical")
    assert model.mask_padding and model.stop_at_length and model.reverse_source
    assert model.sparse_labels and model.cut_batches and model.dropout > 0
    assert model.label_smoothing > 0
    assert training.clip_norm > 0 and training.half_life > 0 and training.average > 0


def test_every_field_of_a_recipe_is_a_flags():
    flags = vars(parsed())
    assert all(name in flags for recipe in RECIPES.values() for name in recipe)


def test_a_flag_is_above_the_recipe_also_to_switch_off():
    arguments = parsed("--no-mask-padding", "--dropout", "0", "--clip-norm", "1")
    model = from_flags(ModelConfig, arguments, "practical", vocab_size=9)
    assert not model.mask_padding and model.stop_at_length and model.dropout == 0
    assert from_flags(TrainingConfig, arguments, "practical").clip_norm == 1
    document = from_flags(ModelConfig, parsed("--mask-padding"), vocab_size=9)
    assert document == ModelConfig(9, mask_padding=True)


def test_given_flags_are_those_on_the_command_line():
    arguments = parsed("--seed", "0", "--no-cut-batches")
    assert given_flags(TrainingConfig, arguments) == {"seed": 0}
    assert given_flags(ModelConfig, arguments) == {"cut_batches": False}


def test_what_may_change_at_a_resume_is_no_size_and_no_seed():
    assert at_resume(ModelConfig) == []
    assert "num_epochs" in at_resume(TrainingConfig)
    assert not {"seed", "batch_size"} & set(at_resume(TrainingConfig))
