"""Debian's package descriptions, from the indexes that apt keeps under /var/lib/apt/lists.

Two tasks: the first paragraph of a description -> its one-line synopsis, and the English synopsis
-> its translation. A translation names the MD5 sum of the English description that it was made of,
so that a pair is never an old translation with a new text.
"""

import bz2
import glob
import gzip
import lzma
import os
import subprocess
import tempfile
from typing import Callable, Dict, Iterator, List, NamedTuple, Sequence

from seq2seq_graph.data import text
from seq2seq_graph.data.corpora import folder
from seq2seq_graph.data.corpora.corpus import Corpus, Dealt, Parts, TextPair, collect
from seq2seq_graph.errors import InputError

LISTS = "/var/lib/apt/lists"
APT_HELPER = "/usr/lib/apt/apt-helper"
SOURCE_WORDS = (5, 40)
LARGEST = 2**30  # bytes that an index may unpack to; Debian's has some 30 MB
_OPENERS: Dict[str, Callable] = {"": open, ".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_LICENCE = (
    "none is stated in the indexes; a description has the licence of its Debian package, in "
    "/usr/share/doc/PACKAGE/copyright"
)


_HOW = f"""\
Every 20th paragraph of at most {SOURCE_WORDS[1]} words, in order of appearance, is in valid.tsv and
the next two in test.tsv. Paragraphs that are equal once digits, case, quoted parts and punctuation
marks are folded count as one. Longer ones are in train.tsv. A package's name may stand before."""


class Description(NamedTuple):
    """What an index says of a package."""

    package: str
    md5: str  # of the English description
    synopsis: str
    paragraph: str  # the first one of the long description


def load_summaries(
    paths: Sequence[str] = (LISTS,), language: str = "en", names: bool = False,
    longest: int = SOURCE_WORDS[1],
) -> Corpus:
    """Reads first paragraphs of 5 to 40 words with their synopsis, each side once.

    Args:
      paths: index files, or folders that hold them.
      language: of the index.
      names: whether the package's name stands before the paragraph, `gimp: an image editor ...`.
      longest: words of a paragraph. Those of more than 40 are for training only, so that the other
        parts stay what they are.

    Raises:
      InputError: there is no index of the language, one cannot be read, or `longest` is below 40.
    """
    fewest, most = SOURCE_WORDS
    if longest < most:
        raise InputError(f"the longest paragraph has {longest} words; give at least {most}")
    raw_pairs: Dict[bool, List[TextPair]] = {False: [], True: []}  # whether longer
    packages: Dict[str, str] = {}  # paragraph -> the first package that has it
    unsuited = 0
    for found in _descriptions(paths, language):
        words = len(found.paragraph.split())
        if fewest <= words <= longest:
            raw_pairs[words > most].append((found.paragraph, found.synopsis))
            packages.setdefault(found.paragraph, found.package)
        else:
            unsuited += 1
    first, _ = collect(raw_pairs[False], unique_sides=True)
    pairs, left_out = collect(raw_pairs[False] + raw_pairs[True], unique_sides=True)
    left_out[f"the paragraph has not {fewest} to {longest} words"] = unsuited
    corpus = Corpus(
        f"Package descriptions, first paragraph -> synopsis, {language}",
        _origin(paths, language), _LICENCE, pairs, left_out,
    )
    if not names and longest == most:
        return corpus
    parts = folder.split(first)
    parts["train"] += _apart(pairs[len(first) :], parts, left_out)
    if names:
        parts = {part: [(f"{packages[source]}: {source}", target) for source, target in dealt]
                 for part, dealt in parts.items()}
    return corpus._replace(
        pairs=[pair for dealt in parts.values() for pair in dealt], dealt=Dealt(parts, _HOW)
    )


def _apart(pairs: List[TextPair], parts: Parts, left_out: Dict[str, int]) -> List[TextPair]:
    """Keeps the pairs whose source is, folded, none of validation or test."""
    held = folder.folded_sources([*parts["valid"], *parts["test"]])
    kept = [pair for pair in pairs if text.fold(pair[0]) not in held]
    left_out["the source is one of the validation or test part"] = len(pairs) - len(kept)
    return kept


