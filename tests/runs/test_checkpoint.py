import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from checkpoints import row, saved, session, steps, write_files
from conftest import case_path

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint, checkpoint_writer, progress

RECORDED = os.path.join(case_path("document-checkpoint"), "model.ckpt-100")


def save(sess, saver, folder, step):
    with sess.graph.as_default():
        return saver.save(sess, str(folder / "model.ckpt"), global_step=step)


def weights(sess):
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    return {variable.op.name: sess.run(variable) for variable in variables}


@pytest.mark.slow
def test_the_checkpoint_of_tensorflow_1_15_sets_every_variable():
    sess, saver = session()
    checkpoint.restore(sess, saver, RECORDED)
    reader = tf.train.load_checkpoint(RECORDED)
    values = weights(sess)
    assert set(values) == set(reader.get_variable_to_shape_map())
    for name, value in values.items():
        np.testing.assert_array_equal(value, reader.get_tensor(name))
    np.testing.assert_allclose(values["beta1_power"], 0.9**101, rtol=1e-5)


@pytest.mark.slow
def test_what_is_saved_is_read_back(tmp_path):
    sess, saver = session()
    prefix = save(sess, saver, tmp_path, 3)
    other, other_saver = session(ModelConfig(40))
    other.run(other.graph.get_operation_by_name("init"))
    checkpoint.restore(other, other_saver, prefix)
    for name, value in weights(sess).items():
        np.testing.assert_array_equal(value, weights(other)[name])


@pytest.mark.parametrize("prefix, step", [("a/model.ckpt-100", 100), ("x-0", 0), ("a-1-22", 22)])
def test_the_step_is_the_number_at_the_names_end(prefix, step):
    assert checkpoint.step_of(prefix) == step


@pytest.mark.parametrize("prefix", ["model.ckpt", "model.ckpt-", "model-3.ckpt"])
def test_a_name_without_a_step_is_refused(prefix):
    with pytest.raises(InputError, match="must end in its step"):
        checkpoint.step_of(prefix)


@pytest.mark.slow
@pytest.mark.parametrize("config, message", [
    (ModelConfig(41), r"EmbedSequence/embeddings is \[40, 50\] in the checkpoint and \[41, 50\]"),
    (ModelConfig(40, encoder_embedding_size=51), r"\[40, 50\] in the checkpoint and \[40, 51\]"),
    (ModelConfig(40, encoder_hidden_units=9, decoder_hidden_units=9),
     r"encoder/lstm_cell/kernel is \[150, 400\] in the checkpoint and \[59, 36\]"),
])
def test_a_checkpoint_of_other_sizes_is_refused_and_sets_nothing(config, message):
    sess, saver = session(config)
    before = weights(sess)
    with pytest.raises(InputError, match=message):
        checkpoint.restore(sess, saver, RECORDED)
    for name, value in weights(sess).items():
        np.testing.assert_array_equal(value, before[name])


def test_a_variable_that_the_checkpoint_lacks_is_named(tmp_path):
    sess, saver = session(with_optimizer=False)
    prefix = save(sess, saver, tmp_path, 1)
    with pytest.raises(InputError, match="variable beta1_power is missing"):
        checkpoint.restore(*session(), prefix)


def test_a_missing_or_broken_checkpoint_is_refused(tmp_path):
    sess, saver = session()
    with pytest.raises(InputError, match="no checkpoint"):
        checkpoint.restore(sess, saver, str(tmp_path / "model.ckpt-1"))
    prefix = save(sess, saver, tmp_path, 2)
    data_file = prefix + ".data-00000-of-00001"
    with open(data_file, "r+b") as file:
        file.truncate(1000)
    with pytest.raises(InputError, match="model.ckpt-2: the checkpoint cannot be read"):
        checkpoint.restore(sess, saver, prefix)
    with open(prefix + ".index", "wb") as file:
        file.write(b"nonsense")
    with pytest.raises(InputError, match="model.ckpt-2: the checkpoint cannot be read"):
        checkpoint.restore(sess, saver, prefix)
    os.remove(data_file)
    with pytest.raises(InputError, match="model.ckpt-2: the checkpoint cannot be read"):
        checkpoint.restore(sess, saver, prefix)


@pytest.mark.parametrize("restore", [
    checkpoint.restore,
    lambda sess, saver, prefix: checkpoint.restore_for_use(sess, prefix)], ids=["all", "weights"])
def test_a_checkpoint_that_training_deletes_just_now_is_refused(tmp_path, monkeypatch, restore):
    sess, saver = session()
    prefix = save(sess, saver, tmp_path, 1)

    def delete(*_):
        for path in tmp_path.iterdir():
            path.unlink()

    monkeypatch.setattr(checkpoint, "_check_shapes", delete)  # what stands before the restoring
    with pytest.raises(InputError, match="model.ckpt-1: the checkpoint cannot be read"):
        restore(sess, saver, prefix)


def test_a_checkpoint_whose_index_or_data_is_missing_is_not_whole(tmp_path):
    assert checkpoint.last(str(tmp_path)) is None
    write_files(tmp_path, "model.ckpt-9.index", "model.ckpt-9.data-00000-of-00001",
                "model.ckpt-30.data-00000-of-00001", "model.ckpt-30.json", "model.ckpt-40.index",
                "model.ckpt-10.index", "model.ckpt-10.data-00000-of-00001", "model.ckpt-x.index")
    assert steps(tmp_path) == [9, 10]  # by number, not by name
    assert checkpoint.last(str(tmp_path)) == str(tmp_path / "model.ckpt-10")
    assert checkpoint.best(str(tmp_path)) == str(tmp_path / "model.ckpt-10")


def test_a_folder_without_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(InputError, match="no checkpoint there; train first"):
        checkpoint.best(str(tmp_path))
    assert checkpoint.progress_of(str(tmp_path)) == progress.START


def test_the_best_is_one_that_is_there_and_a_better_one_is_named(tmp_path):
    rows = [row(1, 3.0), row(2, 1.0), row(3, 2.0)]
    saved(tmp_path, 10, 30, rows=rows)
    best = checkpoint.find_best(str(tmp_path))
    assert best == (str(tmp_path / "model.ckpt-30"), rows[2], rows[1])
    checkpoint_writer.set_best_by(str(tmp_path), "epoch")
    best = checkpoint.find_best(str(tmp_path))
    assert best == (str(tmp_path / "model.ckpt-30"), rows[2], None)
