"""Prints what a program builds, name by name, without a line more in the program than the call.

The program's own text is run, statement by statement up to its training loop, and its names are
looked at from outside; so the program reads as it did, and what is printed is what it built.
"""

import ast
import sys
from typing import Any, Dict

from seq2seq_graph.vocabulary import END, PAD, START

ROWS = 3  # of the first batch


def when_asked() -> None:
    """Explains the running script and ends it, if `--explain` is among its arguments."""
    if "--explain" in sys.argv[1:]:
        explain(sys.argv[0])
        sys.exit()


def explain(path: str) -> None:
    """Runs `path` up to its first batch; prints each named tensor, then that batch.

    Shapes: B stands for what the graph leaves open, the batch.
    """
    with open(path, encoding="utf-8") as file:
        source = file.read()
    lines, above = source.splitlines(), 0
    names: Dict[str, Any] = {"__name__": "__main__"}
    for statement in ast.parse(source).body:
        for line in lines[above:statement.lineno - 1]:
            if line.startswith("# "):
                print(f"\n{line}")
        if isinstance(statement, ast.For):
            break
        above = statement.lineno
        if not _asks(statement):
            _run(statement, names)
            _print_assigned(statement, names)
    else:
        return
    _run_to_first_feed(statement, names)
    _print_first_batch(names)
    names["sess"].close()


def _asks(statement):
    return isinstance(statement, ast.Expr) and "when_asked" in ast.dump(statement)


def _run(statement, names):
    module = ast.parse("")
    module.body = [statement]
    exec(compile(module, "<explained>", "exec"), names)


def _print_assigned(statement, names):
    if not isinstance(statement, ast.Assign):
        return
    targets = statement.targets[0]
    for target in targets.elts if isinstance(targets, ast.Tuple) else [targets]:
        if target.id != "_":
            for suffix, described in _described(names[target.id]):
                print(f"{target.id + suffix:26} {described}")


def _described(value):
    """Yields (suffix of the name, what it is) for what a program of this kind gives names to."""
    if isinstance(value, tuple):  # an LSTM's state
        for field in getattr(value, "_fields", ()):
            for _, described in _described(getattr(value, field)):
                yield f".{field}", described
    elif hasattr(value, "get_shape"):
        shape = ["B" if size is None else str(size) for size in value.get_shape().as_list()]
        yield "", f"{value.dtype.base_dtype.name} [{', '.join(shape)}]"
    elif isinstance(value, int):
        yield "", str(value)
    elif hasattr(value, "node_def"):
        yield "", "an operation: to run it is one training step"
    elif hasattr(value, "zero_state") or type(value).__name__.endswith("Cell"):
        yield "", f"{type(value).__name__}, its weights are made when it is used"


def _run_to_first_feed(loop, names):
    """Runs the first round of a loop, and of the loops in it, until `feed` is assigned."""
    iterated = eval(compile(ast.Expression(loop.iter), "<explained>", "eval"), names)
    names[loop.target.id] = next(iter(iterated))
    for statement in loop.body:
        if isinstance(statement, ast.For):
            _run_to_first_feed(statement, names)
        else:
            _run(statement, names)
        if "feed" in names:
            return


def _print_first_batch(names):
    data, feed = names["data"], names["feed"]
    fetches = [names[name] for name in ("encoder_inputs", "decoder_inputs", "decoder_targets")]
    batch = names["sess"].run(fetches, feed)
    print(f"\n# the first batch, {ROWS} of its {len(batch[0])} rows: "
          f"PAD {PAD}, START {START}, END {END}")
    for row in range(ROWS):
        encoder_inputs, decoder_inputs, decoder_targets = (ids[row] for ids in batch)
        source = " ".join(data.source_vocabulary.decode(encoder_inputs))
        target = " ".join(data.target_vocabulary.decode(decoder_targets))
        print(f"{source}  ->  {target}")
        for name, ids in (("encoder_inputs", encoder_inputs), ("decoder_inputs", decoder_inputs),
                          ("decoder_targets", decoder_targets)):
            print(f"    {name:16}" + "".join(f"{token:4}" for token in ids))
