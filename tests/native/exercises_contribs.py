"""Programs of contrib's smaller modules: hyperparameters, tables, variables, measures, queues."""

import os
import tempfile

import numpy as np

from native.form import errors, numbers, one_order, outcome


def _text(value):
    return np.array(str(value))


def hparams(tf):
    """Values, overriding from text, from dicts and from JSON."""
    make = tf.contrib.training.HParams

    def fresh():
        return make(rate=0.1, units=[3, 4], name="gru", deep=True, steps=10)

    found = {}
    for i, text in enumerate([
            "rate=2", "rate=1e-3, steps=7", "units=[5,6,7]", "units=[5 6]", "name=lstm,deep=false",
            "deep=1", "name=", "steps= 12", ""]):
        found[f"parse/{i}"] = _text(sorted(fresh().parse(text).values().items()))
    found["json"] = _text(fresh().to_json(sort_keys=True))
    found["parse_json"] = _text(fresh().parse_json('{"rate": 3, "units": [1]}').to_json(
        sort_keys=True))
    h = fresh()
    h.add_hparam("more", 1.5)
    h.set_hparam("rate", 2)
    h.del_hparam("name")
    found["changed"] = _text((
        sorted(h.values().items()), "more" in h, "name" in h, h.get("none", 5),
        h.get("rate", 0.5), repr(h)))
    found["parsed"] = _text(sorted(tf.contrib.training.parse_values(
        "a=1,b[2]=3,b[4]=5,c=[x,y]", {"a": int, "b": float, "c": str}).items()))
    found["unknown"] = _text(tf.contrib.training.parse_values(
        "a=1,zzz=3", {"a": int}, ignore_unknown=True))
    texts = {"rate=x": 0, "steps=1.5": 0, "none=1": 0, "units=5": 0, "rate=[1,2]": 0, "rate": 0,
             "rate=1,rate=2": 0, "units[0]=5": 0, "units[0]=[1]": 0, "deep=maybe": 0, "=1": 0,
             "units=[1,2": 0, "rate=1]": 0}
    calls = {text: (lambda text=text: fresh().parse(text)) for text in texts}
    calls.update({
        "set_none": lambda: fresh().set_hparam("none", 1),
        "set_text": lambda: fresh().set_hparam("rate", "1"),
        "set_float": lambda: fresh().set_hparam("steps", 1.0),
        "set_bool": lambda: fresh().set_hparam("steps", True),
        "set_int": lambda: fresh().set_hparam("deep", 1),
        "set_list": lambda: fresh().set_hparam("rate", [1.0]),
        "empty": lambda: make(x=[]), "reserved": lambda: make(parse=1),
        "twice": lambda: fresh().add_hparam("rate", 1), "get": lambda: fresh().get("rate", "x"),
    })
    found.update(errors(tf, calls))
    return found


def tables(tf):
    """Words to ids and back, known and unknown, from tensors and from files."""
    lookup = tf.contrib.lookup
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "words.txt")
    with open(path, "w") as file:
        file.write("the\ncat\nsat\n")
    words = tf.constant([["cat", "dog"], ["the", ""]])
    ids = tf.constant([2, 0, 9], tf.int64)
    made = {
        "tensor": lookup.index_table_from_tensor(["the", "cat", "sat"]).lookup(words),
        "default": lookup.index_table_from_tensor(["the"], default_value=7).lookup(words),
        "buckets": lookup.index_table_from_tensor(["the"], num_oov_buckets=5).lookup(words),
        "numbers": lookup.index_table_from_tensor(
            tf.constant([5, 9], tf.int64), dtype=tf.int64).lookup(ids),
        "file": lookup.index_table_from_file(path, num_oov_buckets=2).lookup(words),
        "size": lookup.index_table_from_file(path, vocab_size=2).size(),
        "string": lookup.index_to_string_table_from_tensor(["a", "b", "c"]).lookup(ids),
        "string_file": lookup.index_to_string_table_from_file(path, default_value="?").lookup(ids),
        "hash": lookup.HashTable(lookup.KeyValueTensorInitializer(
            ["x", "cat"], tf.constant([3, 4], tf.int64)), -5).lookup(words),
    }
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.tables_initializer())
        found = {name: np.asarray(value).astype(str) if name.startswith("string") else value
                 for name, value in sess.run(made).items()}
    found.update(errors(tf, {
        "no_mapping": lambda: lookup.index_table_from_tensor(None),
        "no_file": lambda: lookup.index_table_from_file(""),
        "negative": lambda: lookup.index_table_from_tensor(["a"], num_oov_buckets=-1),
        "size": lambda: lookup.index_table_from_file(path, vocab_size=0),
        "no_string": lambda: lookup.index_to_string_table_from_tensor(None),
    }))
    return found


