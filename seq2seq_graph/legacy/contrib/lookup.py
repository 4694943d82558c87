"""`tf.contrib.lookup`: tables from words to ids and back.

Source: `tf.contrib.lookup` of TensorFlow 1.15; each is one of `tf.lookup`'s underneath.
"""

from typing import Any, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType

TextFileIndex = tf.lookup.TextFileIndex
KeyValueTensorInitializer = tf.lookup.KeyValueTensorInitializer
TextFileInitializer = tf.lookup.TextFileInitializer
_LINE, _NUMBER = TextFileIndex.WHOLE_LINE, TextFileIndex.LINE_NUMBER


class HashTable(tf.lookup.StaticHashTable):
    """A table filled once by its initializer; `init` is the op, among `tf.tables_initializer`."""

    def __init__(self, initializer: Any, default_value: Any, shared_name: Optional[str] = None,
                 name: Optional[str] = None) -> None:
        super().__init__(initializer, default_value, name=name)


_MUTABLE: Any = getattr(tf.lookup.experimental, "MutableHashTable", object)


class MutableHashTable(_MUTABLE):
    """A table that `insert` fills."""

    def __init__(self, key_dtype: DType, value_dtype: DType, default_value: Any,
                 shared_name: Optional[str] = None, name: str = "MutableHashTable",
                 checkpoint: bool = True) -> None:
        super().__init__(key_dtype, value_dtype, default_value, name, checkpoint)


class MutableDenseHashTable(tf.lookup.experimental.DenseHashTable):
    """A table that `insert` fills, in one block of memory."""

    def __init__(self, key_dtype: DType, value_dtype: DType, default_value: Any, empty_key: Any,
                 deleted_key: Any, initial_num_buckets: Optional[int] = None,
                 shared_name: Optional[str] = None, name: str = "MutableDenseHashTable",
                 checkpoint: bool = True) -> None:
        super().__init__(
            key_dtype, value_dtype, default_value, empty_key, deleted_key,
            initial_num_buckets=initial_num_buckets, name=name, checkpoint=checkpoint)


def TextFileStringTableInitializer(
        filename: str, key_column_index: int = _NUMBER, value_column_index: int = _LINE,
        vocab_size: Optional[int] = None, delimiter: str = "\t",
        name: str = "text_file_string_table_init") -> tf.lookup.TextFileInitializer:
    """Fills a table from a line's number to its text."""
    return TextFileInitializer(filename, tf.int64, key_column_index, tf.string,
                               value_column_index, vocab_size, delimiter, name)


def TextFileIdTableInitializer(filename: str, key_column_index: int = _LINE,
                               value_column_index: int = _NUMBER, vocab_size: Optional[int] = None,
                               delimiter: str = "\t", name: str = "text_file_id_table_init",
                               key_dtype: DType = tf.string) -> tf.lookup.TextFileInitializer:
    """Fills a table from a line's text to its number."""
    return TextFileInitializer(filename, key_dtype, key_column_index, tf.int64,
                               value_column_index, vocab_size, delimiter, name)


