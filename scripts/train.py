"""Trains the document's model, by default to pronounce English words (the CMU dictionary).

    python scripts/train.py
    python scripts/train.py --recipe practical --data FOLDER --num-epochs 30 --patience 3
    python scripts/train.py --pairs FILE --source-tokens words --target-tokens words
    python scripts/train.py --resume RUN

FOLDER is what scripts/prepare.py writes, FILE has lines of source TAB target, UTF-8. Leaves a run
directory: configuration, vocabularies, metrics.csv and, after each epoch, a checkpoint. Ctrl-C
saves one more and leaves; --resume goes on from the last one as if nothing had happened.
"""

import dataclasses
import shlex
import signal
import sys

from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError


def parse_args(argv=None):
    from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig, add_flags, at_resume
    from seq2seq_graph.data.pairs import DEFAULT_TOKENS, TOKENIZERS

    parser = script.parser(__doc__)
    parser.add_argument("--run", metavar="DIR", help="new directory to write (runs/001, 002, ...)")
    parser.add_argument("--resume", metavar="RUN", help="go on with a run; with it only --" + (
        ", --".join(at_resume(TrainingConfig)).replace("_", "-")))
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="what stands for each flag that "
                        "is not given: the document's program (the default), or all corrections "
                        "and faster ways")
    parser.add_argument("--pairs", metavar="FILE", help="train on these source TAB target lines")
    parser.add_argument("--data", metavar="FOLDER", help="train on what scripts/prepare.py wrote")
    for side, default in DEFAULT_TOKENS.items():
        parser.add_argument(
            "--" + side.replace("_", "-"),
            choices=sorted(TOKENIZERS),
            help=f"what a token of that side is ({default} with --pairs, pieces with --data)",
        )
    parser.add_argument("--limit", type=int, metavar="N", help="use N sources of each part at most")
    parser.add_argument("--min-count", type=int, metavar="N", help="times that a token must "
                        "stand in the training part; a rarer one is read as unknown, never written "
                        "(1)")
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    return parser.parse_args(argv)


@script.main(parse_args, output_may_end=True)
def main(args):
    from seq2seq_graph.runs import run_directory
    from seq2seq_graph.training import interrupt
    from seq2seq_graph.training.divergence import Diverged

    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not know the text's letters
    directory = args.resume
    try:
        resume = args.resume is not None
        run, dataset = reopen(args) if resume else prepare(args)
        if not resume:
            directory = run_directory.create(args.run, run)
        with interrupt.noted() as came:
            train_and_print(run, dataset, directory, resume, came)
    except KeyboardInterrupt:
        return interrupted(directory, signal.SIGINT)
    except Diverged as error:
        print(f"error: {error}\n{saved(directory)}\nGo on from it with a lower --learning-rate or "
              "--clip-norm, and --resume; or train anew", file=sys.stderr)
        return 1
    return interrupted(directory, came()) if came() else 0


def prepare(args):
    """Makes the Run and its Dataset from the flags, the flags checked before the text is read."""
    from seq2seq_graph.config import ModelConfig, TrainingConfig, from_flags
    from seq2seq_graph.data.datasets import counts_text
    from seq2seq_graph.runs import origins, run_directory
    from seq2seq_graph.vocabulary import SPECIAL_TOKENS

    recipe = args.recipe or "document"
    training_config = from_flags(TrainingConfig, args, recipe)
    model_config = from_flags(ModelConfig, args, recipe, vocab_size=len(SPECIAL_TOKENS))
    tokens = {"source_tokens": args.source_tokens, "target_tokens": args.target_tokens}
    text = origins.describe(args.pairs, args.data, tokens, args.limit,
                            1 if args.min_count is None else args.min_count)
    dataset = origins.prepare(text, model_config)
    run = run_directory.Run(
        dataclasses.replace(model_config, vocab_size=dataset.vocab_size),
        training_config,
        {**text, "fingerprint": origins.fingerprint(dataset)},
        dataset.source_vocabulary,
        dataset.target_vocabulary,
    )
    print(counts_text(dataset), flush=True)
    return run, dataset


