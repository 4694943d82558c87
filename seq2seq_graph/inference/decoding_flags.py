"""The flags of every script that has a run write. No TensorFlow."""

import argparse

LARGEST_PENALTY = 5.0  # alpha; Wu et al. used 0.2 to 1. At 40 a score is -0.0 in float32


def add_decoding_flags(parser: argparse.ArgumentParser, n_best: bool = False) -> None:
    """Adds what `search.build_decoding` may be told: `--beam`, `--length-penalty`, `--longest`,
    and, where it is asked for, `--n-best`."""
    from seq2seq_graph import fields

    parser.add_argument("--beam", type=fields.whole_number(), metavar="N",
                        help="beam width; 1 is greedy (as many as hypotheses are asked for)")
    alpha = fields.flag_type(float, lambda value: 0 <= value <= LARGEST_PENALTY,
                             f"from 0 to {LARGEST_PENALTY:g}")
    parser.add_argument("--length-penalty", type=alpha, default=0.0, metavar="ALPHA",
                        help="with --beam: divide scores by ((5 + tokens) / 6) ** ALPHA (0)")
    parser.add_argument("--longest", type=fields.whole_number(), metavar="T",
                        help="tokens written at most, END counted (the model's max_output_length)")
    if n_best:
        parser.add_argument("--n-best", type=fields.whole_number(), default=1, metavar="K",
                            help="hypotheses a line (1)")


def beam_width(parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
    """Returns the width that `--beam` and `--n-best` ask for; ends the parser where none can be."""
    if args.beam is not None and args.n_best > args.beam:
        parser.error(f"--n-best {args.n_best} is above --beam {args.beam}: a beam has no more "
                     "hypotheses than its width")
    return args.n_best if args.beam is None else args.beam
