"""What the doctor's tests share: the findings of a text."""

import textwrap

from seq2seq_graph.doctor import report


def found(text, name="program.py"):
    """Gives (line, code) of what is found in a text, as if it stood in a file of that name."""
    return [(f.line, f.code) for f in report.examine(name, textwrap.dedent(text)).findings]


def codes(text, name="program.py"):
    """Gives the codes of what is found, each once, sorted."""
    return sorted({code for _, code in found(text, name)})
