"""The program's numbers: the document's names, the document's defaults, each standing once.

A field says what it is for, of what kind, within which range, and whether it may change when a run
goes on; its flag (`fields`), its line in a run's config.json and its errors are made from that.
"""

import dataclasses
from typing import Optional

from seq2seq_graph.errors import InputError
from seq2seq_graph.fields import check, choice, integer, number, option, path, share
from seq2seq_graph.vocabulary import START

# What `scripts/train.py --recipe` switches on, field by field; single flags override it. Threads
# are the machine's and in no recipe.
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
        "dense_embeddings": True,
    },
}

# What a fixed vector cannot hold, a decoder that looks back at the source can.
RECIPES["attention"] = {
    **RECIPES["practical"],
    "reverse_source": False,  # it reads both ways
    "attention": "luong",
    "input_feeding": True,
    "bidirectional": True,
    "embedding_range": 0.3,  # it is for texts, of thousands of tokens
}

# TensorFlow takes an op's seed modulo 2**31 - 1; an initializer's is 1000 * seed + its number.
LARGEST_SEED = (2**31 - 1) // 1000 - 1

# Memory ends long before.
LARGEST_SIZE = 2**16  # of a length, of a vector, of an LSTM
LARGEST_VOCABULARY = 2**24
MOST_THREADS = 1024

RECURRENCES = ("dynamic", "fused", "auto")
ATTENTIONS = ("none", "luong", "bahdanau")
MOST_LAYERS = 16  # of LSTMs on top of each other; each has initializers' numbers of its own

# What the best epoch is best in: the lowest of the first, the highest of the others.
BEST_BY = ("validation_loss", "token_accuracy", "source_accuracy", "epoch")

def _size(default, explanation):
    return integer(default, explanation, most=LARGEST_SIZE)


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """Sizes of the document's graph, and corrections to it; the defaults are the document's.

    The document has one `vocab_size` for both sides. With two vocabularies it is the size of the
    larger one, so every id of either side has a row in both embeddings. None stands for it until
    the text is read; a graph needs the number. `towers` is the machine's and kept in no file.

    Raises:
      InputError: a value is out of its field's range, `start_token` is not one of the
        vocabulary's ids, encoder and decoder units differ (the decoder starts from the encoder's
        state), or an option needs another one.
    """

    vocab_size: Optional[int] = integer(None, None, most=LARGEST_VOCABULARY, optional=True)
    start_token: int = integer(START, None, 0, LARGEST_VOCABULARY)
    max_input_length: int = _size(10, "tokens in a source, padding counted")
    max_output_length: int = _size(12, "tokens in a target, END and padding counted")
    encoder_embedding_size: int = _size(50, "numbers in a source token's vector")
    encoder_hidden_units: int = _size(100, "units of the encoder's LSTM")
    decoder_embedding_size: int = _size(50, "numbers in a target token's vector")
    decoder_hidden_units: int = _size(
        100, "units of the decoder's LSTM; as many as the encoder's"
    )
    mask_padding: bool = option("loss over real tokens: their sum by their number")
    stop_at_length: bool = option("the encoder stops where a source's padding begins")
    reverse_source: bool = option("the encoder reads the source from its end")
    sparse_labels: bool = option("labels as ids, the same loss without one-hot")
    cut_batches: bool = option("batches of like lengths, cut to their longest")
    attention: str = choice(
        "none", "what the decoder looks at the source by: nothing, a scaled product, a network",
        ATTENTIONS,
    )
    input_feeding: bool = option("with attention: a step reads what the step before attended to")
    bidirectional: bool = option("the encoder reads each source from both ends")
    stack_bidirectional: bool = option(
        "each layer reads both ways of the one below, not its own alone")
    encoder_layers: int = integer(1, "LSTMs on top of each other, encoder", most=MOST_LAYERS)
    decoder_layers: int = integer(1, "LSTMs on top of each other, decoder", most=MOST_LAYERS)
    residual: bool = option("from the second layer on, a layer's input is added to its output")
    embedding_range: float = number(
        0.0, "tokens' vectors begin within plus and minus this; 0: within Glorot's range, which "
        "narrows as the vocabulary grows",
    )
    tied_embeddings: bool = option("the target tokens' vectors are the output's weights too")
    dropout: float = share("share of the LSTMs' inputs and outputs dropped")
    memory_dropout: float = share("share of the encoder's outputs dropped that attention reads")
    variational_dropout: bool = option("dropout draws once a sequence, not for each token")
    label_smoothing: float = share("share of each label spread over all tokens, in training")
    rnn: str = choice(
        "dynamic", "the document's recurrence, or a faster one, same numbers", RECURRENCES
    )
    towers: int = integer(1, None, most=MOST_THREADS)

    def __post_init__(self):
        check(self)
        if self.vocab_size is not None and self.start_token >= self.vocab_size:
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
        _check_together(self)

    def require_vocab_size(self) -> None:
        """Raises InputError where no text has told it yet."""
        if self.vocab_size is None:
            raise InputError("vocab_size is None; a graph needs the number of the text's tokens")


