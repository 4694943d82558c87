"""The matrix products of a training step and nothing else: what no engine can be faster than.

Shapes: B batch, T time, V vocabulary, E embedding, H hidden.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from seq2seq_graph.benchmarks.worker import Engine, timed


def products_of(case):
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


def operations(case) -> int:
    """Counts the floating-point operations: a multiplication and an addition each."""
    return sum(2 * rows * inner * columns for rows, inner, columns in products_of(case))


def products(case, setting):
    """Multiplies them by NumPy, or by PyTorch: "1 thread", "2 threads", or "two halves" of the
    batch, a thread each."""
    halves = setting == "two halves"
    if setting == "numpy":
        versions, make, multiply = f"NumPy {np.__version__}", lambda array: array, np.matmul
    else:
        import torch

        torch.set_num_threads(1 if halves else int(setting.split()[0]))
        versions, make, multiply = f"PyTorch {torch.__version__}", torch.from_numpy, torch.matmul
    imported = time.perf_counter()
    half = case._replace(batch_size=-(-case.batch_size // 2))
    works = [_made(half, make), _made(half, make)] if halves else [_made(case, make)]

    def run(steps):
        def multiply_all(work):
            for one, other, out in work:
                multiply(one, other, out=out)

        def steps_of_all():
            for _ in range(steps):
                list(pool.map(multiply_all, works))

        with ThreadPoolExecutor(len(works)) as pool:
            return timed(steps_of_all)

    return Engine(run, versions, imported)


def _made(case, make):
    """Makes the factors and the result of each product, one set a shape."""
    random, made = np.random.RandomState(0), {}
    for shape in sorted(set(products_of(case))):
        rows, inner, columns = shape
        factors = random.randn(rows, inner), random.randn(inner, columns)
        arrays = (*factors, np.empty([rows, columns]))
        made[shape] = [make(array.astype(np.float32)) for array in arrays]
    return [made[shape] for shape in products_of(case)]
