"""`tf.contrib.learn.datasets.base`: tables from CSV files, and files that are there.

Source: the module of that name of TensorFlow 1.15. It downloaded files; this does not.
"""

import collections
import csv
import os
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError

Dataset = collections.namedtuple("Dataset", ["data", "target"])
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


def load_csv_with_header(filename: str, target_dtype: Any, features_dtype: Any,
                         target_column: int = -1) -> Dataset:
    """Reads a table whose first line says how many rows and features it has."""
    with tf.gfile.Open(filename) as file:
        rows = csv.reader(file)
        header = next(rows)
        data = np.zeros((int(header[0]), int(header[1])), dtype=features_dtype)
        target = np.zeros((int(header[0]),), dtype=target_dtype)
        for i, row in enumerate(rows):
            target[i] = np.asarray(row.pop(target_column), dtype=target_dtype)
            data[i] = np.asarray(row, dtype=features_dtype)
    return Dataset(data=data, target=target)


def load_csv_without_header(filename: str, target_dtype: Any, features_dtype: Any,
                            target_column: int = -1) -> Dataset:
    """Reads a table of rows alone."""
    data, target = [], []
    with tf.gfile.Open(filename) as file:
        for row in csv.reader(file):
            target.append(row.pop(target_column))
            data.append(np.asarray(row, dtype=features_dtype))
    return Dataset(data=np.array(data), target=np.array(target, dtype=target_dtype))


def shrink_csv(filename: str, ratio: int) -> None:
    """Writes every `ratio`th row into `NAME_small.csv`."""
    with tf.gfile.Open(filename) as file, tf.gfile.Open(
            filename.replace(".", "_small."), "w") as small:
        writer = csv.writer(small)
        for i, row in enumerate(csv.reader(file)):
            if i % ratio == 0:
                writer.writerow(row)


def maybe_download(filename: str, work_directory: str, source_url: str) -> str:
    """Gives the path of a file in a folder.

    Raises:
      InputError: it is not there.
    """
    path = os.path.join(work_directory, filename)
    if not tf.gfile.Exists(path):
        raise InputError(f"{path} is not there; fetch {source_url} into {work_directory}: this "
                         "downloads nothing")
    return path
