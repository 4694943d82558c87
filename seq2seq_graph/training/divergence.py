"""Training that has left the finite numbers: what is said, and where to go on from. NumPy only."""

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import epoch_batches, step_count
from seq2seq_graph.data.datasets import Dataset

_SHOWN = 3  # pairs of the batch


class Diverged(ArithmeticError):
    """A loss or a weight is no finite number; the message names the step and its batch.

    The weights as they are now are saved nowhere.
    """


def make_error(
    what: str, step: int, model_config: ModelConfig, config: TrainingConfig, dataset: Dataset
) -> Diverged:
    """Makes the error for step number `step`, counted from 1, with the first pairs of its batch."""
    steps = step_count(dataset.train, config.batch_size)
    epoch, number = divmod(step - 1, steps)
    sources, targets = next(
        epoch_batches(dataset.train, config, epoch, model_config.cut_batches, number))
    vocabularies = dataset.source_vocabulary, dataset.target_vocabulary
    pairs = [
        " -> ".join(" ".join(v.decode(ids)) for v, ids in zip(vocabularies, pair))
        for pair in zip(sources[:_SHOWN], targets[:_SHOWN])
    ]
    return Diverged(
        f"{what} at step {step}: batch {number + 1} of {steps} of epoch {epoch + 1}, "
        f"{len(sources)} pairs, the first of them\n  " + "\n  ".join(pairs)
    )
