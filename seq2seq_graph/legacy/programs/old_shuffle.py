"""The order of `tf.data`'s shuffled rows as TensorFlow 1.15 gave it.

Three things are another way today. A `repeat` right behind a `shuffle` became one dataset with it,
which goes on drawing from one stream of random numbers (`one_stream.py`). A dataset that came to
the end of its input began the input once more, and took nothing of it; a `shuffle` below has
another order after that. And each pass of an eager loop was the first one.
"""

import contextlib
import copy
import weakref
from typing import Any, Callable, Dict

import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import internals
from seq2seq_graph.legacy.programs.counting import add, count
from seq2seq_graph.legacy.programs.one_stream import one_stream

# Graph -> name of a rebuilt dataset's tensor -> the dataset that TensorFlow made instead.
_today: Any = weakref.WeakKeyDictionary()


def install() -> None:
    """Rebuilds `shuffle(...).repeat(...)`, `shuffle_and_repeat` and the passes of eager loops."""
    internals.replace_functions({
        "data.ops.shuffle_op:_ShuffleDataset.__init__": _shuffle,
        "data.ops.repeat_op:_RepeatDataset.__init__": _repeat,
        "data.experimental.ops.shuffle_ops:_ShuffleAndRepeatDataset.__init__":
            _shuffle_and_repeat,
        "data.ops.iterator_ops:Iterator.make_initializer": _never_fused,
        "data.ops.iterator_ops:OwnedIterator.__init__": _begin_anew,
        "data.ops.dataset_ops:DatasetV1._make_one_shot_iterator": _perhaps_fused,
        "data.ops.dataset_ops:DatasetV1._make_initializable_iterator": _perhaps_fused,
    })


def _shuffle(init):
    def made(self, input_dataset, *args, **kwargs):
        rows = input_dataset
        if not v1.executing_eagerly() and _any_draws_anew(rows):
            with _uncounted():
                rows = _begun_once_more(rows, 1)
        init(self, rows, *args, **kwargs)
        self._input_dataset = input_dataset

    return made


def _repeat(init):
    def made(self, input_dataset, count, name=None):
        init(self, input_dataset, count, name=name)
        times = _number(self._count)
        if times == 1:  # 1.15 dropped it before all else
            return
        if times is not None and times > 1 and not v1.executing_eagerly() and _any_draws_anew(
                input_dataset):
            with _uncounted():
                rows = _begun_once_more(input_dataset, times)
            self._variant_tensor_attr = rows._variant_tensor
        shuffled = _shuffled(input_dataset)
        if _draws_anew(shuffled):
            today = self._variant_tensor
            _fuse(self, shuffled, today)
            if not v1.executing_eagerly():
                names = _today.setdefault(v1.get_default_graph(), {})
                names[self._variant_tensor.name] = today

    return made


def _begun_once_more(rows, times):
    """Repeats the rows and then begins them once more, without taking one."""
    @v1.autograph.experimental.do_not_convert
    def repetition(number):
        last = v1.cast(v1.equal(number, times), v1.int64)
        nothing = v1.data.Dataset.zip((v1.data.Dataset.range(0), rows.take(-last)))
        return rows.take(last - 1).concatenate(nothing.map(_second))

    return v1.data.Dataset.range(times + 1).flat_map(repetition)


@v1.autograph.experimental.do_not_convert
def _second(_, row):
    return row


def _shuffle_and_repeat(init):
    def made(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if _has_seed(self):
            _fuse(self, self, self._variant_tensor)

    return made


def _shuffled(dataset):
    """The dataset itself, seen through what wraps it and through `with_options`."""
    while True:
        if type(dataset).__name__ == "_OptionsDataset":
            dataset = dataset._input_dataset
        elif type(dataset).__name__ == "DatasetV1Adapter":
            dataset = dataset._dataset
        else:
            return dataset


def _draws_anew(dataset) -> bool:
    """Tells whether the dataset is a `shuffle` with a seed that has another order each time."""
    return (type(dataset).__name__ in ("_ShuffleDataset", "ShuffleDataset")
            and dataset._reshuffle_each_iteration is not False and _has_seed(dataset))


def _has_seed(dataset) -> bool:
    return not (_number(dataset._seed) == 0 and _number(dataset._seed2) == 0)


def _number(tensor):
    value = v1.get_static_value(tensor)
    return None if value is None else int(value)


@contextlib.contextmanager
def _uncounted():
    """What is made within counts no ops."""
    if v1.executing_eagerly():
        yield
    else:
        before = count(v1.get_default_graph())
        yield
        add(before - count(v1.get_default_graph()))


def _fuse(dataset, shuffled, today):
    """Puts the rebuilt dataset in the place of the one that was made."""
    with _uncounted():
        rows = one_stream(shuffled._input_dataset, shuffled._buffer_size, shuffled._seed,
                          shuffled._seed2, dataset._count)
        # Nothing is taken of today's, but it is made, and says which arguments are wrong.
        made = copy.copy(dataset)
        made._variant_tensor_attr = today
        whole = made.take(0).concatenate(rows)
        dataset._made_of = whole  # in eager mode its functions live as long as it does
        dataset._variant_tensor_attr = whole._variant_tensor


def _never_fused(make_initializer):
    def made(self, dataset, name=None):  # 1.15 applied no options here
        return make_initializer(self, _as_today(dataset), name)

    return made


def _perhaps_fused(make: Callable) -> Callable:
    def made(self, *args, **kwargs):
        wished = self.options().experimental_optimization
        fused = getattr(wished, "shuffle_and_repeat_fusion", None)
        if fused is None:
            fused = getattr(wished, "apply_default_optimizations", None) is not False
        eager = v1.executing_eagerly()
        if not eager and (not fused or _reads_a_reference(self._variant_tensor)):
            self = _as_today(self)
        return make(self, *args, **kwargs)

    return made


def _reads_a_reference(tensor) -> bool:
    """Tells whether what makes a dataset reads a variable of the old kind: 1.15 left it alone."""
    op = tensor.op
    return op.type in ("Variable", "VariableV2") or any(map(_reads_a_reference, op.inputs))


def _as_today(dataset):
    """Gives the dataset with each rebuilt one that it is made of as TensorFlow makes it."""
    graph = v1.get_default_graph()
    names = _today.get(graph)
    if not names:
        return dataset
    result = copy.copy(dataset)
    with _uncounted():
        result._variant_tensor_attr = _copied(dataset._variant_tensor, names, graph)
    return result


def _copied(tensor, names: Dict[str, v1.Tensor], graph):
    tensor = names.get(tensor.name, tensor)
    op = tensor.op
    inputs = [_copied(each, names, graph) if each.dtype == v1.variant else each
              for each in op.inputs]
    if all(new is old for new, old in zip(inputs, op.inputs)):
        return tensor
    made = graph.create_op(op.type, inputs, [each.dtype for each in op.outputs],
                           name=op.name.rpartition("/")[2], attrs=dict(op.node_def.attr))
    return made.outputs[tensor.value_index]


def _begin_anew(init):
    def made(self, dataset=None, *args, **kwargs):
        if dataset is not None and v1.executing_eagerly() and _any_draws_anew(dataset):
            dataset = dataset.take(-1)  # a new dataset begins its streams anew
        init(self, dataset, *args, **kwargs)

    return made


def _any_draws_anew(dataset) -> bool:
    return _draws_anew(_shuffled(dataset)) or any(map(_any_draws_anew, dataset._inputs()))
