"""The best tags of a linear-chain conditional random field: `tf.contrib.crf`'s decoding.

Shapes: B batch, T time, K the number of tags.
"""

from typing import Any, List, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Scope
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.crf import _OverTags, if_one_place, one_less


def viterbi_decode(score: np.ndarray,
                   transition_params: np.ndarray) -> Tuple[List[Any], Any]:
    """Gives the best tags of one sequence, a list of T, and their score. NumPy alone.

    Args:
      score: floats [T, K].
      transition_params: floats [K, K], from and to.

    Source: `tf.contrib.crf.viterbi_decode` of TensorFlow 1.15.
    """
    best = np.zeros_like(score)
    came_from = np.zeros_like(score, dtype=np.int32)
    best[0] = score[0]
    for time in range(1, score.shape[0]):
        ways = np.expand_dims(best[time - 1], 1) + transition_params
        best[time] = score[time] + np.max(ways, 0)
        came_from[time] = np.argmax(ways, 0)
    tags = [np.argmax(best[-1])]
    for step in reversed(came_from[1:]):
        tags.append(step[tags[-1]])
    tags.reverse()
    return tags, np.max(best[-1])


class CrfDecodeForwardRnnCell(_OverTags):
    """Keeps the best way to each tag, and where it came from.

    Args:
      transition_params: [K, K].

    Source: `tf.contrib.crf.CrfDecodeForwardRnnCell` of TensorFlow 1.15.
    """

    def __call__(self, inputs: tf.Tensor, state: tf.Tensor,
                 scope: Scope = None) -> Tuple[tf.Tensor, tf.Tensor]:
        """Gives the tags before, int32 [B, K], and the best scores [B, K]."""
        scores = self._scores(state)
        new_state = inputs + tf.reduce_max(scores, [1])
        came_from = tf.argmax(scores, 1)
        return tf.cast(came_from, dtype=tf.int32), new_state


class CrfDecodeBackwardRnnCell(RNNCell):
    """Goes back from a tag to the one before.

    Args:
      num_tags: K.

    Source: `tf.contrib.crf.CrfDecodeBackwardRnnCell` of TensorFlow 1.15.
    """

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self._num_tags = num_tags

    @property
    def state_size(self) -> int:
        return 1

    @property
    def output_size(self) -> int:
        return 1

    def __call__(self, inputs: tf.Tensor, state: tf.Tensor,
                 scope: Scope = None) -> Tuple[tf.Tensor, tf.Tensor]:
        """Gives the tags [B, 1], twice, that the tags `state` [B, 1] came from by inputs [B, K]."""
        state = tf.squeeze(state, axis=[1])
        rows = tf.range(tf.shape(inputs)[0])
        places = tf.stack([rows, state], axis=1)
        tags = tf.expand_dims(tf.gather_nd(inputs, places), axis=-1)
        return tags, tags


def crf_decode(potentials: tf.Tensor, transition_params: tf.Tensor,
               sequence_length: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the best tags, int32 [B, T], and their scores [B].

    Args:
      potentials: floats [B, T, K].
      transition_params: floats [K, K].
      sequence_length: int [B].

    Source: `tf.contrib.crf.crf_decode` of TensorFlow 1.15.
    """

    def one_place():
        scores = tf.squeeze(potentials, [1])
        tags = tf.expand_dims(tf.argmax(scores, axis=1), 1)
        best = tf.reduce_max(scores, axis=1)
        return tf.cast(tags, dtype=tf.int32), best

    def several_places():
        forward = CrfDecodeForwardRnnCell(transition_params)
        first = tf.slice(potentials, [0, 0, 0], [-1, 1, -1])
        first = tf.squeeze(first, axis=[1])
        rest = tf.slice(potentials, [0, 1, 0], [-1, -1, -1])
        transitions = one_less(sequence_length)
        came_from, scores = tf.nn.dynamic_rnn(
            forward,
            inputs=rest,
            sequence_length=transitions,
            initial_state=first,
            time_major=False,
            dtype=tf.int32,
        )
        return walk_back(came_from, scores, transitions)

    def walk_back(came_from, scores, transitions):
        came_from = tf.reverse_sequence(came_from, transitions, seq_axis=1)
        backward = CrfDecodeBackwardRnnCell(tf.dimension_value(potentials.shape[2]))
        last = tf.cast(tf.argmax(scores, axis=1), dtype=tf.int32)
        last = tf.expand_dims(last, axis=-1)
        tags, _ = tf.nn.dynamic_rnn(
            backward,
            inputs=came_from,
            sequence_length=transitions,
            initial_state=last,
            time_major=False,
            dtype=tf.int32,
        )
        tags = tf.squeeze(tags, axis=[2])
        tags = tf.concat([last, tags], axis=1)
        tags = tf.reverse_sequence(tags, sequence_length, seq_axis=1)
        return tags, tf.reduce_max(scores, axis=1)

    return if_one_place(potentials, one_place, several_places)
