"""The program's numbers: the document's names, the document's defaults, each standing once."""

import argparse
import dataclasses
import numbers

import numpy as np

from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import START

# What `scripts/train.py --recipe` switches on, field by field; single flags override it.
RECIPES = {
    "document": {},
    "practical": {
        "mask_padding": True,
        "stop_at_length": True,
        "reverse_source": True,
        "sparse_labels": True,
        "cut_batches": True,
        "dropout": 0.1,
        "label_smoothing": 0.1,
        "clip_norm": 5.0,
        "half_life": 5000,
        "average": 0.999,
        "rnn": "auto",
        "towers": 2,
        "intra_op_threads": 1,
        "inter_op_threads": 2,
    },
}

# TensorFlow takes an op's seed modulo 2**31 - 1; an initializer's is 1000 * seed + its number.
LARGEST_SEED = (2**31 - 1) // 1000 - 1

# Memory ends long before; past these TensorFlow's integers overflow, each with another error.
LARGEST_SIZE = 2**16  # of a length, of a vector, of an LSTM
LARGEST_VOCABULARY = 2**24
LARGEST_COUNT = 2**31 - 1
MOST_THREADS = 1024

RECURRENCES = ("dynamic", "fused", "auto")

# What the best epoch is best in: the lowest of the first, the highest of the others.
BEST_BY = ("validation_loss", "token_accuracy", "source_accuracy", "epoch")


