"""Trains a tiny run, kills it again and again with SIGKILL, resumes it, and compares.

    python tests/killed.py FOLDER --kills 20 --seed 1

FOLDER is new. Says how the killed run differs from one that was never killed: not at all. Needs
fork: TensorFlow is imported once, and each process that is killed is a copy of this one.
"""

import argparse
import contextlib
import csv
import os
import random
import signal
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import train as train_script  # noqa: E402 - of scripts/

from seq2seq_graph.runs import checkpoint  # noqa: E402

tf.logging.set_verbosity(tf.logging.ERROR)
SETTINGS = [
    "--recipe", "practical", "--max-input-length", "3", "--max-output-length", "4",
    "--encoder-embedding-size", "4", "--decoder-embedding-size", "4", "--encoder-hidden-units",
    "6", "--decoder-hidden-units", "6", "--batch-size", "8", "--num-epochs", "12", "--half-life",
    "50", "--save-steps", "2", "--threads", "1",
]


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    os.mkdir(args.folder)
    pairs = write_pairs(args.folder)
    whole, killed = (os.path.join(args.folder, name) for name in ("whole", "killed"))
    first = ["--pairs", pairs, *SETTINGS]

    assert os.waitpid(start(["--run", whole, *first]), 0)[1] == 0
    duration = checkpoint.progress_of(whole).seconds
    delays = random.Random(args.seed)
    kills = in_a_save = 0
    while True:
        begun = os.path.exists(os.path.join(killed, "config.json"))
        process = start(["--resume", killed] if begun else ["--run", killed, *first])
        if kills < args.kills and was_killed(process, killed, delays, duration / args.kills):
            kills += 1
            in_a_save += unfinished_save(killed)
            assert os.waitpid(in_child(lambda: readable(killed)), 0)[1] == 0
        else:  # it came to its end before the kill, or there is no kill left
            if kills == args.kills:
                assert os.waitpid(process, 0)[1] == 0
            break
    if kills < args.kills:
        print(f"ended after {kills} of {args.kills} kills; give another --seed")
        return 1
    print(f"{kills} kills, {in_a_save} of them in a save; "
          f"largest difference of losses {largest(losses(whole), losses(killed))}, "
          f"of final weights {largest(weights(whole), weights(killed))}")
    return 0


def write_pairs(folder):
    pairs = os.path.join(folder, "pairs.tsv")
    with open(pairs, "w", encoding="utf-8") as file:
        words = [a + b + c for a in "abcd" for b in "efgh" for c in "ijkl"]
        file.writelines(f"{word}\t{' '.join(reversed(word))}\n" for word in words)
    return pairs


def in_child(task):
    """Runs a task in a copy of this process; gives its id."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        status = task() or 0
    finally:
        os._exit(status)


def start(argv):
    def quiet():
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            return train_script.main(argv)

    return in_child(quiet)


def was_killed(process, directory, delays, longest):
    """Kills a process at a random moment: as it builds its graph, as it saves, or in between."""
    before = checkpoint.last(directory)
    moment = delays.choice(["starting", "saving", "saving", "training", "training", "training"])
    while moment != "starting" and (
        checkpoint.last(directory) == before
        or moment == "saving" and not unfinished_save(directory)
    ):
        if os.waitpid(process, os.WNOHANG)[0]:
            return False
        time.sleep(0.0005)
    if moment != "saving":
        time.sleep(delays.uniform(0, longest))
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def unfinished_save(directory):
    """Tells whether a checkpoint's files are there in part."""
    with contextlib.suppress(OSError):
        names = [name for name in os.listdir(directory) if name.startswith(checkpoint.NAME)]
        steps = {name.split(".")[1] for name in names}
        return len(names) != 3 * len(steps)
    return False


def readable(directory):
    """Reads every variable of every whole checkpoint."""
    for prefix in checkpoint.whole(directory):
        reader = tf.train.load_checkpoint(prefix)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)


def losses(directory):
    with open(os.path.join(directory, "metrics.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "seconds"]


def weights(directory):
    reader = tf.train.load_checkpoint(checkpoint.last(directory))
    return [reader.get_tensor(name) for name in sorted(reader.get_variable_to_shape_map())]


def largest(some, others):
    for one, other in zip(some, others):
        assert one.shape == other.shape
    return max(np.abs(one - other).max() for one, other in zip(some, others))


if __name__ == "__main__":
    sys.exit(main())
