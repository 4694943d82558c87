"""Texts of many programs for one task: to translate LibreOffice's messages.

What is scored stays what `catalogues.load` and `folder.split` make of libreoffice-l10n-ko. All else
is trained on, but for what `unfit.reason` names, and for sources that, folded, are scored: those of
LibreOffice's validation and test part, and those of the held-out text, JupyterLab's messages.
"""

import collections
import itertools
import os
from typing import Counter, Iterable, Iterator, List, NamedTuple, Optional, Set, Tuple

from seq2seq_graph.data.corpora import catalogues, downloads, licences, programs, unfit
from seq2seq_graph.data.corpora.catalogues import Messages
from seq2seq_graph.data.corpora.corpus import REPEATED, Corpus, Dealt, TextPair, collect
from seq2seq_graph.data.corpora.folder import folded_sources, split
from seq2seq_graph.data.text import fold
from seq2seq_graph.errors import InputError

_HOW = """\
valid.tsv and test.tsv are those of LibreOffice's messages alone, as `prepare.py catalogues` makes
them. Its other messages and all other texts are in train.tsv, but for sources that are equal to one
of theirs, or of the held-out text, once digits, case, quoted parts and marks are folded."""
_HOW_HELD_OUT = """\
All is test.tsv: messages of a program that is in no other corpus. Sources that LibreOffice's
messages have too are left out, and the corpora libreoffice-help and desktop leave these out."""
HELD = "the source is one of a validation, test or held-out part"
KNOWN = "the source is one of LibreOffice's messages"
Named = Tuple[str, Optional[Messages]]  # a package, and its texts, or what it lacks with None


class _Found(NamedTuple):
    pairs: List[TextPair]  # new, clean and not held out
    left_out: Counter[str]


def load_libreoffice(folder: str, language: str, say: downloads.Say) -> Corpus:
    """Reads LibreOffice's messages and its help.

    Args:
      folder: of packages; those that are missing are downloaded there.
      language: ko, or pt_BR.
      say: is given a line of progress.

    Raises:
      InputError: a package cannot be had, or is damaged.
    """
    paths = downloads.debian(folder, programs.libreoffice(language), say).paths
    held_out = _held_out(folder, language, say)
    what = "Messages and help of LibreOffice"
    return _extended(what, paths, held_out, _help(paths, language), language)


def load_desktop(folder: str, language: str, say: downloads.Say) -> Corpus:
    """Reads LibreOffice, the desktop programs, Firefox, Thunderbird and Chromium.

    A program whose package the archive does not have, or which has no text of the language, is
    left out and named in the corpus's origin. Args and errors are those of `load_libreoffice`.
    """
    names = [*programs.libreoffice(language), *programs.DESKTOP]
    names += [name for p in programs.MOZILLA for name in programs.mozilla_packages(p, language)]
    paths = downloads.debian(folder, [*names, programs.CHROMIUM], say).paths
    held_out = _held_out(folder, language, say)
    texts = itertools.chain(_help(paths, language), _desktop(paths, language, say))
    return _extended("Messages of desktop programs", paths, held_out, texts, language)


def load_held_out(folder: str, language: str, say: downloads.Say) -> Corpus:
    """Reads JupyterLab's messages as a test part.

    Args and errors are those of `load_libreoffice`; there may be no pack of the language.
    """
    held_out = _held_out(folder, language, say)
    if held_out is None:
        raise InputError(f"no JupyterLab pack of language {language!r}; give ko, de, ja or another")
    paths = downloads.debian(folder, programs.libreoffice(language)[:1], say).paths
    found = _unknown(held_out, _base(paths, language), language)
    return Corpus(
        f"Messages of JupyterLab, English -> {language}, held out",
        f"the PyPI package {programs.jupyterlab(language)}",
        licences.stated_licence(held_out.stated),
        found.pairs,
        dict(found.left_out),
        Dealt({"test": found.pairs}, _HOW_HELD_OUT),
    )


def _held_out(folder, language, say) -> Optional[Messages]:
    requirement = programs.jupyterlab(language)
    if requirement is None:
        return None
    return catalogues.read(downloads.wheel(folder, requirement, say), language)


def _unknown(held_out: Messages, base: Corpus, language) -> _Found:
    """Finds the held-out text: what LibreOffice's messages do not have."""
    return _new(held_out, language, set(), folded_sources(base.pairs), KNOWN)


def _base(paths, language) -> Corpus:
    return catalogues.load([_needed(paths, programs.libreoffice(language)[0])], language)


def _needed(paths, name) -> str:
    if name not in paths:
        raise InputError(f"apt knows no package {name}; its sources must have Debian's main "
                         "archive, and the language must be one of LibreOffice's")
    return paths[name]


def _help(paths, language) -> Iterator[Named]:
    translated, english = (_needed(paths, name) for name in programs.libreoffice(language)[1:])
    yield os.path.basename(translated), programs.read_help(english, translated, language)


def _desktop(paths, language, say) -> Iterator[Named]:
    readers: List[tuple] = [((name,), catalogues.read, (language,)) for name in programs.DESKTOP]
    for program in programs.MOZILLA:
        readers.append((programs.mozilla_packages(program, language), programs.read_mozilla, ()))
    readers.append(((programs.CHROMIUM,), programs.read_chromium, (language,)))
    for names, read, args in readers:
        if not all(name in paths for name in names):
            yield f"{names[-1]}: not in the archive", None
            continue
        files = [paths[name] for name in names]
        say(f"reads {os.path.basename(files[-1])}")
        try:
            yield os.path.basename(files[-1]), read(*files, *args)
        except catalogues.NoCatalogue:
            yield f"{os.path.basename(files[-1])}: no text of the language", None


def _extended(what, paths, held_out, texts: Iterable[Named], language) -> Corpus:
    """Adds the texts to the training part of LibreOffice's messages."""
    base = _base(paths, language)
    parts = split(base.pairs)
    held = folded_sources([*parts["valid"], *parts["test"]])
    if held_out is not None:
        held |= folded_sources(_unknown(held_out, base, language).pairs)
    seen, left_out = set(base.pairs), collections.Counter(base.left_out)
    origin, licence = [f"{base.origin}: {len(base.pairs):,} pairs; new ones in"], [base.licence]
    for name, messages in texts:
        if messages is None:
            origin.append(name)
            continue
        found = _new(messages, language, seen, held, HELD)
        parts["train"] += found.pairs
        left_out += found.left_out
        origin.append(f"{name}: {len(found.pairs):,}")
        stated = licences.stated_licence(messages.stated)
        licence.append(f"{name}: {stated}" if stated == licences.UNSTATED else stated)
    return Corpus(
        f"{what}, English -> {language}",
        "\n  ".join(origin),
        "\n  ".join(licence),
        [pair for pairs in parts.values() for pair in pairs],
        dict(left_out),
        Dealt(parts, _HOW),
    )


def _new(messages: Messages, language, seen: Set[TextPair], held: Set[str], why_held) -> _Found:
    """Cleans a package's texts; `seen` takes the pairs that are new."""
    like = [pair for pair in messages.pairs if pair is not None]
    pairs, left_out = collect(like)
    reasons: Counter[str] = collections.Counter(left_out)
    reasons[catalogues.UNLIKE] += len(messages.pairs) - len(like)
    kept = []
    for pair in pairs:
        reason = unfit.reason(*pair, language)
        if pair in seen:
            reason = REPEATED
        elif reason is None and fold(pair[0]) in held:
            reason = why_held
        if reason is None:
            kept.append(pair)
            seen.add(pair)
        else:
            reasons[reason] += 1
    return _Found(kept, +reasons)
