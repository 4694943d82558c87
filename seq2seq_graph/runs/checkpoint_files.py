"""The files of a run's checkpoints: which are its own, and which paths serve. No TensorFlow.

    model.ckpt-STEP.json                  how far the run is, written first, deleted last
    model.ckpt-STEP.data-00000-of-00001   TensorFlow's
    model.ckpt-STEP.index                 TensorFlow's, written last, deleted first

So a step whose `.json` is there is the run's own, whenever its writer was killed. Whatever else
lies in the directory, a converted model or a checkpoint of somebody's, is left alone.
"""

import contextlib
import os
import re
from typing import Container, Dict, List

from seq2seq_graph.errors import InputError

NAME = "model.ckpt"
INDEX, DATA, PROGRESS = ".index", ".data-00000-of-00001", ".json"
_OWN = re.compile(re.escape(NAME) + r"-(\d+)(\.index|\.data-00000-of-00001|\.json)")
# Left by a process that was killed: TensorFlow's files before they have their name, and ours.
_UNFINISHED = re.compile(_OWN.pattern + r"(\.tempstate\d*|(\.[0-9a-f]+)?\.tmp)")
_ON_WINDOWS = os.sep == "\\"


def check_path(path: str) -> None:
    r"""Refuses a path that TensorFlow reads as another one.

    Raises:
      InputError: it holds a character of patterns, one of `[ * ? \`, or `://`, or is not UTF-8.
    """
    for sign in "[*?" if _ON_WINDOWS else "[*?\\":
        if sign in path:
            raise InputError(
                f"{path}: TensorFlow takes {sign} in a checkpoint's path for a pattern, and does "
                "not find it again; name a place without it"
            )
    if "://" in path:
        raise InputError(
            f"{path}: TensorFlow takes what stands before :// for another file system; name a "
            "path without it"
        )
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(
            f"{ascii(path)}: TensorFlow finds no path that is not UTF-8; name another place"
        ) from None


def own(directory: str) -> Dict[int, List[str]]:
    """Finds the steps that the run itself wrote: step -> the files, in the order to delete in."""
    found: Dict[int, Dict[str, str]] = {}
    for path, match in _matches(directory, _OWN):
        found.setdefault(int(match.group(1)), {})[match.group(2)] = path
    order = INDEX, DATA, PROGRESS
    return {
        step: [files[ending] for ending in order if ending in files]
        for step, files in found.items() if PROGRESS in files
    }


def delete(directory: str, kept: Container[int]) -> None:
    """Deletes the run's own checkpoints but the `kept` steps, and whatever was left unfinished.

    What cannot be deleted stays: the run goes on.
    """
    paths = [path for path, _ in _matches(directory, _UNFINISHED)]
    for step, files in own(directory).items():
        paths += [] if step in kept else files
    for path in paths:
        with contextlib.suppress(OSError):
            os.remove(path)


def _matches(directory, pattern):
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return
    for name in names:
        match, path = pattern.fullmatch(name), os.path.join(directory, name)
        if match and os.path.isfile(path) and not os.path.islink(path):
            yield path, match
