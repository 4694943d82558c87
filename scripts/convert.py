"""Converts a model between a TensorFlow checkpoint, .npz, Keras 3 (.keras) and PyTorch (.pt).

    python scripts/convert.py tests/cases/document-checkpoint/model.ckpt-100 model.keras
    python scripts/convert.py runs/001 model.pt
    python scripts/convert.py old/model.ckpt-9000 model.npz --names names.json

The kind is told by the ending; a name without one of these endings is a checkpoint's prefix, and a
directory, as FROM, its best checkpoint. Adam's memory goes along. A checkpoint of other names needs
a mapping, {"EmbedSequence/embeddings": "its name there", ...}, or is searched by shape.
"""

import sys

from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError


def parse_args(argv=None):
    parser = script.parser(__doc__)
    parser.add_argument("source", metavar="FROM", help="what to read")
    parser.add_argument("target", metavar="TO", help="new file, or checkpoint prefix, to write")
    parser.add_argument("--config", metavar="FILE", help="the run's config.json, if not beside")
    parser.add_argument("--names", metavar="MAP.json", help="our names -> the file's")
    parser.add_argument("--yes", action="store_true", help="take names found by shape unasked")
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    from seq2seq_graph import variables
    from seq2seq_graph.weights import forms

    names = choose_names(args)
    state = forms.read(args.source, names, args.config)
    steps = adams_steps(state, args.source)
    behind = forms.left_behind(state, args.target)
    forms.write(state, args.target)
    if behind and forms.used(state) is not state:
        print("the moving averages are taken; the weights of the last step are left behind")
        behind, state, steps = [], forms.used(state), ""
    count = sum(state.arrays[name].size for name in variables.NAMES)
    print(f"{args.source} -> {args.target}: {count:,} weights{steps}")
    if behind:
        print(f"left behind, having no place there: {', '.join(behind)}")
    return 0


def adams_steps(state, path):
    """Says how many steps Adam remembers; nothing where it does not."""
    from seq2seq_graph import variables

    if not variables.has_slots(state.arrays):
        return ""
    try:
        return f", Adam's memory of {variables.adam_steps(state.arrays)} steps"
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: Adam's memory is damaged: {error}") from None


def choose_names(args):
    """Gives the mapping to use, or None where the names are this package's own."""
    from seq2seq_graph.weights import forms, legacy_names

    if args.names:
        return legacy_names.load(args.names)
    if forms.kind_of(args.source) in (".keras", ".pt"):
        return None
    arrays, _ = forms.read_arrays(args.source)
    if legacy_names.has_own_names(arrays):
        return None
    names = legacy_names.find(arrays, args.source)
    print(legacy_names.describe(names, arrays))
    if args.yes:
        return names
    try:
        answer = input("found by shape; is this right? [y/N] ")
    except (EOFError, RuntimeError):  # standard input has ended, or is closed
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise InputError("the names were not confirmed: say y, give --yes, or --names MAP.json")
    return names


if __name__ == "__main__":
    sys.exit(main())
