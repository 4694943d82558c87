"""Measures the memory that one training step takes, for example with one-hot and sparse labels.

    python scripts/memory.py --vocab-size 8000
    python scripts/memory.py --vocab-size 8000 --sparse-labels

Random ids; each call is a process of its own, whose peak is the system's count.
"""

import resource
import sys

from seq2seq_graph.console import script


def parse_args(argv=None):
    from seq2seq_graph.config import ModelConfig, TrainingConfig, add_flags

    parser = script.parser(__doc__)
    parser.add_argument("--vocab-size", type=int, default=8000, help="ids of either side (8000)")
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    from seq2seq_graph.config import ModelConfig, TrainingConfig, from_flags

    config = from_flags(ModelConfig, args, vocab_size=args.vocab_size)
    training = from_flags(TrainingConfig, args)
    import numpy as np
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.model import build_training_graph
    from seq2seq_graph.training.loop import build_optimizer, session_config, train_steps

    lengths = config.max_input_length, config.max_output_length
    random = np.random.RandomState(training.seed)
    batch = [
        random.randint(1, config.vocab_size, [training.batch_size, time])
        for time in lengths
    ]
    with tf.Graph().as_default(), tf.Session(config=session_config(training)) as sess:
        graph = build_training_graph(config, training.seed)
        optimizer = build_optimizer(
            graph.loss, training.learning_rate, training.clip_norm, config.fast
        )
        sess.run(tf.global_variables_initializer())
        before = peak()
        (loss_value,) = train_steps(sess, graph, optimizer, [batch])
        print(f"loss {loss_value:.6f}; peak {peak():.0f} MiB, {peak() - before:.0f} of them in the "
              f"step of {training.batch_size} pairs, vocabulary {config.vocab_size}")
    return 0


def peak():
    """Gives the largest resident set of this process so far, MiB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    sys.exit(main())