def _field(default, explanation, kind=int, choices=None, at_resume=False):
    metadata = {
        "help": explanation, "type": kind, "choices": choices, "at_resume": at_resume
    }
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """Sizes of the document's graph, and corrections to it; the defaults are the document's.

    The document has one `vocab_size` for both sides. With two vocabularies it is the size of the
    larger one, so every id of either side has a row in both embeddings.

    Raises:
      InputError: a size is not a positive integer or past `LARGEST_SIZE`, an option is neither true
        nor false, `start_token` is not one of the vocabulary's ids, encoder and decoder units
        differ (the decoder starts from the encoder's state), a share is not from 0 to below 1, or
        `rnn` is not one of `RECURRENCES`.
    """

    vocab_size: int
    start_token: int = START  # no flag: a vocabulary has START at this id
    max_input_length: int = _field(10, "tokens in a source, padding counted")
    max_output_length: int = _field(12, "tokens in a target, END and padding counted")
    encoder_embedding_size: int = _field(50, "numbers in a source token's vector")
    encoder_hidden_units: int = _field(100, "units of the encoder's LSTM")
    decoder_embedding_size: int = _field(50, "numbers in a target token's vector")
    decoder_hidden_units: int = _field(100, "units of the decoder's LSTM; as many as the encoder's")
    mask_padding: bool = _field(False, "loss over real tokens: their sum by their number", bool)
    stop_at_length: bool = _field(False, "the encoder stops where a source's padding begins", bool)
    reverse_source: bool = _field(False, "the encoder reads the source from its end", bool)
    sparse_labels: bool = _field(False, "labels as ids, the same loss without one-hot", bool)
    cut_batches: bool = _field(False, "batches of like lengths, cut to their longest", bool)
    dropout: float = _field(0.0, "share of the LSTMs' inputs and outputs dropped", float)
    label_smoothing: float = _field(
        0.0, "share of each label spread over all tokens, in training", float
    )
    rnn: str = _field(
        "dynamic", "the document's recurrence, or a faster one, same numbers", str, RECURRENCES
    )
    towers: int = _field(1, "parts that a batch is computed in, at once where cores are free")

    @property
    def fast(self) -> bool:
        """Whether the numbers are computed another way than the document's."""
        return self.rnn != "dynamic"

    def __post_init__(self):
        for field in dataclasses.fields(self):
            if field.type is int:
                most = {"vocab_size": LARGEST_VOCABULARY, "start_token": LARGEST_VOCABULARY,
                        "towers": MOST_THREADS}.get(field.name, LARGEST_SIZE)
                _require_integer(self, field.name, int(field.name != "start_token"), most)
            if field.type is bool and not isinstance(getattr(self, field.name), (bool, np.bool_)):
                value = getattr(self, field.name)
                raise InputError(f"{field.name} is {value!r}; it must be true or false")
        _require_share(self, "dropout")
        _require_share(self, "label_smoothing")
        _require_choice(self, "rnn")
        if self.start_token >= self.vocab_size:
            raise InputError(
                f"start_token is {self.start_token}, but the ids of a vocabulary of "
                f"{self.vocab_size} end at {self.vocab_size - 1}"
            )
        if self.encoder_hidden_units != self.decoder_hidden_units:
            raise InputError(
                f"encoder_hidden_units is {self.encoder_hidden_units} and decoder_hidden_units is "
                f"{self.decoder_hidden_units}: the decoder starts from the encoder's state, so "
                "give both the same number"
            )


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How the graph is trained: `num_epochs` and `batch_size` are the document's names, their
    values are this project's, since the document gives none; `learning_rate` is Adam's default.

    Raises:
      InputError: a number is out of its range, such as a seed that is not from 0 to
        `LARGEST_SEED`.
    """

    num_epochs: int = _field(4, "passes over the training pairs", at_resume=True)
    batch_size: int = _field(64, "pairs a step; the last batch of an epoch may be smaller")
    learning_rate: float = _field(0.001, "Adam's step size", float, at_resume=True)
    seed: int = _field(0, "number that fixes initial weights, order of the pairs and dropout")
    clip_norm: float = _field(
        0.0, "largest global norm of the gradients; 0 leaves them", float, at_resume=True
    )
    half_life: int = _field(
        0, "steps in which the learning rate halves; 0 keeps it", at_resume=True
    )
    average: float = _field(
        0.0, "decay of the weights' moving average, used in their place; 0 keeps none", float
    )
    patience: int = _field(
        0, "stop after so many epochs that are not the best; 0 never", at_resume=True
    )
    best_by: str = _field(
        BEST_BY[0], "what the best epoch is best in; epoch: the last is", str, BEST_BY,
        at_resume=True,
    )
    keep_checkpoints: int = _field(2, "last checkpoints kept, beside the best", at_resume=True)
    save_steps: int = _field(
        0, "steps between checkpoints within an epoch; 0 saves at its end alone", at_resume=True
    )
    intra_op_threads: int = _field(
        0, "threads within an op; 0 is TensorFlow's choice", at_resume=True
    )
    inter_op_threads: int = _field(0, "ops at once; 0 is TensorFlow's choice", at_resume=True)

    def __post_init__(self):
        for field in dataclasses.fields(self):
            if field.type is int:
                at_least_one = field.name in ("num_epochs", "batch_size", "keep_checkpoints")
                threads = field.name.endswith("_threads")
                most = MOST_THREADS if threads else LARGEST_COUNT
                _require_integer(self, field.name, int(at_least_one), most)
        if self.seed > LARGEST_SEED:
            raise InputError(f"seed is {self.seed}; it must be at most {LARGEST_SEED}")
        rate, norm = self.learning_rate, self.clip_norm
        if not _is_a(numbers.Real, rate) or not 0 < rate < float("inf"):
            raise InputError(f"learning_rate is {rate!r}; it must be a number above 0")
        _require_share(self, "average")
        _require_choice(self, "best_by")
        if not _is_a(numbers.Real, norm) or not 0 <= norm < float("inf"):
            raise InputError(f"clip_norm is {norm!r}; it must be a number of at least 0")


def _require_integer(config, name, least, most):
    value = getattr(config, name)
    if not _is_a(numbers.Integral, value) or value < least:
        raise InputError(f"{name} is {value!r}; it must be an integer of at least {least}")
    if value > most:
        raise InputError(f"{name} is {value}; it must be at most {most}")


def _require_share(config, name):
    value = getattr(config, name)
    if not _is_a(numbers.Real, value) or not 0 <= value < 1:
        raise InputError(f"{name} is {value!r}; it must be from 0 to below 1")


def _require_choice(config, name):
    value = getattr(config, name)
    (choices,) = (f.metadata["choices"] for f in dataclasses.fields(config) if f.name == name)
    if value not in choices:
        raise InputError(f"{name} is {value!r}; it must be one of {', '.join(choices)}")


def _is_a(kind, value):
    return isinstance(value, kind) and not isinstance(value, bool)


def add_flags(parser: argparse.ArgumentParser, config_class) -> None:
    """Adds a flag for each field that explains itself: `batch_size` becomes `--batch-size`.

    A boolean field gets two, `--mask-padding` and `--no-mask-padding`. A flag that is not given
    leaves None, so that a recipe can be told from it.
    """
    group = parser.add_argument_group(config_class.__name__)
    for field in _flagged(config_class):
        flag, kind = field.name.replace("_", "-"), field.metadata["type"]
        explanation = field.metadata["help"]
        if kind is bool:
            group.add_argument(
                f"--{flag}", action="store_true", default=None,
                help=f"{explanation}; --no-{flag} switches it off",
            )
            group.add_argument(
                f"--no-{flag}", dest=field.name, action="store_false", default=None,
                help=argparse.SUPPRESS,
            )
        else:
            group.add_argument(
                f"--{flag}", type=kind, choices=field.metadata["choices"],
                metavar={int: "N", float: "X"}.get(kind), help=f"{explanation} ({field.default})",
            )


def given_flags(config_class, arguments: argparse.Namespace) -> dict:
    """Gives the fields whose flags stand on the command line, name -> value."""
    values = {field.name: getattr(arguments, field.name) for field in _flagged(config_class)}
    return {name: value for name, value in values.items() if value is not None}


def from_flags(config_class, arguments: argparse.Namespace, recipe="document", **required):
    """Makes `config_class` from a recipe and, above it, parsed flags.

    Args:
      config_class: one of this module's.
      arguments: of a parser that has its flags.
      recipe: a key of `RECIPES`.
      **required: the fields without a flag.
    """
    names = {field.name for field in _flagged(config_class)}
    values = {name: value for name, value in RECIPES[recipe].items() if name in names}
    return config_class(**{**values, **given_flags(config_class, arguments)}, **required)


def from_section(config_class, section, where: str):
    """Makes `config_class` of a section of a run's `config.json`, field -> value.

    Args:
      config_class: one of this module's.
      section: what JSON gave; fields that it lacks take their defaults.
      where: the file, and the section in it, for the errors.

    Raises:
      InputError: it is no mapping, has a field that there is not, lacks one without a default, or
        a value cannot be used.
    """
    if not isinstance(section, dict):
        raise InputError(f"{where} is {section!r}; it must be an object of fields")
    fields = {field.name: field for field in dataclasses.fields(config_class)}
    for name in section:
        if name not in fields:
            raise InputError(
                f"{where}: there is no field {name!r}; take it out, or use the version of this "
                "package that wrote it"
            )
    for name, field in fields.items():
        if name not in section and field.default is dataclasses.MISSING:
            raise InputError(f"{where}: field {name!r} is missing; give it the run's value")
    try:
        return config_class(**section)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def at_resume(config_class) -> list:
    """Names the fields that may change when a run goes on."""
    return [field.name for field in _flagged(config_class) if field.metadata["at_resume"]]


def _flagged(config_class):
    return [field for field in dataclasses.fields(config_class) if "help" in field.metadata]
