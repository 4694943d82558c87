"""The picture of the graph is the graph: every operation in a block, every arrow a tensor."""

import os
import re

import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.pictures import figures, graph_picture
from seq2seq_graph.training.optimizer import build_optimizer

LATE = ("gradients", "Adam")  # they read from nearly every block, in each TensorFlow's own way


@pytest.fixture(scope="module")
def graph():
    with tf.Graph().as_default() as built:
        build_optimizer(build_training_graph(ModelConfig(43)).loss, 0.001)
    return built


def test_every_operation_belongs_to_a_block(graph):
    read = graph_picture.read(graph)
    assert read.others == []
    counts = [block.operations for block in read.blocks.values()]
    assert sum(counts) >= len(graph.get_operations()) > 700 and min(counts) >= 1


def test_the_arrows_are_the_documents_with_their_shapes(graph):
    arrows = graph_picture.read(graph).arrows
    assert {key: shapes for key, shapes in arrows.items() if not set(key) & set(LATE)} == {
        ("encoder_inputs", "encoder embedding"): ["int32 [B, 10]"],
        ("encoder embedding", "encoder LSTM"): ["float32 [B, 10, 50]"],
        ("encoder LSTM", "decoder LSTM"): ["float32 [B, 100]"],
        ("decoder_targets", "decoder_inputs"): ["int32 [B, 12]"],
        ("decoder_inputs", "decoder embedding"): ["int32 [B, 12]"],
        ("decoder embedding", "decoder LSTM"): ["float32 [B, 12, 50]"],
        ("decoder LSTM", "logits"): ["float32 [B, 12, 100]"],
        ("logits", "prediction"): ["float32 [B, 12, 43]"],
        ("decoder_targets", "one-hot labels"): ["int32 [B, 12]"],
        ("one-hot labels", "cross entropy"): ["float32 [B, 12, 43]"],
        ("logits", "cross entropy"): ["float32 [B, 12, 43]"],
        ("cross entropy", "loss"): ["float32 [B, 12]"],
    }
    assert ("gradients", "Adam") in arrows


def test_each_variable_stands_in_its_block(graph):
    blocks = graph_picture.read(graph).blocks
    assert {name: block.variables for name, block in blocks.items() if block.variables} == {
        "encoder embedding": ["embeddings [43, 50]"],
        "encoder LSTM": ["kernel [150, 400]", "bias [400]"],
        "decoder embedding": ["embeddings [43, 50]"],
        "decoder LSTM": ["kernel [150, 400]", "bias [400]"],
        "logits": ["weights [100, 43]", "biases [43]"],
    }


def test_what_is_no_part_of_the_program_is_named():
    with tf.Graph().as_default() as other:
        tf.constant(1, name="stranger")
    assert graph_picture.read(other).others == ["stranger"]


def test_the_drawing_has_a_box_a_block_and_no_arrow_twice(graph):
    pytest.importorskip("matplotlib", reason="pip install -e '.[plots]' to draw")
    read = graph_picture.read(graph)
    (axes,) = graph_picture.draw(read).axes
    written = [text.get_text() for text in axes.texts]
    assert all(written.count(name) == 1 for name in read.blocks)
    count = read.blocks["encoder LSTM"].operations
    assert f"{count} operations\nkernel [150, 400]\nbias [400]" in written
    arrows = [text for text in axes.texts if hasattr(text, "arrow_patch")]
    assert len(arrows) == 14 == len({(text.xy, text.get_position()) for text in arrows})


def test_the_picture_in_the_readme_is_the_graphs(graph, tmp_path):
    """`python scripts/draw_graph.py seq2seq_graph/pictures/graph.svg` makes it anew."""
    pytest.importorskip("matplotlib", reason="pip install -e '.[plots]' to draw")
    figures.save(graph_picture.draw(graph_picture.read(graph), counts=False),
                 str(tmp_path / "graph.svg"))
    kept = os.path.join(os.path.dirname(graph_picture.__file__), "graph.svg")
    with open(kept, encoding="utf-8") as one, open(tmp_path / "graph.svg", encoding="utf-8") as two:
        words = [re.findall(r"<text[^>]*>([^<]+)</text>", file.read()) for file in (one, two)]
    assert words[0] == words[1] and "encoder_inputs" in words[0]
