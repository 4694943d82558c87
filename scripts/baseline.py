"""Scores what needs no network: by how much must a trained model be better than this?

    python scripts/baseline.py
    python scripts/baseline.py --data OUT
    python scripts/baseline.py --data OUT --source-tokens characters

Without --data: the words of the CMU dictionary that consist of letters, each letter spoken as its
most frequent phonemes. With --data, a folder that `scripts/prepare.py` wrote: the target of the
training source that has most words in common, or most runs of three letters.
"""

import argparse
import sys

from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.data.pairs import (
    JOINERS,
    TOKENIZERS,
    listed_targets,
    read_parts,
    split_by_source,
)
from seq2seq_graph.errors import InputError, reported_to_user
from seq2seq_graph.inference.evaluation import score
from seq2seq_graph.scoring import baselines

LETTERS_IN_A_RUN = 3


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", metavar="FOLDER", help="train.tsv, valid.tsv and test.tsv")
    parser.add_argument("--part", choices=("valid", "test"), default="test", help="(%(default)s)")
    for side, what in ("source", "compared"), ("target", "counted in the token error rate"):
        parser.add_argument(
            f"--{side}-tokens", choices=sorted(TOKENIZERS),
            help=f"with --data: what is {what} (pieces)",
        )
    return parser.parse_args(argv)


def pronunciation(part):
    parts = split_by_source(cmudict.pairs())
    pairs = [pair for pair in parts[part] if cmudict.is_spelled(pair[0])]
    return baselines.letter_table(parts["train"]), pairs, " ".join


def texts(folder, part, source_tokens, target_tokens):
    parts = read_parts(folder, source_tokens, target_tokens)
    run = LETTERS_IN_A_RUN if source_tokens == "characters" else 1
    nearest = baselines.NearestSource(parts["train"], run)
    return nearest, parts[part], JOINERS[target_tokens]


def main(argv=None):
    args = parse_args(argv)
    with reported_to_user():
        if args.data is None:
            if args.source_tokens or args.target_tokens:
                raise InputError("--source-tokens and --target-tokens go with --data")
            baseline, pairs, join = pronunciation(args.part)
        else:
            tokens = args.source_tokens or "pieces", args.target_tokens or "pieces"
            baseline, pairs, join = texts(args.data, args.part, *tokens)
    targets = listed_targets(pairs)
    scores = score([baseline.predict(source) for source in targets], list(targets.values()), join)
    print(f"{args.part}: {len(targets):,} sources, {len(pairs):,} pairs")
    print(f"exact match       {scores.exact_match:7.2%}")
    print(f"word error rate   {scores.word_error_rate:7.2%}")
    print(f"token error rate  {scores.token_error_rate:7.2%}")
    if args.data is not None and scores.bleu is None:
        print("BLEU and chrF need sacrebleu: pip install -e '.[metrics]'")
    elif args.data is not None:
        print(f"BLEU              {scores.bleu:6.2f}\nchrF              {scores.chrf:6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
