"""Trains with two workers and a parameter server, kills one of the three again and again.

    python tests/killed_cluster.py FOLDER --kills 50 --seed 1    # half an hour

FOLDER is new. Each kill is a SIGKILL at a random moment: as a process starts, as the chief saves,
or in between. scripts/cluster.py starts what was killed again. Says how the run differs from one
that was never killed, not at all, and that no checkpoint was lost: the last one's step never fell.
"""

import argparse
import collections
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

from killed import SETTINGS, largest, losses, unfinished_save, weights, write_pairs

from seq2seq_graph.runs import checkpoint

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAMES = "worker 0", "worker 0", "ps 0", "chief"
SECONDS = 300  # within which a kill's moment must come


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="of the run (6 a kill)")
    return parser.parse_args(argv)


class Cluster:
    """Runs scripts/cluster.py, and reads from its lines which process is which."""

    def __init__(self, flags, restarts):
        """Starts it."""
        command = [sys.executable, os.path.join(ROOT, "scripts", "cluster.py"), "--workers", "2",
                   "--ps", "1", "--restarts", str(restarts), "--", *flags]
        self.processes, self.lines = {}, []
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, universal_newlines=True,
            env={**os.environ, "PYTHONPATH": ROOT})
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            match = re.match(r"(chief|\w+ \d+) .*process (\d+)$", line)
            if match:
                self.processes[match.group(1)] = int(match.group(2))

    def wait(self):
        status = self.process.wait()
        self._reader.join()
        return status


def main(argv=None):
    args = parse_args(argv)
    os.mkdir(args.folder)
    pairs = write_pairs(args.folder)
    epochs = str(args.epochs or 6 * args.kills)
    first = ["--pairs", pairs, *SETTINGS, "--num-epochs", epochs]
    whole, killed = (os.path.join(args.folder, name) for name in ("whole", "killed"))
    unharmed = Cluster(["--run", whole, *first], 0)
    assert unharmed.wait() == 0, unharmed.lines
    cluster = Cluster(["--run", killed, *first], args.kills)
    chance, counts = random.Random(args.seed), collections.Counter()
    while sum(counts.values()) < args.kills:
        name = kill_one(cluster, killed, chance)
        if name is None:
            break
        counts[name] += 1
    status = cluster.wait()
    if status or sum(counts.values()) < args.kills:
        print(f"ended with status {status} after {sum(counts.values())} of {args.kills} kills; "
              "give more --epochs\n" + "".join(cluster.lines[-9:]))
        return 1
    print(f"{args.kills} kills ({', '.join(f'{n} of {name}' for name, n in counts.items())}); "
          f"no checkpoint lost; largest difference of losses "
          f"{largest(losses(whole), losses(killed))}, of final weights "
          f"{largest(weights(whole), weights(killed))}")
    return 0


def kill_one(cluster, directory, chance):
    """Kills a process at a random moment; gives its name, None where the run came to its end."""
    name = chance.choice(NAMES)
    moment = chance.choice(["starting", "saving", "training", "training", "training"])
    before = step_of_last(directory)
    until = time.monotonic() + SECONDS
    while moment != "starting" and (
        step_of_last(directory) == before or moment == "saving" and not unfinished_save(directory)
    ):
        assert step_of_last(directory) >= before, "a checkpoint is lost"
        if cluster.process.poll() is not None:
            return None
        assert time.monotonic() < until, cluster.lines[-9:]
        time.sleep(0.0005)
    if moment != "saving":
        time.sleep(chance.uniform(0, 8 if moment == "starting" else 1))
    number = cluster.processes.get(name)
    while number is None:
        time.sleep(0.1)
        number = cluster.processes.get(name)
    if cluster.process.poll() is not None:
        return None
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:  # the run came to its end
        return None
    while cluster.processes.get(name) == number and cluster.process.poll() is None:
        time.sleep(0.05)  # until its successor is there
    return name


def step_of_last(directory):
    last = checkpoint.last(directory)
    return -1 if last is None else checkpoint.step_of(last)


if __name__ == "__main__":
    sys.exit(main())
