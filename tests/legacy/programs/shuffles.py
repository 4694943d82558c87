"""A program that writes the order of shuffled rows, for `run`.

    python scripts/legacy.py run tests/legacy/programs/shuffles.py shuffles.txt OUT.txt

A line of the file is a kind of iterator, a seed of the graph or None, the rows, and a dataset.
OUT.txt has the same lines with the rows that come now. Kind `eager` is its own process.
"""

import sys

import numpy as np
import tensorflow as tf

data, experimental = tf.data, tf.data.experimental
EAGER = sys.argv[3:] == ["eager"]
if EAGER:
    tf.enable_eager_execution()


def numbers(count=6):
    return data.Dataset.range(count)


def same(row):
    return row


def tens(tens):
    """Rows 10, 11, 12 of 1."""
    return data.Dataset.range(3).map(lambda row: row + 10 * tens)


def long(dataset):
    """Rows of another length each, which cannot be copied side by side."""
    return dataset.map(lambda row: tf.fill([row + 1], row))


def sparse(dataset):
    return dataset.map(lambda row: tf.SparseTensor([[0, row]], [row], [1, row + 1]))


def structure(dataset):
    return dataset.map(lambda row: ({"number": row, "text": tf.as_string(row)}, row))


def generated():
    return data.Dataset.from_generator(lambda: iter(range(6)), tf.int64, [])


def looked_up():
    table = tf.contrib.lookup.index_table_from_tensor(tf.constant(list("abcdef")))
    return data.Dataset.from_tensor_slices(list("abcdef")).map(table.lookup)


def times_variable(dataset):
    variable = tf.Variable(np.int64(1))
    return dataset.map(lambda row: row * variable)


def unfused(dataset):
    options = data.Options()
    options.experimental_optimization.shuffle_and_repeat_fusion = False
    return dataset.with_options(options)


def text(row):
    """Gives the number that a row holds, in every form above."""
    if isinstance(row, tf.SparseTensorValue):
        return str(np.max(row.values))
    if isinstance(row, tuple):
        return text(row[0])
    return str(np.max(row["number"] if isinstance(row, dict) else row))


def drawn(kind, seed, expression):
    """Gives the rows of each time that the dataset is gone through, at most 24 of them."""
    if EAGER:
        tf.set_random_seed(seed or 0)
        dataset = eval(expression)
        return " / ".join(" ".join(str(row.numpy()) for row in dataset) for _ in range(2))
    with tf.Graph().as_default():
        if seed is not None:
            tf.set_random_seed(seed)
        dataset = eval(expression)
        start = tf.no_op()
        if kind == "one_shot":
            iterator = dataset.make_one_shot_iterator()
        elif kind == "initializable":
            iterator = dataset.make_initializable_iterator()
            start = iterator.initializer
        else:
            iterator = data.Iterator.from_structure(
                dataset.output_types, dataset.output_shapes, output_classes=dataset.output_classes)
            start = iterator.make_initializer(dataset)
        row = iterator.get_next()
        with tf.Session() as sess:
            sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
            return " / ".join(rows(sess, start, row) for _ in range(1 + (kind != "one_shot")))


def rows(sess, start, row):
    sess.run(start)
    found = []
    while len(found) < 24:
        try:
            found.append(text(sess.run(row)))
        except tf.errors.OutOfRangeError:
            break
    return " ".join(found)


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.ERROR)
    with open(sys.argv[1]) as file, open(sys.argv[2], "w") as out:
        for line in file:
            kind, seed, _, expression = line.rstrip("\n").split("\t")
            if (kind == "eager") == EAGER:
                order = drawn(kind, None if seed == "None" else int(seed), expression)
                out.write("\t".join([kind, seed, order, expression]) + "\n")
