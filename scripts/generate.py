"""Writes what a trained run makes of each line: to a file's lines, to a pipe's, or to yours.

    python scripts/generate.py RUN words.txt > pronunciations.txt
    python scripts/generate.py RUN --beam 5 --n-best 3 < words.txt
    python scripts/generate.py RUN

One line out for each line in, in order; an empty line gives an empty line. With --n-best K above 1
K lines for each: score TAB text, best first, empty where there are fewer. Warnings and a count go
to standard error. At a terminal each line is answered at once, until Ctrl-D.
"""

import contextlib
import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.decoding_flags import add_decoding_flags, beam_width


def parse_args(argv=None):
    parser = script.parser(__doc__)
    parser.add_argument("run", metavar="RUN", help="directory that scripts/train.py left")
    parser.add_argument("file", nargs="?", default="-", metavar="FILE",
                        help="UTF-8 lines to read (standard input)")
    add_decoding_flags(parser, n_best=True)
    parser.add_argument("--fold-case", action="store_true",
                        help="read a token that the vocabulary lacks in lower or upper case")
    parser.add_argument("--compile", action="store_true",
                        help="by XLA: a second to start, then faster (from 100,000 lines on)")
    parser.add_argument("--attention", metavar="FILE", help="draw where a model with attention "
                        "looked as it wrote each line: FILE.png, of several lines FILE-7.png for "
                        "line 7 (needs matplotlib), or FILE.npz for the numbers")
    args = parser.parse_args(argv)
    args.beam = beam_width(parser, args)
    return args


@script.main(parse_args)
def main(args):
    from seq2seq_graph.inference import generation
    from seq2seq_graph.pictures import alignment

    if args.attention is not None:
        alignment.check(args.attention)
    with contextlib.ExitStack() as stack:
        lines, block = opened(args.file, stack)
        options = (args.beam, args.n_best, args.length_penalty, args.longest, args.compile,
                   args.attention is not None)
        generator = stack.enter_context(generation.open_run(args.run, *options))
        write(generator, lines, block, args)
    return 0


def opened(path, stack):
    """Returns the lines as bytes, and how many to read before the first is answered."""
    from seq2seq_graph.inference import generation

    if path != "-":
        try:
            return lines_of(stack.enter_context(open(path, "rb")), path), generation.BLOCK
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; give a file of lines") from None
    if sys.stdin is None:
        raise InputError("standard input is closed; give a file of lines")
    if sys.stdin.isatty():
        return typed(), 1
    return lines_of(sys.stdin.buffer, "standard input"), generation.BLOCK


def lines_of(file, name):
    try:
        yield from file
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}; give a file of lines") from None


def typed():
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    with contextlib.suppress(ImportError):
        # With it `input` edits lines and prompts on standard output.
        import readline  # noqa: F401
    with contextlib.suppress(EOFError, OSError):  # OSError: the terminal has gone
        while True:
            line = input("> " if sys.stdout.isatty() else "")
            yield line.encode("utf-8", "surrogateescape")
    print(file=sys.stderr)


def write(generator, lines, block, args):
    from seq2seq_graph.inference import generation
    from seq2seq_graph.inference.reader import Reader
    from seq2seq_graph.pictures import alignment

    def report(message):
        print(message, file=sys.stderr, flush=True)

    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    reader = Reader(generator.run, report, args.fold_case)
    answers, looked = generation.generate(generator, reader, lines, block), {}
    for number, hypotheses in enumerate(answers, 1):
        print("\n".join(generation.lines_of(hypotheses, args.n_best)), flush=block == 1)
        if args.n_best == 1 and hypotheses and not hypotheses[0].text:
            reader.warn(number, "answered by no token", "the model writes no token")
        if hypotheses and hypotheses[0].alignment is not None:
            looked[number] = hypotheses[0].alignment
    sys.stdout.flush()
    if args.attention is not None:
        for line in alignment.write(args.attention, looked):
            report(line)
    if block > 1 and not reader.clean:
        report(reader.summary())


if __name__ == "__main__":
    sys.exit(main())
