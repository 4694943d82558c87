"""The requests of a connection: read within limits, answered as JSON. No TensorFlow."""

import contextlib
import json
import os
import socket
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import Any, Optional

from seq2seq_graph.inference.serving import batcher, protocol

_PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.html")
_WIDTHS = 1, 10  # of a beam that is explained, least and most
# Of a refused body, what is read at most so that its sender reads the answer.
_LINGER_BYTES, _LINGER_SECONDS = 2**20, 2.0


class Handler(BaseHTTPRequestHandler):
    """Reads and answers the requests of one connection; see `http_server`."""

    server: Any  # an `http_server.Server`
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "seq2seq_graph", ""

    def setup(self) -> None:
        """Sets the time within which a byte must come."""
        super().setup()
        self.connection.settimeout(self.server.limits.idle)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_one_request(self) -> None:
        """Reads and answers one request."""
        self.server.being_read[self.connection] = time.monotonic()
        try:
            super().handle_one_request()
        except OSError:  # the client has gone
            self.close_connection = True
        finally:
            self._is_read()

    def _is_read(self):
        self.server.being_read.pop(self.connection, None)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Says nothing of what went well."""

    def send_error(
        self, code: int, message: Optional[str] = None, explain: Optional[str] = None
    ) -> None:
        """Answers what the base class refuses as everything else is answered."""
        self._close(code, message or "cannot be read")

    def do_GET(self) -> None:
        """Answers what asks about the model, and for the page."""
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

    def do_POST(self) -> None:
        """Answers texts."""
        body = self._body()
        self._is_read()
        if body is None:
            return
        asked = {":predict": self._predict, ":explain": self._explain}.get(self._behind_model())
        if asked is None or asked == self._explain and self.server.explain is None:
            return self._missing()
        with self.server.answering():
            self._send(*self._answered(asked, body))

    def _answered(self, asked, body):
        """Returns the status and the content of an answer, or of what hinders it.

        Nothing is sent here: a client that has gone is no failure of the model's.
        """
        try:
            return 200, asked(body)
        except protocol.BadRequest as error:
            return 400, {"error": str(error)}
        except batcher.Busy as error:
            return 503, {"error": f"{error.args[0]}; try again later"}
        except batcher.Closed:
            self.close_connection = True
            return 503, {"error": "the server is ending"}
        except batcher.TooLate as error:
            return 504, {"error": f"no answer within {error.args[0]:g} seconds"}
        except Exception as error:  # whatever it is, the server goes on
            failed = isinstance(error, batcher.Failed)
            what = error.args[0] if failed else f"{type(error).__name__}: {error}"
            self.server.log(f"a request failed: {what}")
            return 500, {"error": "the model failed; the server's log says how"}

    def _page(self):
        with open(_PAGE, encoding="utf-8") as file:
            page = file.read()
        base = f"/v1/models/{urllib.parse.quote(self.server.model_name)}"
        page = page.replace('<html lang="en">', f'<html lang="en" data-base="{base}">')
        self._write(200, page.encode("utf-8"), "text/html")

    def _explain(self, body):
        question = protocol.read_question(body, _WIDTHS)
        if not self.server.explaining.acquire(blocking=False):
            raise batcher.Busy("others are being explained")
        try:
            return self.server.explain(*question, self.server.limits.seconds)
        finally:
            self.server.explaining.release()

    def _predict(self, body):
        request = protocol.read(body, self.server.limits.texts)
        return protocol.write(request, self.server.answers.submit(request.texts))

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
            self._linger(_LINGER_BYTES if len(length) > 18 else min(int(length), _LINGER_BYTES))
            return self._close(413, f"the body has {length[:20]} bytes; give at most "
                                    f"{self.server.limits.body}")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def _linger(self, size):
        """Reads some of what is not wanted: a sender that still sends does not read the answer."""
        self._is_read()  # one that does not send is not waited for longer than this
        if self.headers.get("Expect", "").lower() == "100-continue":
            return
        until = time.monotonic() + _LINGER_SECONDS
        with contextlib.suppress(OSError):
            self.connection.settimeout(1)
            while size > 0 and time.monotonic() < until:
                size -= len(self.rfile.read1(min(size, 65536))) or size  # nothing: it has ended

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
