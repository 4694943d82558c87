"""What a person may want to see of one text: tokens, attention, the beam, and teacher forcing."""

import threading
import time
from typing import Any, Dict, List, Optional

import numpy as np

from seq2seq_graph.data import text as texts
from seq2seq_graph.data.datasets import to_matrix
from seq2seq_graph.inference import beam_tree, generation
from seq2seq_graph.inference.hypotheses import never_chosen
from seq2seq_graph.inference.reader import read_alone
from seq2seq_graph.inference.serving import batcher, protocol
from seq2seq_graph.runs.alignments import until_end
from seq2seq_graph.vocabulary import END


class Explainer:
    """Explains texts, one after the other.

    Args:
      generator: with a training graph.
      length_penalty, longest: as for `search.build_decoding`.
    """

    def __init__(self, generator: generation.Generator, length_penalty: float = 0.0,
                 longest: Optional[int] = None) -> None:
        self._generator, self._penalty = generator, length_penalty
        self._longest = longest or generator.run.model.max_output_length
        self._one = threading.Lock()

    def __call__(self, text: str, target: Optional[str] = None, width: int = 3,
                 seconds: float = threading.TIMEOUT_MAX) -> Dict[str, Any]:
        """Returns, ready for JSON, of a text of at least one token:

        source: its tokens; `<UNKNOWN>` is what the vocabulary lacks.
        beam: nodes, each with parent, token, log_p, state and whether it is of the best one.
        written, text: the best one's tokens, and as text.
        attention: of each written token what it looked at of each source token; None without.
        forced: of each token of `target` its probability, and what the model holds likeliest in its
          place, given the true ones before it; None without a target.

        Raises:
          BadRequest: the target is longer than any that is trained or written.
          TooLate: the texts before this one, or its beam, take more than `seconds`.
        """
        source, forced = read_alone(self._generator.run, text), self._target(target)
        if not source:
            return {"source": [], "beam": [], "written": [], "text": "", "attention": None,
                    "forced": None}
        until = time.monotonic() + seconds
        if not self._one.acquire(timeout=seconds):
            raise batcher.TooLate(seconds)

        def next_of(prefixes):
            if time.monotonic() > until:
                raise batcher.TooLate(seconds)
            return self._next(source, prefixes)

        try:
            nodes = beam_tree.grow(next_of, width, self._longest, self._penalty)
            return self._said(source, nodes, forced)
        finally:
            self._one.release()

    def _target(self, target) -> Optional[List[int]]:
        if target is None:
            return None
        run = self._generator.run
        tokens = run.cutter("target")(texts.only_line(target))
        most = max(self._longest, run.model.max_output_length)
        if len(tokens) > most:
            raise protocol.BadRequest(f'"target" has {len(tokens)} tokens; give at most {most}')
        return [*run.target_vocabulary.encode(tokens), END]

    def _said(self, source, nodes, forced):
        run = self._generator.run
        path = beam_tree.best(nodes, self._longest, self._penalty)
        ids = until_end([nodes[i].token for i in path])
        return {
            "source": [run.source_vocabulary.decode([id_])[0] for id_ in source],
            "beam": [
                {"parent": node.parent, "token": self._token(node.token), "state": node.state,
                 "log_p": round(node.log_p, 4), "best": i in path}
                for i, node in enumerate(nodes)
            ],
            "written": [*map(self._token, ids)],
            "text": run.joiner("target")(run.target_vocabulary.decode(ids)),
            "attention": self._looked(source, ids),
            "forced": None if forced is None else self._forced(source, forced),
        }

    def _token(self, id_):
        vocabulary = self._generator.run.target_vocabulary
        return "END" if id_ == END else vocabulary.decode([id_])[0]

    def _logits(self, sources, targets) -> np.ndarray:
        """Returns float32 [N, T, V] of N targets of T ids each."""
        graph = self._generator.graph
        assert graph is not None
        return self._generator.sess.run(graph.decoder_logits, {
            graph.encoder_inputs: to_matrix(sources, self._generator.run.model.max_input_length),
            graph.decoder_targets: np.array(targets, np.int32),
        })

    def _next(self, source, prefixes):
        # The last token is the one that is asked for: whatever stands there is not read.
        targets = [[*prefix, END] for prefix in prefixes]
        log_p = _log_softmax(self._logits([source] * len(targets), targets)[:, -1])
        run = self._generator.run
        log_p[:, never_chosen(run.model, len(run.target_vocabulary))] = -np.inf
        return log_p

    def _looked(self, source, ids) -> Optional[List[List[float]]]:
        if self._generator.run.model.attention == "none" or not ids:
            return None
        weights = generation.look(self._generator, source, ids).weights
        return [[round(float(weight), 4) for weight in row] for row in weights]

    def _forced(self, source, ids):
        log_p = _log_softmax(self._logits([source], [ids])[0])
        return [
            {"token": self._token(id_), "probability": float(f"{np.exp(row[id_]):.4g}"),
             "predicted": self._token(int(row.argmax()))}
            for id_, row in zip(ids, log_p)
        ]


def _log_softmax(logits):
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))
