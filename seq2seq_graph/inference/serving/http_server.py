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
import os
import socket
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.serving import batcher, protocol

_PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.html")
_EXPLAINED_AT_ONCE = 8  # requests; one is computed, the others wait for it
WIDTHS = 1, 10  # of a beam that is explained, least and most
_LINGER = 2**20  # bytes of a refused body that are read, so that its sender reads the answer


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
      explain: text, target or None, width of a beam -> what there is to say; without it there is
        no page.

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
        self.being_read: Dict[Any, float] = {}  # connections whose request comes, since when
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, _Handler)
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
            super().process_request(request, client_address)
            return
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

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "seq2seq_graph", ""

    def setup(self):
        self.timeout = self.server.limits.idle
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_one_request(self):
        self.server.being_read[self.connection] = time.monotonic()
        try:
            super().handle_one_request()
        except OSError:  # the client has gone
            self.close_connection = True
        finally:
            self._is_read()

    def _is_read(self):
        self.server.being_read.pop(self.connection, None)

    def log_message(self, format, *args):  # noqa: A002 - the base class's name
        """Says nothing of what went well."""

    def send_error(self, code, message=None, explain=None):
        """Answers what the base class refuses as everything else is answered."""
        self._close(code, message or "cannot be read")

    def do_GET(self):
        pages = {
            "": protocol.status,
            "/metadata": lambda: protocol.metadata(self.server.model_name, self.server.n_best),
        }
        self._is_read()
        if self.path.split("?")[0] == "/" and self.server.explain is not None:
            return self._page()
        page = pages.get(self._behind_model())
        if page is None:
            return self._missing()
        return self._send(200, page())

    def do_POST(self):
        body = self._body()
        self._is_read()
        if body is None:
            return
        asked = {":predict": self._predict, ":explain": self._explain}.get(self._behind_model())
        if asked is None or asked == self._explain and self.server.explain is None:
            return self._missing()
        try:
            asked(body)
        except protocol.BadRequest as error:
            self._send(400, {"error": str(error)})

    def _page(self):
        with open(_PAGE, encoding="utf-8") as file:
            page = file.read()
        base = f"/v1/models/{urllib.parse.quote(self.server.model_name)}"
        page = page.replace('<html lang="en">', f'<html lang="en" data-base="{base}">')
        self._write(200, page.encode("utf-8"), "text/html")

    def _explain(self, body):
        question = protocol.read_question(body, WIDTHS)
        if not self.server.explaining.acquire(blocking=False):
            return self._send(503, {"error": "others are being explained; try again later"})
        try:
            self._send(200, self.server.explain(*question))
        except Exception as error:  # whatever it is, the server goes on
            self._failed(f"{type(error).__name__}: {error}")
        finally:
            self.server.explaining.release()

    def _predict(self, body):
        try:
            request = protocol.read(body, self.server.limits.texts)
            answers = self.server.answers.submit(request.texts)
            self._send(200, protocol.write(request, answers))
        except batcher.Busy as error:
            self._send(503, {"error": f"{error.args[0]} texts wait already; try again later"})
        except batcher.Closed:
            self._close(503, "the server is ending")
        except batcher.TooLate as error:
            self._send(504, {"error": f"no answer within {error.args[0]:g} seconds"})
        except batcher.Failed as error:
            self._failed(error.args[0])

    def _failed(self, what):
        self.server.log(f"a request failed: {what}")
        self._send(500, {"error": "the model failed; the server's log says how"})

    def _behind_model(self):
        """Returns what stands in the path behind the model's address; None of another path."""
        path = urllib.parse.unquote(self.path.split("?")[0])
        base = f"/v1/models/{self.server.model_name}"
        for prefix in (base + "/versions/1", base):
            if path.startswith(prefix):
                return path[len(prefix):]
        return None

    def _missing(self):
        base = f"/v1/models/{urllib.parse.quote(self.server.model_name)}"
        self._send(404, {"error": f"{self.command} {self.path[:200]}: there is nothing; there are "
                                  f"GET {base}, GET {base}/metadata and POST {base}:predict"})

    def _body(self):
        """Reads the body; None where there is none to be read, which then is answered."""
        length = self.headers.get("Content-Length")
        if self.headers.get("Transfer-Encoding") or length is None:
            return self._close(411, "give a Content-Length")
        if not (length.isascii() and length.isdigit()):
            return self._close(400, "Content-Length is no number")
        if len(length) > 18 or int(length) > self.server.limits.body:
            self._linger()
            return self._close(413, f"the body has {length[:20]} bytes; give at most "
                                    f"{self.server.limits.body}")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def _linger(self):
        """Reads some of what is not wanted: a sender that still sends does not read the answer."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            return
        with contextlib.suppress(OSError):
            self.connection.settimeout(1)
            self.rfile.read(_LINGER)

    def _close(self, code, message):
        self.close_connection = True
        self._send(code, {"error": message})

    def _send(self, code, content):
        body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        self._write(code, body, "application/json")

    def _write(self, code, body, kind):
        self.close_connection = self.close_connection or self.server.ending
        self.request_version = self.protocol_version  # a line that is no request has none
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(body)))
        if code == 503:
            self.send_header("Retry-After", "1")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
