"""Serves a run to many clients at once, good and bad ones, and counts what they are answered.

    python tests/loaded.py RUN --text FILE --clients 200 --seconds 60

FILE has the lines that are asked for. Of 20 clients 17 ask well, one sends what is no JSON, one
more than a request may have, and one stops in the middle. Every good request must be answered as
scripts/generate.py answers the line. Printed are counts, times, and the server's peak memory.
"""

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPTS = os.path.join(ROOT, "scripts")


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run")
    parser.add_argument("--text", required=True)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    return parser.parse_args(argv)


def main():
    args = parse_args()
    with open(args.text, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    expected = subprocess.run([sys.executable, os.path.join(SCRIPTS, "generate.py"), args.run,
                               args.text], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=True).stdout.split("\n")
    answers = dict(zip(lines, expected))
    command = [sys.executable, os.path.join(SCRIPTS, "serve.py"), args.run, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True) as server:
        address = urllib.parse.urlsplit(server.stdout.readline().strip())
        first = memory(server.pid)
        clients = [Client(i, address, answers, time.monotonic() + args.seconds)
                   for i in range(args.clients)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        last = memory(server.pid)
        server.terminate()
        print(server.communicate()[0].strip())
    report(clients, first, last, args.seconds)
    return any(client.wrong for client in clients)


class Client(threading.Thread):
    """Asks until a moment has come; keeps the times of good requests and counts of all."""

    def __init__(self, number, address, answers, until):
        super().__init__()
        self.kind = {17: "no JSON", 18: "huge", 19: "slow"}.get(number % 20, "good")
        self.address, self.answers, self.until = address, answers, until
        self.random = random.Random(number)
        self.times, self.counts, self.wrong = [], {}, []

    def run(self):
        while time.monotonic() < self.until:
            try:
                getattr(self, self.kind.replace(" ", "_").lower())()
            except OSError as error:
                self.count(type(error).__name__)
                if self.kind == "good":
                    self.wrong.append(repr(error))

    def count(self, status):
        self.counts[status] = self.counts.get(status, 0) + 1

    def ask(self, body):
        where = self.address.hostname, self.address.port
        connection = http.client.HTTPConnection(*where, timeout=60)
        try:
            connection.request("POST", self.address.path + ":predict", body)
            response = connection.getresponse()
            content = response.read().decode()
            self.count(response.status)
            return response.status, content
        finally:
            connection.close()

    def good(self):
        texts = self.random.sample(sorted(self.answers), self.random.randint(1, 4))
        begun = time.monotonic()
        status, content = self.ask(json.dumps({"instances": texts}))
        self.times.append(time.monotonic() - begun)
        written = status == 200 and [one["text"] for one in json.loads(content)["predictions"]]
        if written != [self.answers[text] for text in texts]:
            self.wrong.append((status, texts, written))

    def no_json(self):
        status, _ = self.ask(self.random.choice(['{"instances": [', "\0", "{}", '{"inputs": 1}']))
        if status != 400:
            self.wrong.append(status)
        time.sleep(0.1)

    def huge(self):
        try:
            status, _ = self.ask(b" " * 2**22)
        except (ConnectionResetError, BrokenPipeError):  # it need not read on
            status = 413
        if status != 413:
            self.wrong.append(status)
        time.sleep(0.1)

    def slow(self):
        with socket.create_connection((self.address.hostname, self.address.port), 60) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
            connection.recv(1)
            self.count("let go")


def memory(pid):
    """Returns a process's resident size in MiB, now and at most."""
    with open(f"/proc/{pid}/status") as file:
        found = dict(line.split(":", 1) for line in file)
    return [int(found[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]


def report(clients, first, last, seconds):
    for kind in sorted({client.kind for client in clients}):
        counts = {}
        for client in clients:
            for status, count in client.counts.items() if client.kind == kind else ():
                counts[status] = counts.get(status, 0) + count
        print(f"{kind}: {sum(client.kind == kind for client in clients)} clients, {counts}")
    times = sorted(t for client in clients for t in client.times)
    p50, p99 = (times[int(len(times) * share)] * 1000 for share in (0.5, 0.99))
    print(f"good requests: {len(times) / seconds:.0f} a second, p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    print(f"memory: {first[0]:.0f} MiB before, {last[0]:.0f} after, at most {last[1]:.0f}")
    wrong = [one for client in clients for one in client.wrong]
    print(f"wrong: {len(wrong)} {wrong[:3]}")


if __name__ == "__main__":
    sys.exit(main())