def load_translations(paths: Sequence[str] = (LISTS,), language: str = "ko") -> Corpus:
    """Reads English synopses with their translation.

    Args and errors are those of `load_summaries`; an English index is needed as well.
    """
    english = {found.md5: found.synopsis for found in _descriptions(paths, "en")}
    translated = list(_descriptions(paths, language))
    raw_pairs = [(english[d.md5], d.synopsis) for d in translated if d.md5 in english]
    pairs, left_out = collect(raw_pairs)
    left_out["the English description is not in the index"] = len(translated) - len(raw_pairs)
    return Corpus(
        f"Synopses of packages, English -> {language}",
        _origin(paths, "en", language), _LICENCE, pairs, left_out,
    )


def find_indexes(paths: Sequence[str], language: str) -> List[str]:
    """Lists the index files of a language, plain or compressed, in order of their names.

    Raises:
      InputError: there is none.
    """
    found = []
    for path in paths:
        if os.path.isdir(path):
            pattern = os.path.join(glob.escape(path), f"*Translation-{glob.escape(language)}")
            found += sorted(glob.glob(pattern) + glob.glob(pattern + ".*"))
        elif not os.path.exists(path):
            raise InputError(f"{path}: No such file or directory; give apt's lists or an index")
        elif os.path.basename(path).split("Translation-")[-1].split(".")[0] == language:
            found.append(path)
    if not found:
        raise InputError(
            f"{', '.join(paths)}: no index Translation-{language}; add it to Acquire::Languages in "
            "/etc/apt/apt.conf.d (Docker's images say none in docker-no-languages: delete that "
            "file) and run apt-get update"
        )
    return found


def _origin(paths, *languages):
    names = (os.path.basename(p) for language in languages for p in find_indexes(paths, language))
    return "apt's description indexes " + ", ".join(names)


def _descriptions(paths: Sequence[str], language: str) -> Iterator[Description]:
    for path in find_indexes(paths, language):
        yield from _read(path, language)


def _read(path: str, language: str) -> Iterator[Description]:
    """Yields the described packages of an index, paragraphs of `Field: value` lines."""
    fields, name = {}, None
    for number, line in enumerate([*_lines(path), ""], 1):
        if line[:1] in (" ", "\t"):
            if name is None:
                raise InputError(f"{path}:{number}: {line!r} continues no field; fetch it again")
            fields[name].append(line.strip())
        elif line:
            name, colon, value = line.partition(":")
            if not colon:
                raise InputError(f"{path}:{number}: {line!r} is no `Field: value`; fetch it again")
            fields[name] = [value.strip()]
        else:
            synopsis, *lines = fields.get(f"Description-{language}", [""])
            if synopsis:
                end = lines.index(".") if "." in lines else len(lines)
                yield Description(
                    fields.get("Package", [""])[0],
                    fields.get("Description-md5", [""])[0],
                    text.normalize(synopsis),
                    text.normalize(" ".join(lines[:end])),
                )
            fields, name = {}, None


def _lines(path: str) -> List[str]:
    ending = os.path.splitext(path.split("Translation-")[-1])[1]
    try:
        if ending in _OPENERS:
            with _OPENERS[ending](path, "rb") as file:
                content = _bounded(file)
        else:
            content = _decompressed_by_apt(path)
        return content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = 1 + content[: error.start].count(b"\n")
        raise InputError(f"{path}:{line}: not UTF-8 ({error.reason}); fetch it again") from None
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise InputError(f"{path}: {error}; fetch it again") from None


def _bounded(file) -> bytes:
    blocks, size = [], 0
    for block in iter(lambda: file.read(2**20), b""):
        blocks.append(block)
        size += len(block)
        if size > LARGEST:
            raise OSError(f"over {LARGEST:,} bytes unpacked")
    return b"".join(blocks)


def _decompressed_by_apt(path: str) -> bytes:
    """Has apt itself read what it has compressed (.lz4, .zst): Python has no means of its own."""
    if not os.path.exists(APT_HELPER):
        raise InputError(f"{path}: {APT_HELPER} is not there to read it; decompress the file first")
    with tempfile.TemporaryFile() as errors, subprocess.Popen(
        [APT_HELPER, "cat-file", path], stdout=subprocess.PIPE, stderr=errors
    ) as process:
        try:
            content = _bounded(process.stdout)
        except OSError:
            process.kill()
            raise
        status = process.wait()
        errors.seek(0)
        message = errors.read().decode("utf-8", "replace").strip().split("\n")[-1]
    if status:
        raise InputError(f"{path}: {message or 'apt-helper cannot read it'}; fetch it again")
    return content
