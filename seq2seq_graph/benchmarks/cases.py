"""What is timed: sizes, and random ids of them. NumPy only, as each engine's process needs it."""

from typing import Any, NamedTuple, Tuple

import numpy as np

from seq2seq_graph.config import ModelConfig

SOURCES = 10000  # of `generate`


class Case(NamedTuple):
    """Sizes of a training step, or of decoding: an embedding's and an LSTM's for both sides.

    `kind` says which engines do it: training, old program, feeding (training with attention and
    input feeding), decoding, feeding decoding.
    """

    name: str
    batch_size: int = 64
    vocab_size: int = 40
    embedding_size: int = 50
    hidden_units: int = 100
    input_length: int = 10
    output_length: int = 12
    kind: str = "training"
    width: int = 1  # hypotheses kept, in decoding

    @property
    def decodes(self) -> bool:
        """Whether a step is the decoding of `batch_size` sources."""
        return self.kind.endswith("decoding")

    def config(self, **options: Any) -> ModelConfig:
        """Returns the sizes as a configuration, with `options` of it."""
        return ModelConfig(
            vocab_size=self.vocab_size,
            max_input_length=self.input_length,
            max_output_length=self.output_length,
            encoder_embedding_size=self.embedding_size,
            decoder_embedding_size=self.embedding_size,
            encoder_hidden_units=self.hidden_units,
            decoder_hidden_units=self.hidden_units,
            **options,
        )


DOCUMENT_V40 = Case("document-v40")
DOCUMENT_V1000 = Case("document-v1000", vocab_size=1000)
MEDIUM = Case("medium", 128, 70, 128, 256, 20, 20)
LARGE = Case("large", 64, 8000, 256, 512, 30, 30)
CASES = (DOCUMENT_V40, DOCUMENT_V1000, MEDIUM, LARGE)
GENERATE = Case("generate", batch_size=SOURCES, kind="decoding")
# An old program with `tf.contrib`'s attention, named by it, at two cases' sizes.
ATTENTION = tuple(
    case._replace(name=f"attention-{name}-{size}", kind="old program")
    for name in ("luong", "bahdanau")
    for size, case in (("small", DOCUMENT_V40), ("medium", MEDIUM)))
# A training step of the model with `FEEDING_OPTIONS`, and its decoding: greedy, and by a beam of 5.
FEEDING_OPTIONS = {"attention": "luong", "input_feeding": True, "bidirectional": True}
FEEDING = (
    LARGE._replace(name="attention", kind="feeding"),
    DOCUMENT_V1000._replace(name="attention-document", kind="feeding"))
FEEDING_DECODING = tuple(
    case._replace(name=f"{case.name}-{how}", kind="feeding decoding", width=width,
                  batch_size=sources // width)
    for case, sources in zip(FEEDING, (256, 5120))
    for how, width in (("greedy", 1), ("beam", 5)))

# How the cost of a step grows: one size at a time, from `document-v1000`.
_GROWING: Any = (
    ("batch", ["batch_size"], (16, 64, 256)),
    ("length", ["input_length", "output_length"], (5, 20, 80)),
    ("units", ["hidden_units"], (50, 200, 800)),
    ("vocabulary", ["vocab_size"], (100, 1000, 10000)),
)
GROWTH = tuple(
    DOCUMENT_V1000._replace(name=f"{name}-{value}", **dict.fromkeys(fields, value))
    for name, fields, values in _GROWING for value in values
)


def random_ids(case: Case, rows: int) -> Tuple[np.ndarray, np.ndarray]:
    """Makes encoder_inputs, int32 [rows, T_in], and decoder_targets, int32 [rows, T_out].

    Every row is full: padding would cost some engines nothing, and none of them its time.
    """
    random = np.random.RandomState(0)
    sources, targets = (
        random.randint(4, case.vocab_size, [rows, length]).astype(np.int32)
        for length in (case.input_length, case.output_length)
    )
    return sources, targets
