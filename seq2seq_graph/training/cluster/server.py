"""The runtime's server of one process, reachable from this machine alone unless told otherwise."""

import atexit
import contextlib
import os
import socket
from typing import Iterator, List

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.training.cluster.tf_config import KINDS, Task, host_and_port

# TensorFlow listens on every interface, whatever the address says, and has no setting for it. A
# socket that is bound to a device takes what comes by that device alone.
_LOOPBACK = b"lo\0"
_BIND_TO_DEVICE = getattr(socket, "SO_BINDTODEVICE", 25)  # Linux's number
# A server that is deleted as Python's modules go, on 1.15, prints an error.
_kept: List[tf.train.Server] = []
atexit.register(_kept.clear)


def start(task: Task, config: tf.ConfigProto, open_ports: bool) -> str:
    """Starts `tf.train.Server` for a process of a cluster, to serve until the process ends.

    Args:
      task: which one.
      config: threads; from `threads.session_config`.
      open_ports: let other machines connect. What comes by the port is neither encrypted nor
        authenticated, and may read, write and run what this process may.

    Returns:
      What a Session in this process takes as its target.

    Raises:
      InputError: addresses of other machines without `open_ports`, a port that is taken, or a
        system on which the port cannot be kept to this machine.
    """
    if not open_ports and not task.on_this_machine:
        raise InputError(
            "TF_CONFIG names other machines, and the runtime's ports are neither encrypted nor "
            "authenticated: whoever reaches one can do what this program can; in a network of "
            "your own, give --open-ports")
    cluster = {kind: task.cluster[kind] for kind in KINDS[:3] if task.cluster.get(kind)}
    try:
        # Not yet: it listens, but answers nobody.
        server = tf.train.Server(
            cluster, task.kind, task.number, config=config, start=False)
    except tf.errors.OpError as error:
        raise InputError(
            f"{task.shown}: cannot serve there ({str(error).splitlines()[0]}); is the port taken?"
        ) from None
    if not open_ports:
        _keep_to_this_machine(task)
    server.start()
    _kept.append(server)
    return server.target


def _keep_to_this_machine(task):
    port = host_and_port(task.address)[1]
    found = 0
    for listener in _listeners(port):
        try:
            listener.setsockopt(socket.SOL_SOCKET, _BIND_TO_DEVICE, _LOOPBACK)
        except OSError as error:
            raise _not_kept(task, error.strerror) from None
        found += 1
    if not found:
        raise _not_kept(task, "the server's socket is not to be found")


def _not_kept(task, why):
    return InputError(
        f"{task.shown}: this system does not let the port be kept to this machine ({why}); Linux "
        "since 5.7 does. Give --open-ports where a firewall keeps others away")


def _listeners(port) -> Iterator[socket.socket]:
    """Yields this process's sockets that listen on a port; TensorFlow does not hand them out."""
    folder = "/proc/self/fd"
    for number in os.listdir(folder) if os.path.isdir(folder) else ():
        with contextlib.suppress(OSError):
            if not os.readlink(f"{folder}/{number}").startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(number))) as found:
                if found.family not in (socket.AF_INET, socket.AF_INET6):
                    continue
                listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if listens and found.getsockname()[1] == port:
                    yield found
