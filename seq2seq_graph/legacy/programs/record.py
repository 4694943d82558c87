"""`record` and `check`: a program runs as with `run`, and what it computes is noted."""

from typing import List, Optional

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.programs import comparison, recorded
from seq2seq_graph.legacy.programs.run import run


def record(out: str, program: str, args: List[str], as_module: bool = False,
           reference: Optional[str] = None, script: Optional[str] = None) -> None:
    """Runs a program and writes the file `out` when the process ends.

    Args:
      reference: a record of the same program, whose initial values are taken where they differ.
      script: as for `run`.

    Raises:
      InputError: there is no such program, or the reference is no record.
    """
    initial = None
    if reference is not None:
        initial = {e.name: e.values for e in recorded.read(reference).entries
                   if e.kind == "initial"}

    def begin():
        from seq2seq_graph.legacy.programs import randomness
        from seq2seq_graph.legacy.programs.recording import Recorder

        randomness.fix()
        Recorder(out, {}, initial).install()

    def each(namespace):
        from seq2seq_graph.legacy.programs import randomness

        randomness.names_for(namespace)

    run(program, args, as_module, begin, each, script)


def compare_files(first: str, second: str, tolerance: float, picture: Optional[str] = None) -> int:
    """Prints the table of two records; gives the exit status, 1 where the tolerance is passed."""
    if tolerance < 0:
        raise InputError(f"--tolerance {tolerance}: give a number of at least 0")
    found = comparison.compare(recorded.read(first), recorded.read(second))
    print(comparison.as_text(found, tolerance), end="")
    if picture:
        from seq2seq_graph.legacy.programs import growth

        growth.draw(found, picture)
        print(f"drawn: {picture}")
    return int(comparison.passes(found, tolerance))
