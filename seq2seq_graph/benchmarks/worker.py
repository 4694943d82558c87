"""One engine on one case in this process, told by its standard input what to do.

    python -m seq2seq_graph.benchmarks.worker ENGINE SETTING CASE

CASE is JSON, SETTING the engine's own. Writes a line of JSON when the first step is done:
`import_s`, `graph_s`, `first_step_s` and `versions`. For each line read, a number, takes as many
steps and writes the milliseconds a step; at the end of the input writes `peak_rss_mb`.
"""

import json
import sys
import time
from typing import Callable, NamedTuple, Optional, Sequence

from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.errors import InputError
from seq2seq_graph.native.process import NOT_HERE


class Engine(NamedTuple):
    """A program that is set up."""

    run: Callable[[int], float]  # takes so many steps; gives the seconds they took
    versions: str
    imported: float  # time.perf_counter() when the libraries were there
    more: Callable[[], dict] = dict  # what else to report in the end


def measure(steps: Callable[[], object]) -> float:
    """Calls and gives the seconds."""
    start = time.perf_counter()
    steps()
    return time.perf_counter() - start


def serve(engine: Engine, start: float) -> None:
    """Takes the first step, then what the input asks for."""
    built = time.perf_counter()
    first = engine.run(1)
    say({
        "import_s": engine.imported - start,
        "graph_s": built - engine.imported,
        "first_step_s": first,
        "versions": engine.versions,
    })
    for line in sys.stdin:
        steps = int(line)
        say({"ms": 1000 * engine.run(steps) / steps})
    say({"peak_rss_mb": peak_megabytes(), **engine.more()})


def peak_megabytes() -> float:
    """Returns the largest memory that this process has held; NaN on Windows, which counts none."""
    try:
        import resource
    except ImportError:
        return float("nan")
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def say(what: dict) -> None:
    print(json.dumps(what), flush=True)


def main(argv: Optional[Sequence[str]] = None) -> int:
    start = time.perf_counter()
    name, setting, sizes = sys.argv[1:] if argv is None else argv
    case = Case(**json.loads(sizes))
    from seq2seq_graph.benchmarks import (
        attention_engines,
        feeding_decoding,
        feeding_engines,
        generation_engines,
        limit,
        training_engines,
    )

    engines = {
        "training": training_engines, "old program": attention_engines,
        "feeding": feeding_engines, "decoding": generation_engines,
        "feeding decoding": feeding_decoding,
    }[case.kind]
    set_up = limit.products if name == "limit" else engines.ENGINES[name]
    try:
        engine = set_up(case, setting)
    except ImportError as error:
        print(f"{error}: pip install -e '.[benchmark]'", file=sys.stderr)
        return NOT_HERE
    except InputError as error:
        print(error, file=sys.stderr)
        return NOT_HERE
    serve(engine, start)
    return 0


if __name__ == "__main__":
    sys.exit(main())
