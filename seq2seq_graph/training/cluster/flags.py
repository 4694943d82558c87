"""A process's place in its cluster: `TF_CONFIG` and the flags that go with it. No TensorFlow."""

import argparse
import sys
from typing import List, NamedTuple, Optional

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.fields import at_resume, whole_number
from seq2seq_graph.runs import places
from seq2seq_graph.training.cluster import tf_config
from seq2seq_graph.training.cluster.tf_config import CHIEF, EVALUATOR, Task

_WAIT = 600
_PLACE = ("pairs", "data", *places.FILES)


class Cluster(NamedTuple):
    """This process's place in a cluster, and how that is run."""

    task: Task
    open_ports: bool = False
    asynchronous: bool = False
    wait: float = _WAIT  # seconds for which a process may not answer

    @property
    def is_chief(self) -> bool:
        """Tells whether this process has the run."""
        return self.task.kind == CHIEF

    @property
    def is_evaluator(self) -> bool:
        """Tells whether this process scores the run's checkpoints."""
        return self.task.kind == EVALUATOR

    def tell(self, line: str) -> None:
        """Prints a line of this process on standard error."""
        print(f"{self.task.name}: {line}", file=sys.stderr, flush=True)


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the flags of a process of a cluster."""
    parser.add_argument("--open-ports", action="store_true",
                        help="with TF_CONFIG: let other machines connect; the ports are neither "
                        "encrypted nor authenticated")
    parser.add_argument("--asynchronous", action="store_true",
                        help="with TF_CONFIG: each worker takes whole batches of its own, with "
                        "the weights as they are just then")
    parser.add_argument("--wait", type=whole_number(1), metavar="SECONDS",
                        help="with TF_CONFIG: for how long another process may not answer "
                        f"({_WAIT})")


def read(args: argparse.Namespace) -> Optional[Cluster]:
    """Reads `TF_CONFIG` and the flags; None where there is no cluster.

    Raises:
      InputError: it is not what the runtime needs, or a flag needs it.
    """
    task = tf_config.read()
    if task is not None:
        return Cluster(task, args.open_ports, args.asynchronous, args.wait or _WAIT)
    for name in ("open_ports", "asynchronous", "wait"):
        if getattr(args, name):
            raise InputError(f"--{name.replace('_', '-')} goes with {tf_config.NAME}, which is "
                             "not set; scripts/cluster.py sets it")
    return None


def kept(args: argparse.Namespace) -> List[str]:
    """Returns those flags that are the machine's and the cluster's, for its other processes."""
    words = [flag for flag, given in (("--open-ports", args.open_ports),
                                      ("--asynchronous", args.asynchronous)) if given]
    if getattr(args, "verbose", False):  # there only where it is given
        words.append("--verbose")
    return words + _given(args, "wait", "threads")


def again(args: argparse.Namespace) -> List[str]:
    """Returns those with which a chief goes on that was killed, all but --from-step.

    One that had begun a run has written its configuration. One that had not yet reopened it has
    written nothing, so what changes is said again.
    """
    changes = [] if args.resume is None else _given(args, *_PLACE, *at_resume(TrainingConfig))
    return kept(args) + changes


def place(args: argparse.Namespace) -> List[str]:
    """Returns those that say where the text is."""
    return _given(args, *_PLACE)


def _given(args, *names):
    return [word for name in names if getattr(args, name) is not None
            for word in ("--" + name.replace("_", "-"), str(getattr(args, name)))]
