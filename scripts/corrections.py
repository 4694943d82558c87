"""Trains a program once with each option, and prints what each of them changes.

    python scripts/corrections.py
    python scripts/corrections.py --limit 2000 --num-epochs 1 --only document --only mask_padding
    python scripts/corrections.py --recipe practical --data FOLDER --num-epochs 15
    python scripts/corrections.py --recipe practical --data FOLDER --only luong --seeds 3

Without --recipe: the document's program, each correction alone, all of them, and each option of the
model. With `--recipe practical`: all corrections, and each option of the model beside them. Text,
sizes and all other numbers are given as to scripts/train.py; an option's row has its own, and tied
embeddings are as wide as the decoder. A row of the table, in Markdown, is one training (of several
the mean, and in brackets the least and the largest): its number of weights, its seconds, validation
included, and scores of the validation part, of what fits the sizes: tokens and sources that are
right teacher-forced, sources that are right free-running (greedy), and of texts, with sacrebleu,
chrF++.
"""

import dataclasses
import importlib.util
import os
import sys
import tempfile

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script

# Options of the model that are no corrections: each alone, then together.
MODEL = {
    "luong": {"attention": "luong"},
    "bahdanau": {"attention": "bahdanau"},
    "luong, fed": {"attention": "luong", "input_feeding": True},
    "bahdanau, fed": {"attention": "bahdanau", "input_feeding": True},
    "bidirectional": {"bidirectional": True},
    "layers": {"encoder_layers": 2, "decoder_layers": 2},
    "residual": {"encoder_layers": 2, "decoder_layers": 2, "residual": True},
    "stacked ways": {"bidirectional": True, "encoder_layers": 2, "stack_bidirectional": True},
    "luong, fed, bidirectional": {
        "attention": "luong", "input_feeding": True, "bidirectional": True},
}
# What the document's program cannot have: its vectors are narrow, and it drops nothing. Or what it
# has no use for: of the few tokens of cmudict Glorot's range is as wide.
NOT_DOCUMENT = {
    "wide": {"embedding_range": 0.3},
    "tied": {"tied_embeddings": True},
    "variational": {"variational_dropout": True},
    "memory dropout": {"attention": "luong", "memory_dropout": 0.2},
    "all": {**MODEL["luong, fed, bidirectional"], **MODEL["residual"], "tied_embeddings": True,
            "embedding_range": 0.3},
}


def parse_args(argv=None):
    from seq2seq_graph.config import ModelConfig, TrainingConfig
    from seq2seq_graph.data.text_config import TextConfig
    from seq2seq_graph.fields import add_flags, whole_number

    parser = script.parser(__doc__)
    parser.add_argument("--recipe", choices=("document", "practical"), default="document",
                        help="what each row adds its options to (%(default)s)")
    parser.add_argument("--data", metavar="FOLDER", help="what scripts/prepare.py wrote (cmudict)")
    every = {**variants("document"), **variants("practical")}
    parser.add_argument("--only", action="append", choices=[*every], help="may be repeated")
    parser.add_argument("--seeds", type=whole_number(), default=1, metavar="N",
                        help="trainings a row, of --seed and the next ones (%(default)s)")
    for config in TextConfig, ModelConfig, TrainingConfig:
        add_flags(parser, config)
    return parser.parse_args(argv)


def variants(recipe):
    """Names the trainings of a recipe, and the options that each adds to it."""
    from seq2seq_graph.config import RECIPES

    if recipe == "practical":
        return {"practical": {}, **MODEL, **NOT_DOCUMENT}
    practical = RECIPES["practical"]
    alone = {name: {name: value} for name, value in practical.items()}
    return {"document": {}, **alone, "practical": practical, **MODEL}


