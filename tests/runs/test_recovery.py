import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, checkpoint_writer, progress, recovery


@pytest.fixture
def run(tmp_path):
    """A Session, its Saver and a directory with checkpoints of steps 1 to 3."""
    with tf.Graph().as_default():
        build_training_graph(ModelConfig(5, 1, 1, 1, 1, 1, 1, 1), seed=1)
        sess, saver = tf.Session(), checkpoint_writer.make_saver()
        sess.run(tf.global_variables_initializer())
        sess.graph.finalize()
    for step in (1, 2, 3):
        checkpoint_writer.save(sess, saver, str(tmp_path), progress.START._replace(step=step))
    return sess, saver, str(tmp_path)


def damage(directory, step, ending=".data-00000-of-00001"):
    with open(os.path.join(directory, f"model.ckpt-{step}{ending}"), "r+b") as file:
        file.truncate(10)


def test_a_sound_run_is_restored(run):
    assert recovery.restore_last(*run) == progress.START._replace(step=3)
    assert recovery.progress_of(run[2]).step == 3


def test_a_damaged_last_checkpoint_names_the_older_one_that_is_in_order(run):
    damage(run[2], 3)
    with pytest.raises(InputError, match="ckpt-3: .*ckpt-2 is in order: .* --from-step 2$"):
        recovery.restore_last(*run)
    damage(run[2], 2)
    with pytest.raises(InputError, match="ckpt-3: .*ckpt-1 is in order: .* --from-step 1$"):
        recovery.restore_last(*run)
    damage(run[2], 1, ".json")
    with pytest.raises(InputError, match="ckpt-3: .*no older checkpoint is in order: train anew"):
        recovery.restore_last(*run)


def test_a_damaged_progress_file_names_the_older_one_too(run):
    damage(run[2], 3, ".json")
    with pytest.raises(InputError, match="ckpt-3.json: not JSON.*ckpt-2 is in order"):
        recovery.progress_of(run[2])


def test_a_run_goes_back_when_it_is_asked_to(run):
    damage(run[2], 3)
    recovery.go_back(run[2], 2)
    assert [checkpoint.step_of(prefix) for prefix in checkpoint.whole(run[2])] == [1, 2]
    assert recovery.restore_last(*run).step == 2
    arrays = checkpoint.read_arrays(checkpoint.last(run[2]))
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_it_does_not_go_back_to_what_is_not_there_or_damaged(run):
    with pytest.raises(InputError, match="no checkpoint of step 7; there are 1, 2, 3"):
        recovery.go_back(run[2], 7)
    damage(run[2], 2)
    with pytest.raises(InputError, match="ckpt-2: the checkpoint cannot be read"):
        recovery.go_back(run[2], 2)
    assert len(checkpoint.whole(run[2])) == 3
