"""Scores what needs no network: by how much must a trained model be better than this?

    python scripts/baseline.py
    python scripts/baseline.py --data OUT
    python scripts/baseline.py --data OUT --source-tokens characters
    python scripts/baseline.py --data OUT --pairs HELD_OUT/test.tsv

Without --data: the words of the CMU dictionary that consist of letters, each letter spoken as its
most frequent phonemes. With --data, a folder that `scripts/prepare.py` wrote: the target of the
training source that has most words in common, or most runs of three letters.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError

LETTERS_IN_A_RUN = 3


def parse_args(argv=None):
    from seq2seq_graph.data.text_config import TOKENS
    from seq2seq_graph.scoring import sacrebleu_scores

    parser = script.parser(__doc__)
    parser.add_argument("--data", metavar="FOLDER", help="train.tsv, valid.tsv and test.tsv")
    parser.add_argument("--pairs", metavar="FILE",
                        help="with --data: score these source TAB target lines, as evaluate.py")
    parser.add_argument("--part", choices=("valid", "test"), default="test", help="(%(default)s)")
    for side, what in ("source", "compared"), ("target", "counted in the token error rate"):
        parser.add_argument(
            f"--{side}-tokens", choices=TOKENS,
            help=f"with --data: what is {what} (pieces)",
        )
    parser.add_argument("--tokenize", choices=sacrebleu_scores.TOKENIZERS,
                        help="BLEU's tokenizer (what suits the targets' script)")
    parser.add_argument("--by-length", action="store_true",
                        help="with --data: also by the source's number of pieces")
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    given = args.source_tokens, args.target_tokens, args.pairs, args.by_length
    if args.data is None and any(given):
        raise InputError(
            "--pairs, --source-tokens, --target-tokens and --by-length go with --data")
    refuse_subwords(args)
    from seq2seq_graph.data import text
    from seq2seq_graph.data.corpora import cmudict
    from seq2seq_graph.data.datasets import and_repeats
    from seq2seq_graph.data.pairs import (
        JOINERS,
        drop_repeats,
        listed_targets,
        read_pairs,
        read_parts,
        split_by_source,
    )
    from seq2seq_graph.scoring import by_length
    from seq2seq_graph.scoring.free_running import score

    tokens = args.source_tokens or "pieces", args.target_tokens or "pieces"
    parts = (
        split_by_source(cmudict.pairs()) if args.data is None else read_parts(args.data, *tokens)
    )
    if args.pairs:
        args.part = "test"
        parts["test"] = list(read_pairs(args.pairs, *tokens))
    parts, dropped = drop_repeats(parts)
    for part in "train", args.part:
        if not parts[part]:
            raise InputError(f"{args.pairs or args.data}: no pair for the {part} part"
                             f"{and_repeats(dropped[part])}; give more, or another part")
    pairs, baseline = parts[args.part], trained(parts["train"], args.data, tokens[0])
    if args.data is None:
        pairs = [pair for pair in pairs if cmudict.is_spelled(pair[0])]
    targets = listed_targets(pairs)
    print(f"{args.part}: {len(targets):,} sources, {len(pairs):,} pairs"
          + and_repeats(dropped[args.part]))
    print(f"compared with train: {len(parts['train']):,} pairs" + and_repeats(dropped["train"]))
    join = " ".join if args.data is None else JOINERS[tokens[1]]
    predictions = [baseline.predict(source) for source in targets]
    scored = predictions, list(targets.values()), join, args.tokenize
    print("\n".join(lines(score(*scored), args.data is None)))
    if args.by_length:
        lengths = [len(text.tokenize(JOINERS[tokens[0]](source))) for source in targets]
        groups = by_length.score_by_length(lengths, *scored)
        print("\n".join(["", *by_length.lines(groups)]))
    return 0


def refuse_subwords(args):
    for side in "source", "target":
        if getattr(args, f"{side}_tokens") == "subwords":
            raise InputError(
                f"--{side}-tokens subwords: they are learned by a run, and a baseline has none; "
                "give pieces, words or characters: BLEU, chrF and exact match are of whole texts "
                "and stand beside those of a run with sub-words")


def trained(pairs, data, source_tokens):
    from seq2seq_graph.scoring import baselines

    if data is None:
        return baselines.letter_table(pairs)
    return baselines.NearestSource(pairs, LETTERS_IN_A_RUN if source_tokens == "characters" else 1)


def lines(scores, of_words):
    from seq2seq_graph.scoring import sacrebleu_scores

    yield f"exact match       {scores.exact_match:7.2%}"
    if of_words:
        yield f"word error rate   {1 - scores.exact_match:7.2%}"
    yield f"token error rate  {scores.token_error_rate:7.2%}"
    if of_words:
        return
    for name, figure in sacrebleu_scores.lines(scores.texts):
        yield f"{name:17}{figure:>8}"
    yield from ["", *sacrebleu_scores.notes(scores.texts)]


if __name__ == "__main__":
    sys.exit(main())
