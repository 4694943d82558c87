"""Small talk: a turn -> its answer, from the PyPI package `chatterbot-corpus`.

The package holds, for some thirty languages, YAML files written by volunteers (BSD licence): lists
of turns. In most files a list is a question and its answers, one or several:

    - - Who invented computers?
      - It's a bit ambiguous but ... Charles Babbage is regarded as the father of computers.
      - One might argue that John von Neumann invented computers ...

In those named CONVERSATIONS each turn answers the one before it.
"""

import glob
import os
from typing import Iterator, List, Optional, Sequence, Tuple

from seq2seq_graph.data.corpora import licences
from seq2seq_graph.data.corpora.corpus import Corpus, TextPair, collect
from seq2seq_graph.errors import InputError

CONVERSATIONS = ("conversations", "health", "games")
_INSTALL = "is not installed: pip install -e '.[corpora]'"


def load(languages: Sequence[str] = ("english",), folder: Optional[str] = None) -> Corpus:
    """Reads the dialogues of languages.

    Args:
      languages: names of the package's folders, such as english or korean.
      folder: the package's `data` folder; None finds the installed one.

    Raises:
      InputError: the package or PyYAML is not installed, there is no such language, or a file
        is not what the package's files are.
    """
    folder = folder or _package_folder()
    raw_pairs: List[TextPair] = []
    malformed = 0
    for language in languages:
        for path in _paths(folder, language):
            for turns in _conversations(path):
                if isinstance(turns, list) and all(isinstance(turn, str) for turn in turns):
                    raw_pairs += _answers(path, turns)
                else:
                    malformed += 1
    pairs, left_out = collect(raw_pairs)
    if malformed:
        left_out["no list of turns"] = malformed
    return Corpus(
        f"Dialogues, a turn -> its answer, {', '.join(languages)}",
        "the PyPI package chatterbot-corpus",
        licences.stated_licence(_metadata(folder)),
        pairs,
        left_out,
    )


def _package_folder() -> str:
    try:
        import chatterbot_corpus
    except ImportError:
        raise InputError(f"the package chatterbot-corpus {_INSTALL}") from None
    return os.path.join(os.path.dirname(chatterbot_corpus.__file__), "data")


def _metadata(folder: str) -> List[Tuple[str, str]]:
    pattern = os.path.join(glob.escape(folder), "..", "..", "chatterbot_corpus-*", "METADATA")
    files = []
    for path in sorted(glob.glob(pattern)):
        with open(path, encoding="utf-8", errors="replace") as file:
            name = os.path.join(os.path.basename(os.path.dirname(path)), "METADATA")
            files.append((name, file.read()))
    return files


def _paths(folder: str, language: str) -> List[str]:
    paths = sorted(glob.glob(os.path.join(glob.escape(folder), glob.escape(language), "*.yml")))
    if not language or not paths:
        there = sorted(name for name in os.listdir(folder) if not name.startswith("_"))
        raise InputError(f"{folder}: no language {language!r}; it has {', '.join(there)}")
    return paths


def _conversations(path: str) -> list:
    try:
        import yaml
    except ImportError:
        raise InputError(f"the package PyYAML {_INSTALL}") from None
    # The base loader leaves every scalar a text: `- Yes` is a turn and no truth value.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        with open(path, "rb") as file:
            content = yaml.load(file, loader)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; make it readable") from None
    except RecursionError:
        raise InputError(f"{path}: nested too deep; fix the YAML") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise InputError(f"{path}{line}: {problem}; fix the YAML") from None
    conversations = content.get("conversations") if isinstance(content, dict) else None
    if not isinstance(conversations, list):
        raise InputError(f"{path}: no list of `conversations` in it; give chatterbot-corpus's data")
    return conversations


def _answers(path: str, turns: List[str]) -> Iterator[TextPair]:
    if os.path.basename(path) in {f"{name}.yml" for name in CONVERSATIONS}:
        return zip(turns, turns[1:])
    return ((turns[0], answer) for answer in turns[1:])
