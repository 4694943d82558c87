"""A program that counts the ops each expression of `op_counts.txt` makes, for `run`.

    python scripts/legacy.py run tests/legacy/programs/op_counts.py op_counts.txt OUT.json
"""

import json
import sys

import numpy as np
import tensorflow as tf
from trained import clipped, trained

tf.logging.set_verbosity(tf.logging.ERROR)


def count_then():
    """Gives how ops are counted: TensorFlow 1's own number, or the runner's."""
    if sys.version_info < (3, 8):  # TensorFlow 1
        return lambda graph: len(graph.get_operations())
    from seq2seq_graph.legacy.programs.counting import count

    return count


def made(expression, count):
    """Gives the number of ops that an expression adds to a graph of some placeholders."""
    with tf.Graph().as_default() as graph:
        names = {
            "np": np, "tf": tf, "clipped": clipped, "trained": trained,
            "x": tf.placeholder(tf.float32, [None, 4], name="x"),
            "y": tf.placeholder(tf.float32, [3, 4], name="y"),
            "i": tf.placeholder(tf.int32, [None], name="i"),
            "z": tf.placeholder(tf.float32, [2, 3, 4]), "b": tf.placeholder(tf.bool, [3]),
            "w": tf.get_variable("w", [4, 5], initializer=tf.zeros_initializer()),
            "s": tf.placeholder(tf.string, [None]), "l": tf.placeholder(tf.int32, [None]),
            "u": tf.placeholder(tf.float32, None), "k": tf.placeholder(tf.float32, [3, 5]),
        }
        before = count(graph)
        eval(expression, names)
        return count(graph) - before


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        expressions = [line.split("\t")[1].strip() for line in file]
    count = count_then()
    with open(sys.argv[2], "w") as file:
        json.dump({expression: made(expression, count) for expression in expressions}, file)
