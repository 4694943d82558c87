"""Trains on a text of many pairs for some time, and says what memory that takes at its peak.

    python tests/large_text.py FOLDER --pairs 10000000 --seconds 300
    python tests/large_text.py FOLDER --pairs 1000000 --words 1000000 --seconds 120

FOLDER gets the text, what is encoded of it, and the run; what is there is not made again. Linux
only. A process counts with all that it has mapped.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import threading
import time

import synthetic_text  # of tests/

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLAGS = ["--recipe", "practical", "--source-tokens", "words", "--target-tokens", "words",
         "--max-input-length", "16", "--max-output-length", "17", "--encoder-hidden-units", "32",
         "--decoder-hidden-units", "32", "--batch-size", "16"]


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--pairs", type=int, default=10**7)
    parser.add_argument("--words", type=int, default=30000, help="different ones, a side")
    parser.add_argument("--seconds", type=float, default=300, help="of training")
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    os.makedirs(args.folder, exist_ok=True)
    text = os.path.join(args.folder, f"pairs-{args.pairs}-words-{args.words}.tsv")
    if not os.path.exists(text):
        synthetic_text.write(text + ".new", args.pairs, words=args.words)
        os.rename(text + ".new", text)
    run = os.path.join(args.folder, f"run-{time.time():.0f}")
    process = subprocess.Popen(
        [sys.executable, os.path.join(ROOT, "scripts", "train.py"), "--pairs", text, "--run", run,
         *FLAGS], stdout=subprocess.PIPE, text=True)
    begun = time.monotonic()
    timer = threading.Timer(args.seconds, process.send_signal, [signal.SIGINT])
    for line in process.stdout:
        print(line, end="", flush=True)
        if "kept in" in line:
            print(f"after {time.monotonic() - begun:.0f} s, before training: {peak(process)} MiB")
            timer.start()
            threading.Timer(args.seconds - 5, lambda: print(
                f"in training: {peak(process)} MiB", flush=True)).start()
    process.wait()
    return 0


def peak(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) // 1024


if __name__ == "__main__":
    sys.exit(main())
