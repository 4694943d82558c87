"""Attention for decoding: the memory's keys once, then few and large operations a step.

Shapes: B sources, K hypotheses of each, T_in time, M the memory's width, H hidden.
"""

from typing import Callable, NamedTuple, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.inference.lstms import variables
from seq2seq_graph.variables import ATTENTION_LAYER, BAHDANAU, LUONG, MEMORY_LAYER


class Memory(NamedTuple):
    """What a source's hypotheses look at; it is one for all of them."""

    keys: tf.Tensor  # float32 [B, T_in, H]
    values: tf.Tensor  # float32 [B, T_in, M], zeros behind a source's length
    hidden: Optional[tf.Tensor]  # float32 [B, 1, T_in], minus infinity there, 0 before


def memory_maker(config: ModelConfig) -> Callable:
    """Prepares what makes a Memory of encoder outputs, [B, T_in, M], and lengths, [B] or None."""
    kernel, = variables(config, [MEMORY_LAYER])

    def remember(outputs, lengths):
        keys = tf.tensordot(outputs, kernel, 1)
        keys.set_shape([None, None, kernel.shape.as_list()[1]])
        if lengths is None:
            return Memory(keys, outputs, None)
        real = tf.sequence_mask(tf.maximum(lengths, 1), tf.shape(outputs)[1])[:, tf.newaxis]
        zeros = tf.zeros(tf.shape(real))
        return Memory(keys, outputs, tf.where(real, zeros, zeros - float("inf")))

    return remember


def attention(config: ModelConfig) -> Callable:
    """Prepares the attention; gives the function of queries, [B * K, H], and a Memory.

    It gives what goes on to the projection, [B * K, H]: see `options.attention`. The K hypotheses
    of a source stand together.
    """
    score = _luong(config) if config.attention == "luong" else _bahdanau(config)
    layer, = variables(config, [ATTENTION_LAYER])
    units = config.decoder_hidden_units

    def attend(queries, memory):
        sources, rows = tf.shape(memory.keys)[0], tf.shape(queries)[0]
        hypotheses = rows // tf.maximum(sources, 1)
        by_source = tf.reshape(queries, tf.stack([sources, hypotheses, units]))  # [B, K, H]
        scores = score(by_source, memory.keys)  # [B, K, T_in]
        if memory.hidden is not None:
            scores += memory.hidden
        context = tf.matmul(tf.nn.softmax(scores), memory.values)  # [B, K, M]
        both = tf.concat([by_source, context], 2)
        both = tf.reshape(both, tf.stack([rows, layer.shape.as_list()[0]]))
        return tf.tanh(tf.matmul(both, layer))

    return attend


def _luong(config):
    scale, = variables(config, [LUONG + "attention_g"])
    return lambda queries, keys: scale * tf.matmul(queries, keys, transpose_b=True)


def _bahdanau(config):
    names = ("query_layer/kernel", "attention_v", "attention_g", "attention_b")
    kernel, v, g, b = variables(config, [BAHDANAU + name for name in names])
    v = g * v * tf.rsqrt(tf.reduce_sum(tf.square(v)))

    def score(queries, keys):
        processed = tf.tensordot(queries, kernel, 1) + b  # [B, K, H]
        both = processed[:, :, tf.newaxis] + keys[:, tf.newaxis]  # [B, K, T_in, H]
        return tf.reduce_sum(v * tf.tanh(both), 3)

    return score
