"""Debian's package descriptions, from the indexes that apt keeps under /var/lib/apt/lists.

Two tasks: the first paragraph of a description -> its one-line synopsis, and the English synopsis
-> its translation. A translation names the MD5 sum of the English description that it was made of,
so that a pair is never an old translation with a new text.
"""

from typing import Dict, List, Sequence, Tuple

from seq2seq_graph.data import text
from seq2seq_graph.data.corpora import folder
from seq2seq_graph.data.corpora.corpus import Corpus, Dealt, Parts, TextPair, collect
from seq2seq_graph.data.corpora.debian_index import descriptions, origin
from seq2seq_graph.errors import InputError

LISTS = "/var/lib/apt/lists"
SOURCE_WORDS = (5, 40)
_LICENCE = (
    "none is stated in the indexes; a description has the licence of its Debian package, in "
    "/usr/share/doc/PACKAGE/copyright"
)
_HOW = f"""\
Every 20th paragraph of at most {SOURCE_WORDS[1]} words, in order of appearance, is in valid.tsv and
the next two in test.tsv. Paragraphs that are equal once digits, case, quoted parts and punctuation
marks are folded count as one. Longer ones are in train.tsv. A package's name may stand before."""


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
    most = SOURCE_WORDS[1]
    if longest < most:
        raise InputError(f"the longest paragraph has {longest} words; give at least {most}")
    short, longer, packages, unsuited = _by_length(paths, language, longest)
    first, _ = collect(short, unique_sides=True)
    pairs, left_out = collect(short + longer, unique_sides=True)
    left_out[f"the paragraph has not {SOURCE_WORDS[0]} to {longest} words"] = unsuited
    corpus = Corpus(
        f"Package descriptions, first paragraph -> synopsis, {language}",
        origin(paths, language), _LICENCE, pairs, left_out,
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


def _by_length(
    paths, language, longest
) -> Tuple[List[TextPair], List[TextPair], Dict[str, str], int]:
    """Returns the short pairs, the longer ones, paragraph -> first package, and how many others."""
    fewest, most = SOURCE_WORDS
    short: List[TextPair] = []
    longer: List[TextPair] = []
    unsuited = 0
    packages: Dict[str, str] = {}
    for found in descriptions(paths, language):
        words = len(found.paragraph.split())
        if fewest <= words <= longest:
            (short if words <= most else longer).append((found.paragraph, found.synopsis))
            packages.setdefault(found.paragraph, found.package)
        else:
            unsuited += 1
    return short, longer, packages, unsuited


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
    english = {found.md5: found.synopsis for found in descriptions(paths, "en")}
    translated = list(descriptions(paths, language))
    raw_pairs = [(english[d.md5], d.synopsis) for d in translated if d.md5 in english]
    pairs, left_out = collect(raw_pairs)
    left_out["the English description is not in the index"] = len(translated) - len(raw_pairs)
    return Corpus(
        f"Synopses of packages, English -> {language}",
        origin(paths, "en", language), _LICENCE, pairs, left_out,
    )