def reopen(args):
    """Loads the Run to go on with, and its Dataset; writes what flags change in it."""
    from seq2seq_graph.config import ModelConfig, TrainingConfig, at_resume, given_flags
    from seq2seq_graph.runs import origins, run_directory

    changes = given_flags(TrainingConfig, args)
    fixed = {**given_flags(ModelConfig, args), **changes}
    fixed = [name for name in fixed if name not in at_resume(TrainingConfig)]
    others = ("run", "recipe", "pairs", "data", "source_tokens", "target_tokens", "limit",
              "min_count")
    fixed += [name for name in others if getattr(args, name) is not None]
    if fixed:
        flag = "--" + fixed[0].replace("_", "-")
        raise InputError(f"{flag} stays as it was in the run, so it cannot go with --resume")
    run = run_directory.load(args.resume)
    dataset = origins.prepare(run.text, run.model)
    if origins.fingerprint(dataset) != run.text.get("fingerprint"):
        raise InputError(f"{run.text['origin']} has changed since {args.resume} was begun; bring "
                         "back the text as it was, or train anew")
    run = run._replace(training=dataclasses.replace(run.training, **changes))
    if changes:
        run_directory.write_config(args.resume, run)
    return run, dataset


def train_and_print(run, dataset, directory, resume, came):
    import tensorflow

    from seq2seq_graph.data.batches import step_count
    from seq2seq_graph.runs import checkpoint, events, progress
    from seq2seq_graph.runs import samples as sample_texts
    from seq2seq_graph.training.loop import is_finished, train

    steps = step_count(dataset.train, run.training.batch_size)
    state = checkpoint.progress_of(directory)
    progress.write_metrics(directory, state.rows)
    if is_finished(run.training, steps, state):
        print(f"{directory} is finished after {len(state.rows)} epochs; a higher --num-epochs or "
              f"--patience goes on\n{saved(directory)}")
        return
    print(f"vocab_size {run.model.vocab_size}, {steps} steps an epoch; kept in {directory}")
    if resume:
        print(f"goes on after step {state.step}", flush=True)
    # Where a line cannot be redrawn: one line an epoch. The loss shown is the last step's.
    verbose = 1 if sys.stdout.isatty() else 2

    def on_step(step, loss_value):
        nonlocal bar
        if step == 1 or bar is None:
            bar = tensorflow.keras.utils.Progbar(steps, verbose=verbose, stateful_metrics=["loss"])
        bar.update(step, [("loss", loss_value)])

    bar = epoch = None
    with events.opened(directory, run.model, state.rows) as writer:
        for epoch in train(run.model, run.training, dataset, directory, on_step, resume, came):
            cells = sample_texts.sample_cells(run, dataset.valid, epoch.valid.prediction)
            progress.write_metrics(directory, epoch.rows)
            events.write_epoch(writer, epoch.rows[-1], cells)
            print(
                f"epoch {epoch.number}/{run.training.num_epochs}  loss {epoch.loss:.4f}  "
                f"valid: loss {epoch.valid.loss:.4f}, teacher-forced accuracy "
                f"{epoch.valid.token_accuracy:.2%} of tokens, {epoch.valid.source_accuracy:.2%} "
                "of sources",
                flush=True,
            )
    if not came():
        if epoch.number < run.training.num_epochs:
            print(f"no better {run.training.best_by} for {run.training.patience} epochs")
        print("\n".join(sample_texts.table_lines(cells)), saved(directory), sep="\n")


def saved(directory):
    """Says which checkpoint is the last and which is to be used."""
    from seq2seq_graph.runs import checkpoint

    last = checkpoint.last(directory)
    best = checkpoint.best(directory) if last else None
    return f"last checkpoint: {last or 'none'}; the best, which is used: {best or 'none'}"


def interrupted(directory, signal_number):
    from seq2seq_graph.runs import checkpoint

    last = directory and checkpoint.last(directory)
    print(f"\ninterrupted; last checkpoint: {last or 'none yet'}", file=sys.stderr)
    if directory:
        print(f"to go on: python scripts/train.py --resume {shlex.quote(directory)}",
              file=sys.stderr)
    return 128 + signal_number


if __name__ == "__main__":
    sys.exit(main())
