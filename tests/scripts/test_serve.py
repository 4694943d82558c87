"""scripts/serve.py as a process: it listens, answers, ends when asked."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest
import serve as script
import tiny_run
from conftest import ROOT

from seq2seq_graph.inference import generation
from seq2seq_graph.inference.serving.batcher import Batcher
from seq2seq_graph.inference.serving.handler import Handler
from seq2seq_graph.inference.serving.http_server import Server
from seq2seq_graph.inference.serving.protocol import Answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "tiny")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_a_signal_ends_it_with_a_count(directory, number):
    command = [sys.executable, os.path.join(ROOT, "scripts", "serve.py"), directory, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True) as process:
        address = urllib.parse.urlsplit(process.stdout.readline().strip())
        page = process.stdout.readline()
        assert page == f"http://127.0.0.1:{address.port}/ is a page to look at single lines\n"
        assert address.path == "/v1/models/tiny" and address.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        connection.request("POST", address.path + ":predict", json.dumps({"inputs": ["abc", "e"]}))
        found = json.loads(connection.getresponse().read().decode())
        assert len(found["outputs"]["text"]) == 2
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and err == ""
    name = signal.Signals(number).name
    assert out == f"ended by {name}: 2 texts of 1 requests answered in 1 batches\n"


def test_a_signal_ends_it_when_all_that_waits_is_answered(monkeypatch):
    written, write = [], Handler._write

    def slowly(self, code, *what):
        time.sleep(0.5)
        write(self, code, *what)
        written.append(code)

    def explain(*question):
        time.sleep(1)
        return {}

    def answer(texts):
        time.sleep(0.1)
        return [Answer(text, [text], [0.0]) for text in texts]

    def ask(number):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
        path, body = asked[number % 2]
        connection.request("POST", "/v1/models/m" + path, body)
        connection.getresponse()

    def stop():
        while server._answering < 16:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Handler, "_write", slowly)
    asked = (":predict", '{"inputs": ["a"]}'), (":explain", '{"text": "a"}')
    answers = Batcher(answer, 2, 99, 60)
    server = Server(("127.0.0.1", 0), "m", answers, explain=explain)
    threads = [threading.Thread(target=ask, args=[i]) for i in range(16)]
    for thread in [*threads, threading.Thread(target=stop)]:
        thread.start()
    assert script.serve(server, answers) == "SIGTERM"
    assert written == [200] * 16
    for thread in threads:
        thread.join()


def test_its_first_run_is_before_it_listens_and_its_name_is_the_folders(directory, monkeypatch):
    runs, names, decode = [], [], generation.decode

    def counted(*args):
        runs.append(args)
        return decode(*args)

    def serve(server, answers):
        assert runs
        names.append(server.model_name)
        return "SIGTERM"

    monkeypatch.setattr(generation, "decode", counted)
    monkeypatch.setattr(script, "serve", serve)
    monkeypatch.chdir(directory)
    assert script.main([".", "--port", "0"]) == 0 and names == ["tiny"]


@pytest.mark.parametrize("argv, message", [
    (["nowhere"], "nowhere: "),
    (["RUN", "--name", "a/b"], "--name a/b: has a / or a :"),
    (["RUN", "--port", "70000"], "--port is 70000; it must be from 0 to 65535"),
    (["RUN", "--host", "256.0.0.1"], "256.0.0.1 port 8501: "),
    (["RUN", "--seconds", "0"], "--seconds is 0; it must be above 0"),
])
def test_what_cannot_be_served_is_refused(directory, capsys, argv, message):
    with pytest.raises(SystemExit) as stopped:
        script.main([directory if word == "RUN" else word for word in argv])
    assert stopped.value.code == 2 and message in capsys.readouterr().err


def test_an_exports_own_decoding_cannot_be_changed(directory, tmp_path, capsys):
    from seq2seq_graph.inference import saved_model

    saved_model.export(directory, str(tmp_path / "exported"))
    with pytest.raises(SystemExit):
        script.main([str(tmp_path / "exported"), "--beam", "3"])
    assert "--beam was chosen when" in capsys.readouterr().err
