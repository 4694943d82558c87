"""Measures the memory that one training step takes, for example with one-hot and sparse labels.

    python scripts/memory.py --vocab-size 8000
    python scripts/memory.py --vocab-size 8000 --sparse-labels

Random ids; each call is a process of its own, whose peak is the system's count.
"""

import dataclasses
import math
import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError

# What plays no part in a step.
OF_A_RUN = ("num_epochs", "patience", "best_by", "keep_checkpoints", "save_steps",
            "init_from")


def parse_args(argv=None):
    from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig
    from seq2seq_graph.fields import add_flags, whole_number
    from seq2seq_graph.vocabulary import START

    parser = script.parser(__doc__)
    parser.add_argument("--vocab-size", type=whole_number(START + 1), default=8000,
                        help="ids of either side (8000)")
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="as for scripts/train.py")
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig, but=OF_A_RUN)
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig
    from seq2seq_graph.fields import from_flags

    recipe = RECIPES[args.recipe or "document"]
    config = from_flags(ModelConfig, args, recipe, vocab_size=args.vocab_size)
    training = from_flags(TrainingConfig, args, recipe)
    peak()
    import numpy as np
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.training.steps import build_trainer, train_steps
    from seq2seq_graph.training.threads import session_config, threads_of

    threads = threads_of(config, training)
    config = dataclasses.replace(config, towers=threads.towers)
    random = np.random.RandomState(training.seed)
    batch = [
        random.randint(1, config.vocab_size, [training.batch_size, time])
        for time in (config.max_input_length, config.max_output_length)
    ]
    with tf.Graph().as_default(), tf.Session(config=session_config(threads)) as sess:
        trainer = build_trainer(config, training)
        sess.run(tf.global_variables_initializer())
        before = peak()
        (loss_value,) = train_steps(sess, trainer, [batch])
        print(f"loss {loss_value:.6f}; peak {peak():.0f} MiB, {peak() - before:.0f} of them in the "
              f"step of {training.batch_size} pairs, vocabulary {config.vocab_size}")
    return 0


def peak():
    """Returns the largest memory that this process has held so far, MiB."""
    from seq2seq_graph.benchmarks.worker import peak_megabytes

    held = peak_megabytes() * 1e6 / 2**20
    if math.isnan(held):
        raise InputError("this system does not count what a process has held; use Linux or macOS")
    return held


if __name__ == "__main__":
    sys.exit(main())
