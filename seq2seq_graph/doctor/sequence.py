"""Finds what is wrong with an encoder and a decoder. No TensorFlow.

Every rule needs its whole chain in the text: placeholder, RNN, logits, loss. Where a link cannot be
followed, such as a function's parameter, it says nothing.
"""

import ast
import re
from typing import Iterator, List, NamedTuple, Optional, Tuple

from seq2seq_graph.doctor import graph
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

_PADS = re.compile(r"(?i)(^|_)pad(s|ded|ding)?(_|$)|pad_?sequences|<pad>|_PAD\b")
_FREE_RUNNING = ("while_loop", "raw_rnn", "GreedyEmbeddingHelper", "BeamSearchDecoder",
                 "rnn_decoder", "embedding_rnn_decoder", "embedding_attention_seq2seq")


class Start(NamedTuple):
    """A start token put before tokens: `tf.concat([tf.fill([B, 1], START), tokens], 1)`."""

    concat: ast.Call
    batch: ast.expr  # the B
    tokens: ast.expr


def find(flow: Flow) -> Iterator[Finding]:
    """Yields the defects of the model."""
    rnns = graph.rnns(flow)
    starts = [s for s in (start(call, flow) for call in graph.calls(flow, "concat")) if s]
    yield from baked_batch_sizes(starts, rnns, flow)
    pads = mentions_padding(flow)
    encoders, decoders = [], []
    for rnn in rnns:
        made_from = set(graph.ops_of(rnn.initial_state, flow, "dynamic_rnn"))
        if made_from:
            decoders.append(rnn)
            encoders += [other for other in rnns if other.call in made_from
                         and other not in encoders]
    yield from padding_in_state(encoders, pads, flow)
    for loss in graph.calls(flow, *graph.LOSSES):
        logits = graph.upstream(graph.argument(loss, None, "logits"), flow)
        for decoder in decoders:
            if decoder.call in logits:
                yield from undropped(loss, decoder, starts, flow)
                yield from padding_in_loss(loss, pads, flow)
    for decoder in decoders:
        yield from teacher_forced(decoder, starts, flow)


def start(call: ast.Call, flow: Flow) -> Optional[Start]:
    """Reads a start token before tokens off a `concat`, or None."""
    parts = graph.argument(call, 0, "values")
    axis = graph.literal(graph.argument(call, 1, "axis"))
    if not isinstance(parts, (ast.List, ast.Tuple)) or len(parts.elts) != 2 or axis != 1:
        return None
    first = graph.call_of(parts.elts[0], flow, "fill", "zeros", "ones")
    if first is None:
        return None
    shape = graph.source(graph.argument(first, 0, "dims", "shape"), flow)
    if not isinstance(shape, (ast.List, ast.Tuple)) or len(shape.elts) != 2 \
            or graph.literal(shape.elts[1]) != 1:
        return None
    return Start(call, shape.elts[0], parts.elts[1])


def baked_batch_sizes(
    starts: List[Start], rnns: List[graph.Rnn], flow: Flow
) -> Iterator[Finding]:
    """A number of the batch in the graph, beside placeholders that take any batch."""
    free = [p for p in graph.calls(flow, "placeholder") if _any_batch(p)]

    def takes_any(node):
        if _undefined(node, flow):
            return bool(free)
        made_from = graph.upstream(node, flow)
        return any(p in made_from for p in free)

    sites: List[Tuple[Optional[ast.expr], Optional[ast.expr]]] = [
        (s.batch, s.tokens) for s in starts]
    for rnn in rnns:
        state = graph.source(rnn.initial_state, flow)
        if isinstance(state, ast.Call) and isinstance(state.func, ast.Attribute) \
                and state.func.attr == "zero_state":
            sites.append((graph.argument(state, 0, "batch_size"), rnn.inputs))
    for batch, other in sites:
        fixed = graph.literal(graph.source(batch, flow)) is not None or _undefined(batch, flow)
        if batch is not None and fixed and takes_any(other):
            yield Finding(
                "baked-batch-size", batch.lineno,
                f"`{graph.text(batch)}` fixes the batch in the graph, the placeholders take any: "
                "the first batch of another size, such as an epoch's last, fails with "
                "InvalidArgumentError.",
                "ask the tensor, `tf.shape(decoder_targets)[0]`, as `model.shift_right` does.")


def _any_batch(placeholder):
    dims = graph.dimensions(placeholder)
    return bool(dims) and graph.is_none(dims[0])


def _undefined(node, flow):
    return isinstance(node, ast.Name) and any(
        node.id == name.id for name, _ in flow.undefined) and node not in flow.values


def mentions_padding(flow: Flow) -> bool:
    """Tells whether a name or a string of the program speaks of padding."""
    for node in flow.nodes:
        word = getattr(node, "id", None) or getattr(node, "attr", None) or graph.string(node)
        if isinstance(word, str) and len(word) < 40 and _PADS.search(word):
            return True
    return False


