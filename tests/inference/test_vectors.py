import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tiny_run

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.inference import vectors
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint_writer, origins, progress, run_directory

CONFIG = ModelConfig(6, max_input_length=3, max_output_length=2, encoder_hidden_units=4,
                     decoder_hidden_units=4)
SOURCES = np.array([[4, 5, 0], [5, 5, 5], [4, 0, 0]])


def test_the_vectors_are_the_states_that_the_decoder_starts_from(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(CONFIG, 1)
        saver = checkpoint_writer.make_saver()
        sess.run(tf.global_variables_initializer())
        prefix = checkpoint_writer.save(sess, saver, str(tmp_path), progress.START)
        states = sess.run(graph.encoder_states, {graph.encoder_inputs: SOURCES})
    found = vectors.encoder_vectors(prefix, CONFIG, SOURCES, batch_size=2)
    assert found.shape == (3, 8)
    np.testing.assert_allclose(found, np.concatenate(states, axis=1), atol=1e-6)


def test_the_projection_keeps_distances_of_what_lies_in_a_plane():
    random = np.random.RandomState(0)
    flat = random.randn(30, 2) * [5, 1]
    basis, _ = np.linalg.qr(random.randn(7, 2))
    points, shares = vectors.project(flat @ basis.T + 3)
    distances = [np.linalg.norm(p[:, None] - p[None], axis=2) for p in (flat, points)]
    np.testing.assert_allclose(*distances, atol=1e-9)
    variances = points.var(axis=0)
    assert variances[0] > variances[1]
    np.testing.assert_allclose(shares, variances / variances.sum(), atol=1e-9)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-9)
    assert abs(np.corrcoef(points.T)[0, 1]) < 1e-9


def test_one_source_and_equal_sources_are_points_at_zero():
    for count in (1, 5):
        points, shares = vectors.project(np.ones([count, 4]))
        np.testing.assert_array_equal(points, np.zeros([count, 2]))
        np.testing.assert_array_equal(shares, [0, 0])


@pytest.mark.parametrize("limit", [None, 3])
def test_the_sources_are_those_of_training_and_the_training_text_is_not_read(tmp_path, limit):
    for part, lines in (("train", "a\tK\n"), ("test", "f\tK\n"), ("valid", (
            "c\tK\nb\tK\nb\tT\nf\tK\nabcdeabcde\tK\nd\tK K K K K K K\nac\tK\ne\tK\n"))):
        (tmp_path / f"{part}.tsv").write_text(lines)
    run = run_directory.load(tiny_run.make(tmp_path / "run", origin=tmp_path))
    run = run._replace(text=dataclasses.replace(run.text, limit=limit))
    dataset = origins.dataset(run.text, run.model)
    assert len(set(dataset.valid.source_index)) == (limit or 4)
    (tmp_path / "train.tsv").unlink()
    found = vectors.validation_sources(run)
    words = ["".join(run.source_vocabulary.decode(ids)) for ids in found]
    assert words == [["ac", "b", "c", "e"], ["ac", "b", "c"]][limit is not None]
