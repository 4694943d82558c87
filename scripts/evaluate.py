"""Scores a trained run, given the true tokens before each and left to itself, side by side.

    python scripts/evaluate.py RUN
    python scripts/evaluate.py RUN --letters-only --beam 5
    python scripts/evaluate.py RUN --pairs FILE
    python scripts/evaluate.py RUN --source-file test.en --target-file test.ko

By default on the test part of what it was trained on, whatever its lengths: a source that is too
long for the model counts as wrong. Any listed target of a source is right.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.decoding_flags import add_decoding_flags


def parse_args(argv=None):
    from seq2seq_graph.fields import whole_number
    from seq2seq_graph.scoring.sacrebleu_scores import TOKENIZERS

    parser = script.parser(__doc__)
    parser.add_argument("run", metavar="RUN", help="directory that scripts/train.py left")
    parser.add_argument("--pairs", metavar="FILE", help="score these source TAB target lines")
    parser.add_argument("--source-file", metavar="FILE", help="score these sources, a text a line")
    parser.add_argument("--target-file", metavar="FILE", help="with their targets, in order")
    parser.add_argument("--text", metavar="PATH",
                        help="where the text that it was trained on is now, if it was moved")
    parser.add_argument("--part", choices=("valid", "test"),
                        help="of what it was trained on (test)")
    parser.add_argument("--letters-only", action="store_true",
                        help="only sources that consist of letters")
    parser.add_argument("--limit", type=whole_number(), metavar="N",
                        help="the first N sources at most")
    parser.add_argument("--tokenize", choices=TOKENIZERS, help="BLEU's tokenizer (what suits the "
                        "targets' script: for Korean ko-mecab, or char where mecab-ko is missing)")
    parser.add_argument("--rouge", action="store_true", help="ROUGE-L too, for summaries")
    parser.add_argument("--by-length", action="store_true",
                        help="also by the source's number of pieces")
    parser.add_argument("--rank", type=whole_number(2), action="append", metavar="N",
                        help="rank the true target among N of the same part by log-probability; "
                        "may stand twice")
    parser.add_argument("--seed", type=whole_number(0), default=0, metavar="N",
                        help="of the draw of the others (0)")
    add_decoding_flags(parser)
    parser.set_defaults(beam=1)
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    from seq2seq_graph.inference import evaluation
    from seq2seq_graph.runs import checkpoint, opening, run_directory
    from seq2seq_graph.scoring import by_length, rouge, sacrebleu_scores

    sacrebleu_scores.require(args.tokenize)
    if args.rouge:
        rouge.require()
    run = run_directory.load(args.run)
    if (args.source_file is None) != (args.target_file is None):
        raise InputError("--source-file and --target-file go together; give both")
    if args.pairs is not None and args.source_file is not None:
        raise InputError("--pairs and --source-file both name what to score; give one of them")
    if args.pairs is not None or args.source_file is not None:
        for flag, value in (("--part", args.part), ("--text", args.text)):
            if value is not None:
                raise InputError(f"{flag} is of what the run was trained on; leave it out, or "
                                 "leave out --pairs, --source-file and --target-file")
    else:
        run = opening.found(args.run, run, args.text)
    args.part = args.part or "test"
    pairs, dropped = chosen(args, run)
    options = args.beam, args.length_penalty, args.longest, args.tokenize, args.rouge
    prefix = checkpoint.best(args.run)  # once: training may go on, and find a better one
    result = evaluation.evaluate(prefix, run, pairs, *options)
    lines = [*described(args, run, prefix, result, dropped), "", *table(result)]
    notes = sacrebleu_scores.notes(result.free_running.texts) * (not result.of_words)
    print("\n".join([*lines, "", *notes] if notes else lines), flush=True)
    if args.by_length:
        groups = evaluation.evaluate_by_length(run, pairs, result.hypotheses, args.tokenize)
        print("\n".join(["", *by_length.lines(groups)]), flush=True)
    if args.rank:
        from seq2seq_graph.inference import ranking

        found = ranking.rank(prefix, run, pairs, args.rank, args.seed, args.length_penalty)
        print("\n".join(["", *map(rank_line, found)]))
    return 0


def rank_line(found):
    first, reciprocal = found.chance
    return (f"the true target among {found.size}, {found.sources:,} sources: first in "
            f"{found.first:.2%} (chance {first:.2%}), mean reciprocal rank "
            f"{found.reciprocal_rank:.4f} (chance {reciprocal:.4f}); by what the source adds "
            f"{found.added_first:.2%} and {found.added_reciprocal_rank:.4f}")


def chosen(args, run):
    from seq2seq_graph.inference import evaluation

    pairs, dropped = evaluation.read_part(
        run, args.part, args.pairs or args.source_file, args.target_file)
    if args.letters_only:
        pairs = [(s, t) for s, t in pairs if all(word.isalpha() for word in words_of(run, s))]
    if not pairs:
        raise InputError("no source consists of letters; leave --letters-only out")
    first = set(list(dict.fromkeys(source for source, _ in pairs))[: args.limit])
    return [pair for pair in pairs if pair[0] in first], dropped


def words_of(run, source):
    """Returns tokens, or of sub-words the words: a mark of theirs is no letter."""
    if run.coding.source.subwords is None:
        return source
    return run.joiner("source")(source).split()


def described(args, run, prefix, result, dropped):
    from seq2seq_graph.data.datasets import and_repeats

    text = args.pairs or args.source_file or f"{run.text.origin}, {args.part} part"
    beam = "greedy" if args.beam == 1 else f"beam {args.beam}"
    yield f"{text}: {result.sources:,} sources, {result.pairs:,} pairs" + and_repeats(dropped)
    yield f"{os.path.basename(prefix)}, {beam}"
    longest = run.model.max_input_length
    yield f"{result.too_long:,} of the sources over {longest} tokens, counted as wrong"
    if result.unknown_source:
        yield f"{result.unknown_source:,} of the source tokens not in the vocabulary"
    if result.silent:
        yield f"{result.silent:,} of the sources answered by no token"
    unknown = f"{result.unknown:,} of the target tokens not in the vocabulary, counted as wrong"
    share = result.unknown / result.target_tokens
    yield unknown + (f" ({share:.2%}; the perplexity takes <UNKNOWN> for right)" * bool(share))


def table(result):
    from seq2seq_graph.scoring import sacrebleu_scores

    forced, free = result.teacher_forced, result.free_running
    yield f"{'':18}{'teacher-forced':>16}{'free-running':>16}"
    for name, one, other in (
        ("token accuracy", f"{forced.token_accuracy:.2%}", ""),
        ("perplexity", "no source read" if result.sources == result.too_long
         else f"{forced.perplexity:.4f}", ""),
        ("exact match", f"{forced.exact_match:.2%}", f"{free.exact_match:.2%}"),
        ("token error rate", "", f"{free.token_error_rate:.2%}"),
        *[("word error rate", "", f"{1 - free.exact_match:.2%}")] * result.of_words,
        *((name, "", figure) for name, figure in sacrebleu_scores.lines(free.texts)),
        *[("ROUGE-L", "", f"{free.rouge_l or 0:.2f}")] * (free.rouge_l is not None),
    ):
        yield f"{name:18}{one:>16}{other:>16}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
