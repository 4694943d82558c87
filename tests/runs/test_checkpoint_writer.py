import errno
import os

import pytest
import tensorflow.compat.v1 as tf
from checkpoints import SMALL, row, saved, session, steps, write_files

from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint, checkpoint_writer, progress


def test_saving_keeps_the_last_and_the_best_and_nothing_unfinished(tmp_path):
    sess, saver = session(SMALL)
    write_files(tmp_path, "model.ckpt-7.json", "model.ckpt-7.data-00000-of-00001.tempstate12",
                "model.ckpt-9.json.tmp", "mine-7.txt")
    rows = []
    for epoch, loss in enumerate([3.0, 1.0, 2.0, 1.5, 1.2], 1):
        rows.append(row(epoch, loss))
        state = progress.Progress(10 * epoch, 1.0, 0.0, rows)
        assert checkpoint_writer.save(sess, saver, str(tmp_path), state) == checkpoint.last(
            str(tmp_path))
        checkpoint_writer.tidy(str(tmp_path), state, 2)
    assert steps(tmp_path) == [20, 40, 50]
    assert checkpoint.best(str(tmp_path)) == str(tmp_path / "model.ckpt-20")
    assert checkpoint.progress_of(str(tmp_path)) == state
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-50")
    files = {f"model.ckpt-{step}.{end}" for step in (20, 40, 50)
             for end in ("index", "json", "data-00000-of-00001")}
    assert set(os.listdir(tmp_path)) == files | {"checkpoint", "mine-7.txt"}


def test_a_save_that_fails_leaves_the_last_whole_checkpoint(tmp_path, monkeypatch):
    sess, saver = session(SMALL)
    first = checkpoint_writer.save(sess, saver, str(tmp_path), progress.START._replace(step=1))

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
                checkpoint_writer.save(sess, saver, str(tmp_path), progress.START._replace(step=2))
        assert checkpoint.last(str(tmp_path)) == first
        assert not [name for name in os.listdir(tmp_path) if name.startswith("model.ckpt-2")]


def test_a_run_directory_that_is_gone_is_said(tmp_path):
    sess, saver = session(SMALL)
    with pytest.raises(InputError, match="model.ckpt-2: cannot be saved: .* is none"):
        checkpoint_writer.save(sess, saver, str(tmp_path / "gone"), progress.START._replace(step=2))


def test_only_what_the_run_wrote_is_deleted(tmp_path):
    *_, state = saved(tmp_path, 1, 2, 3)
    foreign = ["model.ckpt-1.keras", "model.ckpt-1.index.bak", "model.ckpt-1.config.json",
               "model.ckpt-9.index", "model.ckpt-9.data-00000-of-00001"]  # 9 has no progress
    write_files(tmp_path, *foreign)
    (tmp_path / "model.ckpt-2.keras").mkdir()
    (tmp_path / "model.ckpt-8.json.tmp").mkdir()
    checkpoint_writer.tidy(str(tmp_path), state, 1)
    assert steps(tmp_path) == [3]  # 9 is somebody's
    left = {name for name in os.listdir(tmp_path) if "-3" not in name}
    assert left == {"checkpoint", "model.ckpt-2.keras", "model.ckpt-8.json.tmp", *foreign}


def test_what_cannot_be_deleted_does_not_end_a_run(tmp_path, monkeypatch):
    *_, state = saved(tmp_path, 1, 2)

    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(os, "remove", refuse)
    checkpoint_writer.tidy(str(tmp_path), state, 1)
    assert steps(tmp_path) == [1, 2]
