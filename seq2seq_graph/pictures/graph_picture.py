"""A TensorFlow graph of the document's program as one picture: a box a block of the document.

The boxes, the numbers in them and the arrows between them are read from the graph's operations;
only where a box stands is given here. Needs the extra `plots` (matplotlib). It is told a graph and
imports no TensorFlow.
"""

from typing import TYPE_CHECKING, Dict, List, NamedTuple, Tuple

from seq2seq_graph.pictures import lesson
from seq2seq_graph.variables import DECODER, ENCODER, POWERS, WEIGHTS

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf
    from matplotlib.figure import Figure


def _scope_of(name):
    """Returns the outermost scope of a name: "EmbedSequence" of "EmbedSequence/embeddings"."""
    return name.split("/")[0]


# Block -> what its operations' names begin with, and the box's place: column, row from the top.
_BLOCKS = {
    "encoder_inputs": (("encoder_inputs",), (0, 0)),
    "encoder embedding": ((_scope_of(ENCODER.embeddings),), (0, 1)),
    "encoder LSTM": ((_scope_of(ENCODER.kernel),), (0, 2)),
    "decoder_targets": (("decoder_targets",), (2, 0)),
    "decoder_inputs": (
        ("Shape", "strided_slice", "strided_slice_1", "Fill", "concat"), (1, 0)),
    "decoder embedding": ((_scope_of(DECODER.embeddings),), (1, 1)),
    "decoder LSTM": ((_scope_of(DECODER.kernel),), (1, 2)),
    "logits": ((_scope_of(WEIGHTS),), (1, 3)),
    "prediction": (("ArgMax",), (0, 3)),
    "one-hot labels": (("one_hot",), (2, 2)),
    "cross entropy": (("softmax_cross_entropy_with_logits_sg",), (2, 3)),
    "loss": (("Mean", "Const"), (2, 4)),
    "gradients": (("gradients",), (1, 4)),
    "Adam": (("Adam", *POWERS), (0, 4)),
}
_COLUMN_FILLS = ("#dcebf7", "#dff0d8", "#fbe3c0")  # encoder, decoder, what it is measured by
_TRAINING_FILL = "#f5d5d0"
_TRAINING = ("gradients", "Adam")  # these read from nearly every block; see `draw`


class Block(NamedTuple):
    """What the graph holds of one block of the document."""

    operations: int
    variables: List[str]  # name and shape of each that is trained


class Graph(NamedTuple):
    """The blocks, and which tensors go from one to another."""

    blocks: Dict[str, Block]
    arrows: Dict[Tuple[str, str], List[str]]  # from, to -> the tensors' shapes, each once
    others: List[str]  # names of operations that belong to no block


def read(graph: "tf.Graph") -> Graph:
    """Sorts a graph's operations by block.

    Args:
      graph: a tf.Graph with the document's program in it, as `scripts/tutorial.py` builds it. What
        is made after the train op may go to `others`, and is not drawn.
    """
    block_of = {top: name for name, (tops, _) in _BLOCKS.items() for top in tops}
    counts = dict.fromkeys(_BLOCKS, 0)
    arrows: Dict[Tuple[str, str], List[str]] = {}
    others: List[str] = []
    for operation in graph.get_operations():
        block = block_of.get(operation.name.split("/")[0])
        if block is None:
            others.append(operation.name)
            continue
        counts[block] += 1
        for tensor in operation.inputs:
            source = block_of.get(tensor.op.name.split("/")[0])
            if source not in (None, block) and tensor.dtype.name != "resource":
                shapes = arrows.setdefault((source, block), [])
                shapes += [shape for shape in [shape_text(tensor)] if shape not in shapes]
    variables: Dict[str, List[str]] = {name: [] for name in _BLOCKS}
    for variable in graph.get_collection("trainable_variables"):
        top, name = variable.op.name.split("/")[0], variable.op.name.split("/")[-1]
        variables[block_of[top]].append(f"{name} {variable.shape.as_list()}")
    blocks = {name: Block(count, variables[name]) for name, count in counts.items()}
    return Graph(blocks, arrows, others)


def shape_text(tensor: "tf.Tensor") -> str:
    """Returns a tensor's type and shape, `float32 [B, 12, 50]`; an unknown first size is B."""
    sizes = tensor.shape.as_list() if tensor.shape.ndims is not None else ["?"]
    sizes = ["B" if size is None and not i else "?" if size is None else size
             for i, size in enumerate(sizes)]
    return f"{tensor.dtype.base_dtype.name} [{', '.join(map(str, sizes))}]"


def draw(read_graph: Graph, counts: bool = True) -> "Figure":
    """Draws what `read` returns: inputs on top, the encoder left, the decoder in the middle.

    Gradients read from nearly every block, and Adam writes to every variable. In place of their
    arrows two stand for what they are for: loss -> gradients -> Adam.

    Args:
      read_graph: from `read`.
      counts: write how many operations each block has, which TensorFlow's versions change.

    Raises:
      InputError: matplotlib is not installed.
    """
    figure = lesson.figure_of(10, 6.8)
    axes = lesson.bare_axes(figure, (-0.45, 2.45), (-4.4, 0.4))
    for (source, target), shapes in read_graph.arrows.items():
        if {source, target} & set(_TRAINING):
            continue
        label = "\n".join(shapes)
        if (source, target) == ("encoder LSTM", "decoder LSTM"):
            label = "c and h, each\n" + label
        _draw_arrow(axes, _BLOCKS[source][1], _BLOCKS[target][1], label)
    for source, target in (("loss", "gradients"), ("gradients", "Adam")):
        _draw_arrow(axes, _BLOCKS[source][1], _BLOCKS[target][1], "")
    for name, block in read_graph.blocks.items():
        x, row = _BLOCKS[name][1]
        column = 1 if name == "prediction" else x  # it is the decoder's
        fill = _TRAINING_FILL if name in _TRAINING else _COLUMN_FILLS[column]
        lesson.box(axes, x, -row, 0.6, 0.62, fill)
        lines = list(block.variables)
        if counts:
            lines.insert(0, f"{block.operations} operation{'s' * (block.operations != 1)}")
        axes.text(x, -row + (0.2 if lines else 0), name, ha="center", va="center", fontsize=10,
                  weight="bold")
        axes.text(x, -row - 0.08, "\n".join(lines), ha="center", va="center", fontsize=8)
    return figure


def _draw_arrow(axes, source, target, label):
    (x0, row0), (x1, row1) = source, target
    if row0 == row1:
        side = 0.3 if x1 > x0 else -0.3
        start, end, at = (x0 + side, -row0), (x1 - side, -row1), ((x0 + x1) / 2, -row0 + 0.14)
    else:
        start, end, at = (x0, -row0 - 0.31), (x1, -row1 + 0.31), (x0 + 0.02, -row0 - 0.5)
    lesson.arrow(axes, start, end)
    alignment = "center" if row0 == row1 else "left"
    axes.text(*at, label, ha=alignment, va="center", fontsize=8, color="#444444")
