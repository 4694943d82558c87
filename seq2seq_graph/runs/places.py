"""The paths by which a run's text is named, and found again where it was moved. NumPy only."""

import dataclasses
import os
from typing import Any, Dict, Optional, Tuple

from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError

Files = Dict[str, Optional[str]]  # of FILES; those that are not given are None or missing
FILES = ("source_file", "target_file", "valid_source_file", "valid_target_file",
         "test_source_file", "test_target_file")


def name_kind(
    pairs: Optional[str], folder: Optional[str], files: Optional[Files]
) -> Tuple[str, Dict[str, Any]]:
    """Returns the kind of text that a user names, and TextConfig's fields that say where it is.

    Raises:
      InputError: two texts are named, or of two files one.
    """
    paths = {name: path for name, path in (files or {}).items() if path is not None}
    flags = [("--pairs", pairs), ("--data", folder), (_flag(next(iter(paths), "")), paths or None)]
    given = [flag for flag, value in flags if value is not None]
    if len(given) > 1:
        raise InputError(f"{given[0]} and {given[1]} both name a text; give one of them")
    if paths:
        _check_files(paths)
        origin, *others = (
            os.path.abspath(paths[name]) if name in paths else None for name in FILES)
        return "files", {"origin": origin, **dict(zip(FILES[1:], others))}
    if pairs is not None:
        return "pairs", {"origin": os.path.abspath(pairs)}
    if folder is not None:
        return "folder", {"origin": os.path.abspath(folder)}
    return "cmudict", {"origin": "cmudict"}


def _flag(name):
    return "--" + name.replace("_", "-")


def _check_files(files):
    for sides in zip(FILES[::2], FILES[1::2]):
        missing = [name for name in sides if name not in files]
        if len(missing) == 1:
            there = next(name for name in sides if name in files)
            raise InputError(f"{_flag(there)} {files[there]} is one side; give "
                             f"{_flag(missing[0])} as well")
    for needed, part in ((FILES[0], "valid"), (FILES[0], "test"), (FILES[2], "test")):
        if f"{part}_source_file" in files and needed not in files:
            raise InputError(f"--{part}-source-file goes with {_flag(needed)}; give that as well")


def find_moved(
    text: TextConfig, directory: str, pairs: Optional[str] = None, folder: Optional[str] = None,
    files: Optional[Files] = None,
) -> TextConfig:
    """Returns the TextConfig with the place where its text is now.

    That is the place that is named; else the one where it was; else the same place as seen from
    the run's directory, with which it may have been moved. Whether it is the same text,
    `origins.check_fingerprint` tells.

    Raises:
      InputError: both are named, or one of another kind; or it is not there any more.
    """
    kind, paths = name_kind(pairs, folder, files)
    if kind == "cmudict":  # nothing is named
        other = os.path.abspath(os.path.join(directory, text.beside or ""))
        gone = text.kind != "cmudict" and not os.path.exists(text.origin)
        if gone and not (text.beside and os.path.exists(other)):
            raise InputError(
                f"{text.origin}: the text that {directory} was trained on is not there; say where "
                f"it is now: {_OF_KIND[text.kind]} at --resume, else --text")
        return at(text, other) if gone else text
    if kind != text.kind:
        raise InputError(f"{paths['origin']}: the run was trained on {_OF_KIND[text.kind]}; name "
                         "that text")
    for name, path in paths.items():
        if (path is None) != (getattr(text, name) is None):
            raise InputError(
                f"{_flag(name)} is {'not ' if path else ''}of this run's text; name the files of "
                "the same parts as when it was begun")
    return dataclasses.replace(text, **paths)


_OF_KIND = {
    "pairs": "a file, --pairs", "folder": "a folder, --data", "cmudict": "cmudict",
    "files": "two files side by side, --source-file and --target-file",
}


def at(text: TextConfig, origin: str) -> TextConfig:
    """Returns the TextConfig of a text that has moved to another `origin`, its other files along.

    Each stands as seen from the new origin where it stood as seen from the old one.
    """
    before, now = os.path.dirname(text.origin), os.path.dirname(origin)
    others = {name: getattr(text, name) for name in FILES[1:]}
    moved_along: Dict[str, Any] = {
        name: os.path.normpath(os.path.join(now, os.path.relpath(path, before)))
        for name, path in others.items() if path is not None
    }
    return dataclasses.replace(text, origin=origin, **moved_along)
