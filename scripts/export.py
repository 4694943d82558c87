"""Writes a trained run as a SavedModel, text in and text out, for programs without this package.

    python scripts/export.py RUN FOLDER
    python scripts/export.py RUN FOLDER --beam 5 --n-best 3 --length-penalty 0.6

FOLDER is new. The signature `serving_default` takes texts and gives the lines that
scripts/generate.py gives with the same flags; `ids` takes ids.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.inference.decoding_flags import add_decoding_flags, beam_width


def parse_args(argv=None):
    parser = script.parser(__doc__)
    parser.add_argument("run", metavar="RUN", help="directory that scripts/train.py left")
    parser.add_argument("folder", metavar="FOLDER", help="new folder to write")
    add_decoding_flags(parser, n_best=True)
    args = parser.parse_args(argv)
    args.beam = beam_width(parser, args)
    return args


@script.main(parse_args)
def main(args):
    from seq2seq_graph.inference import saved_model

    names = saved_model.export(
        args.run, args.folder, args.beam, args.n_best, args.length_penalty, args.longest)
    print(f"{args.folder}: signatures {', '.join(names)}")
    if "serving_default" not in names:
        print("its sources are sub-words, which SentencePiece cuts, by the model in "
              f"{os.path.join(args.folder, saved_model.ASSETS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
