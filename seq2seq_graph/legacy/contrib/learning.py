"""`tf.contrib.slim.learning`: slim's train op and its loop around a Supervisor.

Source: `tf.contrib.slim.learning` of TensorFlow 1.15.
"""

import time
from typing import Any, Callable, Dict, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Number
from seq2seq_graph.legacy.contrib import training_loop

_USE_GLOBAL_STEP = _USE_DEFAULT = 0


def create_train_op(
    total_loss: tf.Tensor,
    optimizer: Any,
    global_step: Any = _USE_GLOBAL_STEP,
    update_ops: Optional[Sequence[tf.Operation]] = None,
    variables_to_train: Optional[Sequence[tf.Variable]] = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = tf.train.Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: Optional[Dict[Any, Number]] = None,
    check_numerics: bool = True,
) -> tf.Tensor:
    """Makes the op that updates the variables and gives the loss [].

    Args:
      clip_gradient_norm: the longest that a gradient may be; 0 clips none.
      gradient_multipliers: variable or its name -> what its gradient is multiplied with first.
    """
    def transform(pairs):
        if gradient_multipliers:
            with tf.name_scope("multiply_grads"):
                pairs = training_loop.multiply_gradients(pairs, gradient_multipliers)
        if clip_gradient_norm > 0:
            with tf.name_scope("clip_grads"):
                pairs = training_loop.clip_gradient_norms(pairs, clip_gradient_norm)
        return pairs

    return training_loop.create_train_op(
        total_loss, optimizer, global_step, update_ops, variables_to_train, transform,
        summarize_gradients, gate_gradients, aggregation_method, colocate_gradients_with_ops,
        check_numerics)


def train_step(sess: tf.Session, train_op: tf.Tensor, global_step: tf.Variable,
               train_step_kwargs: Dict[str, Any]) -> Tuple[Any, Any]:
    """Runs one step; gives its loss and whether it was the last.

    Args:
      train_step_kwargs: boolean tensors [] by name: `should_log`, `should_stop`.
    """
    began = time.time()
    loss, step = sess.run([train_op, global_step])
    if "should_log" in train_step_kwargs and sess.run(train_step_kwargs["should_log"]):
        tf.logging.info("global step %d: loss = %.4f (%.3f sec/step)", step, loss,
                        time.time() - began)
    should_stop = train_step_kwargs.get("should_stop")
    return loss, False if should_stop is None else sess.run(should_stop)


