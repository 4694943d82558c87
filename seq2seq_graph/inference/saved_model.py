"""A trained run as a SavedModel: text in, text out, for programs that have no such package.

    signature        inputs                     outputs
    serving_default  text, string [B]           text, string [B]; texts, string [B, N];
                                                scores, float32 [B, N]
    ids              ids, int32 [B, T]          ids, int32 [B, N, T_out]; texts; scores

`text` is the best of `texts`. Where a hypothesis is missing its text is empty and its score -inf.
A run whose sources are sub-words has no `serving_default`: SentencePiece cuts them, and its model
stands in the folder, `assets/subwords.model` or `assets/source_subwords.model`.
"""

import os
import tempfile
from typing import List, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import text_graph
from seq2seq_graph.inference.search import Decoding, build_decoding
from seq2seq_graph.runs import checkpoint, checkpoint_files, run_directory
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import PAD

ASSETS = "assets"
MOST_READ = "max_input_length"  # the collection of one number: tokens that are read of a source


def export(
    directory: str,
    folder: str,
    width: int = 1,
    n_best: int = 1,
    length_penalty: float = 0.0,
    max_output_length: Optional[int] = None,
) -> List[str]:
    """Writes the best checkpoint of a run as a SavedModel; returns the names of its signatures.

    Args:
      directory: what `scripts/train.py` left.
      folder: a path where nothing is yet; it is there whole or not at all.
      width, n_best, length_penalty, max_output_length: as for `search.build_decoding`.

    Raises:
      InputError: the run cannot be used, a number cannot be, or the folder is there, cannot be
        written, or TensorFlow would read its path as another one.
    """
    # The whole path is what TensorFlow gets, but no longer shows that gs://a was given.
    for path in folder, os.path.abspath(folder):
        checkpoint_files.check_path(path)
    run = run_directory.load(directory)
    prefix = checkpoint.best(directory)
    folder = os.path.abspath(folder)
    if os.path.exists(folder):
        raise InputError(f"{folder}: is there already; give a new folder")
    with tf.Graph().as_default(), tf.Session() as sess:
        # TensorFlow 1.15 does not read what TensorFlow 2 says of a resource variable; both read
        # reference variables.
        tf.get_variable_scope().set_use_resource(False)
        with_text = run.coding.source.subwords is None
        options = width, n_best, length_penalty, max_output_length
        signatures = _build(run, with_text, options)
        tf.add_to_collection(MOST_READ, run.model.max_input_length)
        checkpoint.restore_for_use(sess, prefix)
        _write(folder, sess, signatures, None if with_text else run)
    return sorted(signatures)


def _build(run, with_text, options):
    """Builds the decoding; returns its signatures by name."""
    read = None
    if with_text:
        lines = tf.placeholder(tf.string, [None], "text")
        read = text_graph.read_text(
            lines, run.text.source_tokens, run.source_vocabulary, run.model.max_input_length)
    given = tf.placeholder(tf.int32, [None, None], "ids")
    found = {}
    for name, ids in ("ids", given), ("serving_default", read):
        if ids is None:
            continue
        decoding = build_decoding(run.model, *options, target_size=len(run.target_vocabulary),
                                  encoder_inputs=_padded(run.model, ids))
        outputs = _answers(run, decoding, ids)
        if name == "ids":
            found[name] = _signature({"ids": given}, {"ids": decoding.ids, **outputs})
        else:
            found[name] = _signature({"text": lines}, {"text": outputs["texts"][:, 0], **outputs})
    return found


def _padded(config, ids):
    """Only an encoder that stops at the length may be spared the padding."""
    ids = ids[:, : config.max_input_length]
    if config.stop_at_length:
        return ids
    room = config.max_input_length - tf.shape(ids)[1]
    return tf.pad(ids, [[0, 0], [0, room]], constant_values=PAD)


def _answers(run: Run, decoding: Decoding, ids: tf.Tensor) -> dict:
    """Returns texts and scores; a source of no token is answered by an empty text."""
    texts = text_graph.write_text(decoding.ids, run.text.target_tokens, run.target_vocabulary)
    asked = tf.reduce_any(tf.not_equal(ids, PAD), 1)[:, tf.newaxis]
    asked = tf.logical_and(asked, tf.ones_like(decoding.scores, tf.bool))
    return {
        "texts": tf.where(asked, texts, tf.fill(tf.shape(texts), "")),
        "scores": tf.where(asked, decoding.scores, tf.fill(tf.shape(texts), float("-inf"))),
    }


def _signature(inputs, outputs):
    described = [
        {name: tf.saved_model.build_tensor_info(tensor) for name, tensor in tensors.items()}
        for tensors in (inputs, outputs)
    ]
    return tf.saved_model.build_signature_def(*described, tf.saved_model.PREDICT_METHOD_NAME)


def _write(folder, sess, signatures, run):
    """Writes beside the folder first: a killed export leaves nothing that looks whole."""
    parent = os.path.dirname(folder)
    try:
        os.makedirs(parent, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=os.path.basename(folder) + ".") as made:
            inside = os.path.join(made, "model")
            builder = tf.saved_model.Builder(inside)
            builder.add_meta_graph_and_variables(
                sess, [tf.saved_model.SERVING], signatures, main_op=tf.tables_initializer(),
                strip_default_attrs=True)  # attributes of today, unused, are none to an old loader
            builder.save()
            if run is not None:
                _write_subwords(os.path.join(inside, ASSETS), run)
            os.rename(inside, folder)
    except (OSError, tf.errors.OpError) as error:  # TensorFlow's, of a full disk
        raise InputError(f"{folder}: cannot be written: {checkpoint.reason_of(error)}; give a "
                         "folder that can be") from None


def _write_subwords(assets, run):
    os.makedirs(assets, exist_ok=True)
    with open(os.path.join(assets, run_directory.model_names(run.text)[0]), "wb") as file:
        file.write(run.coding.source.subwords.serialized)
