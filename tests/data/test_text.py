import random
import unicodedata

import pytest

from seq2seq_graph.data import text

# What goes wrong if anything does: joiners, braces, white space of all kinds, parts of letters.
ALPHABET = (
    "aB1_ '\".,{}()%&~￭" "\t\n\r\x0b\x1c\x85\xa0\u2028\u200b\u200d\ufeff\x00\x7f\ud800"
    "가각ᄀ" "ᅡᆨ" "\u0301é" "ि" "क" "日𝒳🙂"
)


@pytest.mark.parametrize("string, pieces", [
    ("Hello, world!", ["Hello", "￭,", "world", "￭!"]),
    ('Save "notes.txt", {1}?',
     ["Save", '"￭', "notes", "￭.￭", "txt", '￭"', "￭,", "{1}", "￭?"]),
    ("{1}을(를) 열기", ["{1}￭", "을", "￭(￭", "를", "￭)", "열기"]),
    ("don't...", ["don", "￭'￭", "t", "￭.", "￭.", "￭."]),
    ("a - b", ["a", "-", "b"]),
    ("हिन्दी ไทย", ["हिन्दी", "ไทย"]),
    ("{x} {12}", ["{￭", "x", "￭}", "{12}"]),
    ("", []),
])
def test_punctuation_is_split_off_and_joined_again(string, pieces):
    assert list(text.tokenize(string)) == pieces
    assert text.join(pieces) == string


@pytest.mark.parametrize("string", [
    "￭", "￭￭", "￭￭￭", "￭,", ",￭", "￭,￭", ", ￭", "a￭", "￭a￭", "￭{1}", "{1}￭", "{1}{2}", "{1}￭{2}",
    "￭ , ￭", "{￭1}",
])
def test_a_joiner_in_the_text_is_a_letter(string):
    assert text.join(text.tokenize(string)) == string


def test_any_text_is_joined_again_without_loss():
    rng = random.Random(0)
    for _ in range(20_000):
        string = "".join(rng.choices(ALPHABET, k=rng.randrange(12)))
        tokens = text.tokenize(string)
        assert text.join(tokens) == text.normalize(string), ascii(string)
        assert all(token and not any(c.isspace() for c in token) for token in tokens)


def test_any_code_points_are_joined_again_without_loss():
    rng = random.Random(1)
    for _ in range(5_000):
        string = "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randrange(8)))
        assert text.join(text.tokenize(string)) == text.normalize(string), ascii(string)


def test_any_tokens_can_be_joined():
    assert text.join(["￭,", "￭,￭", "<UNKNOWN>", "a", "(￭", "b"]) == ",,<UNKNOWN> a (b"


def test_normalized_text_is_composed_and_has_single_spaces():
    decomposed = unicodedata.normalize("NFD", "각  é")
    assert text.normalize("\ufeff " + decomposed + "\t\u3000x\x00\n") == "각 é x"


def test_normalized_text_fits_in_a_field_and_stays_as_it_is():
    rng = random.Random(2)
    for _ in range(5_000):
        normal = text.normalize("".join(rng.choices(ALPHABET, k=rng.randrange(12))))
        assert text.normalize(normal) == normal
        assert not set(normal) & set("\t\r\n") and normal.encode("utf-8").decode("utf-8") == normal


@pytest.mark.parametrize("one, other", [
    ("Open 12 files", "open 3 Files"),
    ('Open "a.txt"', 'Open "b"'),
    ("Open ‘a’ or “b c”", "Open ‘c’ or “d”"),
    ("'none' is no file", "'x y' is no file"),
    ("`a` 「가」", "`b` 「나」"),
    ("Edit...", "Edit:"), ("X-Error-Bars", "(x error bars)"), ("Options ~ हिन्दी", "options हिन्दी!"),
])
def test_near_duplicates_are_folded_to_one(one, other):
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize("one, other", [
    ("Open files", "Open a file"),
    ("don't ask, won't tell", "don't say, won't tell"),  # apostrophes are no quotation marks
    ("हिन्दी", "हन्द"), ("Error bars", "Errorbars"),  # vowel signs are no marks
    ("the users' rights and the owners' wrongs", "the users' files and the owners' wrongs"),
])
def test_other_texts_stay_apart(one, other):
    assert text.fold(one) != text.fold(other)


@pytest.mark.parametrize("line, is_first, stripped", [
    ("a\r\n", False, "a"), ("a\n", False, "a"), ("a\r", False, "a"), ("a\n\n", False, "a\n"),
    ("\ufeffa", True, "a"), ("\ufeffa", False, "\ufeffa"), ("", True, ""),
])
def test_a_line_loses_its_end_and_a_file_its_byte_order_mark(line, is_first, stripped):
    assert text.stripped_line(line, is_first) == stripped


def test_a_text_is_read_as_a_file_of_its_own():
    assert text.only_line("\ufeffa\ud800\r\n") == "a\ufffd\ufffd\ufffd"
    assert text.only_line("가\n\ufeff") == "가\n\ufeff"


def test_one_line_is_one_line_for_every_reader():
    every = "".join(map(chr, range(0x3000)))
    assert len(text.one_line(every).splitlines()) == 1 and "\t" not in text.one_line(every)
    assert len(text.one_line(every)) == len(every)
    plain = "한국어, a b\u3000"
    assert text.one_line(plain) == plain
