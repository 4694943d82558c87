import argparse

from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.fields import add_flags, at_resume, from_flags, given_flags


def test_flags_are_made_from_the_fields():
    parser = argparse.ArgumentParser()
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    arguments = parser.parse_args(["--batch-size", "7", "--max-input-length", "3"])
    assert from_flags(TrainingConfig, arguments, {}) == TrainingConfig(batch_size=7)
    model = from_flags(ModelConfig, arguments, {}, vocab_size=9)
    assert model == ModelConfig(9, max_input_length=3)


def parsed(*flags):
    parser = argparse.ArgumentParser()
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    return parser.parse_args(flags)


def test_the_document_recipe_is_the_defaults():
    assert from_flags(ModelConfig, parsed(), RECIPES["document"], vocab_size=9) == ModelConfig(9)
    assert from_flags(TrainingConfig, parsed(), RECIPES["document"]) == TrainingConfig()


def test_the_practical_recipe_turns_every_correction_on():
    model = from_flags(ModelConfig, parsed(), RECIPES["practical"], vocab_size=9)
    training = from_flags(TrainingConfig, parsed(), RECIPES["practical"])
    assert model.mask_padding and model.stop_at_length and model.reverse_source
    assert model.sparse_labels and model.cut_batches and model.dropout > 0
    assert model.label_smoothing > 0
    assert training.clip_norm > 0 and training.half_life > 0 and training.average > 0


def test_every_field_of_a_recipe_is_a_flags():
    flags = vars(parsed())
    assert all(name in flags for recipe in RECIPES.values() for name in recipe)


def test_a_flag_is_above_the_recipe_also_to_switch_off():
    arguments = parsed("--no-mask-padding", "--dropout", "0", "--clip-norm", "1")
    model = from_flags(ModelConfig, arguments, RECIPES["practical"], vocab_size=9)
    assert not model.mask_padding and model.stop_at_length and model.dropout == 0
    assert from_flags(TrainingConfig, arguments, RECIPES["practical"]).clip_norm == 1
    document = from_flags(ModelConfig, parsed("--mask-padding"), {}, vocab_size=9)
    assert document == ModelConfig(9, mask_padding=True)


def test_given_flags_are_those_on_the_command_line():
    arguments = parsed("--seed", "0", "--no-cut-batches")
    assert given_flags(TrainingConfig, arguments) == {"seed": 0}
    assert given_flags(ModelConfig, arguments) == {"cut_batches": False}


def test_what_may_change_at_a_resume_is_no_size_and_no_seed():
    assert at_resume(ModelConfig) == []
    assert "num_epochs" in at_resume(TrainingConfig)
    assert not {"seed", "batch_size"} & set(at_resume(TrainingConfig))


def test_what_is_the_machines_is_in_no_recipe_and_may_differ_at_a_resume():
    names = {name for recipe in RECIPES.values() for name in recipe}
    assert not names & {"threads", "towers"}
    assert "threads" in at_resume(TrainingConfig) and not hasattr(parsed(), "towers")


def test_a_text_has_flags_for_how_it_is_cut():
    parser = argparse.ArgumentParser()
    add_flags(parser, TextConfig)
    arguments = parser.parse_args(["--source-tokens", "pieces", "--limit", "7"])
    assert given_flags(TextConfig, arguments) == {"source_tokens": "pieces", "limit": 7}
    assert from_flags(TextConfig, arguments, {}) == TextConfig(source_tokens="pieces", limit=7)
    assert at_resume(TextConfig) == []


def test_a_field_may_be_left_without_a_flag():
    parser = argparse.ArgumentParser()
    add_flags(parser, TrainingConfig, but=["num_epochs"])
    assert not hasattr(parser.parse_args([]), "num_epochs")
    assert from_flags(TrainingConfig, parser.parse_args([]), {}) == TrainingConfig()
