"""The HTTP side, against raw sockets: what is right is answered, all else is refused in time."""

import contextlib
import http.client
import json
import socket
import struct
import threading
import time

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.serving import http_server
from seq2seq_graph.inference.serving.batcher import Batcher, TooLate
from seq2seq_graph.inference.serving.http_server import Limits, Server
from seq2seq_graph.inference.serving.protocol import Answer, BadRequest

LIMITS = Limits(body=2000, texts=3, waiting=5, connections=4, seconds=2.0, idle=0.5, reading=1.0)
PREDICT, EXPLAIN = "/v1/models/m:predict", "/v1/models/m:explain"
FAILURES = {"fail": ValueError("secret"), "late": TooLate(2.0), "long": BadRequest("too long")}


def double(texts):
    if "fail" in texts:
        raise ValueError("secret")
    if "slow" in texts:
        time.sleep(3)
    return [Answer(text * 2, [text * 2], [-1.0]) for text in texts]


def explain(text, target, width, seconds):
    if text in FAILURES:
        raise FAILURES[text]
    if text == "slow":
        time.sleep(0.5)
    if text == "no JSON":
        return {"text": object()}
    return {"text": text, "target": target, "beam": width}


@contextlib.contextmanager
def serving(answer=double, limits=LIMITS, explain=explain):
    said = []
    batcher = Batcher(answer, 16, limits.waiting, limits.seconds)
    server = Server(("127.0.0.1", 0), "m", batcher, limits=limits, log=said.append,
                    explain=explain)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server, said
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def soon(holds):
    """Waits until something holds, for some seconds."""
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def one_server():
    with serving() as (server, said):
        yield server, said


@pytest.fixture
def served(one_server):
    """The server, without a connection of the test before, and what it said."""
    assert soon(lambda: one_server[0]._room._value == LIMITS.connections)
    one_server[1].clear()
    return one_server


