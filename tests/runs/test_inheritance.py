import dataclasses
import os
import shutil

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.runs import checkpoint, inheritance, opening, run_directory
from seq2seq_graph.runs.origins import text_config
from seq2seq_graph.training.loop import train
from seq2seq_graph.variables import NAMES, SLOTS, names
from seq2seq_graph.vocabulary import Vocabulary

MODEL = ModelConfig(max_input_length=2, max_output_length=2, encoder_embedding_size=3,
                    decoder_embedding_size=3, encoder_hidden_units=4, decoder_hidden_units=4)
TRAINING = TrainingConfig(num_epochs=1, batch_size=16, learning_rate=0.05, threads=1)
SPECIAL = [0, 1, 2, 3]


def begin(folder, name, sources, targets, model=MODEL, **training):
    """Trains a run on each source letter with each target letter; returns its directory."""
    pairs = folder / f"{name}.tsv"
    pairs.write_text("".join(f"{s}{t}\t{t}\n" for s in sources for t in targets))
    directory = str(folder / name)
    training = dataclasses.replace(TRAINING, **training)
    with opening.begin(text_config(str(pairs)), model, training, directory) as opened:
        list(train(opened.run.model, opened.run.training, opened.dataset, directory))
    return directory


def first_weights(directory):
    """What a run began with."""
    return checkpoint.read_arrays(os.path.join(directory, "model.ckpt-0"))


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    return begin(tmp_path_factory.mktemp("old"), "old", "bcdefg", "uvwxyz", average=0.5)


@pytest.fixture(scope="module")
def new(old, tmp_path_factory):
    """Of a larger vocabulary, in which every id is another one."""
    return begin(tmp_path_factory.mktemp("new"), "new", "abcdefgh", "tuvwxyz", average=0.5,
                 init_from=old, keep_checkpoints=9)


def used(directory):
    arrays = checkpoint.read_arrays(checkpoint.best(directory))
    return {name: arrays[name + averaging.SUFFIX] for name in NAMES}


def test_rows_are_carried_over_by_token_and_the_rest_as_it_is(old, new):
    before, after = used(old), first_weights(new)
    old_run, new_run = run_directory.load(old), run_directory.load(new)
    for name, axis, side in (("EmbedSequence/embeddings", 0, "source"),
                             ("EmbedSequence_1/embeddings", 0, "target"),
                             ("fully_connected/weights", 1, "target"),
                             ("fully_connected/biases", 0, "target")):
        there, here = (getattr(run, f"{side}_vocabulary") for run in (old_run, new_run))
        assert there.encode("x") != here.encode("x")
        common = sorted(set(there.tokens) & set(here.tokens))
        for ids in (SPECIAL, SPECIAL), (there.encode(common), here.encode(common)):
            np.testing.assert_array_equal(
                np.take(before[name], ids[0], axis), np.take(after[name], ids[1], axis))
    for name in ("encoder/lstm_cell/kernel", "decoder/lstm_cell/bias"):
        np.testing.assert_array_equal(before[name], after[name])


def test_new_rows_are_those_that_a_run_of_its_own_begins_with(new, tmp_path):
    alone = run_directory.load(new)
    with tf.Graph().as_default(), tf.Session() as sess:
        from seq2seq_graph.model import build_training_graph

        build_training_graph(alone.model, alone.training.seed)
        sess.run(tf.global_variables_initializer())
        initial = {v.op.name: sess.run(v) for v in tf.global_variables()}
    ids = alone.source_vocabulary.encode("ah")
    weights = first_weights(new)["EmbedSequence/embeddings"]
    np.testing.assert_array_equal(weights[ids], initial["EmbedSequence/embeddings"][ids])
    assert not np.array_equal(weights, initial["EmbedSequence/embeddings"])


def test_averages_begin_as_the_weights_and_adam_anew(new):
    arrays = first_weights(new)
    for name in NAMES:
        np.testing.assert_array_equal(arrays[name], arrays[name + averaging.SUFFIX])
        for slot in SLOTS:
            assert not arrays[name + slot].any()
    assert arrays["beta1_power"] == np.float32(0.9)


def test_how_much_was_carried_over_is_said(old, new):
    lines = inheritance.described(run_directory.load(new)).split("\n")
    prefix = checkpoint.best(old)
    assert lines == [
        f"begins with {prefix}, its moving averages",
        "  source tokens: 12 of 15 carried over, 3 new, 0 left there",
        "  target tokens: 6 of 7 carried over, 1 new, 0 left there"]
    assert inheritance.described(run_directory.load(old)) == ""


def test_where_the_weights_came_from_is_kept_and_a_resume_does_without(old, new, tmp_path):
    loaded = run_directory.load(new)
    assert loaded.training.init_from == os.path.abspath(checkpoint.best(old))
    copy = shutil.copytree(new, str(tmp_path / "copy"))
    gone = dataclasses.replace(loaded.training, init_from="/gone/model.ckpt-3")
    run_directory.write_config(copy, loaded._replace(training=gone))
    first = checkpoint.read_arrays(os.path.join(copy, "model.ckpt-0"))
    for name in os.listdir(copy):  # as if it had been killed before it saved again
        if name.startswith("model.ckpt-") and not name.startswith("model.ckpt-0"):
            os.remove(os.path.join(copy, name))
    with opening.reopen(copy) as opened:
        (epoch,) = train(opened.run.model, opened.run.training, opened.dataset, copy, resume=True)
    whole = checkpoint.progress_of(new).rows[0]
    assert epoch.metrics.training_loss == whole.training_loss
    assert first["EmbedSequence/embeddings"].any()


