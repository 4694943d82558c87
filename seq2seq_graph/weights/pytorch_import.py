"""PyTorch, the extra `pytorch`, imported where it is used and beside TensorFlow."""

import contextlib
import importlib.util
import sys
import types

from seq2seq_graph.errors import InputError

SAFE_TO_READ = (2, 6)  # in older ones a file could run code of its own as it was read


def require_torch(reading: bool = False) -> types.ModuleType:
    """Imports PyTorch.

    Args:
      reading: whether a file of somebody else's is to be read.

    Raises:
      InputError: it is not there, or is older than SAFE_TO_READ where a file is to be read.
    """
    try:
        with _without_triton():
            import torch
    except ImportError as error:
        raise InputError(f"PyTorch is needed: pip install -e '.[pytorch]' ({error})") from None
    version = torch.__version__.split("+")[0]
    if reading and tuple(map(int, version.split(".")[:2])) < SAFE_TO_READ:
        raise InputError(
            f"PyTorch {version} may run code that stands in a .pt file; to read one: "
            f"pip install 'torch>={'.'.join(map(str, SAFE_TO_READ))}'")
    return torch


@contextlib.contextmanager
def _without_triton():
    """Hides triton from PyTorch where TensorFlow was first.

    PyTorch for GPUs brings triton, a compiler, and its optimizers import it. Both triton (3.7) and
    TensorFlow (2.21) carry LLVM; where TensorFlow's is there first, triton's import ends the
    process by a segmentation fault. PyTorch does without triton where it finds none, and looks
    for it once, in `torch._dynamo`.
    """
    first = "tensorflow" in sys.modules and "triton" not in sys.modules
    if not first or importlib.util.find_spec("triton") is None:
        yield
        return
    sys.modules["triton"] = None
    try:
        yield
        importlib.import_module("torch._dynamo")
    finally:
        del sys.modules["triton"]
