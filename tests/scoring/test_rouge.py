import sys

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.scoring import free_running, rouge


def package():
    return pytest.importorskip("rouge_score.rouge_scorer", reason="pip install -e '.[rouge]'")


def test_of_english_it_is_the_packages_own():
    own = package().RougeScorer(["rougeL"])
    hypotheses = ["A library for reading PNG files.", "don't save it", "xy"]
    references = ["library that reads PNG files", "Do not save the file!", "ab"]
    expected = [100 * own.score(r, h)["rougeL"].fmeasure for h, r in zip(hypotheses, references)]
    for hypothesis, reference, figure in zip(hypotheses, references, expected):
        assert rouge.rouge_l([hypothesis], [[reference]]) == pytest.approx(figure)
    assert rouge.rouge_l(hypotheses, [[r] for r in references]) == pytest.approx(
        sum(expected) / 3)


def test_words_of_any_script_count():
    package()
    # Two of three words in order: precision 2 / 3, recall 2 / 3.
    assert rouge.rouge_l(["파일을 다시 열기"], [["파일을 모두 열기"]]) == pytest.approx(200 / 3)
    assert rouge.rouge_l(["파일 열기"], [["파일 열기."]]) == pytest.approx(100)


def test_the_best_reference_counts():
    package()
    assert rouge.rouge_l(["a b"], [["c d", "a b", "a c"]]) == pytest.approx(100)
    assert rouge.rouge_l(["a b", ""], [["a b"], ["a"]]) == pytest.approx(50)


def test_it_is_computed_where_it_is_asked_for(monkeypatch):
    assert free_running.score([["a"]], [[["a"]]], " ".join).rouge_l is None
    monkeypatch.setitem(sys.modules, "rouge_score", None)
    with pytest.raises(InputError, match=r"rouge-score is not .*'\.\[rouge\]'"):
        free_running.score([["a"]], [[["a"]]], " ".join, with_rouge=True)
