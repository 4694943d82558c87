"""The one form of the tests of rebuilt symbols: a program that takes `tf`, run on both sides.

How to add a symbol:

1. In `tests/native/exercises_<family>.py` write a function as an old program would be, with `tf`
   handed in; it gives {name: array}, and is listed in that module's EXERCISES, {name: function}:

       def gru(tf):
           x = tf.placeholder(tf.float32, [2, 3])
           cell = tf.nn.rnn_cell.GRUCell(4)
           output, state = cell(x, cell.zero_state(2, tf.float32))
           return outcome(tf, {"output": output, "state": state}, {x: numbers(0, 2, 3)})

   It runs in a graph of its own. `outcome` sets the variables to fixed numbers and gives outputs,
   gradients, names, shapes and collections; `errors` gives the types of the errors of wrong calls.
   Where randomness is the point, give op seeds by hand and use `initial`.
2. `tests/legacy/test_<family>.py` is five lines: see `tests/legacy/test_cells.py`.
3. Record: `cd tests && PYTHONPATH=.. python -m native.record exercises_<family>` with TensorFlow
   1.15.5; it writes `tests/cases/legacy_<family>.npz`. Keep the sizes small.

On 1.15 rebuilt and native must be equal to the last bit, and build the same nodes under the same
names in the same order (`nodes`, which is not recorded). On later TensorFlows the rebuilt one is
held against the record: names, counts and integers equal, floats within TOLERANCE of the largest
number of their array, gradients of the largest of their exercise.
"""

import functools
import importlib
import json

import numpy as np

TOLERANCE = 1e-6
LEAST_SCALE = 0.05  # the exercises' numbers are sums of numbers near 1
COLLECTIONS = (
    "trainable_variables", "model_variables", "local_variables", "regularization_losses",
    "update_ops", "losses", "summaries",
)


def one_order(tf):
    """Gives a Session's options under which a sum of many parts has one order, and so one result.

    TensorFlow 1.15's graph optimizer puts the parts of a sum in an order of its own in each graph.
    """
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config


def numbers(seed, *shape):
    """Gives float32 numbers between -1 and 1."""
    return np.random.RandomState(seed).uniform(-1, 1, shape).astype(np.float32)


def outcome(tf, outputs, feed=None, gradients=True, updates=False):
    """Gives what a graph holds and computes, its variables set to fixed numbers.

    Args:
      outputs: name -> nested tensors.
      feed: as for `Session.run`.
      gradients: whether the sum of the squares of all float outputs and of the regularization
        losses is differentiated by the trained variables.
      updates: whether UPDATE_OPS are run once before.
    """
    found = {"nodes": nodes(tf), **structures(tf, outputs)}
    fetches = {
        f"output/{name}/{i}": tensor
        for name, nested in outputs.items() for i, tensor in enumerate(tf.nest.flatten(nested))}
    trained = tf.trainable_variables()
    floats = [tensor for tensor in fetches.values() if tensor.dtype.is_floating]
    if gradients and trained and floats:
        loss = tf.add_n([tf.reduce_sum(tf.cast(t * t, tf.float32)) for t in floats]
                        + [tf.cast(t, tf.float32) for t in tf.losses.get_regularization_losses()])
        for variable, gradient in zip(trained, tf.gradients(loss, trained)):
            if gradient is not None:
                fetches["gradient/" + variable.op.name] = tf.convert_to_tensor(gradient)
    with tf.Session(config=one_order(tf)) as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer(),
                  tf.tables_initializer()])
        sess.run([
            tf.assign(variable, _value(variable, i))
            for i, variable in enumerate(tf.global_variables()) if variable.dtype.is_floating])
        if updates:
            for op in tf.get_collection(tf.GraphKeys.UPDATE_OPS):  # together they would race
                sess.run(op, feed)
            found.update(("updated/" + v.op.name, sess.run(v)) for v in tf.global_variables())
        found.update(sess.run(fetches, feed))
    return found


def _value(variable, seed):
    value = numbers(100 + seed, *variable.shape.as_list())
    positive = any(word in variable.op.name for word in ("variance", "stddev"))
    return np.abs(value) + 0.1 if positive else value


def initial(tf):
    """Gives the variables' first values: to the last bit the same everywhere, given op seeds."""
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.global_variables_initializer())
        return {"initial/" + v.op.name: sess.run(v) for v in tf.global_variables()}


def structures(tf, outputs=()):
    """Gives the variables' names, shapes and types, the collections, the outputs' nesting."""
    variables = tf.global_variables()
    found = {
        "variables": np.array([
            f"{v.op.name} {v.shape.as_list()} {v.dtype.base_dtype.name}" for v in variables]),
        "nesting": np.array([f"{name} {_nesting(tf, outputs[name])}" for name in sorted(outputs)]),
    }
    for name in COLLECTIONS:
        members = tf.get_collection(name)
        if members and "variables" in name:
            found["collection/" + name] = np.array([v.op.name for v in members])
        elif members:
            found["collection/" + name] = np.array(len(members))
    return found


def errors(tf, calls):
    """Gives the name of the type of what each call raises, "none" if nothing; each in a graph."""
    found = {}
    for name, call in calls.items():
        with tf.Graph().as_default():
            try:
                call()
                found["error/" + name] = np.array("none")
            except Exception as error:
                found["error/" + name] = np.array(type(error).__name__)
    return found


def private(tf, path):
    """Gives a module of a private path that programs imported, `contrib.rnn.python.ops.rnn`."""
    if tf.__name__.startswith("tensorflow"):
        return importlib.import_module("tensorflow." + path)
    return functools.reduce(getattr, path.split("."), tf)


