"""`tf.contrib.learn.Estimator`, which takes arrays: fit, evaluate, predict.

Source: `tf.contrib.learn.Estimator` of TensorFlow 1.15.
"""

import functools
import inspect
import os
import tempfile
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.learn import ModeKeys
from seq2seq_graph.legacy.contrib.learn_feeding import check_inputs, input_and_feed
from seq2seq_graph.legacy.contrib.learn_model_fn import ModelFnOps
from seq2seq_graph.legacy.contrib.learn_monitors import replace_monitors_with_hooks
from seq2seq_graph.legacy.contrib.learn_sklearn import SKCompat


class NotFittedError(ValueError, AttributeError):
    """A model that has no checkpoint."""


class _Config(NamedTuple):
    """What an estimator needs of its RunConfig, as it is by default."""

    model_dir: Optional[str] = None
    tf_random_seed: Optional[int] = None
    save_summary_steps: int = 100
    save_checkpoints_secs: Optional[int] = 600
    save_checkpoints_steps: Optional[int] = None
    keep_checkpoint_max: int = 5
    session_config: Optional[tf.ConfigProto] = None


class _StopAfter(tf.train.SessionRunHook):
    def __init__(self, runs):
        self.left = runs

    def after_run(self, run_context, run_values):
        self.left -= 1
        if self.left <= 0:
            run_context.request_stop()


