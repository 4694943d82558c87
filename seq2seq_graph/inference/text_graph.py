"""Text to ids and ids to text within the graph, for whom this package is not there.

The same tokens as `data.text` and `Run.cutter` make, by TensorFlow's string operations. Two things
they cannot do: compose characters (a decomposed one is read as it stands), and learn of characters
that are newer than TensorFlow's tables. A byte that is not UTF-8 is read as U+FFFD.
"""

from typing import List, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.data import subwords, text
from seq2seq_graph.vocabulary import END, PAD, SPECIAL_TOKENS, UNKNOWN, Vocabulary

# What `str.split` splits at, and what `text.normalize` drops, in RE2's words.
_WHITE = (r"[\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
          r"\x{3000}]")
_DROPPED = r"[\x00-\x08\x0e-\x1b\x7f-\x{84}\x{86}-\x{9f}\x{feff}]"
_ENDS = r"[\t-\r\x1c-\x1e\x{85}\x{2028}\x{2029}]"  # of a line or a field
_IN_WORD = rf"\p{{L}}\p{{N}}\p{{M}}\p{{Cf}}{text.JOINER}"
# Around a mark, while its neighbours are looked at; normalized text has neither.
_OPEN, _SHUT = "\x01", "\x02"


def read_text(texts: tf.Tensor, tokens: str, vocabulary: Vocabulary, longest: int) -> tf.Tensor:
    """Makes ids of texts.

    Args:
      texts: string [B]; a byte order mark before one, and an end of line behind it, are passed
        over.
      tokens: what a token is: "characters", "words" or "pieces".
      vocabulary: of the sources.
      longest: tokens that are read at most.

    Returns:
      int32 [B, T], PAD behind a text's end; T is at least 1 and at most `longest`.
    """
    texts = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8", errors="replace")
    texts = tf.strings.regex_replace(texts, r"^\x{feff}|\r?\n?$", "")
    cut = {"characters": _characters, "words": _words, "pieces": _pieces}[tokens](texts)
    cut = cut[:, :longest]  # before it is a matrix: one long text would make all rows long
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(
        list(vocabulary.tokens),
        np.arange(len(vocabulary.tokens), dtype=np.int64) + len(SPECIAL_TOKENS)), UNKNOWN)
    ids = tf.cast(tf.ragged.map_flat_values(table.lookup, cut).to_tensor(PAD), tf.int32)
    # Room for one token at least: a text of none is padding.
    return tf.pad(ids, [[0, 0], [0, tf.cast(tf.equal(tf.shape(ids)[1], 0), tf.int32)]])


def _characters(texts):
    return tf.strings.unicode_split(texts, "UTF-8")


def _words(texts):
    spaced = tf.strings.regex_replace(texts, f"{_WHITE}+", " ")
    return tf.strings.split(spaced, result_type="RaggedTensor")


def _pieces(texts):
    texts = tf.strings.regex_replace(texts, _DROPPED, "")
    texts = tf.strings.regex_replace(texts, f"{_WHITE}+", " ")
    for pattern, instead in (
        # A placeholder, or a character that is of no word, is a piece by itself.
        (rf"(\{{[0-9]+\}}|[^ {_IN_WORD}])", rf"{_OPEN}\1{_SHUT}"),
        # It is joined to what stands before it, and to a word behind it.
        (rf"([^ ]){_OPEN}", rf"\1 {text.JOINER}"),
        (rf"{_SHUT}([{_IN_WORD}])", rf"{text.JOINER} \1"),
        (f"[{_OPEN}{_SHUT}]", ""),
    ):
        texts = tf.strings.regex_replace(texts, pattern, instead)
    return tf.strings.split(texts, result_type="RaggedTensor")


class _Table(NamedTuple):
    """How each token of a vocabulary is written, by its id."""

    cores: List[bytes]
    left: List[bool]  # no space before it
    right: List[bool]  # nor behind it


def write_text(ids: tf.Tensor, tokens: str, vocabulary: Vocabulary) -> tf.Tensor:
    """Makes texts of ids, as `generation.Hypothesis` has them.

    Args:
      ids: int32 [B, N, T]; what stands behind the first END or PAD is not written.
      tokens: what a token is: "characters", "words", "pieces" or "subwords".
      vocabulary: of the targets.

    Returns:
      string [B, N].
    """
    table = _table(tokens, vocabulary)
    ended = tf.logical_or(tf.equal(ids, END), tf.equal(ids, PAD))
    written = tf.equal(tf.cumsum(tf.cast(ended, tf.int32), -1), 0)
    ids = tf.minimum(ids, len(table.cores) - 1)
    left, right = tf.gather(table.left, ids), tf.gather(table.right, ids)
    glued = tf.logical_or(left, tf.pad(right[..., :-1], [[0, 0], [0, 0], [1, 0]],
                                       constant_values=True))
    spaces = tf.where(glued, tf.fill(tf.shape(ids), ""), tf.fill(tf.shape(ids), " "))
    pieces = tf.strings.join([spaces, tf.gather(table.cores, ids)])
    texts = tf.strings.reduce_join(
        tf.where(written, pieces, tf.fill(tf.shape(ids), "")), axis=-1)
    if tokens == "subwords":
        texts = _joined_subwords(texts)
    return tf.strings.regex_replace(texts, _ENDS, " ")


def _table(tokens, vocabulary):
    names = [*SPECIAL_TOKENS, *vocabulary.tokens]
    if tokens == "pieces":
        left, cores, right = zip(*map(text.unmarked, names))
        return _Table([core.encode() for core in cores], *([*map(bool, side)] for side in (
            left, right)))
    glued = [tokens != "words"] * len(names)
    if tokens == "subwords":
        return _Table([*map(subwords.written, names)], glued, glued)
    return _Table([name.encode() for name in names], glued, glued)


def _joined_subwords(texts):
    """Joins as `subwords.join`: the first space is the first word's, some bytes are no text."""
    texts = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8", errors="replace")
    texts = tf.strings.regex_replace(texts, "^ ", "")
    # The escape of the escape last, or what it gives would be read again.
    for escaped, character in subwords.ESCAPED.items():
        texts = tf.strings.regex_replace(texts, escaped, character)
    return texts
