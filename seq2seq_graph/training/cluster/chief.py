"""The run loop of a cluster: the chief's own, begun again where another process was gone."""

import contextlib
from typing import Callable, Iterator

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training import loop
from seq2seq_graph.training.cluster import answers, asynchronous, devices, server
from seq2seq_graph.training.cluster.flags import Cluster
from seq2seq_graph.training.cluster.tf_config import PS
from seq2seq_graph.training.placement import Place
from seq2seq_graph.training.threads import session_config, threads_of

MOST_IN_VAIN = 5  # times in a row that it begins again without a step taken


@contextlib.contextmanager
def training(
    cluster: Cluster, model_config: ModelConfig, training_config: TrainingConfig
) -> Iterator[Callable[..., Iterator[loop.Epoch]]]:
    """Starts the chief's server; yields what trains. Then all others are ended.

    It takes all arguments of `loop.train` but `place`, by position, and yields what that yields.

    Args:
      cluster: this process, the chief.
      model_config, training_config: the run's.

    Raises:
      InputError: as `server.start`.
    """
    task = cluster.task
    config = session_config(threads_of(model_config, training_config))
    target = server.start(task, config, cluster.open_ports)
    train = _train_asynchronously if cluster.asynchronous else _train_together
    try:
        yield lambda *args: train(cluster, target, *args)
    finally:
        answers.tell_end(task.others, target)


def _train_together(cluster, target, *args):
    place = Place(target, devices.setters(cluster.task), cluster.wait)
    return _train(cluster, cluster.task.others, place, *args)


def _train_asynchronously(cluster, target, model, config, *args):
    """Trains as `_train` does, but each worker takes batches of its own, and may be gone."""
    *_, should_stop = args
    with contextlib.closing(
            asynchronous.Crew(cluster, target, model, config, should_stop)) as crew:
        place = asynchronous.place_of(cluster, target, cluster.task)._replace(
            take_steps=crew.take_steps, in_flight=crew.in_flight, lost=crew.close)
        yield from _train(cluster, cluster.task.all_of(PS), place, model, config, *args)


def _train(cluster, others, place, model, config, dataset, directory, on_step, resume,
           should_stop):
    """Trains as `loop.train` does, from the last checkpoint on where a process was lost."""
    target, tell = place.target, cluster.tell
    watch = answers.Watch(others, target, cluster.wait, tell)
    in_vain = 0

    def noted(*args):
        nonlocal in_vain
        in_vain = 0
        watch.seen()
        on_step(*args)

    while answers.wait_for(others, target, cluster.wait, tell, should_stop):
        try:
            with watch.watching():
                yield from loop.train(
                    model, config, dataset, directory, noted, resume, should_stop, place)
            return
        except checkpoint.GONE as error:
            place.lost()
            in_vain, resume = in_vain + 1, True
            if in_vain > MOST_IN_VAIN:
                raise InputError(
                    f"{directory}: {in_vain} times in a row no step could be taken: "
                    f"{checkpoint.reason_of(error)}") from None
            tell(f"lost {answers.missing(others, target) or 'a process for a moment'}; goes on "
                 f"after step {checkpoint.progress_of(directory).step}, the last that is saved")
