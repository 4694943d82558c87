"""Writes a text of many pairs of made-up words, some frequent, most rare.

    python tests/synthetic_text.py FILE --pairs 10000000 --tokens 15 --words 30000 --seed 1
"""

import argparse
import sys

import numpy as np

_AT_ONCE = 50000  # pairs
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)
_WIDTH = 5  # letters of a word


def write(path, pairs, tokens=15, words=30000, seed=0):
    """Writes source TAB target lines, each side of `tokens` words."""
    random = np.random.RandomState(seed)
    numbers = np.arange(words)[:, None] // 26 ** np.arange(_WIDTH) % 26
    table = np.concatenate([_LETTERS[numbers], np.full([words, 1], ord(" "), np.uint8)], axis=1)
    with open(path, "wb") as file:
        for start in range(0, pairs, _AT_ONCE):
            count = min(_AT_ONCE, pairs - start)
            # The third power: half of all tokens are of an eighth of the words.
            ids = (words * random.random_sample([count, 2 * tokens]) ** 3).astype(int)
            lines = table[ids].reshape(count, -1)
            lines[:, lines.shape[1] // 2 - 1] = ord("\t")
            lines[:, -1] = ord("\n")
            file.write(lines.tobytes())


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--pairs", type=int, default=10**7)
    parser.add_argument("--tokens", type=int, default=15)
    parser.add_argument("--words", type=int, default=30000)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    write(args.file, args.pairs, args.tokens, args.words, args.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
