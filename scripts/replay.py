"""Plays a run recorded on TensorFlow 1.15 on this port and prints how far apart the two are.

    python scripts/replay.py tests/cases/document.npz

Exit status: 0 within the tolerances, 1 if one is exceeded, 2 if the input cannot be used.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError


def parse_args(argv=None):
    from seq2seq_graph.config import RECURRENCES
    from seq2seq_graph.fields import whole_number

    parser = script.parser(__doc__)
    parser.add_argument("case", metavar="CASE.npz", help="the recorded run")
    parser.add_argument(
        "--checkpoint",
        metavar="PREFIX",
        help="go on from this checkpoint of the run, at the step in its name, PREFIX-STEP",
    )
    parser.add_argument("--rnn", choices=RECURRENCES, default="dynamic", help="the recurrence")
    parser.add_argument("--towers", type=whole_number(), default=1,
                        help="parts that a batch is computed in")
    parser.add_argument("--out", metavar="RESULT.npz", help="write what was computed")
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    check_out(args)
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.verification.recorded_run import differences, load_case
    from seq2seq_graph.verification.replay import replay

    case = load_case(args.case)
    result = replay(case, args.checkpoint, rnn=args.rnn, towers=args.towers)
    rows = differences(case, result)
    width = max(len(row.quantity) for row in rows)
    print(f"{args.case} on TensorFlow {tf.__version__}, {len(result['loss'])} steps")
    print(f"{'quantity':{width}}  largest difference  tolerance")
    for row in rows:
        verdict = "" if row.within else "  over"
        print(f"{row.quantity:{width}}  {row.largest:18.3g}  {row.tolerance:9.3g}{verdict}")
    over = sum(not row.within for row in rows)
    print("a gradient's difference is divided by the gradient's largest entry")
    print(f"{over} of {len(rows)} quantities are over their tolerance" if over else
          f"all {len(rows)} quantities are within their tolerance")
    if args.out:
        write_out(args.out, result)
    return 1 if over else 0


def write_out(path, result):
    import numpy as np

    try:
        with open(path, "xb") as file:  # a name is kept as it is given, with or without .npz
            np.savez(file, **result)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written: {error.strerror}") from None


def check_out(args):
    """Refuses, before the work, a result that could not be written or would replace a file."""
    if args.out is None:
        return
    if os.path.exists(args.out):
        raise InputError(f"--out {args.out}: exists and is never written over; name a new file")
    folder = os.path.dirname(os.path.abspath(args.out))
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise InputError(f"--out {args.out}: {folder} is no folder that can be written in")


if __name__ == "__main__":
    sys.exit(main())
