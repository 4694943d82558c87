import numpy as np
import pytest

from seq2seq_graph.config import LARGEST_SEED, ModelConfig, TrainingConfig
from seq2seq_graph.data.pairs import JOINERS, TOKENIZERS
from seq2seq_graph.data.text_config import TOKENS, TextConfig
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
@pytest.mark.parametrize("value", [0, -3, 2.5, "7", True])
def test_a_size_that_is_not_a_positive_integer_is_refused_by_name(field, value):
    with pytest.raises(InputError, match=f"{field} is {value!r}"):
        ModelConfig(**{"vocab_size": 40, field: value})


@pytest.mark.parametrize("field, value", [
    ("max_input_length", 2**16 + 1), ("encoder_embedding_size", 10**9), ("vocab_size", 2**24 + 1),
    ("towers", 1025),
])
def test_a_size_that_no_memory_holds_is_refused_by_name(field, value):
    with pytest.raises(InputError, match=f"{field} is {value}; .* at most"):
        ModelConfig(**{"vocab_size": 40, field: value})


def test_units_that_differ_are_refused_with_both_numbers():
    with pytest.raises(InputError, match="encoder.* is 100 .*decoder.* is 80"):
        ModelConfig(40, decoder_hidden_units=80)


@pytest.mark.parametrize("value", [-0.1, float("inf"), "0.2", True, None, float("nan")])
def test_a_range_below_0_or_without_an_end_is_refused(value):
    with pytest.raises(InputError, match=f"embedding_range is {value!r}; .* at least 0"):
        ModelConfig(40, embedding_range=value)


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
    ("threads", -1), ("threads", "2"), ("threads", 1025), ("dense_embeddings", 1),
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


def test_a_vocabulary_that_is_not_known_yet_is_none_and_a_length_never():
    assert ModelConfig().vocab_size is None
    with pytest.raises(InputError, match="max_input_length is None"):
        ModelConfig(max_input_length=None)


@pytest.mark.parametrize("field, value", [
    ("kind", "poems"), ("origin", None), ("source_tokens", "letters"), ("target_tokens", None),
    ("min_count", 0), ("limit", 0), ("limit", True), ("fingerprint", -1),
])
def test_a_texts_fields_are_checked(field, value):
    with pytest.raises(InputError, match=f"{field} is {value!r}; it must be"):
        TextConfig(**{field: value})


def test_tokens_are_those_that_a_text_can_be_cut_into():
    assert set(TOKENS) == {*TOKENIZERS, "subwords"} == set(JOINERS)


@pytest.mark.parametrize("options, message", [
    ({"input_feeding": True}, "input_feeding .* give attention luong or bahdanau too"),
    ({"residual": True}, "residual .* encoder_layers or decoder_layers of at least 2"),
    ({"tied_embeddings": True}, r"50 numbers \(decoder_embedding_size\).* 100 .* same number"),
    ({"variational_dropout": True}, "variational_dropout .* give dropout a share above 0"),
    ({"stack_bidirectional": True, "bidirectional": True},
     "stack_bidirectional .* give bidirectional and encoder_layers of at least 2"),
    ({"stack_bidirectional": True, "encoder_layers": 2}, "give bidirectional and encoder_layers"),
    ({"memory_dropout": 0.5}, "memory_dropout .* give attention luong or bahdanau too"),
    ({"attention": "dot"}, "attention is 'dot'; it must be one of none, luong, bahdanau"),
    ({"encoder_layers": 17}, "encoder_layers is 17; .* at most 16"),
])
def test_options_that_make_no_sense_are_refused_with_the_fix(options, message):
    with pytest.raises(InputError, match=message):
        ModelConfig(40, **options)
