"""Measures what a step costs one process, and what a worker gets and gives in it over its sockets.

    python tests/cluster_messages.py document
    python tests/cluster_messages.py practical --encoder-hidden-units 312 --decoder-hidden-units 312

Prints the CPU time of a step on one thread, of a batch and of half a one, and the bytes that one of
two workers received and sent a step. Needs `ss` (iproute2).
"""

import argparse
import dataclasses
import os
import re
import subprocess
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cluster_processes import started, tasks  # noqa: E402

from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig  # noqa: E402
from seq2seq_graph.fields import add_flags, from_flags  # noqa: E402
from seq2seq_graph.training.cluster import answers, devices, server  # noqa: E402
from seq2seq_graph.training.placement import HERE, Place  # noqa: E402
from seq2seq_graph.training.steps import build_trainer, train_steps  # noqa: E402
from seq2seq_graph.training.threads import Threads, session_config  # noqa: E402

tf.logging.set_verbosity(tf.logging.ERROR)
ONE = Threads(1, 1, 1)
STEPS = 10


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--vocab-size", type=int, default=43)
    parser.add_argument("--batch-size", type=int, default=128)
    add_flags(parser, ModelConfig)
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    model = dataclasses.replace(from_flags(ModelConfig, args, RECIPES[args.recipe]),
                                vocab_size=args.vocab_size)
    training = from_flags(TrainingConfig, argparse.Namespace(), RECIPES[args.recipe])
    for size in (args.batch_size, args.batch_size // 2):
        _, seconds = measured(HERE, model, training, size, lambda: 0)
        print(f"{size} pairs: {1000 * seconds:.1f} ms a step")
    own, *others = tasks()
    with started(others) as processes:
        target = server.start(own, session_config(ONE), False)
        assert answers.wait_for(others, target, 300, print)
        worker = processes[[task.name for task in others].index("worker 0")]
        place = Place(target, devices.setters(own), 300)
        moved, _ = measured(place, dataclasses.replace(model, towers=2), training, args.batch_size,
                            lambda: sockets(worker.pid))
        answers.tell_end(others, target)
    print("a worker received {:,.0f} and sent {:,.0f} bytes a step".format(*moved))
    return 0


def measured(place, model, training, size, count):
    """Gives what `count` grew by, and CPU seconds, both a step."""
    with tf.Graph().as_default(), place.device(), place.open_session(ONE) as sess:
        trainer = build_trainer(model, training, place.devices)
        sess.run(tf.global_variables_initializer())
        list(train_steps(sess, trainer, batches(model, size)))
        before, began = np.array(count()), time.process_time()
        list(train_steps(sess, trainer, batches(model, size), STEPS))
        return (np.array(count()) - before) / STEPS, (time.process_time() - began) / STEPS


def batches(model, size):
    chance = np.random.RandomState(0)
    for _ in range(STEPS):
        yield tuple(chance.randint(4, model.vocab_size, [size, length])
                    for length in (model.max_input_length, model.max_output_length))


def sockets(pid):
    """Counts what all sockets of a process have received, and sent."""
    lines = subprocess.run(["ss", "-tinpO"], stdout=subprocess.PIPE, check=True).stdout.decode()
    own = [line for line in lines.splitlines() if f"pid={pid}," in line]
    return [sum(int(number) for line in own for number in re.findall(rf"{what}:(\d+)", line))
            for what in ("bytes_received", "bytes_sent")]


if __name__ == "__main__":
    sys.exit(main())