def variables(tf):
    """Finding variables by name, and filling them from arrays and from a checkpoint."""
    framework = tf.contrib.framework
    with tf.variable_scope("a"):
        framework.variable("w", [2], initializer=tf.zeros_initializer())
        framework.model_variable("b", [3], initializer=tf.ones_initializer())
    with tf.variable_scope("c"):
        tf.get_variable("w", [2, 2], trainable=False, initializer=tf.ones_initializer())
    framework.local_variable(0.5, name="local")

    def names(variables):
        return np.array([v.op.name for v in variables] or [""])

    found = {
        "all": names(framework.get_variables()), "scope": names(framework.get_variables("a")),
        "suffix": names(framework.get_variables(suffix="w")),
        "by_name": names(framework.get_variables_by_name("w")),
        "model": names(framework.get_model_variables()),
        "local": names(framework.get_local_variables()),
        "trained": names(framework.get_trainable_variables()),
        "unique": names([framework.get_unique_variable("c/w")]),
        "restored": names(framework.get_variables_to_restore(exclude=["c"])),
        "filtered": names(framework.filter_variables(
            framework.get_variables(), ["w$"], ["^c"])),
        "step": names([framework.get_or_create_global_step()]),
    }
    path = os.path.join(tempfile.mkdtemp(), "model")
    wanted = framework.get_variables("a") + framework.get_variables("c")
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.global_variables_initializer())
        saved = tf.train.Saver().save(sess, path)
        op, feed = framework.assign_from_values({"a/w": numbers(0, 2), "c/w": numbers(1, 4)})
        sess.run(op, feed)
        found.update((f"filled/{v.op.name}", sess.run(v)) for v in wanted)
        op, feed = framework.assign_from_checkpoint(saved, wanted)
        sess.run(op, feed)
        found.update((f"restored/{v.op.name}", sess.run(v)) for v in wanted)
        framework.assign_from_values_fn({"a/w": numbers(2, 2)})(sess)
        framework.assign_from_checkpoint_fn(saved, {"c/w": wanted[-1]})(sess)
        found["last"] = sess.run(wanted[0])
    listed = framework.list_variables(saved)
    found["listed"] = np.array([f"{name} {shape}" for name, shape in listed])
    found["loaded"] = framework.load_variable(saved, "a/b")
    found["reader"] = framework.load_checkpoint(saved).get_tensor("c/w")
    found.update(errors(tf, {
        "no_variable": lambda: framework.assign_from_values({"none": np.zeros(1)}),
        "no_unique": lambda: framework.get_unique_variable("none"),
        "include": lambda: framework.get_variables_to_restore(include="a"),
        "missing": lambda: framework.assign_from_checkpoint(
            saved, {"none": tf.get_variable("none", [1])}),
        "shape": lambda: framework.assign_from_checkpoint(
            saved, {"a/w": tf.get_variable("other", [7])}),
        "nothing": lambda: framework.assign_from_checkpoint_fn(saved, []),
    }))
    return found


def structures(tf):
    """Nested structures."""
    nest = tf.contrib.framework.nest
    pair = {"b": (1, [2, 3]), "a": 4}
    return {
        "is": np.array([nest.is_sequence(x) for x in ([], (), {}, "text", 1, np.zeros(2))]),
        "flat": np.array(nest.flatten(pair)),
        "mapped": _text(sorted(nest.map_structure(lambda x: x + 1, pair).items())),
        "packed": _text(nest.pack_sequence_as([0, (0, 0)], [1, 2, 3])),
        "up_to": _text(nest.flatten_up_to([0, 0], [[1, 2], 3])),
        "map_up_to": _text(nest.map_structure_up_to([0, 0], lambda x, y: (x, y), [[1, 2], 3],
                                                    [4, 5])),
        "dict": _text(nest.flatten_dict_items({(1, 2): (3, 4), 5: 6})),
        **errors(tf, {
            "same": lambda: nest.assert_same_structure([1, 2], [1]),
            "up_to": lambda: nest.flatten_up_to([0, 0], [1]),
            "up_to_type": lambda: nest.flatten_up_to([0, 0], 1),
        }),
    }


