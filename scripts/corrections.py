"""Trains the document's program once with each correction, and prints what each of them changes.

    python scripts/corrections.py
    python scripts/corrections.py --limit 2000 --num-epochs 1 --only document --only mask_padding

The text is the CMU dictionary at the document's sizes. A row of the table, in Markdown, is one
training from the same first weights: its seconds, validation included, and the validation tokens
and words that are right, teacher-forced and free-running (greedy).
"""

import os
import sys
import tempfile

from seq2seq_graph.console import script

HEADINGS = "trained with", "seconds", "teacher-forced tokens", "teacher-forced words", "free words"


def parse_args(argv=None):
    from seq2seq_graph.config import TrainingConfig

    parser = script.parser(__doc__)
    parser.add_argument("--num-epochs", type=int, default=TrainingConfig.num_epochs)
    parser.add_argument("--limit", type=int, metavar="N", help="use N words of each part at most")
    parser.add_argument("--only", action="append", choices=[*variants()], help="may be repeated")
    return parser.parse_args(argv)


def variants():
    """Names the trainings: the document's, one for each correction of the recipe, and all."""
    from seq2seq_graph.config import RECIPES

    recipe = RECIPES["practical"]
    alone = {name: {name: value} for name, value in recipe.items() if "threads" not in name}
    return {"document": {}, **alone, "practical": recipe}


@script.main(parse_args)
def main(args):
    from seq2seq_graph.config import ModelConfig
    from seq2seq_graph.runs import origins

    with tempfile.TemporaryDirectory() as folder:
        text = origins.describe(None, None, {}, args.limit)
        dataset = origins.prepare(text, ModelConfig(vocab_size=4))
        print("| " + " | ".join(HEADINGS) + " |\n" + "|---" * len(HEADINGS) + "|")
        for name in args.only or variants():
            run = run_of(variants()[name], text, dataset, args.num_epochs)
            cells = trained(run, dataset, os.path.join(folder, name))
            label = f"`{name}={variants()[name][name]}`" if name in variants()[name] else name
            print("| " + " | ".join([label, *cells]) + " |", flush=True)
    return 0


def run_of(changes, text, dataset, num_epochs):
    """Makes a Run of the document's configuration with some fields changed."""
    from seq2seq_graph.config import ModelConfig, TrainingConfig
    from seq2seq_graph.runs import run_directory

    model = {name: value for name, value in changes.items() if hasattr(ModelConfig, name)}
    training = {name: value for name, value in changes.items() if name not in model}
    return run_directory.Run(
        ModelConfig(vocab_size=dataset.vocab_size, **model),
        TrainingConfig(num_epochs=num_epochs, **training),
        text,
        dataset.source_vocabulary,
        dataset.target_vocabulary,
    )


def trained(run, dataset, directory):
    """Trains a run, scores it on validation, and gives the cells of its row."""
    from seq2seq_graph.inference import evaluation
    from seq2seq_graph.runs import run_directory
    from seq2seq_graph.training.loop import train

    run_directory.create(directory, run)
    *_, last = train(run.model, run.training, dataset, directory)
    pairs = [
        (run.source_vocabulary.decode(source), run.target_vocabulary.decode(target))
        for source, target, _ in zip(*dataset.valid)
    ]
    forced, free = evaluation.evaluate(directory, run, pairs)[:2]
    shares = forced.token_accuracy, forced.exact_match, free.exact_match
    return [f"{last.rows[-1].seconds:.0f}", *(f"{share:.2%}" for share in shares)]


if __name__ == "__main__":
    sys.exit(main())
