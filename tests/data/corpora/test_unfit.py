import pytest

from seq2seq_graph.data.corpora import unfit

NAMES = "names of translators"
NO_WORD = "no word in the source"
NO_LETTER = "no letter of the language in the target"
FOREIGN = "a letter of another language in the target"
LONG = "over 400 letters in the source or 300 in the target"
PROPORTION = "lengths out of proportion"
LATIN = "mostly Latin in the target"


@pytest.mark.parametrize("source, target, reason", [
    ("Open", "열기", None),
    ("Second", "초", None),
    ("Exit LibreOffice", "LibreOffice 종료", None),
    ("DNS over HTTPS", "DNS over HTTPS 사용", None),
    ("See <b>this</b>.", "<b>이것</b>을 보세요.", None),
    ("a" * 400, "가" * 300, None),
    ("Your names", "홍길동", NAMES),
    ("translator-credits", "홍길동 <a@b.kr>", NAMES),
    ("F9", "F9 키", NO_WORD), ("µs", "마이크로초", NO_WORD),
    ("Service Workers", "Service Worker", NO_LETTER),
    ("Chinese", "중국어 中文", FOREIGN), ("Russian", "Русский 러시아어", FOREIGN),
    ("a" * 401, "가" * 300, LONG), ("a" * 400, "가" * 301, LONG),
    ("No", "이것은 아주 긴 번역입니다", PROPORTION), ("a long message of words", "긴", PROPORTION),
    ("See <b>a</b> <i>c</i>.", "<b>가</b> <i>나</i>", "more than 2 tags"),
    ("{1} {2} {3} {4} {5} of {6}", "{6}의 {1} {2} {3} {4} {5}", None),
    ("{1}{2}{3} is {4}{5}{6}{7}", "{1}{2}{3}은 {4}{5}{6}{7}", "more than 6 placeholders"),
    ("This text is only translated in part, as one sees", "This text is only translated 일부",
     LATIN),
])
def test_a_korean_pair_is_kept_or_left_out_for_its_reason(source, target, reason):
    assert unfit.reason(source, target, "ko") == reason


@pytest.mark.parametrize("source, target, language, reason", [
    ("Open file", "Datei öffnen", "de", None),
    ("Open file", "Открыть файл", "de", NO_LETTER),
    ("Open file", "Открыть файл", "ru", None),
    ("Open file", "ファイルを開く", "ja", None),
    ("Open file", "ファイル 열기", "ja", FOREIGN),
    ("Open file", "打开文件", "zh_CN", None),
    ("a long message of many words", "Datei", "de", PROPORTION),
])
def test_the_rules_know_the_script_of_the_language(source, target, language, reason):
    assert unfit.reason(source, target, language) == reason
