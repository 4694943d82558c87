"""A decoder whose steps read what the step before attended to: one loop, and one loop back.

A step's LSTMs need the step before, so their products are of [B, H]. What needs no step is one
product over all of them: of the inputs with the lowest kernel's upper rows before the loop, and the
gradients of all matrices, of keys and of values after the loop back.

Shapes: B batch, T time, T_in the memory's, D input, H units.
"""

from typing import Any, List, NamedTuple, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.options import scores
from seq2seq_graph.options.stacked import Layer
from seq2seq_graph.options.steps import before, joined, length_of, run_steps

_FORGET_BIAS = 1.0
_PARTS = 7  # of what `_lstm` gives


def run(
    layers: Sequence[Layer], inputs: tf.Tensor, initial_state: Any, look: Any
) -> Tuple[tf.Tensor, tf.Tensor, Any]:
    """Runs layers with attention and input feeding.

    Args:
      layers: from `stacked.taken_apart`, their variables made.
      inputs: float32 [B, T, D].
      initial_state: an AttentionWrapperState.
      look: a `fast_attention.Look`.

    Returns:
      The outputs, [B, T, H], the alignments, [B, T, T_in], and the LSTMs' last states.
    """
    one = isinstance(initial_state.cell_state, rnn_cell.LSTMStateTuple)
    depth, units = inputs.shape.as_list()[2], layers[0].lstm.output_size
    weights = [
        tf.identity(variable) for number, layer in enumerate(layers)
        for variable in layer.lstm.plain_variables(units if number else depth + units, inputs.dtype)
    ]
    states = [initial_state.attention, *tf.nest.flatten(initial_state.cell_state)]
    of_bahdanau = [] if look.v is None else [look.query, look.v]
    loop = _loop(layers, look.hidden)
    outputs, alignments, *last = loop(
        tf.transpose(inputs, [1, 0, 2]), look.keys, look.values, look.layer, *of_bahdanau, *states,
        *weights)
    last = [rnn_cell.LSTMStateTuple(*last[i : i + 2]) for i in range(0, len(last), 2)]
    return (
        tf.transpose(outputs, [1, 0, 2]), tf.transpose(alignments, [1, 0, 2]),
        last[0] if one else tuple(last),
    )


class _Reads(NamedTuple):
    """What the loop reads, in the order of its gradients."""

    inputs: tf.Tensor  # [T, B, D]
    keys: tf.Tensor  # [B, T_in, H]
    values: tf.Tensor  # [B, T_in, H]
    layer: tf.Tensor  # [H, H]
    of_bahdanau: List[tf.Tensor]  # query [H, H] and v [H], or none
    states: List[tf.Tensor]  # what was attended to, then c and h of each layer, [B, H]
    weights: List[tf.Tensor]  # kernel and bias of each layer

    @property
    def v(self):
        return self.of_bahdanau[1] if self.of_bahdanau else None


def _loop(layers, hidden):
    """Gives the function of what `_Reads` lists, flat, with its gradient."""

    @tf.custom_gradient
    def loop(inputs, keys, values, layer, *others):
        count = len(others) - 1 - 4 * len(layers)  # of Bahdanau's
        states = count + 1 + 2 * len(layers)
        reads = _Reads(inputs, keys, values, layer, list(others[:count]),
                       list(others[count:states]), list(others[states:]))
        kept, last = _forwards(reads, layers, hidden)
        outputs = joined(kept[0]), joined(kept[1]), *last[1:]

        def gradient_of(outputs_gradient, alignments_gradient, *last_gradients):
            gradients = _backwards(reads, layers, kept, outputs_gradient, alignments_gradient,
                                   list(last_gradients))
            return tuple(tf.nest.flatten(list(gradients)))

        return outputs, gradient_of

    return loop


