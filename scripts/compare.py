"""Plays a recorded run through every engine at hand and prints how far each is from float64 NumPy.

    python scripts/compare.py tests/cases/document.npz --tf115-python .venv115/bin/python

Exit status: 0 if logits and each loss are within 1e-5 of the reference, 1 if one is not or an
engine broke, 2 if the input cannot be used. Engines that are not there are named, with what would
add them. Each engine has a process of its own, one after another: 8 of them take one to two minutes
for the recorded run above.
"""

import datetime
import os
import platform
import sys
import time

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError


def parse_args(argv=None):
    parser = script.parser(__doc__)
    parser.add_argument("case", metavar="CASE.npz", help="the recorded run")
    parser.add_argument(
        "--tf115-python", metavar="PATH", help="a Python that has tensorflow==1.15.5"
    )
    parser.add_argument("--only", metavar="NAME,...", help="these engines and the reference alone")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the losses' differences")
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    from seq2seq_graph.pictures import figures
    from seq2seq_graph.verification import comparison

    if args.plot:
        figures.check(args.plot)
    answers = []
    for player in chosen(args):
        answers.append(comparison.play(player, args.case, Progress(player.name)))
        if answers[0].arrays is None:  # the reference found the case wanting
            reason = answers[0].missing or answers[0].broke
            raise InputError(reason if args.case in reason else f"{args.case}: {reason}")
        say_end(answers[-1])
    print(f"{args.case}, {len(answers[0].arrays['loss'])} steps, {datetime.date.today()}, "
          f"{platform.machine()}; largest difference from the first row")
    print("\n".join(comparison.table(answers)))
    if args.plot:
        comparison.plot(answers, args.plot)
    return 0 if comparison.all_within(answers) else 1


class Progress:
    """Says at most every few seconds how far an engine is, on standard error."""

    def __init__(self, name, seconds=5.0):
        self.name, self.seconds, self.last = name, seconds, time.monotonic()
        self.start = self.last
        print(f"{name} ...", file=sys.stderr, flush=True)

    def __call__(self, done, steps):
        now = time.monotonic()
        if now - self.last >= self.seconds:
            self.last = now
            print(f"{self.name} ... {done} of {steps} steps, {now - self.start:.0f} s",
                  file=sys.stderr, flush=True)


def say_end(answer):
    """Says at once what is no number of the table: it may be minutes away."""
    if answer.broke or answer.missing:
        what = f"broke: {answer.broke}" if answer.broke else f"is missing: {answer.missing}"
        print(f"{answer.player.name} {what}", file=sys.stderr, flush=True)


def chosen(args):
    """Returns the reference and the engines of `--only`, or all."""
    from seq2seq_graph.verification import comparison

    everyone = comparison.players(args.tf115_python)
    if args.only is None:
        return everyone
    names = args.only.split(",")
    unknown = set(names) - {player.name for player in everyone}
    if unknown:
        raise InputError(
            f"--only {unknown.pop()}: the engines are {', '.join(e.name for e in everyone)}"
        )
    return everyone[:1] + [player for player in everyone[1:] if player.name in names]


if __name__ == "__main__":
    sys.exit(main())
