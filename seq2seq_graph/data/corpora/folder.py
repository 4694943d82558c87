"""A corpus as a folder of files: `train.tsv`, `valid.tsv`, `test.tsv` and `README`.

`read_parts` reads the three back. A held-out text has a `test.tsv` alone.
"""

import contextlib
import os
import shutil
from typing import Dict, Iterable, List, Set

from seq2seq_graph import plain_files
from seq2seq_graph.data import text
from seq2seq_graph.data.corpora.corpus import Corpus, Parts, TextPair
from seq2seq_graph.data.pairs import split_by_source
from seq2seq_graph.errors import InputError

_SPLIT = """\
Every 20th source, in order of appearance, is in valid.tsv and the next two in test.tsv, with all
their targets. Sources that are equal once digits, case, quoted parts and punctuation marks are
folded count as one."""


def check_new(path: str) -> None:
    """Raises InputError if the folder exists or could not be made."""
    if not path:
        raise InputError("the new folder's name is empty; name one")
    if os.path.lexists(path):
        raise InputError(f"{path} exists, and nothing is written over: name a new folder")
    plain_files.check_folder_for(path)


def split(pairs: List[TextPair]) -> Parts:
    """Deals pairs of texts out, near-duplicate sources into one part (`split_by_source`)."""
    parts = split_by_source(pairs, group=lambda source: text.fold("".join(source)))
    return {
        part: [("".join(source), "".join(target)) for source, target in dealt]
        for part, dealt in parts.items()
    }


def folded_sources(pairs: Iterable[TextPair]) -> Set[str]:
    """Returns the sources of pairs, near-duplicates folded into one."""
    return {text.fold(source) for source, _ in pairs}


def check_apart(parts: Parts) -> None:
    """Raises AssertionError if a source of one part stands, folded, in another.

    No input does that; it holds what is trained on and what is scored apart in every corpus.
    """
    taken: Dict[str, str] = {}
    for part, pairs in parts.items():
        for source in sorted(folded_sources(pairs)):
            if taken.setdefault(source, part) != part:
                raise AssertionError(f"{source!r} stands in {taken[source]} and in {part}")


def write(path: str, corpus: Corpus) -> str:
    """Writes a corpus into a new folder and returns the README's text.

    The folder is there when it is whole: what stops the writing leaves none.

    Raises:
      InputError: the folder exists or cannot be made, or a part would be empty.
      AssertionError: two parts share a source.
    """
    check_new(path)
    parts = corpus.dealt.parts if corpus.dealt else split(corpus.pairs)
    check_apart(parts)
    for part in parts:
        if not parts[part]:
            raise InputError(
                f"{path}: no pair for {part}.tsv, the corpus has only {len(corpus.pairs)}; "
                "give at least four different sources"
            )
    readme = readme_text(corpus, parts)
    try:
        with _whole(path) as unfinished:
            for part in parts:
                _write_lines(unfinished, f"{part}.tsv", (f"{s}\t{t}\n" for s, t in parts[part]))
            _write_lines(unfinished, "README", [readme])
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; name a folder that can be written") from None
    return readme


@contextlib.contextmanager
def _whole(path):
    """Makes a folder beside `path` that gets its name at the end, or goes."""
    unfinished = f"{os.path.abspath(path)}.{os.getpid()}"
    plain_files.make_folder_for(unfinished)
    os.mkdir(unfinished)
    try:
        yield unfinished
        os.rename(unfinished, path)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _write_lines(folder, name, lines):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


def readme_text(corpus: Corpus, parts: Parts) -> str:
    """Says where a corpus is from, its licence, how many pairs there are and how they are split."""
    lines = [
        corpus.title, "",
        f"Origin: {corpus.origin}",
        f"Licence, as the source states it: {corpus.licence}", "",
        "part    pairs  sources",
    ]
    for part in parts:
        sources = {source for source, _ in parts[part]}
        lines.append(f"{part:5} {len(parts[part]):7} {len(sources):8}")
    lines += ["", "Pairs left out:"]
    lines += [f"{count:7}  {reason}" for reason, count in sorted(corpus.left_out.items()) if count]
    how = corpus.dealt.how if corpus.dealt else _SPLIT
    lines += ["", how, "", "Lines are source TAB target, UTF-8, NFC, single spaces."]
    # A file's name may be bytes that are no text.
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace").decode("utf-8")
