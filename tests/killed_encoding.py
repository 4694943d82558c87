"""Encodes a text, kills that with SIGKILL again and again, and compares what is left in the end.

    python tests/killed_encoding.py FOLDER --kills 20 --seed 1

FOLDER is new. Says whether the folder of the killed encoding is that of one that was never killed.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

TESTS = os.path.dirname(os.path.abspath(__file__))
PROGRAM = f"""\
import sys
sys.path.insert(0, {os.path.dirname(TESTS)!r})
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.encoding import chunks, workers
from seq2seq_graph.runs import origins
chunks.AT_ONCE, workers._WORTH_IT = 2**15, 2**15
text = origins.text_config(sys.argv[1], source_tokens="words", target_tokens="words")
config = ModelConfig(max_input_length=20, max_output_length=20)
print("ready", flush=True)
print(origins.fingerprint(origins.dataset(text, config)))
"""


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    os.mkdir(args.folder)
    paths = []
    for name in ("whole", "killed"):
        os.mkdir(os.path.join(args.folder, name))
        paths.append(os.path.join(args.folder, name, "pairs.tsv"))
    rng = random.Random(args.seed)
    with open(paths[0], "w", encoding="utf-8") as file:
        for _ in range(args.pairs):
            source, target = (" ".join(str(rng.randrange(2000)) for _ in range(15)) for _ in "st")
            file.write(f"{source}\t{target}\n")
    os.utime(paths[0], (1, 1))  # a time of writing that can be trusted
    shutil.copy2(*paths)

    begun = time.monotonic()
    assert ended(start(paths[0])) == 0
    longest = time.monotonic() - begun
    kills = while_writing = 0
    while kills < args.kills:
        process = start(paths[1])
        time.sleep(rng.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        if ended(process) == 0:  # it was faster
            longest *= 0.8
            shutil.rmtree(paths[1] + ".encoded")
            continue
        kills += 1
        there = os.path.isdir(paths[1] + ".encoded")
        names = os.listdir(paths[1] + ".encoded") if there else []
        while_writing += bool(names)
        if any(not name.endswith(".unfinished") for name in names):
            assert contents(paths[1]) == contents(paths[0])  # killed as it ended: it is whole
            shutil.rmtree(paths[1] + ".encoded")
    assert ended(start(paths[1])) == 0
    same = contents(paths[0]) == contents(paths[1])
    print(f"{kills} kills, {while_writing} of them while it was written: "
          f"{'the same folder' if same else 'ANOTHER FOLDER'}")
    return 0 if same else 1


def start(path):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, path], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def ended(process):
    process.communicate()
    return process.returncode


def contents(path):
    """Returns each file of the encoded folders, by name, those left unfinished too."""
    found = {}
    for folder, _, names in os.walk(path + ".encoded"):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            if name == "encoded.json":  # two files are not made at the same time
                content = re.sub(rb'"ctime": [^,}]+', b"", content)
            found[os.path.relpath(os.path.join(folder, name), path)] = content
    return found


if __name__ == "__main__":
    sys.exit(main())