def ask(server, body, method="POST", path=PREDICT, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, json.loads(response.read().decode())
    finally:
        connection.close()


def raw(server, content, wait=10):
    """Sends bytes as they are; returns all that comes until the other side closes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=wait) as connection:
        connection.sendall(content)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while True:
                more = connection.recv(65536)
                if not more:
                    break
                received += more
        return received


def predict(texts):
    return json.dumps({"instances": texts})


def test_texts_are_answered_and_a_connection_is_kept(served):
    connection = http.client.HTTPConnection("127.0.0.1", served[0].server_port, timeout=20)
    for text in "a", "가", "\n":
        connection.request("POST", PREDICT, predict([text]))
        found = json.loads(connection.getresponse().read().decode())
        assert found["predictions"][0]["text"] == text * 2
    connection.close()


def test_status_and_metadata(served):
    base = "/v1/models/m"
    for path in base, base + "/versions/1":
        status, found = ask(served[0], None, "GET", path)
        assert status == 200 and found["model_version_status"][0]["state"] == "AVAILABLE"
    status, found = ask(served[0], None, "GET", base + "/metadata")
    inputs = found["metadata"]["signature_def"]["signature_def"]["serving_default"]["inputs"]
    assert status == 200 and inputs["text"]["dtype"] == "DT_STRING"
    assert ask(served[0], predict(["a"]), path="/v1/models/m/versions/1:predict")[0] == 200


@pytest.mark.parametrize("method, path, body, status, message", [
    ("GET", "/other", None, 404, "POST /v1/models/m:predict"),
    ("POST", "/v1/models/m:explain", '{"text": 3}', 400, '"text" must be a text'),
    ("POST", "/v1/models/m:explain", '{"text": "a", "beam": 11}', 400, "whole number from 1 to 10"),
    ("POST", "/v1/models/m:explain", '{"text": "a", "beam": true}', 400, "whole number from 1 to"),
    ("GET", "/v1/models/other", None, 404, "there is nothing"),
    ("POST", "/v1/models/m", predict(["a"]), 404, "there is nothing"),
    ("PUT", PREDICT, predict(["a"]), 501, "PUT"),
    ("POST", PREDICT, "{", 400, "no JSON"),
    ("POST", PREDICT, predict(["a"] * 4), 400, "give at most 3"),
    ("POST", PREDICT, predict(["a" * 3000]), 413, "give at most 2000"),
], ids=lambda value: str(value)[:30])
def test_what_cannot_be_answered_is_refused_with_a_reason(served, method, path, body, status,
                                                          message):
    found = ask(served[0], body, method, path)
    assert found[0] == status and message in found[1]["error"]


@pytest.mark.parametrize("content, status", [
    (b"nonsense\r\n\r\n", b"400"),
    (b"POST " + PREDICT.encode() + b" HTTP/1.1\r\n\r\n", b"411"),
    (b"POST " + PREDICT.encode() + b" HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
    (b"POST " + PREDICT.encode() + b" HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"400"),
    (b"POST " + PREDICT.encode() + b" HTTP/1.1\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n",
     b"413"),
    (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b"414"),
    (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"431"),
])
def test_what_is_no_request_is_refused_and_closed(served, content, status):
    received = raw(served[0], content)
    assert received.split(b" ")[1] == status
    assert b"Connection: close" in received and json.loads(received.split(b"\r\n\r\n")[1])["error"]


def test_a_client_that_sends_nothing_or_too_slowly_is_let_go(served):
    head = b"POST " + PREDICT.encode() + b" HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"
    for content in b"", b"POST ", head, head + b"{":
        begun = time.monotonic()
        assert raw(served[0], content) == b""
        assert time.monotonic() - begun < 5
    refused = head.replace(b"1000", b"900000")  # and what is refused is not read for long
    for content in head, refused:
        with socket.create_connection(("127.0.0.1", served[0].server_port), timeout=10) as slow:
            slow.sendall(content)
            begun = time.monotonic()
            with contextlib.suppress(OSError):  # a byte in time, but the whole never
                while time.monotonic() - begun < 8:
                    slow.sendall(b" ")
                    time.sleep(0.2)
            assert time.monotonic() - begun < 5
    assert ask(served[0], predict(["a"]))[0] == 200
    # The last connection is noted until its end is read.
    assert soon(lambda: not served[0].being_read)


def test_one_text_is_explained_where_there_is_what_explains(served):
    path = EXPLAIN
    assert ask(served[0], '{"text": "a", "target": "b", "beam": 2}', path=path) == (
        200, {"text": "a", "target": "b", "beam": 2})
    assert ask(served[0], '{"text": "a"}', path=path)[1] == {"text": "a", "target": None, "beam": 3}
    assert ask(served[0], '{"text": "fail"}', path=path)[0] == 500
    assert served[1] == ["a request failed: ValueError: secret"]
    assert ask(served[0], '{"text": "late"}', path=path) == (
        504, {"error": "no answer within 2 seconds"})
    assert ask(served[0], '{"text": "long"}', path=path) == (400, {"error": "too long"})
    assert b'data-base="/v1/models/m"' in raw(served[0], b"GET / HTTP/1.0\r\n\r\n")
    with serving(explain=None) as (server, _):
        assert ask(server, '{"text": "a"}', path=path)[0] == 404
        assert ask(server, None, "GET", "/")[0] == 404


def test_a_model_that_fails_is_told_here_and_not_there(served):
    status, found = ask(served[0], predict(["fail"]))
    assert status == 500 and "secret" not in found["error"]
    assert served[1] == ["a request failed: ValueError: secret"]
    assert ask(served[0], predict(["a"]))[0] == 200


def test_an_answer_that_takes_too_long_is_given_up():
    with serving() as (server, _):
        status, found = ask(server, predict(["slow"]))
        assert status == 504 and found["error"] == "no answer within 2 seconds"


def test_connections_beyond_the_limit_are_refused_and_room_comes_back(served):
    server, _ = served
    for _ in range(LIMITS.connections):
        server._room.acquire()  # as connections do
    received = raw(server, b"")
    assert received.split(b" ")[1] == b"503" and b"Retry-After: 1" in received
    for _ in range(LIMITS.connections):
        server._room.release()
    assert ask(server, predict(["a"]))[0] == 200


def test_clients_that_leave_do_not_matter(served):
    request = f"POST {PREDICT} HTTP/1.1\r\nContent-Length: 21\r\n\r\n" + predict(["abc"])
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", served[0].server_port)) as connection:
            connection.sendall(request.encode())
    assert soon(lambda: ask(served[0], predict(["a"]))[0] == 200)
    assert served[1] == []


def test_who_leaves_while_a_text_is_explained_is_no_failure(served):
    request = f"POST {EXPLAIN} HTTP/1.1\r\nContent-Length: 16\r\n\r\n" + '{"text": "slow"}'
    with socket.create_connection(("127.0.0.1", served[0].server_port)) as connection:
        connection.sendall(request.encode())
        assert soon(lambda: served[0]._answering)
        reset = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
    assert soon(lambda: served[0]._room._value == LIMITS.connections) and served[1] == []


def test_a_defect_of_a_connection_is_told_here(served):
    with pytest.raises(http.client.RemoteDisconnected):
        ask(served[0], '{"text": "no JSON"}', path=EXPLAIN)
    assert served[1] == [
        "a connection failed: TypeError: Object of type object is not JSON serializable"]


def test_room_comes_back_where_no_thread_can_be_begun(served, monkeypatch):
    def fail(*args):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(http_server.ThreadingMixIn, "process_request", fail)
        assert raw(served[0], b"") == b""
    assert soon(lambda: served[1] == ["a connection failed: RuntimeError: can't start new thread"])
    assert served[0]._room._value == LIMITS.connections


def test_an_address_that_is_taken_or_none_is_named():
    with serving() as (server, _):
        for address in ("127.0.0.1", server.server_port), ("256.1.1.1", 0):
            with pytest.raises(InputError, match=f"{address[0]} port {address[1]}: .*--host or"):
                Server(address, "m", server.answers)
