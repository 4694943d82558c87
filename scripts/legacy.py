"""Runs old TensorFlow 1 programs on today's TensorFlow, not a line changed, and proves them.

    python scripts/legacy.py run PROGRAM.py ARGS...         also NOTEBOOK.ipynb, or -m MODULE
    python scripts/legacy.py compare --tf115-python PATH PROGRAM.py ARGS...
    python scripts/legacy.py record OUT.npz PROGRAM.py ARGS...
    python scripts/legacy.py check OUT.npz PROGRAM.py ARGS...

A flag of these commands stands before PROGRAM. What follows PROGRAM is the program's; if it has a
flag of the same name, put `--` between: `compare PROGRAM.py -- --tolerance 3`.

Exit status: of `run` and `record` the program's own; of `compare` and `check` 0, or 1 if the
tolerance is passed, or 2 if something cannot be used.
"""

import argparse
import os
import sys
import tempfile

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script

SCRIPT = os.path.abspath(__file__)


def parse_args(argv=None):
    """Reads the command line; what stands behind `--` is the program's, whatever it is."""
    argv = sys.argv[1:] if argv is None else list(argv)
    parser, commands = parsers()
    cut = argv.index("--") if "--" in argv else len(argv)
    args = parser.parse_args(argv[:cut])
    own = set(commands[args.command]._option_string_actions) - {"-h", "--help", "-m", "--verbose"}
    taken = [word for word in args.args if word.split("=")[0] in own]
    if taken:
        flag = taken[0].split("=")[0]
        parser.error(f"{flag} stands behind {args.program}, where the program's own arguments are; "
                     f"put {flag} before {args.program}, or, if it is the program's, put -- after "
                     f"{args.program}")
    # `run` is as `python PROGRAM ARGS`, where the program sees the `--` too.
    args.args += argv[cut if args.command == "run" else cut + 1:]
    return args


def parsers():
    """Makes the parser, and those of the commands by name."""
    from seq2seq_graph.fields import flag_type

    at_least_0 = flag_type(float, lambda value: value >= 0, "a number of at least 0")
    parser = script.parser(__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name, what):
        return commands.add_parser(name, help=what, allow_abbrev=False)

    run = add("run", "as `python PROGRAM ARGS` would, on this TensorFlow")
    record = add("record", "run, and note each Session.run and the variables at the end")
    record.add_argument("out", metavar="OUT.npz")
    record.add_argument("--reference", help="a record whose initial values are taken")
    check = add("check", "run, and compare with a record from elsewhere")
    check.add_argument("out", metavar="OUT.npz")
    compare = add("compare", "run on both TensorFlows, or twice on this one")
    compare.add_argument("--tf115-python", metavar="PATH",
                         help="a Python with TensorFlow 1.15; without it the program is compared "
                         "with itself under other settings, which shows its own noise")
    for parser_ in (check, compare):
        parser_.add_argument("--tolerance", type=at_least_0, default=1e-3, metavar="X",
                             help="largest relative difference at the end (default %(default)s)")
        parser_.add_argument("--picture", metavar="FILE.png", help="draws the growth [plots]")
        parser_.add_argument("--here", action="store_true",
                             help="run in the working folder, not in a copy")
        parser_.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS,
                             help="show what the program prints, as it runs")
    for parser_ in (run, record, check, compare):
        parser_.add_argument("-m", dest="as_module", action="store_true",
                             help="PROGRAM is a module's name, as with python -m")
        parser_.add_argument("program", metavar="PROGRAM")
        parser_.add_argument("args", nargs=argparse.REMAINDER, metavar="ARGS")
    return parser, commands.choices


@script.main(parse_args, as_python=lambda args: args.command in ("run", "record"))
def main(args):
    """Runs one command; returns the exit status."""
    from seq2seq_graph.errors import InputError

    if getattr(args, "picture", None):
        from seq2seq_graph.pictures import figures

        figures.check(args.picture)
    try:
        return _COMMANDS[args.command](args)
    except InputError as error:
        if type(error) is not InputError:  # a program's own, of a symbol that is not rebuilt
            raise
        print(f"error: {error}", file=sys.stderr)
        return 2


def _run(args):
    if sys.version_info >= (3, 8) and not getattr(args, "verbose", False):
        from seq2seq_graph.console import log

        with log.hold_back():  # later TensorFlows log at their import, before the program's start
            import tensorflow  # noqa: F401
    from seq2seq_graph.legacy.programs.run import run

    run(args.program, args.args, args.as_module, script=SCRIPT)


def _record(args):
    if os.environ.get("PYTHONHASHSEED") != "0":  # it must be set before Python starts
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    from seq2seq_graph.legacy.programs.record import record

    record(os.path.abspath(args.out), args.program, args.args, args.as_module, args.reference,
           SCRIPT)


def _check(args):
    from seq2seq_graph.legacy.programs import record, recorded, sides

    reference = os.path.abspath(args.out)
    recorded.read(args.out)  # before the program runs for an hour
    with tempfile.TemporaryDirectory() as folder:
        second = sides.again(_program(args), reference, folder)
        return record.compare_files(reference, second, args.tolerance, args.picture)


def _compare(args):
    from seq2seq_graph.legacy.programs import record, sides

    with tempfile.TemporaryDirectory() as folder:
        files = sides.both(_program(args), args.tf115_python, folder)
        return record.compare_files(*files, args.tolerance, args.picture)


def _program(args):
    from seq2seq_graph.legacy.programs import sides

    return sides.Program(SCRIPT, args.program, args.args, args.as_module, args.here,
                         getattr(args, "verbose", False))


_COMMANDS = {"run": _run, "record": _record, "check": _check, "compare": _compare}


if __name__ == "__main__":
    sys.exit(main())
