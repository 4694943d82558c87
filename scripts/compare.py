"""Plays a recorded run through every engine at hand and prints how far each is from float64 NumPy.

    python scripts/compare.py tests/cases/document.npz --tf115-python .venv115/bin/python

Exit status: 0 if logits and each loss are within 1e-5 of the referee, 1 if one is not, 2 if the
input cannot be used. Engines that are not there are named, with what would add them.
"""

import argparse
import datetime
import platform
import sys

from seq2seq_graph.errors import InputError, reported_to_user
from seq2seq_graph.verification import comparison


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("case", metavar="CASE.npz", help="the recorded run")
    parser.add_argument(
        "--tf115-python", metavar="PATH", help="a Python that has tensorflow==1.15.5"
    )
    parser.add_argument("--only", metavar="NAME,...", help="these engines and the referee alone")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the losses' differences")
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    with reported_to_user():
        answers = []
        for entrant in chosen(args):
            print(f"{entrant.name} ...", file=sys.stderr, flush=True)
            answers.append(comparison.play(entrant, args.case))
            if answers[0].arrays is None:  # the referee found the case wanting
                raise InputError(answers[0].missing)
        print(f"{args.case}, {len(answers[0].arrays['loss'])} steps, {datetime.date.today()}, "
              f"{platform.machine()}; largest difference from the first row")
        print("\n".join(comparison.table(answers)))
        if args.plot:
            comparison.plot(answers, args.plot)
    found = [comparison.distance(answers[0].arrays, answer.arrays)
             for answer in answers[1:] if answer.arrays is not None]
    return 0 if all(map(comparison.within, found)) else 1


def chosen(args):
    """Gives the referee and the engines of `--only`, or all."""
    everyone = comparison.entrants(args.tf115_python)
    if args.only is None:
        return everyone
    names = args.only.split(",")
    unknown = set(names) - {entrant.name for entrant in everyone}
    if unknown:
        raise InputError(
            f"--only {unknown.pop()}: the engines are {', '.join(e.name for e in everyone)}"
        )
    return everyone[:1] + [entrant for entrant in everyone[1:] if entrant.name in names]


if __name__ == "__main__":
    sys.exit(main())