def _forwards(reads, layers, hidden):
    """Gives what each step made: the attention, the alignments, the scored query; then a layer's
    inputs and `_lstm`'s parts; and the last states."""
    depth, units = reads.inputs.shape.as_list()[2], reads.layer.shape.as_list()[0]
    kernels, biases = reads.weights[::2], [_with_forget_bias(b) for b in reads.weights[1::2]]
    projected = tf.matmul(tf.reshape(reads.inputs, [-1, depth]), kernels[0][:depth]) + biases[0]
    projected = tf.reshape(
        projected, tf.concat([tf.shape(reads.inputs)[:2], [4 * units]], 0))  # [T, B, 4 * H]
    fed_kernel = kernels[0][depth:]  # [2 * H, 4 * H]

    def step(t, attention, *states):
        kept, new, output = [], [], attention
        for number, layer in enumerate(layers):
            c, h = states[2 * number : 2 * number + 2]
            read = output if layer.mask is None else output * layer.mask
            both = tf.concat([read, h], 1)
            if number:
                gates = tf.matmul(both, kernels[number]) + biases[number]
            else:
                gates = projected[t] + tf.matmul(both, fed_kernel)
            parts = _lstm(gates, c)
            kept += [read, *parts]
            c, h = parts[-2:]
            new += [c, h]
            output = output + h if layer.residual else h
        query = tf.matmul(output, reads.of_bahdanau[0]) if reads.of_bahdanau else output
        scored = scores.of_step(query, reads.keys, reads.v)
        alignments = tf.nn.softmax(scored if hidden is None else scored + hidden)
        context = tf.squeeze(tf.matmul(alignments[:, tf.newaxis], reads.values), [1])
        attention = tf.tanh(tf.matmul(output, reads.layer) + context)
        return [attention, alignments, query, output, *kept], [attention, *new]

    return run_steps(
        step, length_of(reads.inputs), reads.states, 4 + len(layers) * (1 + _PARTS))


def _lstm(gates, c):
    """[B, 4 * H] and c -> i, the new input, f, o and tanh(c'); the new c and h, all [B, H]."""
    i, j, f, o = tf.split(gates, 4, 1)
    i, j, f, o = tf.sigmoid(i), tf.tanh(j), tf.sigmoid(f), tf.sigmoid(o)
    c = f * c + i * j
    activated = tf.tanh(c)
    return i, j, f, o, activated, c, o * activated


def _with_forget_bias(bias):
    units = bias.shape.as_list()[0] // 4
    return bias + tf.constant([0.0] * 2 * units + [_FORGET_BIAS] * units + [0.0] * units)


