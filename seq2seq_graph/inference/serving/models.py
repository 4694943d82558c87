"""What answers behind the server: a run directory, or a SavedModel that was exported of one."""

import contextlib
import glob
import os
from typing import Callable, Iterator, List, NamedTuple, Optional, Sequence

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.data import subwords, text
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import generation
from seq2seq_graph.inference.reader import read_alone
from seq2seq_graph.inference.saved_model import ASSETS, MOST_READ
from seq2seq_graph.inference.serving.explaining import Explainer
from seq2seq_graph.inference.serving.protocol import SIGNATURE, Answer
from seq2seq_graph.runs import checkpoint, checkpoint_files

_GRAPH = "saved_model.pb"


class Model(NamedTuple):
    """Texts to answers."""

    answer: Callable[[Sequence[str]], List[Answer]]
    n_best: int
    explain: Optional[Explainer] = None  # of a run


def is_saved_model(path: str) -> bool:
    """Tells a folder that `saved_model.export` wrote, or another SavedModel, from a run."""
    return os.path.exists(os.path.join(path, _GRAPH))


@contextlib.contextmanager
def open_run(
    directory: str, width: int = 1, n_best: int = 1, length_penalty: float = 0.0,
    longest: Optional[int] = None,
) -> Iterator[Model]:
    """Opens a run; the arguments and errors are those of `generation.open_run`."""
    options = width, n_best, length_penalty, longest
    with generation.open_run(directory, *options, with_graph=True) as generator:

        def answer(texts):
            sources = [read_alone(generator.run, one) for one in texts]
            return [
                _answer([one.text for one in found], [one.score for one in found], n_best)
                for found in generation.answer(generator, sources)
            ]

        yield Model(answer, n_best, Explainer(generator, length_penalty, longest))


@contextlib.contextmanager
def open_saved_model(folder: str) -> Iterator[Model]:
    """Opens what `saved_model.export` wrote.

    Raises:
      InputError: it cannot be loaded, has not the signatures of an export, or TensorFlow would
        read its path as another one.
    """
    checkpoint_files.check_path(os.path.abspath(folder))
    with tf.Graph().as_default(), tf.Session() as sess:
        try:
            loaded = tf.saved_model.loader.load(sess, [tf.saved_model.SERVING], folder)
        except (OSError, RuntimeError, ValueError, tf.errors.OpError) as error:
            raise InputError(
                f"{folder}: cannot be loaded: {checkpoint.reason_of(error)}; export it anew"
            ) from None
        signatures = loaded.signature_def
        if "ids" not in signatures or "texts" not in signatures["ids"].outputs:
            raise InputError(f"{folder}: its signatures are {', '.join(sorted(signatures))}, which "
                             "scripts/export.py does not write; give what that wrote")
        name, key = (SIGNATURE, "text") if SIGNATURE in signatures else ("ids", "ids")
        fed = signatures[name].inputs[key].name
        fetched = [signatures[name].outputs[key].name for key in ("texts", "scores")]
        prepare = _encoded if name == SIGNATURE else _cutter(folder, loaded)

        def answer(texts):
            written, scores = sess.run(fetched, {fed: prepare(texts)})
            return [
                _answer([one.decode("utf-8", "replace") for one in row], row_scores, len(row))
                for row, row_scores in zip(written, scores.tolist())
            ]

        shape = signatures[name].outputs["texts"].tensor_shape
        yield Model(answer, max(1, shape.dim[1].size))


def _answer(texts, scores, n_best):
    missing = n_best - len(texts)
    texts, scores = [*texts, *[""] * missing], [*scores, *[float("-inf")] * missing]
    return Answer(texts[0], texts, scores)


def _encoded(texts):
    return [one.encode("utf-8", "surrogatepass") for one in texts]


def _cutter(folder, loaded):
    """Returns what makes ids of texts by the sub-words in an export's folder."""
    paths = glob.glob(os.path.join(glob.escape(folder), ASSETS, "*subwords.model"))
    if len(paths) != 1:
        raise InputError(f"{folder}: has no sub-words in {ASSETS}; export it anew")
    model = subwords.Model.given(paths[0])
    # An older export does not say; its graph cuts, when the whole matrix is there.
    most = next(iter(loaded.collection_def[MOST_READ].int64_list.value), None)

    def ids(texts):
        rows = [model.ids(text.only_line(one))[:most] for one in texts]
        longest = max(1, *map(len, rows))
        found = np.zeros([len(rows), longest], np.int32)
        for i, row in enumerate(rows):
            found[i, : len(row)] = row
        return found

    return ids
