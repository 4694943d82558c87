"""Runs the lesson, tutorial.ipynb, from top to bottom in a clean kernel, and keeps its outputs.

    python scripts/run_notebook.py            about two minutes; writes the notebook
    python scripts/run_notebook.py --check    writes nothing

Needs the extra `notebook`. A cell that fails stops it, with the cell's text and its error.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError

NOTEBOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tutorial.ipynb")


def parse_args(argv=None):
    """Reads the command line."""
    parser = script.parser(__doc__)
    parser.add_argument("--check", action="store_true", help="keep no outputs")
    return parser.parse_args(argv)


def execute(path: str, folder: str):
    """Runs a notebook with `folder` as its working directory; returns it with its outputs.

    What a run leaves behind that says nothing of the lesson, times and versions, is left out.

    Raises:
      InputError: a package of the extra is missing.
      nbclient.exceptions.CellExecutionError: a cell failed.
    """
    try:
        import ipykernel  # noqa: F401
        import nbclient
        import nbformat
    except ImportError as error:
        raise InputError(f"{error.name} is not installed: pip install -e '.[notebook]'") from None
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=600, record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": folder}},
        on_cell_start=lambda cell, cell_index: say(f"cell {cell_index + 1} of "
                                                   f"{len(notebook.cells)}"),
    ).execute()
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def say(line):
    print(line, file=sys.stderr, flush=True)


@script.main(parse_args)
def main(args):
    """Runs the script; returns the exit status."""
    notebook = execute(NOTEBOOK, os.path.dirname(NOTEBOOK))
    what = f"{NOTEBOOK}: {len(notebook.cells)} cells, none with an error"
    if args.check:
        print(f"{what}; nothing is written")
    else:
        import nbformat

        from seq2seq_graph.plain_files import write_whole

        write_whole(NOTEBOOK, nbformat.writes(notebook) + "\n")  # or the old one stays
        print(f"{what}; written with its new outputs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