class Estimator:
    """Trains and asks a model that a function makes: `(features, labels[, mode, params, ...])`."""

    def __init__(self, model_fn: Optional[Callable] = None, model_dir: Optional[str] = None,
                 config: Any = None, params: Optional[Dict[str, Any]] = None,
                 feature_engineering_fn: Optional[Callable] = None) -> None:
        self.config = config or _Config()
        self.model_dir = model_dir or self.config.model_dir or tempfile.mkdtemp()
        self.params = params
        self._model_fn = model_fn
        self._engineer = feature_engineering_fn or (lambda features, labels: (features, labels))
        self._labels: Any = None  # as fit had them: shapes and types

    def fit(self, x: Any = None, y: Any = None, input_fn: Optional[Callable] = None,
            steps: Optional[int] = None, batch_size: Optional[int] = None, monitors: Any = None,
            max_steps: Optional[int] = None) -> "Estimator":
        """Trains for `steps` more steps, or up to `max_steps`."""
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        check_inputs(x, y, input_fn, None, batch_size)
        if x is not None:
            SKCompat(self).fit(x, y, batch_size, steps, max_steps, monitors)
            return self
        newest = tf.train.latest_checkpoint(self.model_dir)
        if max_steps is not None and newest and tf.train.load_variable(
                newest, tf.GraphKeys.GLOBAL_STEP) >= max_steps:
            return self
        hooks = replace_monitors_with_hooks(monitors, self)
        if steps is not None or max_steps is not None:
            hooks.append(tf.train.StopAtStepHook(steps, max_steps))
        tf.logging.info("Loss for final step: %s.", self._train(input_fn, hooks))
        return self

    def partial_fit(self, x: Any = None, y: Any = None, input_fn: Optional[Callable] = None,
                    steps: Optional[int] = 1, batch_size: Optional[int] = None,
                    monitors: Any = None) -> "Estimator":
        """As `fit`, one step by default."""
        return self.fit(x, y, input_fn, steps, batch_size, monitors)

    def evaluate(self, x: Any = None, y: Any = None, input_fn: Optional[Callable] = None,
                 feed_fn: Optional[Callable] = None, batch_size: Optional[int] = None,
                 steps: Optional[int] = None, metrics: Optional[Dict[str, Any]] = None,
                 name: Optional[str] = None, checkpoint_path: Optional[str] = None,
                 hooks: Any = None, log_progress: bool = True) -> Dict[str, Any]:
        """Gives the metrics' values, `loss` and `global_step`."""
        check_inputs(x, y, input_fn, feed_fn, batch_size)
        inputs, feed = input_and_feed(x, y, input_fn, feed_fn, batch_size)
        with self._graph():
            features, labels = inputs()
            ops = self._call(features, labels, ModeKeys.EVAL, metrics)
            found = dict(ops.eval_metric_ops)
            found.setdefault("loss", tf.metrics.mean(ops.loss))
            pairs = {k: v for k, v in found.items() if isinstance(v, (list, tuple))}
            values = {k: pairs[k][0] if k in pairs else v for k, v in found.items()}
            values["global_step"] = tf.train.get_global_step()
            last = tf.train.FinalOpsHook(values)
            every = list(hooks or []) + ([tf.train.FeedFnHook(feed)] if feed else [])
            every += [_StopAfter(steps)] if steps else []
            update = tf.group(*(pair[1] for pair in pairs.values()))
            with self._session(ops, checkpoint_path, every + [last]) as session:
                while not session.should_stop():
                    session.run(update)
        folder = os.path.join(self.model_dir, f"eval_{name}" if name else "eval")
        summary = tf.Summary(value=[
            tf.Summary.Value(tag=key, simple_value=float(value))
            for key, value in last.final_ops_values.items() if np.ndim(value) == 0])
        with tf.Graph().as_default(), tf.summary.FileWriter(folder) as writer:
            writer.add_summary(summary, last.final_ops_values["global_step"])
        return last.final_ops_values

    def predict(self, x: Any = None, input_fn: Optional[Callable] = None,
                batch_size: Optional[int] = None, outputs: Optional[List[str]] = None,
                as_iterable: bool = True, iterate_batches: bool = False) -> Any:
        """Gives the predictions one by one, or with `as_iterable=False` as arrays."""
        check_inputs(x, None, input_fn, None, batch_size)
        if x is not None and not as_iterable:
            return SKCompat(self).predict(x, batch_size)
        found = self._predict(*input_and_feed(x, None, input_fn, None, batch_size), outputs)
        if not as_iterable:
            return next(found)
        return found if iterate_batches else _one_by_one(found)

    def get_variable_value(self, name: str) -> np.ndarray:
        """Gives a variable of the newest checkpoint."""
        return tf.train.load_variable(self.model_dir, name)

    def get_variable_names(self) -> List[str]:
        """Lists the variables of the newest checkpoint."""
        return [name for name, _ in tf.train.list_variables(self.model_dir)]

    def _graph(self):
        graph = tf.Graph()
        with graph.as_default():
            tf.set_random_seed(self.config.tf_random_seed)
            tf.train.create_global_step(graph)
        return graph.as_default()

    def _call(self, features, labels, mode, metrics=None):
        features, labels = self._engineer(features, labels)
        given = {"mode": mode, "params": self.params, "config": self.config,
                 "model_dir": self.model_dir}
        function: Any = self._model_fn
        names = inspect.signature(function).parameters
        fixed = function.keywords if isinstance(function, functools.partial) else {}
        made = function(features, labels, **{
            name: value for name, value in given.items() if name in names and name not in fixed})
        if not isinstance(made, ModelFnOps):
            if len(made) != 3:
                raise ValueError(
                    "Unrecognized value returned by model_fn, please return ModelFnOps.")
            made = ModelFnOps(mode, *made)
        for name, metric in (metrics or {}).items():
            made.eval_metric_ops[name] = metric.create_metric_ops(
                features, labels, made.predictions) if hasattr(
                    metric, "create_metric_ops") else metric(made.predictions, labels)
        return made

    def _train(self, input_fn, hooks):
        config = self.config
        with self._graph():
            features, labels = input_fn()
            self._labels = _signature(labels)
            ops = self._call(features, labels, ModeKeys.TRAIN)
            tf.add_to_collection(tf.GraphKeys.LOSSES, ops.loss)
            scaffold = ops.scaffold or tf.train.Scaffold()
            if not (scaffold.saver or tf.get_collection(tf.GraphKeys.SAVERS)):
                tf.add_to_collection(tf.GraphKeys.SAVERS, tf.train.Saver(
                    sharded=True, max_to_keep=config.keep_checkpoint_max, defer_build=True,
                    save_relative_paths=True))
            watching = [tf.train.NanTensorHook(ops.loss), tf.train.LoggingTensorHook(
                {"loss": ops.loss, "step": tf.train.get_global_step()}, every_n_iter=100)]
            saving = [tf.train.CheckpointSaverHook(
                self.model_dir, save_secs=config.save_checkpoints_secs,
                save_steps=config.save_checkpoints_steps, scaffold=scaffold)]
            with tf.train.MonitoredTrainingSession(
                    checkpoint_dir=self.model_dir, scaffold=scaffold,
                    hooks=hooks + watching + ops.training_hooks,
                    chief_only_hooks=saving + ops.training_chief_hooks, save_checkpoint_secs=0,
                    save_summaries_steps=config.save_summary_steps,
                    config=config.session_config) as session:
                loss = None
                while not session.should_stop():
                    _, loss = session.run([ops.train_op, ops.loss])
            return loss

    def _session(self, ops, path, hooks):
        path = path or tf.train.latest_checkpoint(self.model_dir)
        if not path:
            raise NotFittedError(f"Couldn't find trained model at {self.model_dir}.")
        return tf.train.MonitoredSession(tf.train.ChiefSessionCreator(
            ops.scaffold, config=self.config.session_config, checkpoint_filename_with_path=path),
            hooks=hooks)

    def _predict(self, input_fn, feed, outputs) -> Iterator[Any]:
        with self._graph():
            given = input_fn()
            features = given[0] if isinstance(given, (list, tuple)) else given
            ops = self._call(features, _like(self._labels), ModeKeys.INFER)
            wanted = ops.predictions
            if outputs:
                wanted = {key: value for key, value in wanted.items() if key in outputs}
            constant = feed is None and not tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)
            with self._session(ops, None, []) as session:
                while not session.should_stop():
                    try:
                        values = session.run(wanted, feed() if feed else None)
                    except StopIteration:  # the feeder's: a generator may not raise it
                        return
                    yield values
                    if constant:
                        return


def _signature(labels) -> Any:
    if isinstance(labels, dict):
        return {name: _signature(label) for name, label in labels.items()}
    return None if labels is None else (labels.dtype, labels.get_shape())


def _like(signature) -> Any:
    if isinstance(signature, dict):
        return {name: _like(each) for name, each in signature.items()}
    return None if signature is None else tf.placeholder(
        signature[0], [None, *signature[1].as_list()[1:]])


def _one_by_one(batches) -> Iterator[Any]:
    for batch in batches:
        if isinstance(batch, dict):
            for i in range(len(next(iter(batch.values())))):
                yield {key: value[i] for key, value in batch.items()}
        else:
            yield from batch