def measures(tf):
    """Running measures of contrib and a loss with predictions first."""
    metrics = tf.contrib.metrics
    predictions, labels = tf.constant([1, 0, 2, 2]), tf.constant([1, 1, 2, 0])
    pairs = {
        "accuracy": metrics.streaming_accuracy(predictions, labels),
        "mean": metrics.streaming_mean(tf.constant([1.0, 3.0])),
        "recall": metrics.streaming_recall(tf.equal(predictions, 1), tf.equal(labels, 1)),
        "error": metrics.streaming_mean_squared_error(tf.to_float(predictions),
                                                      tf.to_float(labels)),
    }
    values, updates = metrics.aggregate_metric_map(pairs)
    plain = metrics.accuracy(predictions, labels)
    loss = tf.contrib.losses.sparse_softmax_cross_entropy(
        tf.constant(numbers(3, 4, 3)), labels)
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.local_variables_initializer())
        sess.run(updates)
        found = {f"metric/{name}": value for name, value in sess.run(values).items()}
        found.update(accuracy=sess.run(plain), loss=sess.run(loss))
    return found


def buckets(tf):
    """Examples of lengths 1 to 6 in batches by length, through queues and through a Dataset."""
    lengths = np.array([5, 1, 2, 6, 1, 5, 2, 6], np.int32)
    source = tf.FIFOQueue(10, [tf.int32], [[]])
    fill = source.enqueue_many([lengths])
    length = source.dequeue()
    batch_lengths, batch = tf.contrib.training.bucket_by_sequence_length(
        length, [tf.fill([length], length)], 2, [3], dynamic_pad=True)
    found = {}
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(fill)
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord=coordinator)
        batches = [sess.run([batch_lengths, batch[0]]) for _ in range(4)]
        coordinator.request_stop()
        sess.run(source.close(cancel_pending_enqueues=True))
        coordinator.join(threads, stop_grace_period_secs=10)
    for i, (sizes, values) in enumerate(sorted(batches, key=lambda b: list(b[0]))):
        found[f"lengths/{i}"], found[f"values/{i}"] = sizes, values
    data = tf.data.Dataset.from_tensor_slices(lengths).apply(tf.contrib.data.group_by_window(
        lambda n: tf.cast(n > 3, tf.int64), lambda key, window: window.batch(2), 2))
    data = data.apply(tf.contrib.data.unbatch()).apply(
        tf.contrib.data.batch_and_drop_remainder(3))
    windows = tf.data.Dataset.range(6).apply(tf.contrib.data.sliding_window_batch(
        window_size=3, window_shift=2))
    first, second = (d.make_one_shot_iterator().get_next() for d in (data, windows))
    with tf.Session(config=one_order(tf)) as sess:
        found["windows"] = np.stack([sess.run(first) for _ in range(2)])
        found["sliding"] = np.stack([sess.run(second) for _ in range(2)])
    return found


def learn(tf):
    """Mode keys, `run_n`, texts to ids."""
    x = tf.get_variable("x", [], initializer=tf.zeros_initializer())
    step = tf.assign_add(x, 1.0)
    processor = tf.contrib.learn.preprocessing.VocabularyProcessor(4, min_frequency=1)
    texts = ["the cat sat on the mat", "the Dog's cat", "a"]
    ids = np.array(list(processor.fit_transform(texts)))
    keys = tf.contrib.learn.ModeKeys
    return {
        "keys": np.array([keys.TRAIN, keys.EVAL, keys.INFER]),
        "steps": np.array([r["s"] for r in tf.contrib.learn.run_n({"s": step}, n=3)]),
        "ids": ids, "words": np.array(len(processor.vocabulary_)),
        "reversed": np.array(list(processor.reverse(ids))),
    }


def cudnn_cells(tf):
    """The cells that read a CudnnLSTM's checkpoint where there is no GPU."""
    x = tf.placeholder(tf.float32, [4, 2, 3])
    make = tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell
    with tf.variable_scope("cudnn_lstm"):
        outputs, state = tf.nn.dynamic_rnn(
            tf.nn.rnn_cell.MultiRNNCell([make(5), make(5)]), x, dtype=tf.float32, time_major=True)
    return outcome(tf, {"outputs": outputs, "state": state}, {x: numbers(0, 4, 2, 3)})


EXERCISES = {f.__name__: f for f in (
    hparams, tables, variables, structures, measures, buckets, learn, cudnn_cells)}
