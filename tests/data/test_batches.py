import tracemalloc

import numpy as np
import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import batches, epoch_batches, rows_within, step_count
from seq2seq_graph.data.datasets import Examples


def test_batches_cover_all_rows_once_and_the_last_may_be_smaller():
    examples = Examples(np.arange(7)[:, None], np.arange(7)[:, None] * 10, np.arange(7))
    seen = list(batches(examples, 3))
    assert [len(sources) for sources, _ in seen] == [3, 3, 1] and step_count(examples, 3) == 3
    for sources, targets in epoch_batches(examples, TrainingConfig(batch_size=3), 0):
        np.testing.assert_array_equal(sources * 10, targets)


def test_an_epochs_order_depends_on_seed_and_epoch_alone():
    examples = Examples(np.arange(8)[:, None], np.arange(8)[:, None], np.arange(8))

    def order(seed, epoch):
        config = TrainingConfig(batch_size=8, seed=seed)
        (sources, _), = epoch_batches(examples, config, epoch)
        return sources[:, 0].tolist()

    assert order(0, 0) == [3, 7, 4, 0, 2, 6, 5, 1]  # the same on every NumPy
    assert sorted(order(0, 1)) == list(range(8))
    assert len({tuple(order(*pair)) for pair in [(0, 0), (0, 1), (1, 0), (1, 1)]}) == 4


def test_cut_batches_hold_like_lengths_and_no_needless_padding():
    random = np.random.RandomState(0)
    lengths = random.randint(1, 9, [500, 2])
    examples = Examples(
        *((np.arange(8) < lengths[:, [side]]) * (np.arange(500)[:, None] + 1) for side in (0, 1)),
        np.arange(500))
    config = TrainingConfig(batch_size=10, seed=1)
    seen = list(epoch_batches(examples, config, 0, cut=True))
    rows = np.concatenate([sources[:, 0] for sources, _ in seen])
    assert sorted(rows) == list(range(1, 501)) and len(seen) == 50  # every pair once
    for sources, targets in seen:
        assert (sources[:, 0] == targets[:, 0]).all()  # still pairs
        assert sources[:, -1].any() and targets[:, -1].any()  # cut to the longest
    cut = sum(targets.size for _, targets in seen)
    assert cut < 1.1 * lengths[:, 1].sum()  # where full length would hold 500 * 8
    again = list(epoch_batches(examples, config, 0, cut=True))
    other = list(epoch_batches(examples, config, 1, cut=True))
    assert all((a[0] == b[0]).all() for a, b in zip(seen, again))
    assert [a[0].shape for a in seen] != [a[0].shape for a in other]


@pytest.mark.parametrize("options, target_length, rows", [
    ({"vocab_size": 43}, 12, 256),  # the document's task: no more than 256
    ({"vocab_size": 493}, 2000, 4),  # 4 * 2000 * 493 are 3.9 million numbers
    ({"vocab_size": 30000}, 20, 6),
    ({"vocab_size": 30000}, 2000, 1),
    ({"vocab_size": 40, "encoder_hidden_units": 512, "decoder_hidden_units": 512}, 40, 51),
    ({"vocab_size": 40, "max_input_length": 1000}, 12, 10),  # the states of the encoder
])
def test_rows_of_a_scoring_step_go_by_a_budget_of_memory(options, target_length, rows):
    assert rows_within(ModelConfig(**options), target_length) == rows


def test_cutting_an_epochs_batches_takes_little_memory_beside_the_ids():
    ids = np.ones([200000, 40], np.int32)
    examples = Examples(ids, ids, np.arange(200000))
    tracemalloc.start()
    try:
        next(epoch_batches(examples, TrainingConfig(batch_size=64), 0, cut=True))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < ids.nbytes / 2  # an array of all places as int64 is twice the ids
