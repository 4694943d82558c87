"""Where a graph is computed: in this process, or by several of a cluster."""

from typing import Any, Callable, NamedTuple, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.options.towers import on
from seq2seq_graph.training.threads import Threads, session_config


class Place(NamedTuple):
    """What a Session and its graph are told of where they are."""

    target: str = ""  # the Session's
    devices: Sequence[Any] = ()  # what `tf.device` takes, of each process that computes
    timeout: float = 0  # seconds that a Session waits for an answer; 0 for ever
    known: Sequence[str] = ()  # the processes that a Session may speak with; () are all
    take_steps: Optional[Callable] = None  # for `steps.train_steps`; yields numbers and losses
    lost: Callable[[], None] = lambda: None  # called where a Session of it was lost
    in_flight: Callable[[], bool] = lambda: False  # whether steps are under way beside it

    @property
    def parts(self) -> int:
        """Counts what a batch is at least cut into."""
        return max(1, len(self.devices))

    def device(self) -> Any:
        """Gives the context in which the graph is built."""
        return on(self.devices[0] if self.devices else None)

    def open_session(self, threads: Threads, graph: Optional[tf.Graph] = None) -> tf.Session:
        """Opens a Session of the default graph or of another one."""
        config = session_config(threads)
        config.operation_timeout_in_ms = int(1000 * self.timeout)
        config.device_filters.extend(self.known)
        return tf.Session(self.target, graph=graph, config=config)


HERE = Place()
