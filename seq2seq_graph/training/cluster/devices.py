"""Which process holds a variable and which computes: TensorFlow's `replica_device_setter`."""

from typing import Any, Callable, Dict, List

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.training.cluster.tf_config import CHIEF, PS, Task


def setters(task: Task) -> List[Any]:
    """Makes what `tf.device` takes for each process that computes, the chief's first.

    Variables stand on the parameter servers, without one on the chief; each goes to the server that
    holds least so far, the same in every graph that makes them in the same order. They are for one
    graph.
    """
    holders = task.all_of(PS) or task.all_of(CHIEF)
    put = _to_the_emptiest(len(holders))
    return [
        tf.train.replica_device_setter(
            ps_tasks=len(holders), ps_device=f"/job:{holders[0].kind}",
            worker_device=computing.device, ps_strategy=put)
        for computing in task.computing
    ]


def _to_the_emptiest(count) -> Callable[[Any], int]:
    held = [0] * count
    numbers: Dict[str, int] = {}

    def put(operation: Any) -> int:
        if operation.name not in numbers:  # a setter within another: both ask
            numbers[operation.name] = held.index(min(held))
            sizes = [dim.size for dim in operation.node_def.attr["shape"].shape.dim]
            held[numbers[operation.name]] += int(np.prod(sizes))
        return numbers[operation.name]

    return put
