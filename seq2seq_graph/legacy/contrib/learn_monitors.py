"""`tf.contrib.learn.monitors`: what looks on while an estimator of contrib trains.

Source: `tf.contrib.learn.monitors` of TensorFlow 1.15.
"""

import time
from typing import Any, Dict, List, Optional

import tensorflow.compat.v1 as tf


class BaseMonitor:
    """What is called before and after each step; to be subclassed."""

    run_on_all_workers = False
    _estimator: Any = None

    def set_estimator(self, estimator: Any) -> None:
        """Says which estimator it looks on."""
        self._estimator = estimator

    def begin(self, max_steps: Optional[int] = None) -> None:
        """Called before the first step."""

    def end(self, session: Optional[tf.Session] = None) -> None:
        """Called after the last step."""

    def epoch_begin(self, epoch: int) -> None:
        """Called by nothing here, as in 1.15."""

    def epoch_end(self, epoch: int) -> None:
        """Called by nothing here, as in 1.15."""

    def step_begin(self, step: int) -> List[Any]:
        """Gives what is to be fetched in this step."""
        return []

    def step_end(self, step: int, output: Dict[Any, Any]) -> bool:
        """Tells whether training is to stop."""
        return False

    def post_step(self, step: int, session: tf.Session) -> None:
        """Called when all monitors have seen the step."""


class EveryN(BaseMonitor):
    """A monitor that is called every so many steps."""

    def __init__(self, every_n_steps: int = 100, first_n_steps: int = 1) -> None:
        self._every_n_steps, self._first_n_steps = every_n_steps, first_n_steps
        self._last_successful_step: Optional[int] = None
        self._last_active_step = 0
        self._active = False

    def every_n_step_begin(self, step: int) -> List[Any]:
        """Gives what is to be fetched in this step."""
        return []

    def every_n_step_end(self, step: int, outputs: Dict[Any, Any]) -> bool:
        """Tells whether training is to stop."""
        return False

    def every_n_post_step(self, step: int, session: Optional[tf.Session]) -> None:
        """Called when all monitors have seen the step."""

    def step_begin(self, step: int) -> List[Any]:
        self._active = (step <= self._first_n_steps
                        or step >= self._every_n_steps + self._last_active_step)
        return self.every_n_step_begin(step) if self._active else []

    def step_end(self, step: int, output: Dict[Any, Any]) -> bool:
        return self.every_n_step_end(step, output) if self._active else False

    def post_step(self, step: int, session: tf.Session) -> None:
        if self._active:
            self.every_n_post_step(step, session)
            self._last_active_step = step
        self._last_successful_step = step

    def end(self, session: Optional[tf.Session] = None) -> None:
        last = self._last_successful_step
        if last is not None and last != self._last_active_step:
            self.every_n_post_step(last, session)


class ValidationMonitor(EveryN):
    """Evaluates the newest checkpoint every so many steps, and can stop the training."""

    def __init__(self, x: Any = None, y: Any = None, input_fn: Any = None,
                 batch_size: Optional[int] = None, eval_steps: Optional[int] = None,
                 every_n_steps: int = 100, metrics: Optional[Dict[str, Any]] = None,
                 hooks: Any = None, early_stopping_rounds: Optional[int] = None,
                 early_stopping_metric: str = "loss", early_stopping_metric_minimize: bool = True,
                 name: Optional[str] = None, check_interval_secs: Optional[float] = 5) -> None:
        super().__init__(every_n_steps, -1)
        if x is None and input_fn is None:
            raise ValueError("Either x or input_fn should be provided.")
        self._arguments = {"x": x, "y": y, "input_fn": input_fn, "batch_size": batch_size,
                           "steps": eval_steps, "metrics": metrics, "hooks": hooks, "name": name}
        self.early_stopping_rounds = early_stopping_rounds
        self.early_stopping_metric = early_stopping_metric
        self.early_stopping_metric_minimize = early_stopping_metric_minimize
        self.check_interval_secs = check_interval_secs
        self.best_step: Any = None
        self.best_value: Any = None
        self.best_metrics: Any = None
        self.early_stopped = False
        self._checked: Optional[float] = None
        self._seen: Optional[str] = None

    def every_n_step_end(self, step: int, outputs: Dict[Any, Any]) -> bool:
        if self._estimator is None:
            raise ValueError("Missing call to set_estimator.")
        now, pause = time.time(), self.check_interval_secs
        if pause is not None and self._checked is not None and now - self._checked <= pause:
            return False
        self._checked = now
        newest = tf.train.latest_checkpoint(self._estimator.model_dir)
        if newest is None or newest == self._seen:
            return False
        self._seen = newest
        arguments = self._arguments
        if not hasattr(self._estimator, "fit"):  # a tf.estimator.Estimator
            arguments = {name: arguments[name] for name in ("input_fn", "steps", "hooks", "name")}
        found = self._estimator.evaluate(**arguments)
        tf.logging.info("Validation (step %d): %s", step,
                        ", ".join(f"{name} = {value}" for name, value in found.items()))
        return self.early_stopping_rounds is not None and self._stops(step, found)

    def _stops(self, step, found):
        metric = self.early_stopping_metric
        if metric not in found:
            raise ValueError(f"Metric {metric} missing from outputs {set(found)}.")
        value, best = found[metric], self.best_value
        if best is None or (value < best if self.early_stopping_metric_minimize else value > best):
            self.best_value, self.best_metrics, self.best_step = value, dict(found), step
        self.early_stopped = step - self.best_step >= self.early_stopping_rounds
        return self.early_stopped


class RunHookAdapterForMonitors(tf.train.SessionRunHook):
    """Calls monitors as a hook."""

    def __init__(self, monitors: List[BaseMonitor]) -> None:
        self._monitors = monitors

    def begin(self) -> None:
        self._step: Optional[int] = None
        self._global_step = tf.train.get_global_step()
        for monitor in self._monitors:
            monitor.begin(max_steps=None)

    def before_run(self, run_context: Any) -> Any:
        if self._step is None:
            self._step = int(run_context.session.run(self._global_step)) + 1
        wanted = [fetch for monitor in self._monitors for fetch in monitor.step_begin(self._step)]
        graph = tf.get_default_graph()
        return tf.train.SessionRunArgs({"step": self._global_step, "monitors": {
            fetch: graph.as_graph_element(fetch) for fetch in wanted}})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        for monitor in self._monitors:
            if monitor.step_end(self._step or 0, run_values.results["monitors"]):
                run_context.request_stop()
        for monitor in self._monitors:
            monitor.post_step(self._step or 0, run_context.session)
        self._step = int(run_values.results["step"]) + 1

    def end(self, session: tf.Session) -> None:
        self._step = None
        for monitor in self._monitors:
            monitor.end(session)


def replace_monitors_with_hooks(monitors_or_hooks: Any, estimator: Any) -> List[Any]:
    """Gives a list of hooks alone: the monitors of the list become one, which comes last."""
    given = list(monitors_or_hooks or [])
    hooks = [each for each in given if isinstance(each, tf.train.SessionRunHook)]
    monitors = [each for each in given if not isinstance(each, tf.train.SessionRunHook)]
    for monitor in monitors:
        monitor.set_estimator(estimator)
    return hooks + ([RunHookAdapterForMonitors(monitors)] if monitors else [])
