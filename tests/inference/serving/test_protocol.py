"""TensorFlow Serving's REST form, by the examples of its page, and what is not of that form."""

import json

import pytest

from seq2seq_graph.inference.serving import protocol
from seq2seq_graph.inference.serving.protocol import Answer, BadRequest, Request

INF = float("inf")
ANSWERS = [Answer("A", ["A", "AA"], [-0.5, -1.5]), Answer("", ["", ""], [-INF, -INF])]


@pytest.mark.parametrize("body, expected", [
    ('{"instances": ["a", "가"]}', Request(["a", "가"], True)),
    ('{"instances": [{"text": "a"}, "b"]}', Request(["a", "b"], True)),
    ('{"inputs": ["a"]}', Request(["a"], False)),
    ('{"signature_name": "serving_default", "inputs": {"text": ["a", ""]}}',
     Request(["a", ""], False)),
])
def test_both_forms_are_read(body, expected):
    assert protocol.read(body.encode(), 2) == expected


@pytest.mark.parametrize("body, message", [
    (b"", "no JSON in UTF-8"), (b"\xff", "no JSON in UTF-8"), (b"[" * 100000, "no JSON|too deeply"),
    (b"[]", "must be an object"), (b"{}", 'give "instances" or "inputs"'),
    (b'{"instances": [], "inputs": []}', 'give "instances" or "inputs"'),
    (b'{"instances": []}', '"instances" is empty'), (b'{"inputs": "a"}', "must be a list"),
    (b'{"instances": {"text": ["a"]}}', '"instances" must be a list'),
    (b'{"instances": ["a", 3]}', r'"instances"\[1\] must be a text'),
    (b'{"instances": [{"text": "a", "x": 1}]}', r'"instances"\[0\] must have "text" and nothing'),
    (b'{"inputs": {"ids": [1]}}', '"inputs" must have "text" and nothing else'),
    (b'{"inputs": ["a", "b", "c"]}', "has 3 texts; give at most 2 at once"),
    (b'{"signature_name": "ids", "inputs": ["a"]}', 'signature_name is "ids"; this server has'),
])
def test_what_is_not_of_the_form_is_refused_with_what_to_give(body, message):
    with pytest.raises(BadRequest, match=message):
        protocol.read(body, 2)


def test_answers_are_rows_or_columns_and_always_json():
    rows = protocol.write(Request(["a", "b"], True), ANSWERS)
    assert rows == {"predictions": [
        {"text": "A", "texts": ["A", "AA"], "scores": [-0.5, -1.5]},
        {"text": "", "texts": ["", ""], "scores": [None, None]}]}
    columns = protocol.write(Request(["a", "b"], False), ANSWERS)
    assert columns == {"outputs": {"text": ["A", ""], "texts": [["A", "AA"], ["", ""]],
                                   "scores": [[-0.5, -1.5], [None, None]]}}
    for content in rows, columns, protocol.status(), protocol.metadata("m", 2):
        assert json.loads(json.dumps(content, allow_nan=False)) == content
