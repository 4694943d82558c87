"""Trains the document's model, by default to pronounce English words (the CMU dictionary).

    python scripts/train.py
    python scripts/train.py --pairs FILE --source-tokens words --target-tokens words

FILE has lines of source TAB target, UTF-8. Leaves a run directory: configuration,
vocabularies and, after each epoch, a checkpoint.
"""

import argparse
import dataclasses
import os
import sys

import tensorflow
import tensorflow.compat.v1 as tf

from seq2seq_graph import checkpoint, data, run_directory
from seq2seq_graph.config import ModelConfig, TrainingConfig, add_flags, from_flags
from seq2seq_graph.corpora import cmudict
from seq2seq_graph.errors import InputError, reported_to_user
from seq2seq_graph.samples import sample_table
from seq2seq_graph.training import train
from seq2seq_graph.vocabulary import SPECIAL_TOKENS


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", metavar="DIR", help="new directory to write (runs/001, 002, ...)")
    parser.add_argument("--pairs", metavar="FILE", help="train on these source TAB target lines")
    for side, default in data.DEFAULT_TOKENS.items():
        parser.add_argument(
            "--" + side.replace("_", "-"),
            choices=sorted(data.TOKENIZERS),
            help=f"with --pairs: what a token of that side is ({default})",
        )
    parser.add_argument("--limit", type=int, metavar="N", help="use N sources of each part at most")
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    tf.logging.set_verbosity(tf.logging.ERROR)
    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not know the text's letters
    directory = None
    try:
        with reported_to_user():
            run, dataset = prepare(args)
            directory = run_directory.create(args.run, run)
        train_and_print(run, dataset, directory)
    except KeyboardInterrupt:
        last = directory and tf.train.latest_checkpoint(directory)
        print(f"\ninterrupted; last checkpoint: {last or 'none yet'}", file=sys.stderr)
        return 130
    return 0


def prepare(args):
    """Makes the Run and its Dataset from the flags, the flags checked before the text is read."""
    training_config = from_flags(TrainingConfig, args)
    model_config = from_flags(ModelConfig, args, vocab_size=len(SPECIAL_TOKENS))
    tokens = {"source_tokens": args.source_tokens, "target_tokens": args.target_tokens}
    if args.pairs is None:
        if any(tokens.values()):
            raise InputError("--source-tokens and --target-tokens go with --pairs")
        pairs, text = cmudict.pairs(), {"origin": "cmudict", **cmudict.TOKENS}
    else:
        tokens = {side: name or data.DEFAULT_TOKENS[side] for side, name in tokens.items()}
        pairs = data.read_pairs(args.pairs, **tokens)
        text = {"origin": os.path.abspath(args.pairs), **tokens}
    dataset = data.prepare(pairs, args.max_input_length, args.max_output_length)
    print(data.describe(dataset), flush=True)
    run = run_directory.Run(
        dataclasses.replace(model_config, vocab_size=dataset.vocab_size),
        training_config,
        text,
        dataset.source_vocabulary,
        dataset.target_vocabulary,
    )
    return run, dataset if args.limit is None else data.limit(dataset, args.limit)


def train_and_print(run, dataset, directory):
    steps = data.step_count(dataset.train, run.training.batch_size)
    print(f"vocab_size {run.model.vocab_size}, {steps} steps an epoch; kept in {directory}")
    # Where a line cannot be redrawn: one line an epoch. The loss shown is the last step's.
    verbose = 1 if sys.stdout.isatty() else 2

    def on_step(step, loss_value):
        nonlocal bar
        if step == 1:
            bar = tensorflow.keras.utils.Progbar(steps, verbose=verbose, stateful_metrics=["loss"])
        bar.update(step, [("loss", loss_value)])

    bar = None
    prefix = os.path.join(directory, checkpoint.NAME)
    for epoch in train(run.model, run.training, dataset, prefix, on_step):
        print(
            f"epoch {epoch.number}/{run.training.num_epochs}  loss {epoch.loss:.4f}  "
            f"valid: loss {epoch.valid.loss:.4f}, teacher-forced accuracy "
            f"{epoch.valid.token_accuracy:.2%} of tokens, {epoch.valid.source_accuracy:.2%} of "
            "sources",
            flush=True,
        )
    print("\n".join(sample_table(run, dataset.valid, epoch.valid.prediction)))


if __name__ == "__main__":
    sys.exit(main())