@script.main(parse_args)
def main(args):
    from seq2seq_graph.data.text_config import TextConfig
    from seq2seq_graph.fields import given_flags
    from seq2seq_graph.runs import origins

    text = origins.text_config(folder=args.data, **given_flags(TextConfig, args))
    rows = chosen(args)
    # All of them first: a row that cannot be is refused before the others are trained.
    trainings = {name: [configurations(args, changes, i) for i in range(args.seeds)]
                 for name, changes in rows.items()}
    headings = ["trained with", "weights", "seconds", "teacher-forced tokens",
                "teacher-forced sources", "free sources"]
    if args.data is not None and importlib.util.find_spec("sacrebleu"):
        headings.append("chrF++")
    print("| " + " | ".join(headings) + " |\n" + "|---" * len(headings) + "|", flush=True)
    for name, changes in rows.items():
        found = [trained(text, *configured) for configured in trainings[name]]
        cells = [cell(one, form) for one, form in zip(zip(*found), FORMS[: len(headings) - 1])]
        print("| " + " | ".join([label(name, changes), *cells]) + " |", flush=True)
    return 0


def chosen(args):
    """Returns the rows, all of a recipe or those that --only names.

    Raises:
      InputError: a row that the recipe has not.
    """
    from seq2seq_graph.errors import InputError

    rows = variants(args.recipe)
    for name in args.only or rows:
        if name not in rows:
            raise InputError(f"--only {name}: --recipe {args.recipe} has no such row; it has "
                             + "; ".join(rows))
    return {name: rows[name] for name in args.only or rows}


def configurations(args, changes, i=0):
    """Makes a row's configurations: the recipe, the flags, then the row's own options.

    Raises:
      InputError: the row's options and the flags make no sense together.
    """
    from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig
    from seq2seq_graph.errors import InputError
    from seq2seq_graph.fields import from_flags

    model, training = (
        from_flags(config, args, RECIPES[args.recipe]) for config in (ModelConfig, TrainingConfig))
    of_model = {name: value for name, value in changes.items() if hasattr(ModelConfig, name)}
    of_training = {name: value for name, value in changes.items() if name not in of_model}
    if changes.get("tied_embeddings"):
        of_model["decoder_embedding_size"] = model.decoder_hidden_units
    try:
        return (dataclasses.replace(model, **of_model),
                dataclasses.replace(training, **of_training, seed=training.seed + i))
    except InputError as error:
        raise InputError(f"the row {label('', changes)}: {error}") from None


def label(name, changes):
    if name in ("document", "practical"):
        return name
    return ", ".join(f"`{field}={value}`" for field, value in changes.items())


FORMS = "{:,.0f}", "{:.0f}", "{:.2%}", "{:.2%}", "{:.2%}", "{:.2f}"


def cell(figures, form):
    """Returns a figure, or of several the mean with the least and the largest."""
    mean = form.format(sum(figures) / len(figures))
    least, largest = form.format(min(figures)), form.format(max(figures))
    return mean if least == largest else f"{mean} ({least} to {largest})"


def trained(text, model, training):
    """Trains a run, scores it on validation, and returns the figures of its row."""
    import numpy as np

    from seq2seq_graph import variables
    from seq2seq_graph.inference import evaluation
    from seq2seq_graph.runs import checkpoint, opening
    from seq2seq_graph.training.loop import train

    with tempfile.TemporaryDirectory() as folder:
        with opening.begin(text, model, training, os.path.join(folder, "run")) as opened:
            directory, run, dataset = opened
            *_, last = train(run.model, run.training, dataset, directory)
        pairs = [
            (run.source_vocabulary.decode(source), run.target_vocabulary.decode(target))
            for source, target, _ in zip(*dataset.valid)
        ]
        forced, free = evaluation.evaluate(checkpoint.best(directory), run, pairs)[:2]
    weights = sum(int(np.prod(shape)) for shape in variables.shapes(run.model).values())
    return (weights, last.metrics.seconds, forced.token_accuracy,
            forced.exact_match, free.exact_match, free.texts.chrf_words if free.texts else 0.0)


if __name__ == "__main__":
    sys.exit(main())
