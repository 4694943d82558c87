"""Trains Phonetisaurus on the words that the model trains on, and scores it on those of the test.

    pip install phonetisaurus==0.3.0 && python tests/phonetisaurus.py FOLDER    # Linux; two minutes

It is a joint n-gram model of letters and phonemes, and the field's measure: how hard a test part is
can be told from what it reaches there. FOLDER gets its lexicon and its model.
"""

import argparse
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.data.corpora import cmudict  # noqa: E402
from seq2seq_graph.data.pairs import drop_repeats, listed_targets, split_by_source  # noqa: E402
from seq2seq_graph.scoring import text_metrics  # noqa: E402

WORDS_AT_ONCE = 5000  # they are arguments of a command


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--part", choices=("valid", "test"), default="test")
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    os.makedirs(args.folder, exist_ok=True)
    parts, _ = drop_repeats(split_by_source(cmudict.pairs()))
    model = os.path.join(args.folder, "g2p.fst")
    if not os.path.exists(model):
        lexicon = os.path.join(args.folder, "train.dict")
        with open(lexicon, "w", encoding="utf-8") as file:
            file.writelines(f"{''.join(s)} {' '.join(t)}\n" for s, t in parts["train"])
        phonetisaurus("train", "--model", model, lexicon)
    listed = listed_targets([pair for pair in parts[args.part] if cmudict.is_spelled(pair[0])])
    words, spoken = ["".join(source) for source in listed], {}
    for start in range(0, len(words), WORDS_AT_ONCE):
        lines = phonetisaurus("predict", "--model", model, *words[start:start + WORDS_AT_ONCE])
        for word, *phonemes in map(str.split, lines.splitlines()):
            spoken.setdefault(word, phonemes)
    scored = [spoken.get(word, []) for word in words], list(listed.values())
    print(f"{args.part}: {len(words):,} words, {len(parts['train']):,} pairs in training")
    print(f"word error rate     {1 - text_metrics.exact_match(*scored):.2%}")
    print(f"phoneme error rate  {text_metrics.token_error_rate(*scored):.2%}")
    return 0


def phonetisaurus(*arguments):
    command = [sys.executable, "-m", "phonetisaurus", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
