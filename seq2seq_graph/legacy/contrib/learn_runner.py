"""`tf.contrib.learn.learn_runner`: makes an Experiment and runs one of its methods.

Source: `tf.contrib.learn.learn_runner` of TensorFlow 1.15, for one machine.
"""

from typing import Any, Callable, Optional

from seq2seq_graph.legacy.contrib.experiment import Experiment


def run(experiment_fn: Callable, output_dir: Optional[str] = None, schedule: Optional[str] = None,
        run_config: Any = None, hparams: Any = None) -> Any:
    """Calls the method `schedule` (default `train_and_evaluate`) of an Experiment.

    Args:
      experiment_fn: gives the Experiment, from `run_config` and `hparams`, or from `output_dir`.
      run_config: has a `model_dir`.

    Raises:
      ValueError: not one of `output_dir` and `run_config` is given; there is no such method.
      TypeError: `experiment_fn` is no function, or gives no Experiment.
    """
    if (output_dir is None) == (run_config is None):
        raise ValueError("give either output_dir or run_config")
    if not callable(experiment_fn):
        raise TypeError(f"experiment_fn={experiment_fn}: give a function")
    if run_config is None and (not output_dir or hparams is not None):
        raise ValueError("output_dir must be a folder, and hparams None beside it")
    if run_config is not None:
        if not run_config.model_dir:
            raise ValueError("run_config needs a model_dir")
        experiment = experiment_fn(run_config, hparams)
    else:
        experiment = experiment_fn(output_dir=output_dir)
    if not isinstance(experiment, Experiment):
        raise TypeError(f"experiment_fn gives {type(experiment)}: it must give an Experiment")
    name = schedule or "train_and_evaluate"
    if not hasattr(experiment, name):
        raise ValueError(f"schedule={name!r}: an Experiment has no such method here")
    task = getattr(experiment, name)
    if not callable(task):
        raise TypeError(f"schedule={name!r}: it is no method")
    return task()
