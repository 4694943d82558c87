"""Asks a TensorFlow 1 and a TensorFlow 2 for their names and writes what `doctor` knows of them.

    python scripts/list_removed_symbols.py --old /python3.7/with/1.15 --new /python3/with/2.21

Each Python needs its TensorFlow only. The result is the package's file, or `--out FILE`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from seq2seq_graph.doctor import inventory, symbols
from seq2seq_graph.errors import InputError, reported_to_user


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--old", required=True, metavar="PYTHON", help="has TensorFlow 1.15")
    parser.add_argument("--new", required=True, metavar="PYTHON", help="has TensorFlow 2")
    parser.add_argument("--out", default=symbols.PATH, metavar="FILE.json",
                        help="(%(default)s, replaced)")
    return parser.parse_args(argv)


def ask(python, *others):
    """Runs the inventory in `python`; gives the path of its answer."""
    handle, out = tempfile.mkstemp(suffix=".json")
    os.close(handle)
    command = [python, inventory.__file__, out, *others]
    # TensorFlow 2 sets this in its own process; 1.15 would turn half into TensorFlow 2 by it.
    env = {k: v for k, v in os.environ.items() if k not in ("TF2_BEHAVIOR", "PYTHONPATH")}
    try:
        done = subprocess.run(command, env=env, capture_output=True, check=False)
    except OSError as error:
        raise InputError(f"{python}: {error.strerror}; name a Python") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise InputError(f"{python}: {' '.join(last)}; name a Python that has TensorFlow")
    return out


def main(argv=None):
    args = parse_args(argv)
    with reported_to_user():
        paths = [ask(args.old)]
        try:
            paths.append(ask(args.new, paths[0]))
            old, new = (symbols.read_json(path) for path in paths)
        finally:
            for path in paths:
                os.remove(path)
        table = symbols.compare(old, new)
        with open(args.out, "w", encoding="utf-8") as file:
            json.dump(table, file, indent=0, sort_keys=True)
            file.write("\n")
    counts = {key: sum(len(names.split()) for names in value.values())
              for key, value in table.items() if key in symbols.GROUPS}
    print(", ".join(f"{key} {count}" for key, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
