"""Trains the document's program once with each option, and prints what each of them changes.

    python scripts/corrections.py
    python scripts/corrections.py --limit 2000 --num-epochs 1 --only document --only mask_padding

The text is the CMU dictionary at the document's sizes. A row of the table, in Markdown, is one
training from the same first weights: its seconds, validation included, and the validation tokens
and words that are right, teacher-forced and free-running (greedy).
"""

import os
import sys
import tempfile

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script

# Options of the model that no recipe of the corrections has.
MODEL = {
    "luong": {"attention": "luong"},
    "bahdanau": {"attention": "bahdanau"},
    "luong, fed": {"attention": "luong", "input_feeding": True},
    "bidirectional": {"bidirectional": True},
    "layers": {"encoder_layers": 2, "decoder_layers": 2},
    "luong, fed, bidirectional": {
        "attention": "luong", "input_feeding": True, "bidirectional": True},
}
HEADINGS = "trained with", "seconds", "teacher-forced tokens", "teacher-forced words", "free words"


def parse_args(argv=None):
    from seq2seq_graph.config import TrainingConfig
    from seq2seq_graph.fields import whole_number

    parser = script.parser(__doc__)
    number = whole_number()
    parser.add_argument("--num-epochs", type=number, default=TrainingConfig.num_epochs)
    parser.add_argument("--limit", type=number, metavar="N",
                        help="use N words of each part at most")
    parser.add_argument("--only", action="append", choices=[*variants()], help="may be repeated")
    return parser.parse_args(argv)


def variants():
    """Names the trainings: the document's, each correction of the recipe, all, and MODEL's."""
    from seq2seq_graph.config import RECIPES

    recipe = RECIPES["practical"]
    alone = {name: {name: value} for name, value in recipe.items()}
    return {"document": {}, **alone, "practical": recipe, **MODEL}


@script.main(parse_args)
def main(args):
    from seq2seq_graph.runs import opening, origins

    with tempfile.TemporaryDirectory() as folder:
        text = origins.text_config(**({} if args.limit is None else {"limit": args.limit}))
        print("| " + " | ".join(HEADINGS) + " |\n" + "|---" * len(HEADINGS) + "|")
        for name in args.only or variants():
            model, training = configurations(variants()[name], args.num_epochs)
            with opening.begin(text, model, training, os.path.join(folder, name)) as run:
                cells = trained(*run)
            changes = variants()[name]
            label = f"`{name}={changes[name]}`" if name in changes else name
            if name in MODEL:
                label = ", ".join(f"`{field}={value}`" for field, value in changes.items())
            print("| " + " | ".join([label, *cells]) + " |", flush=True)
    return 0


def configurations(changes, num_epochs):
    """Makes the document's configurations with some fields changed."""
    from seq2seq_graph.config import ModelConfig, TrainingConfig

    model = {name: value for name, value in changes.items() if hasattr(ModelConfig, name)}
    training = {name: value for name, value in changes.items() if name not in model}
    return ModelConfig(**model), TrainingConfig(num_epochs=num_epochs, **training)


def trained(directory, run, dataset):
    """Trains a run, scores it on validation, and returns the cells of its row."""
    from seq2seq_graph.inference import evaluation
    from seq2seq_graph.training.loop import train

    *_, last = train(run.model, run.training, dataset, directory)
    pairs = [
        (run.source_vocabulary.decode(source), run.target_vocabulary.decode(target))
        for source, target, _ in zip(*dataset.valid)
    ]
    forced, free = evaluation.evaluate(directory, run, pairs)[:2]
    shares = forced.token_accuracy, forced.exact_match, free.exact_match
    return [f"{last.metrics.seconds:.0f}", *(f"{share:.2%}" for share in shares)]


if __name__ == "__main__":
    sys.exit(main())
