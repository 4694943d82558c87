"""The HTTP side of serving: addresses, limits, errors as JSON. No TensorFlow.

    GET  /v1/models/NAME            whether it is there
    GET  /v1/models/NAME/metadata   what it takes and gives
    POST /v1/models/NAME:predict    texts in, texts out: see `protocol`
    POST /v1/models/NAME:explain    one text: what `explaining.Explainer` says of it
    GET  /                          a page for a person, that asks for it

Nothing is encrypted and nobody is asked for a password.
"""

import contextlib
import json
import socket
import sys
import threading
import time
from http.server import HTTPServer
from socketserver import ThreadingMixIn
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional, Tuple

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.serving import batcher
from seq2seq_graph.inference.serving.handler import Handler

_EXPLAINED_AT_ONCE = 8  # requests; one is computed, the others wait for it


class Limits(NamedTuple):
    """What a client may ask for."""

    body: int = 2**20  # bytes of a request
    texts: int = 256  # of a request
    waiting: int = 4096  # texts that wait
    connections: int = 512  # open at once
    seconds: float = 30.0  # to an answer
    idle: float = 10.0  # seconds without a byte of a request that was begun, or of a next one
    reading: float = 30.0  # seconds that a request may take to come


USUAL = Limits()


class Server(ThreadingMixIn, HTTPServer):
    """Serves one model; a connection is a thread.

    Args:
      address: host and port; port 0 takes a free one.
      name: the model's, in its addresses.
      answers: what answers.
      n_best: hypotheses a text.
      limits: what a client may ask for.
      log: called with a line of what went wrong here.
      explain: text, target or None, width of a beam, seconds it may take -> what there is to say;
        without it there is no page.

    Raises:
      InputError: the address cannot be taken.
    """

    daemon_threads = True
    request_queue_size = 512
    allow_reuse_address = True

    def __init__(
        self, address: Tuple[str, int], name: str, answers: batcher.Batcher, n_best: int = 1,
        limits: Limits = USUAL, log: Callable[[str], None] = lambda line: None,
        explain: Optional[Callable[..., Dict[str, Any]]] = None,
    ) -> None:
        self.model_name, self.answers, self.n_best = name, answers, n_best
        self.explain, self.explaining = explain, threading.BoundedSemaphore(_EXPLAINED_AT_ONCE)
        self.limits, self.log, self.ending = limits, log, False
        self._room = threading.BoundedSemaphore(limits.connections)
        self._answering, self._answered = 0, threading.Condition()
        self.being_read: Dict[Any, float] = {}  # connections whose request comes, since when
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"{address[0]} port {address[1]}: {reason}; give another --host or "
                             "--port") from None

    def server_bind(self) -> None:
        """Binds without asking a name server for this machine's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        address = self.server_address
        self.socket.bind(address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Takes a connection if there is room for one more."""
        if self._room.acquire(blocking=False):
            try:
                return super().process_request(request, client_address)
            except BaseException:  # no thread was to be had
                self._room.release()
                raise
        request.settimeout(1)
        body = json.dumps({"error": "too many connections; try again later"}).encode()
        with contextlib.suppress(OSError):
            request.sendall(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
                            b"Connection: close\r\nContent-Type: application/json\r\n"
                            b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serves a connection, then makes room for another one."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def service_actions(self) -> None:
        """Ends connections whose requests come too slowly; called twice a second."""
        oldest = time.monotonic() - self.limits.reading
        for connection, since in list(self.being_read.items()):
            if since < oldest:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Counts a request as one whose answer `finish` waits for."""
        with self._answered:
            self._answering += 1
        try:
            yield
        finally:
            with self._answered:
                self._answering -= 1
                self._answered.notify_all()

    def finish(self) -> None:
        """Waits until what was read is answered, for as long as an answer and its way may take."""
        with self._answered:
            self._answered.wait_for(lambda: not self._answering,
                                    self.limits.seconds + self.limits.idle)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says what went wrong with a connection; that its client has gone is no error."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.log(f"a connection failed: {type(error).__name__}: {error}")
