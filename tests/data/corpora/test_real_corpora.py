"""Facts of the real corpora, where they are at hand.

The dialogues are in the extra `test`. SEQ2SEQ_CORPORA names a folder of folders that
`scripts/prepare.py` wrote, of any corpus: all of them are read.
"""

import glob
import os
import re
import unicodedata

import pytest

from seq2seq_graph.data import text
from seq2seq_graph.data.corpora import dialogue, folder
from seq2seq_graph.data.pairs import PARTS, TOKENIZERS

CORPORA = os.environ.get("SEQ2SEQ_CORPORA")
FILES = glob.glob(os.path.join(glob.escape(CORPORA), "*", "train.tsv")) if CORPORA else []
FOLDERS = sorted(map(os.path.dirname, FILES))
LANGUAGES = ["english", "korean", "japanese", "chinese", "hindi", "bengali", "thai", "hebrew"]


def alike(source):
    """Folds digits, case and quoted parts, in other words than `text.fold`."""
    return re.sub('"[^"]*"', "", re.sub("[0-9]+", "0", source)).lower()


def assert_sound(parts):
    groups = []
    for pairs in parts.values():
        for side in {side for pair in pairs for side in pair}:
            assert text.join(text.tokenize(side)) == side
            assert "".join(TOKENIZERS["characters"](side)) == side
            assert unicodedata.normalize("NFC", side) == side and side.split() == side.split(" ")
        groups.append({alike(source) for source, _ in pairs})
    assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_dialogues_join_again_and_no_near_duplicate_stands_in_two_parts(language):
    pytest.importorskip("yaml", reason="needs PyYAML: pip install -e '.[test]'")
    pytest.importorskip("chatterbot_corpus", reason="needs it: pip install -e '.[test]'")
    parts = folder.split(dialogue.load([language]).pairs)
    assert sum(map(len, parts.values())) > 10
    assert_sound(parts)


@pytest.mark.skipif(not FOLDERS, reason="SEQ2SEQ_CORPORA names no folder of prepared corpora")
@pytest.mark.parametrize("path", FOLDERS, ids=list(map(os.path.basename, FOLDERS)))
def test_prepared_corpora_join_again_and_no_near_duplicate_stands_in_two_parts(path):
    parts = {}
    for part in PARTS:
        with open(os.path.join(path, f"{part}.tsv"), encoding="utf-8", newline="\n") as file:
            parts[part] = [tuple(line.rstrip("\n").split("\t")) for line in file]
    assert_sound(parts)
