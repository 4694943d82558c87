"""Converts a model between a TensorFlow checkpoint, .npz, Keras 3 (.keras) and PyTorch (.pt).

    python scripts/convert.py tests/cases/document-checkpoint/model.ckpt-100 model.keras
    python scripts/convert.py runs/001 model.pt
    python scripts/convert.py old/model.ckpt-9000 model.npz --names names.json

The form is told by the ending; a name without an ending, or that ends like model.ckpt-100, is a
checkpoint's prefix, and a directory, as FROM, its best checkpoint. Adam's memory goes along. What
is written is read again: whatever has no place there, is rounded or was not found is said line by
line. A checkpoint of other names needs a mapping,
{"EmbedSequence/embeddings": "its name there", ...}, or is searched by shape.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
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
    from seq2seq_graph.weights import conversion, forms, legacy_names

    forms.require_new(args.target)
    names = legacy_names.load(args.names) if args.names else confirmed_names(args)
    print("\n".join(conversion.convert(args.source, args.target, names, args.config)))
    return 0


def confirmed_names(args):
    """Returns the mapping found by shape, once it is confirmed; None where none is needed."""
    from seq2seq_graph.weights import conversion

    found = conversion.names_needed(args.source)
    if found is None:
        return None
    names, lines = found
    print(lines)
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
