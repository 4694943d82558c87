"""`tf.contrib.eager`: what TensorFlow has no other name for.

Source: `tf.contrib.eager` of TensorFlow 1.15.
"""

from typing import Any, Dict, Optional, Sequence, Union

import tensorflow.compat.v1 as tf


class Saver:
    """Saves and restores variables by name, in eager mode too.

    Args:
      var_list: variables, or name in the checkpoint -> variable.
    """

    def __init__(self, var_list: Union[Sequence[tf.Variable], Dict[str, tf.Variable]]) -> None:
        self._saver = tf.train.Saver(var_list)

    def save(self, file_prefix: str, global_step: Any = None) -> str:
        """Saves; gives the checkpoint's path, which ends with the step if one is given."""
        return self._saver.save(None, file_prefix, global_step=global_step)

    def restore(self, file_prefix: str) -> None:
        """Sets the variables to what the checkpoint has."""
        self._saver.restore(None, file_prefix)


def num_gpus() -> int:
    """Gives how many GPUs TensorFlow sees."""
    return len(tf.config.experimental.list_physical_devices("GPU"))


def in_eager_mode() -> bool:
    """Tells whether ops are computed at once."""
    return tf.executing_eagerly()


def get_optimizer_variables(optimizer: tf.train.Optimizer) -> Sequence[Optional[tf.Variable]]:
    """Gives the variables that the optimizer has made: its slots and what it counts with."""
    return optimizer.variables()