def train(
    train_op: tf.Tensor,
    logdir: Optional[str],
    train_step_fn: Callable[..., Tuple[Any, Any]] = train_step,
    train_step_kwargs: Any = _USE_DEFAULT,
    log_every_n_steps: int = 1,
    graph: Optional[tf.Graph] = None,
    master: str = "",
    is_chief: bool = True,
    global_step: Optional[tf.Variable] = None,
    number_of_steps: Optional[int] = None,
    init_op: Any = _USE_DEFAULT,
    init_feed_dict: Optional[Dict[tf.Tensor, Any]] = None,
    local_init_op: Any = _USE_DEFAULT,
    init_fn: Optional[Callable[[tf.Session], None]] = None,
    ready_op: Any = _USE_DEFAULT,
    summary_op: Any = _USE_DEFAULT,
    save_summaries_secs: int = 600,
    summary_writer: Any = _USE_DEFAULT,
    startup_delay_steps: int = 0,
    saver: Optional[tf.train.Saver] = None,
    save_interval_secs: int = 600,
    sync_optimizer: Any = None,
    session_config: Any = None,
    session_wrapper: Optional[Callable[[tf.Session], Any]] = None,
    trace_every_n_steps: Optional[int] = None,
    ignore_live_threads: bool = False,
) -> Any:
    """Trains until the global step is `number_of_steps`, or the input ends; gives the last loss.

    One process, as programs of sequences ran it: `sync_optimizer` and
    `trace_every_n_steps`, of clusters and of profiles, are refused.

    Raises:
      ValueError: no train op, steps that are not above 0, or a saver or summary without a folder.
      NotImplementedError: `sync_optimizer` or `trace_every_n_steps`.
    """
    if train_op is None:
        raise ValueError("train_op cannot be None.")
    if sync_optimizer is not None or trace_every_n_steps is not None:
        raise NotImplementedError(
            "slim.learning.train of legacy has no sync_optimizer and no trace_every_n_steps: "
            "leave them out, or use tf.train.MonitoredTrainingSession with tf.train.ProfilerHook")
    if logdir is None and (summary_op != _USE_DEFAULT or saver is not None):
        raise ValueError("Cannot provide summary_op or saver because logdir=None")
    if number_of_steps is not None and number_of_steps <= 0:
        raise ValueError("`number_of_steps` must be either None or a positive number.")
    graph = graph or tf.get_default_graph()
    with graph.as_default():
        if global_step is None:
            global_step = tf.train.get_or_create_global_step()
        saver = saver or tf.train.Saver()
        init_op, ready_op, local_init_op = _init_ops(init_op, ready_op, local_init_op)
        if summary_op == _USE_DEFAULT:
            summary_op = tf.summary.merge_all()
        if train_step_kwargs == _USE_DEFAULT:
            train_step_kwargs = _step_tensors(global_step, number_of_steps, log_every_n_steps)
    supervisor = tf.train.Supervisor(
        graph=graph, is_chief=is_chief, logdir=logdir, init_op=init_op, ready_op=ready_op,
        init_feed_dict=init_feed_dict, local_init_op=local_init_op, init_fn=init_fn,
        global_step=global_step, saver=saver, save_summaries_secs=save_summaries_secs,
        save_model_secs=save_interval_secs, summary_op=summary_op,
        summary_writer=tf.train.Supervisor.USE_DEFAULT if (
            summary_writer == _USE_DEFAULT) else summary_writer)
    if summary_writer is not None:
        train_step_kwargs["summary_writer"] = supervisor.summary_writer
    with supervisor.managed_session(
            master, start_standard_services=False, config=session_config) as session:
        wrapped = session if session_wrapper is None else session_wrapper(session)
        return _loop(supervisor, wrapped, lambda: train_step_fn(
            wrapped, train_op, global_step, train_step_kwargs), logdir, ignore_live_threads)


def _init_ops(init_op, ready_op, local_init_op):
    with tf.name_scope("init_ops"):
        if init_op == _USE_DEFAULT:
            init_op = tf.global_variables_initializer()
        if ready_op == _USE_DEFAULT:
            ready_op = tf.report_uninitialized_variables()
        if local_init_op == _USE_DEFAULT:
            local_init_op = tf.group(tf.local_variables_initializer(), tf.tables_initializer())
    return init_op, ready_op, local_init_op


def _step_tensors(global_step, number_of_steps, log_every):
    with tf.name_scope("train_step"):
        tensors = {"should_stop": tf.greater_equal(global_step, number_of_steps) if (
            number_of_steps) else tf.constant(False)}
        if log_every > 0:
            tensors["should_log"] = tf.equal(tf.mod(global_step, log_every), 0)
    return tensors


def _loop(supervisor, session, step, logdir, ignore_live_threads):
    loss = None
    if logdir and supervisor.is_chief:
        supervisor.start_standard_services(session)
    threads = supervisor.start_queue_runners(session)
    try:
        while not supervisor.should_stop():
            loss, last = step()
            if last:
                supervisor.request_stop()
                break
    except tf.errors.OutOfRangeError as error:
        tf.logging.info("Caught OutOfRangeError. Stopping Training. %s", error)
    if logdir and supervisor.is_chief:
        tf.logging.info("Finished training! Saving model to disk.")
        supervisor.saver.save(session, supervisor.save_path, global_step=supervisor.global_step)
        supervisor.stop(
            threads, close_summary_writer=True, ignore_live_threads=ignore_live_threads)
    return loss
