"""A text's memory does not grow with it; `tests/large_text.py` shows that of 10 million pairs."""

import os
import subprocess
import sys

import pytest
import synthetic_text
from conftest import ROOT

PROGRAM = """\
import itertools, resource, sys
sys.path.insert(0, sys.argv[1])
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data import epoch_order
from seq2seq_graph.data.batches import epoch_batches
from seq2seq_graph.data.encoding import claims, columns, workers
from seq2seq_graph.runs import origins
columns._MOST_TOUCHED, claims._TOGETHER, claims._ROWS_AT_ONCE = 2**22, 2**15, 2**14

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = peak()
text = origins.text_config(sys.argv[2], source_tokens="words", target_tokens="words")
dataset = origins.dataset(text, ModelConfig(max_input_length=16, max_output_length=17))
config = TrainingConfig(batch_size=16, shuffle_block=2**13)
steps = -(-len(dataset.train.source_index) // 16)
for first in range(0, steps, 500):
    for batch in itertools.islice(epoch_batches(dataset.train, config, 0, True, first), 20):
        pass
print(peak() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others count memory otherwise")
def test_ten_times_the_pairs_take_little_more_memory(tmp_path):
    """In memory as text a pair takes 0.6 KiB, as ids 130 bytes: 90,000 more took 54 and 11 MiB."""
    taken = {}
    for count in 10000, 100000:
        path = str(tmp_path / f"{count}.tsv")
        synthetic_text.write(path, count, words=3000)
        done = subprocess.run([sys.executable, "-c", PROGRAM, ROOT, path], check=False,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        taken[count] = int(done.stdout) / 1024  # MiB
        assert os.listdir(path + ".encoded")
    assert taken[100000] - taken[10000] < 20, taken
