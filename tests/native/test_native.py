"""The document's defects on the native program, and the port's graph beside the native one."""

import json
import os
import re

import pytest
import tensorflow
import tensorflow.compat.v1 as tf
from conftest import ON_TF115, ROOT

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.native import program
from seq2seq_graph.training.optimizer import build_optimizer

pytestmark = pytest.mark.slow

# Row -> what TensorFlow 1.15 (or Python) says without the repair.
MESSAGES = {
    1: "NameError: name 'vocab_size' is not defined\n"
       "NameError: name 'batch_size' is not defined\n"
       "NameError: name 'num_epochs' is not defined",
    2: r"SyntaxError: invalid syntax \(document, line 21\)",
    3: "NameError: name 'decoder_inputs' is not defined",
    4: r"InvalidArgumentError: logits and labels must be broadcastable: "
       r"logits_size=\[416,40\] labels_size=\[384,40\]",
    5: "ValueError: Variable rnn/lstm_cell/kernel already exists, disallowed",
    6: r"InvalidArgumentError: ConcatOp : Dimensions of inputs should match: "
       r"shape\[0\] = \[32,1\] vs. shape\[1\] = \[20,11\]",
    7: r"SyntaxError: unexpected EOF while parsing \(document, line 40\)",
}


@pytest.fixture(scope="module")
def findings(call_native):
    return json.loads(call_native("defects")["json"].item())


@pytest.mark.parametrize("row", sorted(MESSAGES))
def test_a_row_that_stops_the_program_and_its_repair(row, findings):
    found = findings[str(row)]
    assert re.match(MESSAGES[row], found["defect"]), found["defect"]
    if row == 7:
        assert found["defect_with_pass"] == 0 < found["repair"]  # how far a weight moved
    else:
        assert found["repair"] == "none"


def test_row_8_padding_is_read_and_counted(findings):
    defect, repair = findings["8"]["defect"], findings["8"]["repair"]
    assert defect["state"] > 0.1 and repair["state"] == 0
    flattered, more_flattered = defect["losses_after_20_steps"]
    assert more_flattered < flattered - 0.5
    honest, as_honest = repair["losses_after_20_steps"]
    assert abs(honest - as_honest) < 1e-5 and honest > flattered


def test_row_9_the_prediction_depends_on_the_targets_that_are_fed(findings):
    assert findings["9"]["defect"] > 0 == findings["9"]["repair"]


def test_row_10_one_hot_labels_hold_batch_times_time_times_vocabulary(findings):
    defect, repair = findings["10"]["defect"], findings["10"]["repair"]
    assert (defect["floats"], repair["floats"]) == (32 * 12 * 40, 0)
    assert defect["losses"] == pytest.approx(repair["losses"], abs=1e-6)


def test_row_11_no_run_can_be_repeated_without_seeds(findings):
    assert findings["11"]["defect"] > 0 == findings["11"]["repair"]


def test_row_12_tensorflow_2_has_taken_the_symbols_away():
    if ON_TF115:
        pytest.skip("TensorFlow 1.15 still has them: needs TensorFlow 2")
    with pytest.raises(AttributeError, match="placeholder"):
        program.build(program.repaired(), {})
    with pytest.raises(AttributeError, match="contrib"):
        tf.contrib.layers  # noqa: B018
    if int(tensorflow.__version__.split(".")[1]) >= 16:  # from there on Keras is Keras 3
        with tf.Graph().as_default(), pytest.raises(AttributeError, match="Keras 3"):
            tf.nn.rnn_cell.LSTMCell(100)
    with tf.Graph().as_default(), tf.Session() as sess:  # the repair
        graph = build_training_graph(ModelConfig(40))
        sess.run(tf.global_variables_initializer())
        feed = {graph.encoder_inputs: [[5] * 10], graph.decoder_targets: [[6] * 12]}
        assert sess.run(graph.decoder_prediction, feed).shape == (1, 12)


def test_on_tensorflow_1_15_the_ports_graph_is_the_native_graph_node_for_node():
    if not ON_TF115:
        pytest.skip("needs TensorFlow 1.15 in this process: run the suite on it")
    names, _ = program.build(program.repaired(), {"vocab_size": 40, "start_token": 1})
    native = names["sess"].graph.as_graph_def()
    names["sess"].close()
    with tf.Graph().as_default() as graph:
        build_optimizer(build_training_graph(ModelConfig(40)).loss, 0.001)
        tf.global_variables_initializer()
    port = {node.name: node for node in graph.as_graph_def().node}
    native = {node.name: node for node in native.node}
    assert len(port) > 1200 and set(port) == set(native)
    assert [name for name in port if port[name] != native[name]] == []


def test_the_native_program_is_the_document_and_numbered_repairs_alone():
    """Undoing the repairs gives the printed text back."""
    text = program.repaired()
    for number in reversed(program.RUNNING):
        for old, new in reversed(program.REPAIRS[number]):
            text = text.replace(new.replace("{}", old), old)
    assert text == program.printed()


def test_every_line_of_the_tutorial_is_the_documents_or_numbered():
    with open(os.path.join(ROOT, "scripts", "tutorial.py"), encoding="utf-8") as file:
        code = file.read().split('"""')[2].splitlines()
    printed = [line.rstrip() for line in program.printed().splitlines() if line.strip()]
    numbered = re.compile(r"(^|  )# (\d+(, \d+)*)(: .*)?$")
    ours = [line for line in code if line.strip() and not numbered.search(line)]
    # What is not numbered is the document's, in its order.
    remaining = iter(printed)
    assert all(line in remaining for line in ours), ours
    # What of the document is missing stands there in a numbered line that begins alike.
    for line in set(printed) - set(ours):
        name = line.split(" = ")[0].split(" as ")[0]
        assert any(other.startswith(name.replace(" tensorflow", "")) and numbered.search(other)
                   for other in code), line
