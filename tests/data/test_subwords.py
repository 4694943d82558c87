import random
import sys

import pytest
import subword_texts
from subword_texts import SIZE, SOURCES, TARGETS

from seq2seq_graph.data import subwords
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import SPECIAL_TOKENS, UNKNOWN, Vocabulary

subword_texts.require()

# What goes wrong if anything does: white space of all kinds, SentencePiece's mark for it, what
# escapes that mark, what is written like a byte or a special token, parts of letters.
ALPHABET = (
    "aB1_ '\".,<>0x" "\t\r\x0b\x1c\x85\xa0\u2028\u200b\ufeff\x00\x7f" "\u2581\ue581se" "\u2585"
    "가각ᄀ" "ᅡᆨ" "\u0301é" "ि" "क" "日𝒳🙂\ufffd"
)
WHOLE = ("<0x41>", "<UNKNOWN>", "<PAD> ", "  two  spaces ", "\u2581", "\ue581s", "\ue581e", "")


@pytest.fixture(scope="module")
def model():
    return subwords.learn(SOURCES + TARGETS, SIZE)


def lines(count, seed):
    rng = random.Random(seed)
    yield from WHOLE
    for _ in range(count):
        yield "".join(rng.choices(ALPHABET, k=rng.randrange(12)))
        any_points = (chr(rng.randrange(0x110000)) for _ in range(rng.randrange(8)))
        yield "".join(c for c in any_points if not "\ud800" <= c <= "\udfff")


def test_any_line_comes_back_to_the_letter_and_has_nothing_unknown(model):
    vocabulary = Vocabulary(model.tokens)
    for line in [*lines(5000, 0), *SOURCES, *TARGETS]:
        pieces = model.cut(line)
        assert subwords.join(pieces) == line, ascii(line)
        assert UNKNOWN not in vocabulary.encode(pieces)


def test_words_are_cut_where_they_are_often_cut():
    model = subwords.learn(["lower lowest newer newest low new"] * 9, 279, "bpe")
    assert model.cut("low newest") == ("▁low", "▁ne", "west")


def test_the_ids_are_those_of_the_vocabulary(model):
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=model.serialized)
    assert [processor.id_to_piece(i) for i in range(4)] == list(SPECIAL_TOKENS)
    vocabulary = Vocabulary(model.tokens)
    assert len(vocabulary) == len(processor) == SIZE
    for line in (*SOURCES, "日 \u00a0"):
        assert vocabulary.encode(model.cut(line)) == processor.encode(line)


def test_the_same_text_gives_the_same_model_to_the_bit(model):
    again = subwords.learn(iter(SOURCES + TARGETS), SIZE)
    assert again == model and subwords.checksum([again]) == subwords.checksum([model])
    other = subwords.learn(SOURCES + TARGETS[:-1], SIZE)
    assert subwords.checksum([other]) != subwords.checksum([model])


def test_both_kinds_can_be_learned(model):
    bpe = subwords.learn(SOURCES + TARGETS, SIZE, "bpe")
    assert bpe != model and len(bpe.tokens) == len(model.tokens)
    assert subwords.join(bpe.cut(TARGETS[5])) == TARGETS[5]


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_of_too_many_the_largest_number_is_named_that_can_be_learned(kind):
    with pytest.raises(InputError, match="subword_vocabulary is 9000, but .* give at most") as told:
        subwords.learn(SOURCES, 9000, kind)
    most = int(str(told.value).split()[-1])
    assert len(subwords.learn(SOURCES, most, kind).tokens) == most - len(SPECIAL_TOKENS)


def test_too_few_are_refused_with_the_number_that_is_needed():
    with pytest.raises(InputError, match="subword_vocabulary is 261, .* are 269; give more"):
        subwords.learn(SOURCES, 261)


def test_a_text_without_a_line_teaches_nothing():
    with pytest.raises(InputError, match="no sub-words can be learned from this text: .*give more"):
        subwords.learn([], 300)


@pytest.mark.parametrize("damage", [lambda m: m[:100], lambda m: b"", lambda m: b"\xff" + m])
def test_what_is_no_model_is_refused_by_its_name(model, damage):
    with pytest.raises(InputError, match="x.model: "):
        subwords.Model(damage(model.serialized), "x.model").cut("a")


def test_another_programs_model_is_refused():
    import sentencepiece

    from seq2seq_graph.data import subword_learner

    theirs = subword_learner.learn(SOURCES, {"vocab_size": 30, "minloglevel": 3})
    assert sentencepiece.SentencePieceProcessor(model_proto=theirs)
    with pytest.raises(InputError, match="x.model: not learned by this package"):
        subwords.Model(theirs, "x.model").cut("a")


def test_without_sentencepiece_the_extra_is_named_and_joining_goes_on(model, monkeypatch):
    pieces = model.cut(SOURCES[0])
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    for use in (lambda: subwords.learn(SOURCES, SIZE),
                lambda: subwords.Model(model.serialized).cut("a")):
        with pytest.raises(InputError, match=r"sentencepiece is not .*'\.\[subwords\]'"):
            use()
    assert subwords.join(pieces) == SOURCES[0]


@pytest.mark.parametrize("tokens, text", [
    (["▁a", "b", "▁c"], "ab c"), (["b", "▁"], "b "), (["<0xEA>", "<0xB0>", "<0x80>"], "가"),
    (["<0xEA>", "▁a"], "\ufffd a"), (["<UNKNOWN>", "<57>"], "<UNKNOWN><57>"), ([], ""),
    (["<0x4>", "<0xea>"], "<0x4><0xea>"), (["\ue581", "s\ue581"], "\u2581\ue581"),
])
def test_any_pieces_can_be_joined(tokens, text):
    assert subwords.join(tokens) == text


def test_lines_with_a_character_of_sentencepieces_own_are_learned_from():
    plain = [f"zebra yak {n}" for n in range(200)]
    model = subwords.learn(plain + [f"gauge \u2585 monolith {n}" for n in range(2000)], 300, "bpe")
    assert {"gauge", "monolith"} <= {token.strip(subwords.SPACE) for token in model.tokens}
    only = subwords.learn([f"gauge \u2585 monolith {n}" for n in range(200)], 290, "bpe")
    assert subwords.join(only.cut("a \u2585 b")) == "a \u2585 b"


def test_a_learner_that_was_killed_is_not_the_texts_fault(monkeypatch):
    def killed(*anything):
        raise RuntimeError("its process ended with -9")

    monkeypatch.setattr(subwords.subword_learner, "learn", killed)
    with pytest.raises(InputError, match="ended with -9, perhaps for want of memory; give fewer"):
        subwords.learn(SOURCES, SIZE)
