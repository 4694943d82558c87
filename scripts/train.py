"""Trains the document's model, by default to pronounce English words (the CMU dictionary).

    python scripts/train.py
    python scripts/train.py --recipe practical --data FOLDER --num-epochs 30 --patience 3
    python scripts/train.py --pairs FILE --source-tokens words --target-tokens words
    python scripts/train.py --source-file train.en --target-file train.ko
    python scripts/train.py --resume RUN

FOLDER is what scripts/prepare.py writes, FILE has lines of source TAB target, UTF-8; of two files
line i of the one is the source, of the other the target. Leaves a run
directory: configuration, vocabularies, metrics.csv and, after each epoch, a checkpoint. Ctrl-C
saves one more and leaves; --resume goes on from the last one as if nothing had happened.

With TF_CONFIG in its environment it is one process of several that train together; all of them on
this machine start with scripts/cluster.py.
"""

import os
import shlex
import signal
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError


def parse_args(argv=None):
    from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig
    from seq2seq_graph.data.text_config import TextConfig
    from seq2seq_graph.fields import add_flags, at_resume, whole_number
    from seq2seq_graph.training.cluster import flags as cluster_flags

    parser = script.parser(__doc__)
    parser.add_argument("--run", metavar="DIR", help="new directory to write (runs/001, 002, ...)")
    parser.add_argument("--resume", metavar="RUN", help="go on with a run; with it only --" + (
        ", --".join(at_resume(TrainingConfig)).replace("_", "-")) + ", and:")
    parser.add_argument("--from-step", type=whole_number(0), metavar="N",
                        help="with --resume: go on from this "
                        "older checkpoint; those past it are deleted")
    parser.add_argument("--pairs", metavar="FILE", help="train on these source TAB target lines; "
                        "with --resume: where they are now")
    parser.add_argument("--data", metavar="FOLDER", help="train on what scripts/prepare.py wrote; "
                        "with --resume: where it is now")
    add_files(parser)
    cluster_flags.add(parser)
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="what stands for each flag that "
                        "is not given: the document's program (the default), all corrections "
                        "and faster ways (practical), or attention too")
    add_flags(parser, TextConfig)
    add_flags(parser, ModelConfig)
    add_flags(parser, TrainingConfig)
    return parser.parse_args(argv)


def add_files(parser):
    for name, what in (("", "train on these sources, a text a line"),
                       ("valid-", "those to validate with (every 20th of the others)"),
                       ("test-", "those to test with (two of 20 of the others)")):
        parser.add_argument(f"--{name}source-file", metavar="FILE", help=what)
        parser.add_argument(f"--{name}target-file", metavar="FILE", help="their targets, in order")


@script.main(parse_args, output_may_end=True)
def main(args):
    from seq2seq_graph.runs import way_on
    from seq2seq_graph.training import interrupt
    from seq2seq_graph.training.cluster import flags as cluster_flags
    from seq2seq_graph.training.divergence import Diverged

    cluster, directory = cluster_flags.read(args), args.resume
    if cluster is not None and not cluster.is_chief:
        return serve(cluster, args)
    try:
        with opened(args) as run:
            directory = run.directory
            import tensorflow  # noqa: F401
            with interrupt.note_signals() as came, trained_by(cluster, run.run) as train:
                train_and_print(*run, args.resume is not None, came, train)
    except KeyboardInterrupt:
        return interrupted(directory, signal.SIGINT)
    except Diverged as error:
        print(f"error: {error}\n{way_on.after_divergence(directory)}", file=sys.stderr)
        return 1
    return interrupted(directory, came()) if came() else 0


def serve(cluster, args):
    """Does what is to be done by a process of a cluster that is not its chief."""
    import tensorflow  # noqa: F401 - Ctrl-C during an import is still Ctrl-C

    from seq2seq_graph.inference import evaluation
    from seq2seq_graph.training import interrupt
    from seq2seq_graph.training.cluster import evaluator, member

    directory, threads = args.resume or args.run, args.threads or 0
    if cluster.is_evaluator and directory is None:
        raise InputError("an evaluator scores the checkpoints of a run: give --run RUN, the "
                         "directory that the chief writes")
    with interrupt.note_signals() as came:
        if cluster.is_evaluator:
            place = args.pairs or args.data or args.source_file
            score = evaluation.scorer(directory, place, threads)
            return evaluator.evaluate(cluster, directory, score, came)
        return member.serve(cluster, threads, came)


def trained_by(cluster, run):
    """Gives the context that holds what trains: the loop alone, or a cluster's chief."""
    import contextlib

    from seq2seq_graph.training import loop
    from seq2seq_graph.training.cluster import chief

    if cluster is None:
        return contextlib.nullcontext(loop.train)
    return chief.training(cluster, run.model, run.training)


