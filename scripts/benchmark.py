"""Times a training step, and decoding, of this port and of what one would use instead.

    python scripts/benchmark.py --tf115-python .venv115/bin/python --json benchmark.json

Each engine runs in a process of its own; they are taken in turn, and each one's best setting
counts. PyTorch comes with the extra `benchmark`; an engine that is not installed is left out.
Close other programs first: the numbers are of both cores.
"""

import json
import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script


def parse_args(argv=None):
    names = [case.name for case in every_case()]
    parser = script.parser(__doc__)
    parser.add_argument("--tf115-python", metavar="PATH", help="a Python with TensorFlow 1.15.5")
    parser.add_argument("--json", metavar="FILE", help="write the numbers")
    parser.add_argument("--plot", metavar="FILE.png", help="draw them (extra `plots`)")
    parser.add_argument("--quick", action="store_true", help="few short rounds: for a first look")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=names,
        help="some of the cases: " + ", ".join(names),
    )
    parser.add_argument("--engines", nargs="+", metavar="ENGINE", help="some of the engines")
    return parser.parse_args(argv)


def every_case():
    from seq2seq_graph.benchmarks import cases

    return (*cases.CASES, *cases.ATTENTION, *cases.FEEDING, cases.GENERATE,
            *cases.FEEDING_DECODING, *cases.GROWTH)


@script.main(parse_args)
def main(args):
    from seq2seq_graph import plain_files
    from seq2seq_graph.benchmarks import report, rounds
    from seq2seq_graph.pictures import figures, plots

    if args.json:
        plain_files.check_writable(args.json)
    if args.plot:
        figures.check(args.plot)
    results = {}
    for case in every_case():
        if args.only and case.name not in args.only:
            continue
        entrants = report.entrants(case, args.tf115_python, args.engines)
        how = (3, 0.5) if args.quick else (7, 1.0)
        times = rounds.race(case, entrants, *how)
        print(report.table(case, times), end="\n\n", flush=True)
        results[case.name] = report.as_json(case, times)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump({"machine": report.machine(), "cases": results}, file, indent=1)
    if args.plot:
        plots.bars(args.plot, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
