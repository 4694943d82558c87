"""Draws the document's graph: a box a block, with its variables; arrows with the tensors' shapes.

    pip install -e '.[plots]'
    python scripts/draw_graph.py graph.svg

The ending tells the form: .svg, .png or .pdf. `--counts` writes into each box how many operations
TensorFlow makes of it.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script


def parse_args(argv=None):
    from seq2seq_graph.fields import whole_number
    from seq2seq_graph.vocabulary import START

    parser = script.parser(__doc__)
    parser.add_argument("file", metavar="FILE", help="the picture, written over")
    parser.add_argument("--vocab-size", type=whole_number(START + 1), default=43,
                        help="tokens, with PAD and the like")
    parser.add_argument("--counts", action="store_true", help="write the number of operations")
    return parser.parse_args(argv)


@script.main(parse_args)
def main(args):
    from seq2seq_graph.pictures import figures

    figures.check(args.file)
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.config import ModelConfig
    from seq2seq_graph.model import build_training_graph
    from seq2seq_graph.pictures import graph_picture
    from seq2seq_graph.training.optimizer import build_optimizer

    with tf.Graph().as_default() as graph:
        build_optimizer(build_training_graph(ModelConfig(args.vocab_size)).loss, 0.001)
    figures.save(graph_picture.draw(graph_picture.read(graph), args.counts), args.file)
    print(args.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