def nodes(tf):
    """Gives the name and type of each op of the graph, in order."""
    return np.array([f"{op.name} {op.type}" for op in tf.get_default_graph().get_operations()])


def _nesting(tf, nested):
    if hasattr(nested, "_fields"):
        parts = [f"{key}={_nesting(tf, part)}" for key, part in zip(nested._fields, nested)]
        return f"{type(nested).__name__}({', '.join(parts)})"
    if isinstance(nested, (list, tuple)):
        return f"{type(nested).__name__}({', '.join(_nesting(tf, part) for part in nested)})"
    if isinstance(nested, dict):
        return str({key: _nesting(tf, nested[key]) for key in sorted(nested)})
    shape = "unknown" if nested.shape.ndims is None else nested.shape.as_list()
    return f"{nested.dtype.name} {shape}"


def run_all(tf, exercises):
    """Runs each of EXERCISES in a graph of its own; gives EXERCISE|QUANTITY -> array."""
    found = {}
    for name, function in exercises.items():
        with tf.Graph().as_default():
            found.update(
                (f"{name}|{key}", np.asarray(value)) for key, value in function(tf).items())
    return found


def pack(found):
    """Joins the arrays by type, without `nodes`: a hundred small arrays are a large .npz."""
    index, joined = [], {}
    for key, value in sorted(found.items()):
        if key.endswith("|nodes"):
            continue
        if value.dtype.kind in "US":
            index.append([key, "text", value.tolist()])
            continue
        flat = joined.setdefault(value.dtype.name, [])
        index.append([key, value.dtype.name, list(value.shape)])
        flat.append(value.ravel())
    arrays = {dtype: np.concatenate(parts) for dtype, parts in joined.items()}
    return dict(arrays, index=np.array(json.dumps(index)))


def unpack(arrays):
    """Undoes `pack`."""
    found, position = {}, {}
    for key, dtype, what in json.loads(str(arrays["index"])):
        if dtype == "text":
            found[key] = np.array(what)
            continue
        start = position.get(dtype, 0)
        position[dtype] = start + int(np.prod(what, dtype=int))
        found[key] = arrays[dtype][start:position[dtype]].reshape(what)
    return found


def differences(rebuilt, native, exact, off=None, furthest=0.0):
    """Gives a line for each quantity that differs; `exact` allows floats no difference.

    Args:
      off: what `native.exact` recorded of the family, float64 less the native float32. Where it
        has a quantity, that must also be no further from float64 than twice `furthest`.
      furthest: the native family's, of the largest number of a quantity's group.
    """
    lines = [f"{key}: only on one side" for key in sorted(set(rebuilt) ^ set(native))]
    scale = scales(native)
    for key in sorted(set(rebuilt) & set(native)):
        ours, theirs = np.asarray(rebuilt[key]), np.asarray(native[key])
        line = _difference(key, ours, theirs, exact, scale[group(key)])
        if line is None and key in (off or {}) and not exact:
            least = _GRADIENTS_LEAST if "|gradient/" in key else _LEAST
            line = _distance(ours, theirs.astype(np.float64) + off[key], max(furthest, least),
                             scale[group(key)])
        lines += [f"{key}: {line}"] if line else []
    return lines


def scales(native):
    """Gives the largest number of each group of quantities, by which its differences are judged."""
    found = {}
    for key in native:
        found[group(key)] = max(found.get(group(key), LEAST_SCALE), _largest(native[key]))
    return found


def group(key):
    """Gives the group of a quantity: its own, but for the gradients of an exercise."""
    # A gradient may be a small sum of large terms: their rounding stays in it.
    return key[:key.index("|gradient/")] if "|gradient/" in key else key


_LEAST = 2.0 ** -24  # a float32 is half its last bit off in any case
# A gradient is a sum over the batch and all steps, whose order is each TensorFlow's and machine's
# own: 2.12 was 6.7e-7 off in one bias of a family whose furthest was 3.2e-7.
_GRADIENTS_LEAST = 2.0 ** -21


def _distance(ours, float64, furthest, scale):
    if ours.shape != float64.shape or ours.dtype.kind != "f":
        return f"{ours.tolist()} {ours.dtype}, in float64 {float64.tolist()}"
    error = np.abs(ours - float64).max() / scale
    return None if error <= 2 * furthest else f"{error} from float64, the native family {furthest}"


def _largest(array):
    array = np.asarray(array)
    if array.dtype.kind != "f":
        return 0.0
    return np.abs(array[np.isfinite(array)]).max(initial=0.0)


def _difference(key, ours, theirs, exact, scale):
    if key.endswith("|nodes"):
        pairs = (pair for pair in zip(ours, theirs) if pair[0] != pair[1])
        first = next(pairs, None if len(ours) == len(theirs) else "where one ends")
        return first and f"{len(ours)} nodes, natively {len(theirs)}; first other: {first}"
    if ours.shape != theirs.shape or ours.dtype.kind != theirs.dtype.kind:
        return f"{ours.tolist()} {ours.dtype}, natively {theirs.tolist()} {theirs.dtype}"
    if ours.dtype.kind == "f" and not exact and "|initial/" not in key:
        finite = np.isfinite(theirs)
        if ours[~finite].tolist() != theirs[~finite].tolist():
            return f"{ours}, natively {theirs}"
        error = np.abs(ours[finite] - theirs[finite]).max(initial=0.0)
        return None if error <= TOLERANCE * scale else f"differs by {error} of {scale}"
    return None if ours.tolist() == theirs.tolist() else f"{ours}, natively {theirs}"