def _backwards(reads, layers, kept, outputs_gradient, alignments_gradient, last_gradients):
    """Gives the gradient of each of `_Reads`, as one."""
    attentions, alignments, queries, tops, *of_layers = kept
    of_layers = [of_layers[i : i + 1 + _PARTS] for i in range(0, len(of_layers), 1 + _PARTS)]
    depth, units = reads.inputs.shape.as_list()[2], reads.layer.shape.as_list()[0]
    firsts = [reads.states[1 + 2 * i : 3 + 2 * i] for i in range(len(layers))]
    befores = [
        [before(first, column) for first, column in zip(firsts[i], of_layers[i][-2:])]
        for i in range(len(layers))
    ]
    # As `LSTMBlockCellGrad` asks for them: the lowest kernel without the rows of the inputs.
    kernels = [reads.weights[0][depth:], *reads.weights[2::2]]
    biases = reads.weights[1::2]

    def back_through_lstm(number, t, c_gradient, h_gradient):
        read, i, j, f, o, activated, c, _ = (column[t] for column in of_layers[number])
        c_before, h_before = (column[t] for column in befores[number])
        gradients = tf.raw_ops.LSTMBlockCellGrad(
            x=read, cs_prev=c_before, h_prev=h_before, w=kernels[number], b=biases[number],
            **_no_peepholes(units), i=i, ci=j, f=f, o=o, co=activated, cs=c,
            cs_grad=c_gradient, h_grad=h_gradient,
        )
        both = tf.matmul(gradients.dicfo, kernels[number], transpose_b=True)
        return gradients.dicfo, gradients.cs_prev_grad, both[:, :units], both[:, units:]

    def step(t, attention_gradient, *others):
        of_states, sums = list(others[: 2 * len(layers)]), others[2 * len(layers) :]
        pre = tf.raw_ops.TanhGrad(
            y=attentions[t], dy=attention_gradient + outputs_gradient[t])  # [B, H]
        of_alignments = scores.of_step(pre, reads.values, None) + alignments_gradient[t]
        weighed = alignments[t] * of_alignments
        scored = weighed - alignments[t] * tf.reduce_sum(weighed, 1, keepdims=True)
        of_query, more = scores.gradients_of_step(scored, queries[t], reads.keys, reads.v)
        sums = [one + other for one, other in zip(sums, more)]
        made = [pre, scored]
        output_gradient = tf.matmul(pre, reads.layer, transpose_b=True)
        if reads.of_bahdanau:
            made.append(of_query)
            of_query = tf.matmul(of_query, reads.of_bahdanau[0], transpose_b=True)
        output_gradient += of_query
        for number in reversed(range(len(layers))):
            c_gradient, h_gradient = of_states[2 * number : 2 * number + 2]
            gates, of_c, of_read, of_h = back_through_lstm(
                number, t, c_gradient, h_gradient + output_gradient)
            made.append(gates)
            of_states[2 * number : 2 * number + 2] = [of_c, of_h]
            if layers[number].mask is not None:
                of_read = of_read * layers[number].mask
            output_gradient = of_read + output_gradient if layers[number].residual else of_read
        return made, [output_gradient, *of_states, *sums]

    sums = [tf.zeros_like(reads.keys), tf.zeros_like(reads.v)] if reads.of_bahdanau else []
    made, after = run_steps(
        step, length_of(reads.inputs), [tf.zeros_like(reads.states[0]), *last_gradients, *sums],
        2 + bool(reads.of_bahdanau) + len(layers), backwards=True)
    made = [joined(column) for column in made]
    pre, scored = made[:2]
    gates = made[: -len(layers) - 1 : -1]  # of the lowest layer first
    of_weights = []
    for number in range(len(layers)):
        rows = [] if number else [reads.inputs]
        read = before(reads.states[0], attentions) if number == 0 else of_layers[number][0]
        rows += [joined(read), joined(befores[number][1])]
        of_weights += [_over_steps(rows, gates[number]), tf.reduce_sum(gates[number], [0, 1])]
    of_inputs = tf.matmul(
        tf.reshape(gates[0], [-1, 4 * units]), reads.weights[0][:depth], transpose_b=True)
    states = 1 + 2 * len(layers)
    of_bahdanau, of_keys = [], None
    if reads.of_bahdanau:
        of_keys, of_v = after[states:]
        of_bahdanau = [_over_steps([joined(tops)], made[2]), of_v]
    else:
        of_keys = scores.gradient_of_keys(scored, joined(queries))
    return _Reads(
        tf.reshape(of_inputs, tf.shape(reads.inputs)), of_keys,
        scores.gradient_of_keys(joined(alignments), pre), _over_steps([joined(tops)], pre),
        of_bahdanau, after[:states], of_weights)


def _over_steps(reads, gradient):
    """Gives a matrix' gradient: of what it read, [T, B, ...] each, and of what it gave."""
    gradient = tf.reshape(gradient, [-1, gradient.shape.as_list()[2]])
    return tf.concat([
        tf.matmul(tf.reshape(read, [-1, read.shape.as_list()[2]]), gradient, transpose_a=True)
        for read in reads], 0)


def _no_peepholes(units):
    peephole = tf.zeros([units])  # asked for, not used
    return {"wci": peephole, "wcf": peephole, "wco": peephole, "use_peephole": False}
