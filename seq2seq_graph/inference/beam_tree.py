"""Beam search kept whole, for one source: every hypothesis that was kept, ended or dropped.

`beam.beam_search` computes the same and keeps the best. NumPy only.
"""

from typing import Callable, List, NamedTuple, Sequence

import numpy as np

from seq2seq_graph.vocabulary import END

KEPT, ENDED, DROPPED = "kept", "ended", "dropped"


class Node(NamedTuple):
    """A token behind another one."""

    parent: int  # the number of the node before it; -1 of those at the start
    token: int  # its id
    log_p: float  # of the whole hypothesis up to it, in nats
    state: str  # KEPT: it goes on; ENDED: with END; DROPPED: better ones took its place


def grow(
    log_p_of: Callable[[Sequence[Sequence[int]]], np.ndarray], width: int, length: int,
    length_penalty: float = 0.0,
) -> List[Node]:
    """Grows the tree of a beam search.

    Args:
      log_p_of: prefixes, [K] of [t] ids -> log-probabilities of the next token, float [K, V], -inf
        of what may not stand there.
      width: K.
      length: tokens at most, END among them.
      length_penalty: as for `search.build_decoding`; it decides when nothing can change any more.

    Returns:
      The nodes, each behind its parent, step by step; in a step the likeliest first.
    """
    nodes: List[Node] = []
    live, finished = [-1], []
    for step in range(1, length + 1):
        before = np.array([nodes[i].log_p if i >= 0 else 0.0 for i in live])
        scores = log_p_of([_prefix(nodes, i) for i in live]) + before[:, None]
        order = np.argsort(-scores, axis=None, kind="stable")[: 2 * width]
        places = [(int(i) // scores.shape[1], int(i) % scores.shape[1]) for i in order]
        kept: List[int] = []
        for rank, (row, token) in enumerate(places):
            log_p = float(scores[row, token])
            if log_p == -np.inf:
                break
            state = DROPPED
            if token == END:
                if rank < width:
                    state = ENDED
                    finished.append(log_p / _penalty(step, length_penalty))
            elif len(kept) < width:
                state = KEPT
                kept.append(len(nodes))
            nodes.append(Node(live[row], token, log_p, state))
        live = kept
        best_live = max((nodes[i].log_p for i in live), default=-np.inf)
        if not live or finished and (
                best_live / _penalty(length, length_penalty) <= max(finished)):
            break
    return nodes


def best(nodes: Sequence[Node], length: int, length_penalty: float = 0.0) -> List[int]:
    """Returns the numbers of the best hypothesis's nodes, from the start on; none of no nodes.

    Args:
      nodes, length, length_penalty: what `grow` returned and was given.
    """
    steps = [len(_prefix(nodes, i)) for i in range(len(nodes))]
    last = max(steps, default=0)
    # One that was stopped before its end counts as if it were as long as any may be.
    scores = {
        i: node.log_p / _penalty(steps[i] if node.state == ENDED else length, length_penalty)
        for i, node in enumerate(nodes)
        if node.state == ENDED or node.state == KEPT and steps[i] == last
    }
    i, path = max(scores, key=lambda i: scores[i], default=-1), []
    while i >= 0:
        path.append(i)
        i = nodes[i].parent
    return path[::-1]


def _prefix(nodes, i):
    tokens: List[int] = []
    while i >= 0:
        tokens.append(nodes[i].token)
        i = nodes[i].parent
    return tokens[::-1]


def _penalty(length, alpha):
    return ((5.0 + length) / 6.0) ** alpha
