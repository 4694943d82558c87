"""Trains with several processes on this machine, as several machines would.

    python scripts/cluster.py --workers 2 --ps 1 -- --recipe practical --run RUN
    python scripts/cluster.py --workers 2 --ps 1 -- --resume RUN

What stands behind -- are train.py's flags. Starts a chief, which computes as the first worker, the
other workers and the parameter servers, a line each, starts again what is killed, and stops all in
order at the end. The run is as train.py leaves it alone.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script, streams
from seq2seq_graph.errors import InputError

TRAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "train.py")


def parse_args(argv=None):
    from seq2seq_graph.fields import whole_number

    parser = script.parser(__doc__, epilog="flags behind -- are train.py's")
    parser.add_argument("--workers", type=whole_number(1), default=2, metavar="N",
                        help="processes that compute, the chief among them (2)")
    parser.add_argument("--ps", type=whole_number(0), default=1, metavar="N",
                        help="parameter servers; with 0 the chief holds the weights (1)")
    parser.add_argument("--evaluator", action="store_true",
                        help="one more process scores each checkpoint free-running, on validation")
    parser.add_argument("--restarts", type=whole_number(0), default=10, metavar="N",
                        help="how often a process that is killed is started again, each (10)")
    given = sys.argv[1:] if argv is None else list(argv)
    own = given[:given.index("--")] if "--" in given else given
    args = parser.parse_args(own)
    args.train = given[len(own) + 1:]
    return args


@script.main(parse_args, output_may_end=True)
def main(args):
    from seq2seq_graph.training import interrupt
    from seq2seq_graph.training.cluster import flags as cluster_flags
    from seq2seq_graph.training.cluster import launch

    if os.environ.get("TF_CONFIG"):
        raise InputError("TF_CONFIG is set: this process would be one of a cluster already; "
                         "unset it, or start scripts/train.py")
    import train  # of this folder: its flags are checked before anything starts

    if getattr(args, "verbose", False):
        args.train.append("--verbose")
    asked = train.parse_args(args.train)
    directory = asked.resume or asked.run or launch.next_run()
    flags = args.train if asked.resume or asked.run else [*args.train, "--run", directory]
    command = launch.commands(
        TRAIN, flags, directory, cluster_flags.kept(asked), cluster_flags.again(asked),
        cluster_flags.place(asked), asked.from_step)
    tasks = launch.on_free_ports(launch.Sizes(args.workers, args.ps, int(args.evaluator)))
    with interrupt.note_signals(second_unwinds=True) as came, launch.Processes(
            tasks, command, args.restarts, streams.say) as processes:
        processes.start()
        return processes.run(came)


if __name__ == "__main__":
    sys.exit(main())
