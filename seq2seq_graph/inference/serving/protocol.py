"""TensorFlow Serving's REST form of a prediction, read and written. No TensorFlow.

    {"instances": ["a", "b"]}  or [{"text": "a"}, ...]   ->  {"predictions": [{...}, {...}]}
    {"inputs": ["a", "b"]}     or {"text": ["a", "b"]}   ->  {"outputs": {"text": [...], ...}}

Source of the form: https://www.tensorflow.org/tfx/serving/api_rest
"""

import json
import math
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

KEYS = ("instances", "inputs")
OUTPUTS = ("text", "texts", "scores")
SIGNATURE = "serving_default"


class BadRequest(ValueError):
    """A request that its sender can mend; the first argument says how."""


class Answer(NamedTuple):
    """What is written for one text."""

    text: str  # the best
    texts: List[str]  # all that were asked for, best first
    scores: List[float]  # -inf: there is no such hypothesis


class Request(NamedTuple):
    """The texts of a request, and whether they are answered row by row."""

    texts: List[str]
    by_row: bool


def read(body: bytes, most_texts: int) -> Request:
    """Reads the body of a request.

    Raises:
      BadRequest: it is no JSON, not of this form, or has no text or too many.
    """
    parsed = _object(body)
    name = parsed.get("signature_name", SIGNATURE)
    if name != SIGNATURE:
        raise BadRequest(f"signature_name is {json.dumps(name)[:100]}; this server has "
                         f"{SIGNATURE} alone")
    given = [key for key in KEYS if key in parsed]
    if len(given) != 1:
        raise BadRequest('give "instances" or "inputs", one of the two')
    texts = _texts(given[0], parsed[given[0]])
    if not texts:
        raise BadRequest(f'"{given[0]}" is empty; give at least one text')
    if len(texts) > most_texts:
        raise BadRequest(f'"{given[0]}" has {len(texts)} texts; give at most {most_texts} at once')
    return Request(texts, given[0] == "instances")


def _object(body):
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequest(f"the body is no JSON in UTF-8: {error}") from None
    except RecursionError:
        raise BadRequest("the body is nested too deeply") from None
    if not isinstance(parsed, dict):
        raise BadRequest('the body must be an object, such as {"instances": ["some text"]}')
    return parsed


def _texts(key, value):
    if key == "inputs" and isinstance(value, dict):
        if [*value] != ["text"]:
            raise BadRequest('"inputs" must have "text" and nothing else')
        value = value["text"]
    if not isinstance(value, list):
        raise BadRequest(f'"{key}" must be a list of texts')
    found = []
    for i, one in enumerate(value):
        named = key == "instances" and isinstance(one, dict)
        if named and [*one] != ["text"]:
            raise BadRequest(f'"{key}"[{i}] must have "text" and nothing else')
        text = one["text"] if named else one
        if not isinstance(text, str):
            raise BadRequest(f'"{key}"[{i}] must be a text')
        found.append(text)
    return found


class Question(NamedTuple):
    """A text that is to be explained."""

    text: str
    target: Optional[str]
    width: int


def read_question(body: bytes, widths: Tuple[int, int]) -> Question:
    """Reads {"text": ..., "target": ..., "beam": ...}, of which the text alone must be there.

    Args:
      body: of a request.
      widths: the least and the most that `beam` may be.

    Raises:
      BadRequest: it is no JSON, or not of this form.
    """
    parsed = _object(body)
    text, target, width = (parsed.get(name) for name in ("text", "target", "beam"))
    if not isinstance(text, str) or not isinstance(target, (str, type(None))):
        raise BadRequest('"text" must be a text, "target" one or null')
    width = 3 if width is None else width
    if type(width) is not int or not widths[0] <= width <= widths[1]:
        raise BadRequest(f'"beam" must be a whole number from {widths[0]} to {widths[1]}')
    return Question(text, target or None, width)


def write(request: Request, answers: Sequence[Answer]) -> Dict[str, Any]:
    """Returns the object that answers a request; a score of -inf, which JSON lacks, is null."""
    rows = [{
        "text": answer.text, "texts": answer.texts,
        "scores": [None if math.isinf(score) else score for score in answer.scores],
    } for answer in answers]
    if request.by_row:
        return {"predictions": rows}
    return {"outputs": {name: [row[name] for row in rows] for name in OUTPUTS}}


def status() -> Dict[str, Any]:
    """Returns what `GET /v1/models/NAME` gives of a model that is there."""
    return {"model_version_status": [
        {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}},
    ]}


def metadata(name: str, n_best: int) -> Dict[str, Any]:
    """Returns what `GET /v1/models/NAME/metadata` gives."""
    kinds = {"text": ("DT_STRING", [-1]), "texts": ("DT_STRING", [-1, n_best]),
             "scores": ("DT_FLOAT", [-1, n_best])}
    described = {key: {
        "dtype": kind, "name": key,
        "tensor_shape": {"dim": [{"size": str(size), "name": ""} for size in sizes],
                         "unknown_rank": False},
    } for key, (kind, sizes) in kinds.items()}
    return {
        "model_spec": {"name": name, "signature_name": "", "version": "1"},
        "metadata": {"signature_def": {"signature_def": {SIGNATURE: {
            "inputs": {"text": described["text"]}, "outputs": described,
            "method_name": "tensorflow/serving/predict",
        }}}},
    }
