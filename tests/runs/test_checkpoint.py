import errno
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import case_path

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, progress
from seq2seq_graph.training.optimizer import build_optimizer

RECORDED = os.path.join(case_path("document-checkpoint"), "model.ckpt-100")


def session(config=None, with_optimizer=True):
    with tf.Graph().as_default():
        graph = build_training_graph(config or ModelConfig(40), seed=1)
        if with_optimizer:
            build_optimizer(graph.loss, 0.001)
        sess, saver = tf.Session(), checkpoint.make_saver()
        sess.run(tf.global_variables_initializer())
        sess.graph.finalize()
    return sess, saver


def save(sess, saver, folder, step):
    with sess.graph.as_default():
        return saver.save(sess, str(folder / "model.ckpt"), global_step=step)


def weights(sess):
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    return {variable.op.name: sess.run(variable) for variable in variables}


def test_the_checkpoint_of_tensorflow_1_15_sets_every_variable():
    sess, saver = session()
    checkpoint.restore(sess, saver, RECORDED)
    reader = tf.train.load_checkpoint(RECORDED)
    values = weights(sess)
    assert set(values) == set(reader.get_variable_to_shape_map())
    for name, value in values.items():
        np.testing.assert_array_equal(value, reader.get_tensor(name))
    np.testing.assert_allclose(values["beta1_power"], 0.9**101, rtol=1e-5)


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


def row(epoch, validation_loss):
    return progress.Metrics(epoch, 10 * epoch, 1.0, 1.0, validation_loss, 0.5, 0.5)


def steps(directory):
    return [checkpoint.step_of(prefix) for prefix in checkpoint.whole(str(directory))]


def write_files(folder, *names):
    for name in names:
        (folder / name).write_text("")


def test_saving_keeps_the_last_and_the_best_and_nothing_unfinished(tmp_path):
    sess, saver = session(ModelConfig(5, 1, 1, 1, 1, 1, 1, 1))
    write_files(tmp_path, "model.ckpt-7.json", "model.ckpt-7.data-00000-of-00001.tempstate12",
                "model.ckpt-9.json.tmp", "mine-7.txt")
    rows = []
    for epoch, loss in enumerate([3.0, 1.0, 2.0, 1.5, 1.2], 1):
        rows.append(row(epoch, loss))
        state = progress.Progress(10 * epoch, 1.0, 0.0, rows)
        assert checkpoint.save(sess, saver, str(tmp_path), state) == checkpoint.last(
            str(tmp_path))
        checkpoint.tidy(str(tmp_path), state, 2)
    assert steps(tmp_path) == [20, 40, 50]
    assert checkpoint.best(str(tmp_path)) == str(tmp_path / "model.ckpt-20")
    assert checkpoint.progress_of(str(tmp_path)) == state
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-50")
    files = {f"model.ckpt-{step}.{end}" for step in (20, 40, 50)
             for end in ("index", "json", "data-00000-of-00001")}
    assert set(os.listdir(tmp_path)) == files | {"checkpoint", "mine-7.txt"}


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


def test_a_save_that_fails_leaves_the_last_whole_checkpoint(tmp_path, monkeypatch):
    sess, saver = session(ModelConfig(5, 1, 1, 1, 1, 1, 1, 1))
    first = checkpoint.save(sess, saver, str(tmp_path), progress.START._replace(step=1))

    def full(*args, **more):
        write_files(tmp_path, "model.ckpt-2.data-00000-of-00001.tempstate1")
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    def full_for_python(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    for owner, name, failure in (
        (saver, "save", full),
        (progress, "save", full_for_python),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failure)
            message = "model.ckpt-2: cannot be saved: No space left on device; .*model.ckpt-1$"
            with pytest.raises(InputError, match=message):
                checkpoint.save(sess, saver, str(tmp_path), progress.START._replace(step=2))
        assert checkpoint.last(str(tmp_path)) == first
        assert not [name for name in os.listdir(tmp_path) if name.startswith("model.ckpt-2")]


def test_a_run_directory_that_is_gone_is_said(tmp_path):
    sess, saver = session(ModelConfig(5, 1, 1, 1, 1, 1, 1, 1))
    with pytest.raises(InputError, match="model.ckpt-2: cannot be saved: .* is none"):
        checkpoint.save(sess, saver, str(tmp_path / "gone"), progress.START._replace(step=2))


def saved(tmp_path, *steps_to_save, rows=()):
    sess, saver = session(ModelConfig(5, 1, 1, 1, 1, 1, 1, 1))
    for step in steps_to_save:
        state = progress.START._replace(step=step, rows=[r for r in rows if r.step <= step])
        checkpoint.save(sess, saver, str(tmp_path), state)
    return sess, saver, state


def test_only_what_the_run_wrote_is_deleted(tmp_path):
    *_, state = saved(tmp_path, 1, 2, 3)
    foreign = ["model.ckpt-1.keras", "model.ckpt-1.index.bak", "model.ckpt-1.config.json",
               "model.ckpt-9.index", "model.ckpt-9.data-00000-of-00001"]  # 9 has no progress
    write_files(tmp_path, *foreign)
    (tmp_path / "model.ckpt-2.keras").mkdir()
    (tmp_path / "model.ckpt-8.json.tmp").mkdir()
    checkpoint.tidy(str(tmp_path), state, 1)
    assert steps(tmp_path) == [3]  # 9 is somebody's
    left = {name for name in os.listdir(tmp_path) if "-3" not in name}
    assert left == {"checkpoint", "model.ckpt-2.keras", "model.ckpt-8.json.tmp", *foreign}


def test_what_cannot_be_deleted_does_not_end_a_run(tmp_path, monkeypatch):
    *_, state = saved(tmp_path, 1, 2)

    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(os, "remove", refuse)
    checkpoint.tidy(str(tmp_path), state, 1)
    assert steps(tmp_path) == [1, 2]


def test_the_best_is_one_that_is_there_and_a_better_one_is_named(tmp_path):
    rows = [row(1, 3.0), row(2, 1.0), row(3, 2.0)]
    saved(tmp_path, 10, 30, rows=rows)
    best = checkpoint.find_best(str(tmp_path))
    assert best == (str(tmp_path / "model.ckpt-30"), rows[2], rows[1])
    checkpoint.set_best_by(str(tmp_path), "epoch")
    best = checkpoint.find_best(str(tmp_path))
    assert best == (str(tmp_path / "model.ckpt-30"), rows[2], None)


READ_OTHERWISE = ["[1]", "a*b", "a?b", "file://x", "ram://x", os.fsdecode(b"\xff")]
READ_OTHERWISE += [] if os.name == "nt" else ["a\\b"]


@pytest.mark.parametrize("name", READ_OTHERWISE)
def test_a_path_that_tensorflow_reads_as_another_is_refused_before_anything_is_read(name):
    with pytest.raises(InputError, match="TensorFlow (takes|finds)"):
        checkpoint.read_arrays(name + "/model.ckpt-1")


@pytest.mark.parametrize("name", ["a b", "가", "{a,b}", "a]b", "~", "a:b", "%41"])
def test_every_other_path_means_what_it_says(name, tmp_path):
    if os.name == "nt" and ":" in name:
        pytest.skip("Windows has no such name")
    (tmp_path / name).mkdir()
    sess, saver, _ = saved(tmp_path / name, 1)
    checkpoint.restore(sess, saver, str(tmp_path / name / "model.ckpt-1"))
    assert checkpoint.read_arrays(str(tmp_path / name / "model.ckpt-1"))
