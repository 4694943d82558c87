"""`tf.contrib.tensorboard.plugins.projector`: tells TensorBoard which variables are embeddings.

Source: the module of that name of TensorFlow 1.15.
"""

import os
from typing import Any

import tensorflow.compat.v1 as tf


class EmbeddingInfo:
    """One variable's name and the files that belong to it."""

    def __init__(self) -> None:
        self.tensor_name = self.metadata_path = self.bookmarks_path = self.tensor_path = ""


class _Embeddings(list):
    def add(self):
        """Appends one and gives it."""
        self.append(EmbeddingInfo())
        return self[-1]


class ProjectorConfig:
    """All of them: `config.embeddings.add()`."""

    def __init__(self) -> None:
        self.embeddings = _Embeddings()
        self.model_checkpoint_path = self.model_checkpoint_dir = ""


def visualize_embeddings(summary_writer: tf.summary.FileWriter, config: Any) -> None:
    """Writes `projector_config.pbtxt` into the writer's folder; ValueError if it has none."""
    folder = summary_writer.get_logdir() if summary_writer else None
    if folder is None:
        raise ValueError("Summary writer must have a logdir")
    folder = folder.decode() if isinstance(folder, bytes) else folder
    text = "".join(
        "embeddings {\n" + "".join(
            f'  {key}: "{value}"\n' for key, value in vars(info).items() if value) + "}\n"
        for info in config.embeddings)
    with tf.gfile.Open(os.path.join(folder, "projector_config.pbtxt"), "w") as file:
        file.write(text)
