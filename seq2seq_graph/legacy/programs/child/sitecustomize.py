"""Python imports this as each process starts that a program under `legacy.py run` starts.

It is on PYTHONPATH there, and may meet any Python: where it is another one than the program's, it
does nothing but give way to the sitecustomize that would have been imported without it.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", "..", ".."))


def _start():
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != HERE]
    if os.environ.get("SEQ2SEQ_GRAPH_RUN", "").partition(os.pathsep)[2] == sys.prefix:
        before = list(sys.path)
        sys.path.insert(0, ROOT)  # another version may be installed
        try:
            from seq2seq_graph.legacy.programs import children
        finally:
            sys.path[:] = before
        children.begin()


def _give_way():
    own = sys.modules.pop(__name__)
    try:
        __import__(__name__)
    except ImportError:
        if __name__ in sys.modules:
            raise
    finally:
        sys.modules.setdefault(__name__, own)


if __name__ == "sitecustomize":
    _start()
    _give_way()
