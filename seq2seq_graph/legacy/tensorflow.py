"""TensorFlow 1's `tf`, to be named in place of the import: its modules as they were.

    from seq2seq_graph.legacy import tensorflow as tf

On TensorFlow 1 this is TensorFlow itself. On TensorFlow 2 it is the rebuilt tree: `tf.contrib`,
`tf.nn.rnn_cell`, `tf.layers`, and all of `tensorflow.compat.v1`. As everything in this package it
changes nothing by itself: a program that wants TensorFlow 1's graphs, reference variables and
shapes calls `tf.disable_v2_behavior()` first, which both have.
"""

import sys

import tensorflow

from seq2seq_graph.legacy import tree

if tensorflow.__version__.startswith("1."):
    sys.modules[__name__] = tensorflow
else:
    for _path, _module in tree.build(__name__).items():
        sys.modules[f"{__name__}.{_path}".rstrip(".")] = _module
