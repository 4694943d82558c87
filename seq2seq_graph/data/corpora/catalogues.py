"""Message catalogues: the English messages of programs -> their translation.

Two formats: gettext's trees, `.../ko/LC_MESSAGES/*.mo`, and JSON files side by side, `en.json` and
`ko.json` (or `sensor.en.json` and `sensor.ko.json`), from folders, wheels, zips and Debian
packages. Tried on LibreOffice (Debian's libreoffice-l10n-ko, MPL-2.0), Home Assistant (Apache-2.0)
and Django (BSD-3-Clause), all from their packages.
"""

import collections
import json
import os
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from seq2seq_graph.data.corpora import licences
from seq2seq_graph.data.corpora.corpus import Corpus, TextPair, collect
from seq2seq_graph.data.corpora.files import Files, opened
from seq2seq_graph.data.corpora.messages import number_placeholders, strip_accelerators
from seq2seq_graph.data.corpora.mo import read_mo
from seq2seq_graph.errors import InputError

ENDINGS = (".mo", ".json", *licences.FILE_NAMES)
UNLIKE = "the placeholders differ"


class NoCatalogue(InputError):
    """A path that has catalogues of other languages at most."""


class Messages(NamedTuple):
    """What a package says."""

    pairs: List[Optional[TextPair]]  # placeholders numbered; None: they differ
    stated: List[Tuple[str, str]]  # its files that may state a licence: name, text


def load(paths: Sequence[str], language: str = "ko") -> Corpus:
    """Reads the catalogues of a language.

    Args:
      paths: folders, wheels, zips, `.deb`s, or single `.mo` files, which need not be named for a
        language.
      language: as it is spelled in the names of files and folders, ko or pt_BR. Where they name
        the country too, in one way only, it may be missing: ko for ko_KR.

    Raises:
      InputError: a path has no catalogue of the language, or a catalogue cannot be read.
    """
    found = [read(path, language) for path in paths]
    raw_pairs = [pair for messages in found for pair in messages.pairs]
    like = [pair for pair in raw_pairs if pair is not None]
    pairs, left_out = collect(like)
    return Corpus(
        title=f"Messages of programs, English -> {language}",
        origin="catalogues in " + ", ".join(os.path.basename(os.path.abspath(p)) for p in paths),
        licence=licences.stated_licence([file for messages in found for file in messages.stated]),
        pairs=pairs,
        left_out=dict(+collections.Counter({UNLIKE: len(raw_pairs) - len(like)}, **left_out)),
    )


def read(path: str, language: str) -> Messages:
    """Reads one path, as `load` does, and leaves nothing out."""
    messages = Messages([], [])
    with opened(path, ENDINGS) as files:
        for name in _chosen(path, files, language):
            translations = _mo_pairs if name.endswith(".mo") else _json_pairs
            messages.pairs.extend(translations(files, name))
        messages.stated.extend(
            (os.path.relpath(name, path), content().decode("utf-8", "replace"))
            for name, content in files.items()
            if name.endswith(licences.FILE_NAMES)
        )
    return messages


def _chosen(path: str, files: Files, language: str) -> List[str]:
    """Names the catalogues of a language, in order."""
    languages = {name: _language(files, name) for name in files}
    there = sorted({spoken for spoken in languages.values() if spoken})
    with_country = [spoken for spoken in there if spoken.startswith(f"{language}_")]
    if language not in there and len(with_country) == 1:
        (language,) = with_country
    given = {path} if path.endswith(".mo") else set()
    chosen = [name for name in files if languages[name] == language or name in given]
    if not chosen:
        listed = ", ".join(there)
        listed = listed or "none: neither LC_MESSAGES/*.mo nor en.json beside another language's"
        raise NoCatalogue(f"{path}: no catalogue of language {language!r}; it has {listed}")
    return chosen


def _language(files: Files, name: str) -> Optional[str]:
    """Reads the language off a catalogue's name; None for a file that is none."""
    parts = os.path.abspath(name).replace(os.sep, "/").split("/")
    stem, ending = os.path.splitext(parts[-1])
    if ending == ".mo":
        return parts[-3] if parts[-2:-1] == ["LC_MESSAGES"] and len(parts) > 3 else stem
    spoken = stem.split(".")[-1]
    return spoken if ending == ".json" and spoken != "en" and _english(name) in files else None


def _english(name: str) -> str:
    """Returns the name of the English file beside `.../ko.json` or `.../sensor.ko.json`."""
    stem = name[: -len(".json")]
    return stem[: max(stem.rfind("."), stem.rfind("/"), stem.rfind(os.sep)) + 1] + "en.json"


def _mo_pairs(files: Files, name: str) -> Iterator[Optional[TextPair]]:
    for pair in read_mo(name, files[name]()):
        numbered = number_placeholders(*pair)
        yield numbered and strip_accelerators(*numbered)


def _json_pairs(files: Files, name: str) -> Iterator[Optional[TextPair]]:
    english, translated = (_json_texts(n, files[n]()) for n in (_english(name), name))
    for key in english:
        if key in translated:
            yield number_placeholders(english[key], translated[key])


def _json_texts(name: str, content: bytes) -> Dict[tuple, str]:
    """Returns the texts of a JSON object by their path of keys."""
    try:
        texts = json.loads(content.decode("utf-8-sig"))
        if not isinstance(texts, dict):
            raise InputError(f"{name}: a {type(texts).__name__}; it must be an object of texts")
        return dict(_flat(texts))
    except InputError:  # a ValueError
        raise
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: {error}; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: {error.msg}; fix the JSON") from None
    except ValueError as error:  # a number of too many digits for Python
        raise InputError(f"{name}: {error}; fix the JSON") from None
    except RecursionError:
        raise InputError(f"{name}: nested too deep; flatten its keys") from None


def _flat(texts, keys=()) -> Iterator:
    for key, value in texts.items() if isinstance(texts, dict) else enumerate(texts):
        if isinstance(value, (dict, list)):
            yield from _flat(value, (*keys, key))
        elif isinstance(value, str):
            yield (*keys, key), value
