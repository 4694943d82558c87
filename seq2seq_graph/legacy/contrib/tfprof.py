"""`tf.contrib.tfprof`: other names of `tf.profiler`, which tells what a graph holds.

Source: `tf.contrib.tfprof` of TensorFlow 1.15.
"""

from typing import Any, Dict

import tensorflow.compat.v1 as tf

_EVERY: Dict[str, Any] = {
    "max_depth": 10000, "min_bytes": 0, "min_micros": 0, "min_params": 0, "min_float_ops": 0,
    "order_by": "name", "account_type_regexes": [".*"], "start_name_regexes": [".*"],
    "trim_name_regexes": [], "show_name_regexes": [".*"], "hide_name_regexes": [],
    "account_displayed_op_only": True, "output": "stdout", "dump_to_file": "",
}
TRAINABLE_VARS_PARAMS_STAT_OPTIONS = dict(
    _EVERY, account_type_regexes=["_trainable_variables"], select=["params"])
FLOAT_OPS_OPTIONS = dict(_EVERY, min_float_ops=1, order_by="float_ops", select=["float_ops"])
PRINT_ALL_TIMING_MEMORY = dict(_EVERY, min_bytes=1, min_micros=1, select=["micros", "bytes"])


def print_model_analysis(graph: tf.Graph, run_meta: Any = None, op_log: Any = None,
                         tfprof_cmd: str = "scope", tfprof_options: Any = 0) -> Any:
    """Prints what the options say, and gives it as a protocol buffer: see `tf.profiler.profile`."""
    return tf.profiler.profile(graph, run_meta, op_log, tfprof_cmd, tfprof_options)


def advise(graph: tf.Graph, run_meta: Any = None, tfprof_options: Any = 0) -> Any:
    """Gives advice: see `tf.profiler.advise`."""
    return tf.profiler.advise(graph, run_meta, tfprof_options)
