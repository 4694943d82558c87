"""Texts that sub-words are learned from in a moment, and what learns them."""

import random

import pytest


def _lines(letters, seed):
    """60 lines of 2 words, each of 2 to 3 of 30 syllables of 2 letters."""
    rng = random.Random(seed)
    syllables = ["".join(rng.choices(letters, k=2)) for _ in range(30)]
    words = ["".join(rng.choices(syllables, k=rng.randrange(2, 4))) for _ in range(60)]
    return [f"{word} {rng.choice(words)}" for word in words]


SOURCES, TARGETS = _lines("abcdefgh", 0), _lines("가나다라마바사아", 1)
LINES = [f"{source}\t{target}\n" for source, target in zip(SOURCES, TARGETS)]
SIZE = 300  # pieces; each side has as many


def require():
    pytest.importorskip("sentencepiece", reason="pip install -e '.[subwords]'")


def write(path):
    """Writes the pairs; returns the path."""
    path.write_text("".join(LINES), encoding="utf-8")
    return str(path)
