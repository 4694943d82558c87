"""`tensorflow.examples.tutorials.mnist.input_data`: the digits, from files that are there.

Source: the module of that name of TensorFlow 1.15. It downloaded the files; this does not.
"""

import gzip
import os
from typing import Any, BinaryIO, Dict, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.argument_types import DType
from seq2seq_graph.legacy.contrib.datasets_base import Datasets

_FILES = {"train": "train", "test": "t10k"}


class DataSet:
    """Images and labels, given batch by batch in an order that is shuffled each epoch."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, fake_data: bool = False,
                 one_hot: bool = False, dtype: DType = tf.float32, reshape: bool = True,
                 seed: Optional[int] = None) -> None:
        kind = tf.as_dtype(dtype).base_dtype
        if kind not in (tf.uint8, tf.float32):
            raise TypeError(f"Invalid image dtype {kind!r}, expected uint8 or float32")
        first, second = tf.get_seed(seed)
        np.random.seed(first if seed is None else second)
        if images.shape[0] != labels.shape[0]:
            raise ValueError(f"images.shape: {images.shape} labels.shape: {labels.shape}")
        if reshape:
            images = images.reshape(images.shape[0], images.shape[1] * images.shape[2])
        if kind == tf.float32:
            images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self._images, self._labels = images, labels
        self._epochs_completed = self._index_in_epoch = 0

    images = property(lambda self: self._images)
    labels = property(lambda self: self._labels)
    num_examples = property(lambda self: len(self._images))
    epochs_completed = property(lambda self: self._epochs_completed)

    def next_batch(self, batch_size: int, fake_data: bool = False,
                   shuffle: bool = True) -> Tuple[np.ndarray, np.ndarray]:
        """Gives the next images and labels; an epoch's rest is filled from the next one."""
        start, count = self._index_in_epoch, self.num_examples
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= count:
            self._index_in_epoch = start + batch_size
            return self._images[start:start + batch_size], self._labels[start:start + batch_size]
        self._epochs_completed += 1
        rest = self._images[start:count], self._labels[start:count]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = end = batch_size - (count - start)
        fresh = self._images[:end], self._labels[:end]
        images, labels = (np.concatenate(parts, axis=0) for parts in zip(rest, fresh))
        return images, labels

    def _shuffle(self):
        order = np.arange(self.num_examples)
        np.random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]


def read_data_sets(
        train_dir: str, fake_data: bool = False, one_hot: bool = False, dtype: DType = tf.float32,
        reshape: bool = True, validation_size: int = 5000, seed: Optional[int] = None,
        source_url: str = "https://storage.googleapis.com/cvdf-datasets/mnist/") -> Datasets:
    """Reads the four files of MNIST in `train_dir`, gzipped or not.

    Raises:
      InputError: one is not there.
      ValueError: the validation set is larger than what there is to train on.
    """
    parts = {}
    for name, start in _FILES.items():
        parts[name] = (_read(train_dir, f"{start}-images-idx3-ubyte"),
                       _read(train_dir, f"{start}-labels-idx1-ubyte"))
    images, labels = parts["train"]
    if not 0 <= validation_size <= len(images):
        raise ValueError(f"Validation size should be between 0 and {len(images)}. "
                         f"Received: {validation_size}.")
    options: Dict[str, Any] = {"dtype": dtype, "reshape": reshape, "seed": seed}
    labels, tested = (dense_to_one_hot(part, 10) if one_hot else part
                      for part in (labels, parts["test"][1]))
    return Datasets(
        DataSet(images[validation_size:], labels[validation_size:], **options),
        DataSet(images[:validation_size], labels[:validation_size], **options),
        DataSet(parts["test"][0], tested, **options))


def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """Reads them with the defaults."""
    return read_data_sets(train_dir)


def dense_to_one_hot(labels_dense: np.ndarray, num_classes: int) -> np.ndarray:
    """Gives float64 [N, classes] of labels [N]."""
    rows = np.zeros((labels_dense.shape[0], num_classes))
    rows[np.arange(len(rows)), labels_dense] = 1
    return rows


def extract_images(f: BinaryIO) -> np.ndarray:
    """Reads uint8 [N, rows, columns, 1] from a gzipped file object."""
    return _parse(gzip.GzipFile(fileobj=f).read(), "images")


def extract_labels(f: BinaryIO, one_hot: bool = False, num_classes: int = 10) -> np.ndarray:
    """Reads uint8 [N] from a gzipped file object, or one row of zeros and a one each."""
    labels = _parse(gzip.GzipFile(fileobj=f).read(), "labels")
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def _read(folder, name):
    for path in (os.path.join(folder, name + ".gz"), os.path.join(folder, name)):
        if os.path.exists(path):
            with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
                return _parse(file.read(), path)
    raise InputError(f"{os.path.join(folder, name)}.gz is not there: TensorFlow 1 downloaded it; "
                     "put MNIST's four files into that folder")


def _parse(content, path):
    magic, count = (int(n) for n in np.frombuffer(content, ">u4", 2))
    if magic == 2049:
        return np.frombuffer(content, np.uint8, count, 8).copy()
    if magic != 2051:
        raise ValueError(f"Invalid magic number {magic} in MNIST file: {path}")
    rows, columns = (int(n) for n in np.frombuffer(content, ">u4", 2, 8))
    return np.frombuffer(content, np.uint8, offset=16).reshape(count, rows, columns, 1).copy()
