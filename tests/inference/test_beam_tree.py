"""The tree of a beam search, by hand, and beside the search that keeps the best alone."""

import numpy as np
import pytest
import tiny_run

from seq2seq_graph.inference import beam_tree, generation
from seq2seq_graph.inference.beam_tree import DROPPED, ENDED, KEPT, Node
from seq2seq_graph.inference.serving.explaining import Explainer
from seq2seq_graph.runs.alignments import until_end
from seq2seq_graph.vocabulary import END

A, B = 4, 5
# Of each prefix the chances of END, A and B.
CHANCES = {(): (0.1, 0.5, 0.4), (A,): (0.4, 0.3, 0.3), (B,): (0.9, 0.05, 0.05),
           (A, A): (1, 0, 0), (A, B): (1, 0, 0)}


def log_p_of(prefixes):
    found = np.full([len(prefixes), 6], -np.inf)
    with np.errstate(divide="ignore"):
        for row, prefix in zip(found, prefixes):
            row[[END, A, B]] = np.log(CHANCES[tuple(prefix)])
    return found


def test_a_tree_by_hand():
    log = np.log
    nodes = beam_tree.grow(log_p_of, 2, 5)
    expected = [
        # A, B and END, of 2 * 2 likeliest; END is the third, not among the first two.
        Node(-1, A, log(0.5), KEPT), Node(-1, B, log(0.4), KEPT), Node(-1, END, log(0.1), DROPPED),
        # B END is better than A END; both have ended; two of A's go on, none can overtake.
        Node(1, END, log(0.36), ENDED), Node(0, END, log(0.2), ENDED),
        Node(0, A, log(0.15), KEPT), Node(0, B, log(0.15), KEPT),
    ]
    assert [node[:2] + node[3:] for node in nodes] == [node[:2] + node[3:] for node in expected]
    np.testing.assert_allclose([n.log_p for n in nodes], [n.log_p for n in expected], rtol=1e-12)
    assert beam_tree.best(nodes, 5) == [1, 3]


def test_what_is_cut_at_the_longest_is_best_where_nothing_has_ended():
    nodes = beam_tree.grow(log_p_of, 1, 1)
    assert [node.token for node in nodes] == [A, B] and beam_tree.best(nodes, 1) == [0]
    assert beam_tree.best([], 3) == []


@pytest.mark.parametrize("width, penalty", [(1, 0.0), (3, 0.0), (4, 1.0)])
@pytest.mark.parametrize("options", [{}, {"attention": "luong", "stop_at_length": True}])
def test_its_best_is_that_of_the_search(tmp_path, width, penalty, options):
    directory = tiny_run.make(tmp_path / "run", **options)
    sources = [[4, 5, 6], [10, 9], [7, 7, 7, 7, 7, 7], [8]]
    with generation.open_run(directory, width, 1, penalty, with_graph=True) as generator:
        explainer = Explainer(generator, penalty)
        ids, scores = generation.decode(
            generator.sess, generator.decoding, generator.run.model, sources)
        for source, row, score in zip(sources, ids[:, 0], scores[:, 0]):
            nodes = beam_tree.grow(
                lambda prefixes, source=source: explainer._next(source, prefixes), width,
                tiny_run.T_OUT, penalty)
            path = beam_tree.best(nodes, tiny_run.T_OUT, penalty)
            assert [nodes[i].token for i in path] == until_end(row)
            length = len(path) if nodes[path[-1]].token == END else tiny_run.T_OUT
            assert nodes[path[-1]].log_p / ((5 + length) / 6) ** penalty == pytest.approx(
                score, abs=1e-5)