def _check_together(model):
    """Refuses options that ask for another one, or would do nothing without it."""
    sizes = model.decoder_embedding_size, model.decoder_hidden_units
    for wrong, message in (
        (model.input_feeding and model.attention == "none",
         "input_feeding feeds what attention made; give attention luong or bahdanau too"),
        (model.residual and model.encoder_layers == model.decoder_layers == 1,
         "residual joins layers; give encoder_layers or decoder_layers of at least 2"),
        (model.stack_bidirectional and not (model.bidirectional and model.encoder_layers > 1),
         "stack_bidirectional joins the ways of layers; give bidirectional and encoder_layers of "
         "at least 2"),
        (model.tied_embeddings and sizes[0] != sizes[1],
         f"tied_embeddings takes the target tokens' vectors, of {sizes[0]} numbers "
         f"(decoder_embedding_size), for the output's weights, of {sizes[1]} "
         "(decoder_hidden_units); give both the same number"),
        (model.variational_dropout and not model.dropout,
         "variational_dropout says how dropout draws; give dropout a share above 0"),
        (model.memory_dropout and model.attention == "none",
         "memory_dropout drops of what attention reads; give attention luong or bahdanau too"),
    ):
        if wrong:
            raise InputError(f"{message}, or leave {message.split()[0]} out")


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How the graph is trained: `num_epochs` and `batch_size` are the document's names, their
    values are this project's, since the document gives none; `learning_rate` is Adam's default.

    Raises:
      InputError: a value is out of its field's range.
    """

    num_epochs: int = integer(
        4, "passes over the training pairs", at_resume=True
    )
    batch_size: int = integer(
        64, "pairs a step; the last batch of an epoch may be smaller"
    )
    learning_rate: float = number(0.001, "Adam's step size", above=True, at_resume=True)
    seed: int = integer(
        0, "number that fixes initial weights, order of the pairs and dropout", 0, LARGEST_SEED
    )
    shuffle_block: Optional[int] = integer(  # None: all, as in runs begun without it
        None, None, optional=True
    )
    clip_norm: float = number(
        0.0, "largest global norm of the gradients; 0 leaves them", at_resume=True
    )
    half_life: int = integer(
        0, "steps in which the learning rate halves; 0 keeps it", 0, at_resume=True
    )
    average: float = share(
        "decay of the weights' moving average, used in their place; 0 keeps none"
    )
    dense_embeddings: bool = option(
        "embeddings' gradients as whole matrices, one Adam op each; same numbers"
    )
    patience: int = integer(
        0, "stop after so many epochs that are not the best; 0 never", 0,
        at_resume=True,
    )
    best_by: str = choice(
        BEST_BY[0], "the number by which the best epoch is chosen; epoch: the last one", BEST_BY,
        at_resume=True
    )
    keep_checkpoints: int = integer(
        2, "last checkpoints kept, beside the best", at_resume=True
    )
    save_steps: int = integer(
        0, "steps between checkpoints within an epoch; 0 saves at its end alone", 0,
        at_resume=True,
    )
    init_from: Optional[str] = path(
        "begin with the weights of this run, by token; Adam anew", metavar="RUN", usual="chance"
    )
    threads: int = integer(
        0, "cores to take; 0 takes all; with 1, a run is repeated to the bit", 0, MOST_THREADS,
        at_resume=True,
    )

    def __post_init__(self):
        check(self)
