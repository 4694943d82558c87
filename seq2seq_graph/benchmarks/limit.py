"""The matrix products of a training step and nothing else: what no engine can be faster than.

Shapes: B batch, T time, V vocabulary, E embedding, H hidden.
"""

import multiprocessing
import os
import time
from typing import List, Tuple

import numpy as np

from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.benchmarks.worker import Engine, measure


def products_of(case: Case) -> List[Tuple[int, int, int]]:
    """Lists (rows, inner, columns) of each product of a step, in the order of a plain program.

    An LSTM: all inputs at once, then for each time step the state with its part of the kernel;
    backwards for each time step the gates' gradient with that part; then the gradients of the
    inputs and of both parts of the kernel, at once over all steps.
    """
    B, E, H, V = case.batch_size, case.embedding_size, case.hidden_units, case.vocab_size
    listed = []
    for T in (case.input_length, case.output_length):
        listed += [(B * T, E, 4 * H)] + T * [(B, H, 4 * H)] + T * [(B, 4 * H, H)]
        listed += [(B * T, 4 * H, E), (E, B * T, 4 * H), (H, B * T, 4 * H)]
    T = case.output_length
    return listed + [(B * T, H, V), (B * T, V, H), (H, B * T, V)]


def operations(case: Case) -> int:
    """Counts the floating-point operations: a multiplication and an addition each."""
    return sum(2 * rows * inner * columns for rows, inner, columns in products_of(case))


def products(case: Case, setting: str) -> Engine:
    """Multiplies them; the setting is like "numpy, 1 process" or "pytorch, 2 threads".

    Of "2 processes" each multiplies half of the batch by one thread: no lock of Python's, and none
    within a product, keeps one core waiting for the other.
    """
    library, how = setting.split(", ")
    count = int(how.split()[0])
    if not how.endswith("processes"):
        make, multiply, versions = _library(library, count)
        imported = time.perf_counter()
        work = _made(case, make)

        def run(steps):
            return measure(lambda: _multiply(work, multiply, steps))

        return Engine(run, versions, imported)

    *_, versions = _library(library, 1)
    imported = time.perf_counter()
    part = case._replace(batch_size=-(-case.batch_size // count))
    pipes = [_process(part, library) for _ in range(count)]

    def run_all(steps):
        def steps_of_all():
            for pipe in pipes:
                pipe.send(steps)
            for pipe in pipes:
                pipe.recv()

        return measure(steps_of_all)

    return Engine(run_all, versions, imported)


def _library(name, threads):
    """Returns how an array is made the library's, how it multiplies, and its version."""
    if name == "numpy":
        return (lambda array: array), np.matmul, f"NumPy {np.__version__}"
    import torch

    torch.set_num_threads(threads)
    return torch.from_numpy, torch.matmul, f"PyTorch {torch.__version__}"


def _multiply(work, multiply, steps):
    for _ in range(steps):
        for one, other, out in work:
            multiply(one, other, out=out)


def _process(case, library):
    """Starts a process that multiplies so many steps as it is sent; it ends with this one."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # NumPy's; this process has imported it already
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    context.Process(target=_obey, args=(case, library, there), daemon=True).start()
    here.recv()
    return here


def _obey(case, library, pipe):
    make, multiply, _ = _library(library, 1)
    work = _made(case, make)
    pipe.send("ready")
    while True:
        try:
            steps = pipe.recv()
        except EOFError:
            return
        _multiply(work, multiply, steps)
        pipe.send("done")


def _made(case, make):
    """Makes the factors and the result of each product, one set a shape."""
    random, made = np.random.RandomState(0), {}
    for shape in sorted(set(products_of(case))):
        rows, inner, columns = shape
        arrays = random.randn(rows, inner), random.randn(inner, columns), np.zeros([rows, columns])
        made[shape] = [make(array.astype(np.float32)) for array in arrays]
    return [made[shape] for shape in products_of(case)]
