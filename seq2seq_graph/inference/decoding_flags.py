"""The flags of every script that has a run write. No TensorFlow."""

import argparse


def add_decoding_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what `search.build_decoding` may be told: `--beam`, `--length-penalty`, `--longest`."""
    parser.add_argument("--beam", type=int, metavar="N",
                        help="beam width; 1 is greedy (as many as hypotheses are asked for)")
    parser.add_argument("--length-penalty", type=float, default=0.0, metavar="ALPHA",
                        help="with --beam: divide scores by ((5 + tokens) / 6) ** ALPHA (0)")
    parser.add_argument("--longest", type=int, metavar="T",
                        help="tokens written at most, END counted (the model's max_output_length)")