def opened(args):
    """Begins a run or reopens one, the flags checked before the text is read."""
    from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig
    from seq2seq_graph.console import progress
    from seq2seq_graph.data.text_config import TextConfig
    from seq2seq_graph.fields import from_flags, given_flags
    from seq2seq_graph.runs import opening, origins, places

    files = {name: getattr(args, name) for name in places.FILES}
    if args.resume is not None:
        changes = given_flags(TrainingConfig, args)
        refuse_fixed(args, changes)
        where = args.pairs, args.data, args.from_step, files, progress.make_tell()
        return opening.reopen(args.resume, *where, **changes)
    if args.from_step is not None:
        raise InputError("--from-step goes with --resume")
    recipe = RECIPES[args.recipe or "document"]
    return opening.begin(
        origins.text_config(args.pairs, args.data, files, **given_flags(TextConfig, args)),
        from_flags(ModelConfig, args, recipe),
        from_flags(TrainingConfig, args, recipe),
        args.run,
        progress.make_tell(),
    )


def refuse_fixed(args, changes):
    """Refuses the first flag of what would make a resumed run another one."""
    from seq2seq_graph.config import ModelConfig, TrainingConfig
    from seq2seq_graph.data.text_config import TextConfig
    from seq2seq_graph.fields import at_resume, given_flags

    fixed = {**given_flags(ModelConfig, args), **changes, **given_flags(TextConfig, args)}
    fixed = [name for name in fixed if name not in at_resume(TrainingConfig)]
    fixed += [name for name in ("run", "recipe") if getattr(args, name) is not None]
    if fixed:
        flag = "--" + fixed[0].replace("_", "-")
        raise InputError(f"{flag} stays as it was in the run, so it cannot go with --resume")


def train_and_print(directory, run, dataset, resume, came, train):
    import tensorflow

    from seq2seq_graph.data.batches import step_count
    from seq2seq_graph.data.datasets import counts_text, unknown_hints
    from seq2seq_graph.pictures import alignment
    from seq2seq_graph.runs import events, inheritance, progress, recovery, way_on
    from seq2seq_graph.runs import samples as sample_texts
    from seq2seq_graph.training.loop import is_finished
    from seq2seq_graph.training.optimizer import fallen_rate

    steps = step_count(dataset.train, run.training.batch_size)
    state = recovery.progress_of(directory)
    progress.write_metrics(directory, state.rows)
    if is_finished(run.training, state):
        print(f"{directory} is finished after {len(state.rows)} epochs; a higher --num-epochs or "
              f"--patience goes on\n{way_on.saved(directory)}")
        return
    if not resume:
        print("\n".join([counts_text(dataset), *unknown_hints(dataset)]), flush=True)
        if run.training.init_from is not None:
            print(inheritance.described(run), flush=True)
    print(f"vocab_size {run.model.vocab_size}, {steps} steps an epoch; kept in {directory}")
    fallen = fallen_rate(run.training, steps)
    if fallen:
        print(fallen)
    if resume:
        print(f"goes on after step {state.step}", flush=True)
    # Where a line cannot be redrawn: one line an epoch. The loss shown is the last step's.
    print("a step's line has its own loss, an epoch's the mean over its steps", flush=True)
    verbose = 1 if sys.stdout.isatty() else 2

    def on_step(step, loss_value):
        nonlocal bar
        if step == 1 or bar is None:
            bar = tensorflow.keras.utils.Progbar(steps, verbose=verbose, stateful_metrics=["loss"])
        bar.update(step, [("loss", loss_value)])

    bar = epoch = None
    with events.open_writer(directory, run.model, state.rows) as writer:
        for epoch in train(run.model, run.training, dataset, directory, on_step, resume, came):
            cells = sample_texts.sample_cells(run, dataset.valid, epoch.validation.prediction)
            progress.write_metrics(directory, epoch.history)
            picture = alignment.of_validation(run, dataset.valid, epoch.validation.looked)
            events.write_epoch(writer, epoch.metrics, cells, picture)
            print(epoch_line(epoch, run.training.num_epochs), flush=True)
    if not came():
        if epoch.metrics.epoch < run.training.num_epochs:
            print(f"no better {run.training.best_by} for {run.training.patience} epochs")
        print("\n".join(sample_texts.table_lines(cells)), way_on.saved(directory), sep="\n")
        print(f"to use it: python scripts/generate.py {shlex.quote(directory)}")


def epoch_line(epoch, num_epochs):
    metrics, unknown = epoch.metrics, epoch.validation.unknown
    note = f" (it takes {unknown:.2%} of the tokens for UNKNOWN)" if unknown else ""
    return (
        f"epoch {metrics.epoch}/{num_epochs}  loss {metrics.training_loss:.4f}  "
        f"valid: loss {metrics.validation_loss:.4f}{note}, teacher-forced accuracy "
        f"{metrics.token_accuracy:.2%} of tokens, {metrics.source_accuracy:.2%} of sources"
    )


def interrupted(directory, signal_number):
    from seq2seq_graph.runs import way_on

    print("\n" + way_on.after_signal(directory), file=sys.stderr)
    return 128 + signal_number


if __name__ == "__main__":
    sys.exit(main())
