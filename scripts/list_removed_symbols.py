"""Asks a TensorFlow 1 and a TensorFlow 2 for their names and writes what `doctor` knows of them.

    python scripts/list_removed_symbols.py --old /python3.7/with/1.15 --new /python3/with/2.21

Each Python needs its TensorFlow only, the newer one tf_keras besides, to know what that has. The
result is the package's file, or `--out FILE`.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError


def parse_args(argv=None):
    from seq2seq_graph.doctor import symbols

    parser = script.parser(__doc__)
    parser.add_argument("--old", required=True, metavar="PYTHON", help="has TensorFlow 1.15")
    parser.add_argument("--new", required=True, metavar="PYTHON", help="has TensorFlow 2")
    parser.add_argument("--out", default=symbols.PATH, metavar="FILE.json",
                        help="(%(default)s, replaced)")
    return parser.parse_args(argv)


def ask(python, others, folder):
    """Asks `python` for its TensorFlow's names, then its NumPy's and its own.

    Args:
      python: the program.
      others: the paths of the other's two answers, or none.
      folder: where the answers go.

    Returns:
      The paths of the two answers.
    """
    from seq2seq_graph.doctor import inventory, libraries

    paths = []
    for i, module in enumerate((inventory, libraries)):
        handle, out = tempfile.mkstemp(suffix=".json", dir=folder)
        os.close(handle)
        command = [python, "-W", "ignore", module.__file__, out, *others[i:i + 1]]
        # TensorFlow 2 sets this in its own process; 1.15 would turn half into TensorFlow 2 by it.
        env = {k: v for k, v in os.environ.items() if k not in ("TF2_BEHAVIOR", "PYTHONPATH")}
        try:
            done = subprocess.run(command, env=env, capture_output=True, check=False)
        except OSError as error:
            raise InputError(f"{python}: {error.strerror}; name a Python") from None
        if done.returncode:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise InputError(f"{python}: {' '.join(last) or _ended(done.returncode)}; name a "
                             "Python that has TensorFlow")
        if not os.path.getsize(out):
            raise InputError(f"{python}: ended well and answered nothing; name a Python that has "
                             "TensorFlow")
        paths.append(out)
    return paths


def _ended(status):
    return f"signal {-status}" if status < 0 else f"exit status {status} without a word"


def answers(paths):
    """Reads the two answers of one Python as one dictionary."""
    from seq2seq_graph.doctor import symbols

    return {key: value for path in paths for key, value in symbols.read_json(path).items()}


@script.main(parse_args)
def main(args):
    from seq2seq_graph import plain_files
    from seq2seq_graph.doctor import symbols

    plain_files.check_writable(args.out)
    with tempfile.TemporaryDirectory() as folder:
        old = ask(args.old, [], folder)
        new = ask(args.new, old, folder)
        table = symbols.compare(answers(old), answers(new))
        text = json.dumps(table, indent=0, sort_keys=True) + "\n"
        try:
            with open(args.out, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"{args.out}: {error.strerror}; name a file that can be written"
                             ) from None
    counts = {key: sum(len(names.split()) for names in value.values())
              for key, value in table.items() if key in symbols.GROUPS}
    print(", ".join(f"{key} {count}" for key, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
