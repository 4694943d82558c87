from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import epoch_batches
from seq2seq_graph.data.datasets import build_dataset
from seq2seq_graph.data.pairs import split_by_source
from seq2seq_graph.training import divergence

DATASET = build_dataset(
    split_by_source((a + b, a) for a in "abcd" for b in "efgh"), 2, 2)  # 12 pairs to train on
CONFIG = ModelConfig(DATASET.vocab_size, max_input_length=2, max_output_length=2)
TRAINING = TrainingConfig(batch_size=5, seed=3)


def test_the_message_shows_the_pairs_of_the_steps_batch():
    for step, epoch, number, size in ((1, 0, 0, 5), (3, 0, 2, 3), (5, 1, 1, 5)):
        batches = list(epoch_batches(DATASET.train, TRAINING, epoch))
        sources, targets = batches[number]
        assert len(batches) == 3 and len(DATASET.train.source_index) == 13
        lines = str(divergence.make_error("lost", step, CONFIG, TRAINING, DATASET)).split("\n")
        assert lines[0] == (
            f"lost at step {step}: batch {number + 1} of 3 of epoch {epoch + 1}, {size} pairs, "
            "the first of them")
        for line, source, target in zip(lines[1:], sources, targets):
            assert line == "  " + " -> ".join(
                " ".join(vocabulary.decode(ids)) for vocabulary, ids in (
                    (DATASET.source_vocabulary, source), (DATASET.target_vocabulary, target)))
        assert len(lines) == 4
