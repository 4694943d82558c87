"""A run that begins with another run's weights: for a second text, or a larger vocabulary.

Embeddings and the output layer have a row for each token. The rows of tokens that both runs have
are carried over, whatever their ids are; the others stay as they were initialized. All else is
taken as it is, from the moving averages where the other run keeps them. Adam begins anew.
"""

import dataclasses
import os
from typing import NamedTuple, Optional, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.runs import checkpoint, checkpoint_files, run_directory
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import SPECIAL_TOKENS, Vocabulary

# Where a variable has one row for each token: of which side, along which axis.
_TOKEN_AXES = {
    variables.ENCODER.embeddings: (0, 0), variables.DECODER.embeddings: (1, 0),
    variables.WEIGHTS: (1, 1), variables.BIASES: (1, 0),
}


class Rows(NamedTuple):
    """The tokens of a side that both runs have, the special ones among them."""

    here: np.ndarray  # int [N], their ids in the new run
    there: np.ndarray  # int [N], in the other run


def prefix_of(run: str) -> str:
    """Returns the checkpoint that a run begins with: of a run directory that which is used.

    Raises:
      InputError: there is none.
    """
    if not os.path.isdir(run) and not os.path.exists(run + checkpoint_files.INDEX):
        raise InputError(f"--init-from {run}: no such run; give a directory that scripts/train.py "
                         "left, or a checkpoint in one, without .index")
    return os.path.abspath(checkpoint.best(run) if os.path.isdir(run) else run)


def require_same_sizes(prefix: str, model: ModelConfig) -> None:
    """Refuses another run whose weights do not fit, before anything is written.

    Raises:
      InputError: the checkpoint stands in no run directory or cannot be read, or its model has
        another structure or size; the message names the first field that differs.
    """
    there = _run_of(prefix).model
    field = first_difference(there, model)
    if field is not None:
        flag, value = "--" + field.replace("_", "-"), getattr(there, field)
        raise InputError(
            f"{field} is {value} in {os.path.dirname(prefix)}, whose weights are asked for, and "
            f"{getattr(model, field)} here; give {_as_flag(flag, value)}"
        )
    checkpoint.read_arrays(prefix)  # cut data is seen nowhere else before they are needed


def _as_flag(flag, value):
    if isinstance(value, bool):
        return flag if value else flag.replace("--", "--no-", 1)
    return f"{flag} {value}"


def first_difference(there: ModelConfig, here: ModelConfig) -> Optional[str]:
    """Names the first field that gives two models other variables, or others of other shapes.

    Vocabularies may differ, and so may what is no matter of weights, such as lengths or dropout.
    """
    here = dataclasses.replace(here, vocab_size=there.vocab_size)
    if variables.shapes(there) == variables.shapes(here):
        return None
    for field in dataclasses.fields(ModelConfig):
        value = getattr(there, field.name)
        if value == getattr(here, field.name):
            continue
        try:
            changed = variables.shapes(dataclasses.replace(here, **{field.name: value}))
        except InputError:  # a field that must agree with another one
            return field.name
        if changed != variables.shapes(here):
            return field.name
    raise AssertionError("the shapes of variables differ, and no field does")


def rows_of(
    here: Vocabulary, there: Vocabulary, sizes: Optional[Tuple[int, int]] = None
) -> Rows:
    """Finds the tokens that two vocabularies have in common.

    Args:
      here, there: of the new run and the other one.
      sizes: each model's `vocab_size`: of the smaller side's vocabulary there are ids past its end
        that are no token, which a model has learned not to write; they are carried over too.
    """
    special = list(range(len(SPECIAL_TOKENS)))
    common = sorted(set(here.tokens) & set(there.tokens))
    ids = [special + side.encode(common) for side in (here, there)]
    if sizes is not None:
        past = [range(len(side), size) for side, size in zip((here, there), sizes)]
        count = min(map(len, past))
        ids = [[*some, *more[:count]] for some, more in zip(ids, past)]
    return Rows(*map(np.array, ids))


def described(run: Run) -> str:
    """Says, in lines, what a new run begins with; "" of a run that begins with nothing."""
    prefix = run.training.init_from
    if prefix is None:
        return ""
    other = _run_of(prefix)
    lines = [f"begins with {prefix}" + ", its moving averages" * bool(other.training.average)]
    for name, here, there in zip(("source", "target"), _vocabularies(run), _vocabularies(other)):
        carried = len(rows_of(here, there).here) - len(SPECIAL_TOKENS)
        lines.append(
            f"  {name} tokens: {carried:,} of {len(here.tokens):,} carried over, "
            f"{len(here.tokens) - carried:,} new, {len(there.tokens) - carried:,} left there"
        )
    return "\n".join(lines)


def take(
    sess: tf.Session, prefix: str, vocabularies: Sequence[Vocabulary], vocab_size: int
) -> None:
    """Sets the weights of the session's graph, which is initialized, to another run's.

    Args:
      sess: its variables that are trained, and their averages, are set; Adam's are not.
      prefix: the other run's checkpoint.
      vocabularies: source and target of the run that begins.
      vocab_size: of its model.

    Raises:
      InputError: the checkpoint cannot be read, or lacks a variable.
    """
    arrays, other = checkpoint.read_arrays(prefix), _run_of(prefix)
    sizes = vocab_size, other.model.vocab_size or 0
    rows = [rows_of(*both, sizes) for both in zip(vocabularies, _vocabularies(other))]
    trained = {v.op.name for v in sess.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)}
    for variable in sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES):
        name = variable.op.name
        if name.endswith(averaging.SUFFIX):
            name = name[: -len(averaging.SUFFIX)]
        if name not in trained:
            continue
        array = arrays.get(name + averaging.SUFFIX, arrays.get(name))
        if array is None:
            raise InputError(f"{prefix}: variable {name} is missing in the checkpoint")
        value = _carried(name, array, sess.run(variable), rows)
        # The graph is finalized: the initializer's own value is fed, no operation is made.
        sess.run(variable.initializer, {variable.initializer.inputs[1]: value})


def _carried(name, array, initial, rows):
    if name not in _TOKEN_AXES:
        return array
    side, axis = _TOKEN_AXES[name]
    value = np.moveaxis(initial.copy(), axis, 0)  # TensorFlow 1.15 may hand out its own memory
    value[rows[side].here] = np.moveaxis(array, axis, 0)[rows[side].there]
    return np.moveaxis(value, 0, axis)


def _run_of(prefix) -> Run:
    return run_directory.load(os.path.dirname(prefix))


def _vocabularies(run: Run) -> Tuple[Vocabulary, Vocabulary]:
    return run.source_vocabulary, run.target_vocabulary
