"""Draws a run: learning.png, and vectors.png, the encoder's vectors of validation sources.

    pip install -e '.[plots]'
    python scripts/plot.py RUN

Both stand in RUN afterwards. The weights are the best checkpoint's.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script


def parse_args(argv=None):
    from seq2seq_graph.fields import whole_number

    parser = script.parser(__doc__)
    parser.add_argument("run", metavar="RUN", help="a run directory of scripts/train.py")
    parser.add_argument("--words", type=whole_number(), default=120,
                        help="sources on vectors.png (120)")
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    draw(args.run, args.words)
    return 0


def draw(directory, count):
    import numpy as np

    from seq2seq_graph.inference import vectors
    from seq2seq_graph.pictures import figures, plots
    from seq2seq_graph.runs import checkpoint, opening, run_directory

    run = opening.found(directory, run_directory.load(directory))
    prefix = checkpoint.best(directory)
    for name in "learning.png", "vectors.png":
        figures.check(os.path.join(directory, name))
    state = checkpoint.progress_of(directory)
    if state.rows:
        path = os.path.join(directory, "learning.png")
        plots.learning_curves(path, state.rows, state.best_by)
        print(path)
    sources = vectors.validation_sources(run)
    chosen = sources[np.unique(np.linspace(0, len(sources) - 1, count).astype(int))]
    join = run.joiner("source")
    words = [join(run.source_vocabulary.decode(ids)) for ids in chosen]
    points, shares = vectors.project(vectors.encoder_vectors(prefix, run.model, chosen))
    path = os.path.join(directory, "vectors.png")
    # A sub-word that is a space alone shows nothing.
    begins = [join(run.source_vocabulary.decode(ids[:1])) or word[:1]
              for ids, word in zip(chosen, words)]
    labels = plots.plane(path, points, shares, words, begins)
    print(f"{path}: {len(words)} sources of {len(sources)} in validation, {labels.drawn} labelled")
    if labels.missing:
        print(f"no font here has {labels.missing[:20]!r}: boxes stand for such characters; install "
              "one that has them, for example Debian's fonts-nanum for Korean")


if __name__ == "__main__":
    sys.exit(main())
