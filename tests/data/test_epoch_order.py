import itertools

import numpy as np
import pytest

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data import epoch_order
from seq2seq_graph.data.batches import epoch_batches
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.data.epoch_order import epoch_rows

BATCH = 3


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(epoch_order, "_NEIGHBOURS", 8)
    monkeypatch.setattr(epoch_order, "_SORTED_TOGETHER", 4)


def config(block, seed=0):
    return TrainingConfig(batch_size=BATCH, seed=seed, shuffle_block=block)


def lengths(count):
    random = np.random.RandomState(1)
    sides = [(np.arange(9) < random.randint(1, 9, [count, 1])) * 7 for _ in "st"]
    return Examples(sides[0], sides[1], np.arange(count))


@pytest.mark.parametrize("block", [None, 24, 40, 1000])
@pytest.mark.parametrize("count", [1, 3, 24, 25, 100, 119])
@pytest.mark.parametrize("cut", [False, True])
def test_an_epoch_has_each_row_once_and_goes_on_at_any_batch(block, count, cut):
    ids = lengths(count)[:2] if cut else None
    for epoch in 0, 1:
        rows = [one.tolist() for one in epoch_rows(count, config(block), epoch, 0, ids)]
        assert sorted(itertools.chain(*rows)) == list(range(count))
        assert len(rows) == -(-count // BATCH)
        assert sorted(map(len, rows))[1:] == [BATCH] * (len(rows) - 1)
        for first in range(len(rows) + 1):
            rest = epoch_rows(count, config(block), epoch, first, ids)
            assert [one.tolist() for one in rest] == rows[first:]


def test_the_order_in_blocks_is_the_same_on_every_numpy():
    rows = np.concatenate(list(epoch_rows(40, config(24), 0))).tolist()
    # Runs of 8 neighbours in a random order: the first three make a block, that is shuffled.
    assert rows == [
        2, 18, 16, 30, 31, 27, 0, 4, 29, 20, 22, 19, 1, 6, 28, 17, 24, 26, 25, 21, 3, 5, 23, 7,
        14, 32, 39, 13, 33, 38, 12, 10, 8, 15, 36, 9, 34, 11, 37, 35]
    runs = [row // 8 for row in rows]
    assert len(set(runs[:24])) == 3 and len(set(runs[24:])) == 2


def test_a_block_that_holds_all_has_the_order_of_runs_without_blocks():
    for cut in False, True:
        ids = lengths(50)[:2] if cut else None
        one, other = (list(epoch_rows(50, config(block), 3, 0, ids)) for block in (None, 50))
        assert all((mine == theirs).all() for mine, theirs in zip(one, other))


def test_epochs_and_seeds_differ_in_blocks_too():
    keys = [(0, 0), (0, 1), (1, 0), (0, 999)]
    assert len({tuple(np.concatenate(list(epoch_rows(100, config(24, seed), epoch))))
                for seed, epoch in keys}) == len(keys)


def test_batches_of_like_lengths_stay_so_in_blocks():
    examples = lengths(119)
    batches = list(epoch_batches(examples, config(24), 0, cut=True))
    padded = sum(sources.size + targets.size for sources, targets in batches)
    real = sum(int((one != 0).sum()) for one in examples[:2])
    assert padded < 1.35 * real < 119 * 18
    again = next(epoch_batches(examples, config(24), 0, True, 20))
    assert all((one == other).all() for one, other in zip(again, batches[20]))


def test_a_block_is_made_without_the_blocks_before_it(monkeypatch):
    asked = []
    dealt = epoch_order._dealt
    monkeypatch.setattr(epoch_order, "_dealt", lambda *how: asked.append(how) or dealt(*how))
    next(epoch_rows(1000, config(24), 0, 100))
    assert [start for _, _, _, start, _ in asked] == [288]