def index_table_from_tensor(mapping: Any, num_oov_buckets: int = 0, default_value: int = -1,
                            hasher_spec: Any = None, dtype: DType = tf.string,
                            name: Optional[str] = None) -> Any:
    """Gives a table from each entry of `mapping` [V] to its place.

    Args:
      num_oov_buckets: how many ids above V the other keys are spread over, by their hash.
      default_value: the id of other keys where that is 0.

    Raises:
      ValueError: there is no mapping, or the number of buckets is negative.
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    with tf.name_scope(name, "string_to_index", [mapping]):
        keys = tf.convert_to_tensor(mapping)
        keys = keys if keys.dtype == tf.string else tf.cast(keys, tf.int64)
        places = tf.cast(tf.range(tf.size(keys)), tf.int64)
        return _with_buckets(KeyValueTensorInitializer(keys, places, keys.dtype, tf.int64),
                             num_oov_buckets, default_value, dtype)


def index_table_from_file(vocabulary_file: Optional[str] = None, num_oov_buckets: int = 0,
                          vocab_size: Optional[int] = None, default_value: int = -1,
                          hasher_spec: Any = None, key_dtype: DType = tf.string,
                          name: Optional[str] = None, key_column_index: int = _LINE,
                          value_column_index: int = _NUMBER, delimiter: str = "\t") -> Any:
    """Gives a table from each line of a file to its number, counted from 0.

    Raises:
      ValueError: there is no file, or a number is below what it may be.
    """
    _require_file(vocabulary_file, vocab_size)
    assert vocabulary_file is not None
    with tf.name_scope(name, "string_to_index"):
        return _with_buckets(
            TextFileIdTableInitializer(
                vocabulary_file, key_column_index, value_column_index, vocab_size, delimiter,
                key_dtype=tf.int64 if tf.as_dtype(key_dtype).is_integer else key_dtype),
            num_oov_buckets, default_value, key_dtype)


def index_to_string_table_from_tensor(mapping: Any, default_value: str = "UNK",
                                      name: Optional[str] = None) -> tf.lookup.StaticHashTable:
    """Gives a table from a place to the entry of `mapping` [V] there; ValueError without one."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    with tf.name_scope(name, "index_to_string", [mapping]):
        values = tf.convert_to_tensor(mapping, tf.string)
        places = tf.cast(tf.range(tf.size(values)), tf.int64)
        return tf.lookup.StaticHashTable(
            KeyValueTensorInitializer(places, values, tf.int64, tf.string), default_value)


def index_to_string_table_from_file(vocabulary_file: str, vocab_size: Optional[int] = None,
                                    default_value: str = "UNK", name: Optional[str] = None,
                                    key_column_index: int = _NUMBER,
                                    value_column_index: int = _LINE,
                                    delimiter: str = "\t") -> tf.lookup.StaticHashTable:
    """Gives a table from a line's number to the line; ValueError without a file."""
    _require_file(vocabulary_file, vocab_size)
    with tf.name_scope(name, "index_to_string"):
        return tf.lookup.StaticHashTable(
            TextFileStringTableInitializer(
                vocabulary_file, key_column_index, value_column_index, vocab_size, delimiter),
            default_value)


def string_to_index_table_from_file(vocabulary_file: Optional[str] = None, num_oov_buckets: int = 0,
                                    vocab_size: Optional[int] = None, default_value: int = -1,
                                    hasher_spec: Any = None, name: Optional[str] = None) -> Any:
    """The older name of `index_table_from_file`."""
    return index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, name=name)


def string_to_index_table_from_tensor(mapping: Any, num_oov_buckets: int = 0,
                                      default_value: int = -1, hasher_spec: Any = None,
                                      name: Optional[str] = None) -> Any:
    """The older name of `index_table_from_tensor`."""
    return index_table_from_tensor(mapping, num_oov_buckets, default_value, name=name)


def string_to_index(tensor: tf.Tensor, mapping: Any, default_value: int = -1,
                    name: Optional[str] = None) -> tf.Tensor:
    """Looks strings up in a mapping at once."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor: tf.Tensor, mapping: Any, default_value: str = "UNK",
                    name: Optional[str] = None) -> tf.Tensor:
    """Looks places up in a mapping at once."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)


def _require_file(vocabulary_file, vocab_size):
    if vocabulary_file is None or (isinstance(vocabulary_file, str) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"vocab_size must be greater than 0, got {vocab_size}.")


def _with_buckets(initializer, num_oov_buckets, default_value, dtype):
    if num_oov_buckets < 0:
        raise ValueError(
            f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if num_oov_buckets == 0:
        return tf.lookup.StaticHashTable(initializer, default_value)
    return tf.lookup.StaticVocabularyTable(
        initializer, num_oov_buckets, lookup_key_dtype=tf.as_dtype(dtype))