def _padded(placeholders, pads):
    """Gives the placeholder of sequences, [B, T], that padding fills, or None."""
    for placeholder in placeholders:
        dims = graph.dimensions(placeholder)
        if dims and len(dims) == 2 and (pads or "max" in graph.text(dims[1]).lower()):
            return placeholder
    return None


def padding_in_state(encoders: List[graph.Rnn], pads: bool, flow: Flow) -> Iterator[Finding]:
    """An encoder without lengths takes steps over the padding too."""
    for rnn in encoders:
        given = any(k.arg is None for k in rnn.call.keywords)
        ids = _padded(graph.ops_of(rnn.inputs, flow, "placeholder"), pads)
        if rnn.sequence_length is None and not given and ids is not None:
            yield Finding(
                "padding-in-state", rnn.call.lineno,
                "the encoder has no `sequence_length`, so it reads the padding after a shorter "
                "source: the same words have another state with more padding.",
                "give the lengths, `options.sources.source_lengths(...)`; in this package "
                "`ModelConfig(stop_at_length=True)`.")


def padding_in_loss(
    loss: ast.Call, pads: bool, flow: Flow
) -> Iterator[Finding]:
    """The plain mean of a token's cross entropy counts padding as tokens that were right."""
    labels = graph.argument(loss, None, "labels")
    if _padded(graph.ops_of(labels, flow, "placeholder"), pads) is None:
        return
    for mean in graph.calls(flow, "reduce_mean"):
        if graph.source(graph.argument(mean, 0, "input_tensor"), flow) is loss:
            yield Finding(
                "padding-in-loss", mean.lineno,
                "the mean counts the padding of shorter targets, which is soon predicted: the "
                "loss flatters.",
                "divide by the real tokens, `options.losses.masked_mean_loss`; in this package "
                "`ModelConfig(mask_padding=True)`.")


def undropped(
    loss: ast.Call, decoder: graph.Rnn, starts: List[Start], flow: Flow
) -> Iterator[Finding]:
    """A start token more, and no target less: the logits are one step longer than the labels."""
    labels = graph.argument(loss, None, "labels")
    one_hot = graph.call_of(labels, flow, "one_hot")
    if one_hot is not None:
        labels = graph.argument(one_hot, 0, "indices")
    ids = graph.call_of(labels, flow, "placeholder")
    if ids is None:
        return
    inputs = graph.upstream(decoder.inputs, flow)
    for begin in starts:
        if begin.concat not in inputs or _cut(inputs, begin, flow):
            continue
        tokens = graph.source(begin.tokens, flow)
        undefined = _undefined(begin.tokens, flow)
        if undefined or tokens is ids or _same_length(tokens, ids, flow):
            yield Finding(
                "start-not-dropped", begin.concat.lineno,
                f"the start token is put before the whole of `{graph.text(begin.tokens)}`, none "
                f"dropped, so the logits of line {loss.lineno} are one step longer than their "
                "labels: InvalidArgumentError.",
                "drop the last token, `decoder_targets[:, :-1]`, as `model.shift_right` does.")


def _cut(nodes, begin, flow):
    """Tells whether a part is cut off on the way from the start token on."""
    return any(
        node in nodes for node in graph.downstream(begin.concat, flow)
        if isinstance(node, ast.Subscript)
        or graph.op(node, flow) in ("slice", "strided_slice", "split", "gather", "unstack"))


def _same_length(tokens, labels, flow):
    if graph.op(tokens, flow) != "placeholder":
        return False
    dims = graph.dimensions(tokens), graph.dimensions(labels)
    if not all(d and len(d) == 2 and not graph.is_none(d[1]) for d in dims):
        return False
    sizes = [graph.text(d[1]) for d in dims]
    return sizes[0] == sizes[1] and "..." not in sizes[0]


def teacher_forced(
    decoder: graph.Rnn, starts: List[Start], flow: Flow
) -> Iterator[Finding]:
    """What a decoder of true tokens makes most probable is no generated text."""
    inputs = graph.upstream(decoder.inputs, flow)
    forced = [s for s in starts if s.concat in inputs
              and not graph.ops_of(s.tokens, flow, "argmax")
              and (_undefined(s.tokens, flow) or graph.ops_of(s.tokens, flow, "placeholder"))]
    if not forced or graph.calls(flow, *_FREE_RUNNING):
        return
    for call in graph.calls(flow, "argmax"):
        if decoder.call not in graph.upstream(call, flow):
            continue
        # Compared with the targets it is an accuracy, and no prediction.
        if any(other is not call and graph.name(other, flow)
               for other in graph.downstream(call, flow)):
            continue
        yield Finding(
            "teacher-forced-prediction", call.lineno,
            f"the decoder reads the true tokens (line {forced[0].concat.lineno}), so each "
            "prediction is made from the true previous token; nothing here feeds predictions "
            "back, so it cannot generate.",
            "feed its own predictions back, greedy or beam search, as this package's "
            "`inference.search` and `scripts/generate.py` do.")
