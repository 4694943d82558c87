"""`tf.contrib.learn.Experiment`: an estimator with its inputs, trained and evaluated in turn.

Source: `tf.contrib.learn.Experiment` of TensorFlow 1.15, for one machine.
"""

import os
import time
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.learn_monitors import replace_monitors_with_hooks


class Experiment:
    """Trains and evaluates a `tf.estimator.Estimator`, or one of `tf.contrib.learn`.

    What several machines share is not carried over: `run_std_server`, `continuous_eval`.

    Args:
      train_input_fn, eval_input_fn: make features and labels.
      train_steps: steps in all; None trains as long as there are inputs.
      eval_steps: of one evaluation; None takes all inputs.
      train_monitors, eval_hooks: lists of SessionRunHooks; the first of monitors too.
      eval_delay_secs: seconds before `evaluate`.
      min_eval_frequency: `train_and_evaluate` evaluates a new checkpoint after so many steps; 0
        evaluates at the end alone. `local_eval_frequency` is that of `local_run`.
      check_interval_secs: seconds between two looks for a new checkpoint.
      train_steps_per_iteration: of `continuous_train_and_eval`.
      export_strategies: have a `name`, and `export(estimator, folder, checkpoint_path,
        eval_result)`.
      eval_metrics: name -> metric, of an estimator of `tf.contrib.learn` alone, which has no
        `saving_listeners`.

    Raises:
      ValueError: `estimator` is none, or has not what is given; or `train_steps_per_iteration` is
        no integer.
    """

    def __init__(self, estimator: Any, train_input_fn: Callable, eval_input_fn: Callable,
                 eval_metrics: Any = None, train_steps: Optional[int] = None,
                 eval_steps: Optional[int] = 100, train_monitors: Optional[List] = None,
                 eval_hooks: Optional[List] = None, local_eval_frequency: Optional[int] = None,
                 eval_delay_secs: float = 120, continuous_eval_throttle_secs: float = 60,
                 min_eval_frequency: Optional[int] = None,
                 delay_workers_by_global_step: bool = False,
                 export_strategies: Any = None,
                 train_steps_per_iteration: Optional[int] = None,
                 checkpoint_and_export: bool = False, saving_listeners: Optional[List] = None,
                 check_interval_secs: float = 5) -> None:
        self._fits = hasattr(estimator, "fit")
        if not (self._fits or hasattr(estimator, "train")) or not hasattr(estimator, "evaluate"):
            raise ValueError(f"estimator={estimator}: give a tf.estimator.Estimator")
        if eval_metrics is not None and not self._fits:
            raise ValueError("eval_metrics must be None; give eval_metric_ops in EstimatorSpec")
        if saving_listeners is not None and self._fits:
            raise ValueError("saving_listeners must be None for an estimator of tf.contrib.learn")
        if not isinstance(train_steps_per_iteration, (int, type(None))):
            raise ValueError(f"train_steps_per_iteration={train_steps_per_iteration}: give an "
                             "integer")
        self._estimator, self._eval_metrics = estimator, eval_metrics
        self._train_input_fn, self._eval_input_fn = train_input_fn, eval_input_fn
        self._train_steps, self._eval_steps = train_steps, eval_steps
        self._train_hooks, self._eval_hooks = list(train_monitors or []), list(eval_hooks or [])
        self._local_eval_frequency, self._eval_delay_secs = local_eval_frequency, eval_delay_secs
        self._every = 1 if min_eval_frequency is None else min_eval_frequency
        self._steps_of_a_round = train_steps_per_iteration
        self._saving_listeners, self._check_interval_secs = saving_listeners, check_interval_secs
        self.reset_export_strategies(export_strategies)

    estimator = property(lambda self: self._estimator)
    eval_metrics = property(lambda self: self._eval_metrics)
    train_steps = property(lambda self: self._train_steps)
    eval_steps = property(lambda self: self._eval_steps)

    def extend_train_hooks(self, additional_hooks: Iterable) -> None:
        """Adds hooks of the training."""
        self._train_hooks.extend(additional_hooks)

    def reset_export_strategies(self, new_export_strategies: Any = None) -> Tuple:
        """Takes other ones; gives those that were."""
        before = getattr(self, "_export_strategies", ())
        given = new_export_strategies or ()
        self._export_strategies = (given,) if hasattr(given, "export") else tuple(given)
        return before

    def train(self, delay_secs: Optional[float] = None) -> Any:
        """Trains up to `train_steps`; gives the estimator."""
        if delay_secs:
            time.sleep(delay_secs)
        return self._train(self._train_hooks, max_steps=self._train_steps)

    def evaluate(self, delay_secs: Optional[float] = None, name: Optional[str] = None) -> Dict:
        """Gives the measures, after a while."""
        time.sleep(self._eval_delay_secs if delay_secs is None else delay_secs)
        return self._evaluate(name or "one_pass")

    def test(self) -> Dict:
        """Trains and evaluates one step, and exports."""
        self._train(self._train_hooks, steps=1)
        found = self._evaluate("one_pass", 1)
        self._export(found)
        return found

    def train_and_evaluate(self) -> Tuple[Dict, List]:
        """Trains, and evaluates new checkpoints meanwhile; gives the measures and the exports."""
        return self._train_and_evaluate(self._every)

    def local_run(self) -> Tuple[Dict, List]:
        """As `train_and_evaluate`, with `local_eval_frequency`."""
        return self._train_and_evaluate(self._local_eval_frequency)

    def _train_and_evaluate(self, every):
        hooks = list(self._train_hooks)
        if every:
            hooks.append(_EvaluateNew(self._evaluate, self._estimator.model_dir, every,
                                      self._check_interval_secs))
        self._train(hooks, max_steps=self._train_steps)
        found = self._evaluate(None)
        return found, self._export(found)

    def continuous_train_and_eval(
            self, continuous_eval_predicate_fn: Optional[Callable] = None
    ) -> Tuple[Optional[Dict], Optional[List]]:
        """Trains some steps and evaluates in turn, until `train_steps` or the function says False.

        Args:
          continuous_eval_predicate_fn: gets the last measures, None at first.
        """
        steps = self._steps_of_a_round
        if steps is None:
            steps = int(self._train_steps / 10) if self._train_steps is not None else 1000
        found = exports = None
        while not continuous_eval_predicate_fn or continuous_eval_predicate_fn(found):
            if found and self._train_steps and found["global_step"] >= self._train_steps:
                break
            self._train(self._train_hooks, steps=steps)
            found = self._evaluate("one_pass")
            exports = self._export(found)
        return found, exports

    def _train(self, hooks, steps=None, max_steps=None):
        given = {"input_fn": self._train_input_fn, "steps": steps, "max_steps": max_steps}
        hooks = replace_monitors_with_hooks(hooks, self._estimator)
        if self._fits:
            return self._estimator.fit(monitors=hooks, **given)
        return self._estimator.train(
            hooks=hooks, saving_listeners=self._saving_listeners, **given)

    def _evaluate(self, name, steps=None):
        more = {"metrics": self._eval_metrics} if self._fits else {}
        return self._estimator.evaluate(
            input_fn=self._eval_input_fn, steps=steps or self._eval_steps, name=name,
            hooks=self._eval_hooks, **more)

    def _export(self, found):
        folder = os.path.join(self._estimator.model_dir, "export")
        return [strategy.export(self._estimator, os.path.join(folder, strategy.name),
                                checkpoint_path=None, eval_result=found)
                for strategy in self._export_strategies]


class _EvaluateNew(tf.train.SessionRunHook):
    """Evaluates a new checkpoint while training goes on; the last one is evaluated after it."""

    def __init__(self, evaluate, folder, every, interval):
        self._evaluate, self._folder = evaluate, folder
        self._every, self._interval = every, interval
        self._steps, self._looked, self._last = 0, time.time(), None

    def after_run(self, run_context, run_values):
        self._steps += 1
        if self._steps % self._every or time.time() - self._looked < self._interval:
            return
        self._looked = time.time()
        checkpoint = tf.train.latest_checkpoint(self._folder)
        if checkpoint not in (None, self._last):
            self._last = checkpoint
            self._evaluate(None)