def test_the_weights_of_a_run_without_averages_are_its_last(old, tmp_path):
    plain = begin(tmp_path, "plain", "bcdefg", "uvwxyz")
    after = begin(tmp_path, "after", "bcdefg", "uvwxyz", init_from=plain, keep_checkpoints=9)
    before = checkpoint.read_arrays(checkpoint.best(plain))
    for name in NAMES:
        np.testing.assert_array_equal(first_weights(after)[name], before[name])
    from_older = begin(tmp_path, "from_older", "bcdefg", "uvwxyz", keep_checkpoints=9,
                       init_from=os.path.join(after, "model.ckpt-0"))
    np.testing.assert_array_equal(first_weights(from_older)[NAMES[0]], before[NAMES[0]])


@pytest.mark.parametrize("sizes, message", [
    ({"encoder_embedding_size": 5, "encoder_hidden_units": 9, "decoder_hidden_units": 9},
     "encoder_embedding_size is 3 in .*old, .* and 5 here; give --encoder-embedding-size 3"),
    ({"encoder_hidden_units": 9, "decoder_hidden_units": 9},
     "encoder_hidden_units is 4 in .* and 9 here; give --encoder-hidden-units 4"),
    ({"decoder_embedding_size": 5}, "decoder_embedding_size is 3 in .* and 5 here"),
])
def test_other_sizes_are_refused_by_the_first_that_differs(old, tmp_path, sizes, message):
    with pytest.raises(InputError, match=message):
        begin(tmp_path, "new", "ab", "uvwxyz", dataclasses.replace(MODEL, **sizes), init_from=old)
    assert not (tmp_path / "new").exists()


def test_what_is_no_matter_of_weights_may_differ():
    other = dataclasses.replace(MODEL, max_input_length=9, dropout=0.5, mask_padding=True,
                                vocab_size=7)
    here = dataclasses.replace(MODEL, vocab_size=9)
    assert inheritance.first_difference(other, here) is None
    every = {field.name for field in dataclasses.fields(ModelConfig)}
    assert "encoder_hidden_units" in every
    assert inheritance.first_difference(
        dataclasses.replace(here, decoder_embedding_size=4), here) == "decoder_embedding_size"


ATTENDING = dataclasses.replace(
    MODEL, decoder_embedding_size=4, attention="luong", bidirectional=True, tied_embeddings=True)


@pytest.mark.parametrize("field, value", [
    ("attention", "none"), ("attention", "bahdanau"), ("bidirectional", False),
    ("tied_embeddings", False), ("encoder_layers", 2), ("decoder_layers", 2),
])
def test_another_structure_is_named(field, value):
    here = dataclasses.replace(ATTENDING, vocab_size=9)
    if value == "none":
        here = dataclasses.replace(here, input_feeding=False)
    there = dataclasses.replace(here, **{field: value})
    assert inheritance.first_difference(there, here) == field
    assert inheritance.first_difference(here, there) == field


def test_whatever_variables_a_model_has_are_carried_over(tmp_path):
    before = begin(tmp_path, "before", "bcd", "uvwxyz", ATTENDING)
    after = begin(tmp_path, "after", "abcde", "tuvwxyz", ATTENDING, init_from=before,
                  keep_checkpoints=9)
    old_weights, weights = checkpoint.read_arrays(checkpoint.best(before)), first_weights(after)
    every = names(ATTENDING)
    assert "memory_layer/kernel" in every and "fully_connected/weights" not in every
    for name in every:
        if name.startswith(("EmbedSequence", "fully_connected")):
            np.testing.assert_array_equal(weights[name][:4], old_weights[name][:4])
            assert len(weights[name]) > len(old_weights[name])
        else:
            np.testing.assert_array_equal(weights[name], old_weights[name])


@pytest.mark.parametrize("run, message", [
    ("gone", "--init-from .*gone: no such run; give a directory"),
    (".", "no checkpoint there; train first"),
])
def test_what_is_no_run_is_refused(run, message, tmp_path):
    with pytest.raises(InputError, match=message):
        begin(tmp_path, "new", "ab", "uvwxyz", init_from=str(tmp_path / run))


def test_a_run_whose_data_is_cut_is_refused_before_a_directory_is_made(tmp_path):
    before = begin(tmp_path, "before", "bcd", "uvwxyz")
    with open(checkpoint.best(before) + ".data-00000-of-00001", "r+b") as file:
        file.truncate(20)
    with pytest.raises(InputError, match="the checkpoint cannot be read"):
        begin(tmp_path, "new", "ab", "uvwxyz", init_from=before)
    assert not (tmp_path / "new").exists()


def test_tokens_in_common_are_found_by_their_text():
    rows = inheritance.rows_of(Vocabulary("zab"), Vocabulary("bc"))
    assert rows.here.tolist() == [0, 1, 2, 3, 6] and rows.there.tolist() == [0, 1, 2, 3, 4]
    rows = inheritance.rows_of(Vocabulary("zab"), Vocabulary("bc"), (8, 9))  # 7; 6, 7, 8
    assert rows.here.tolist()[5:] == [7] and rows.there.tolist()[5:] == [6]
