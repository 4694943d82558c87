"""`tutorial.py --explain`: the shapes that the graph has, the batch that the program feeds."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from seq2seq_graph import config
from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.vocabulary import START

SIZES = config.ModelConfig(43)


@pytest.fixture(scope="module")
def lines():
    script = os.path.join(ROOT, "scripts", "tutorial.py")
    done = subprocess.run([sys.executable, script, "--explain"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout.decode("utf-8").splitlines()


@pytest.mark.slow
def test_each_tensor_of_the_document_is_named_with_its_shape(lines):
    shapes = dict(line.split(None, 1) for line in lines if "[" in line)
    assert shapes == {
        "encoder_inputs": "int32 [B, 10]", "decoder_targets": "int32 [B, 12]",
        "encoder_inputs_embedded": "float32 [B, 10, 50]", "encoder_states.c": "float32 [B, 100]",
        "encoder_states.h": "float32 [B, 100]", "decoder_inputs": "int32 [B, 12]",
        "decoder_inputs_embedded": "float32 [B, 12, 50]", "decoder_outputs": "float32 [B, 12, 100]",
        "decoder_logits": f"float32 [B, 12, {SIZES.vocab_size}]",
        "decoder_prediction": "int64 [B, 12]", "cross_entropy": "float32 [B, 12]",
        "loss": "float32 []"}


def test_the_documents_comments_head_the_blocks_and_nothing_is_trained(lines):
    assert "# 인코더 LSTM 셀 정의" in lines and "# 디코더 LSTM 셀 정의" in lines
    assert not any(line.startswith("epoch") for line in lines)


@pytest.mark.slow
def test_the_first_batch_is_the_programs_with_its_inputs_shifted(lines):
    data = cmudict.load()
    first = np.random.RandomState(0).permutation(len(data.train.encoder_inputs))[:3]
    rows = [[int(i) for i in line.split()[1:]] for line in lines if line.startswith("    ")]
    for position, row in enumerate(first):
        encoder_inputs, decoder_inputs, decoder_targets = rows[3 * position:3 * position + 3]
        assert encoder_inputs == data.train.encoder_inputs[row].tolist()
        assert decoder_targets == data.train.decoder_targets[row].tolist()
        assert decoder_inputs == [START] + decoder_targets[:-1]
        text = " ".join(data.source_vocabulary.decode(encoder_inputs))
        assert any(line.startswith(text + "  ->  ") for line in lines)
