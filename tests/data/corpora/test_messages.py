import pytest

from seq2seq_graph.data.corpora.messages import number_placeholders, strip_accelerators


@pytest.mark.parametrize("source, target, numbered", [
    ("Save", "저장", ("Save", "저장")),
    ("%(n)d of %(all)s", "%(all)s 중 %(n)d", ("{1} of {2}", "{2} 중 {1}")),
    ("%s in %s", "%s의 %s", ("{1} in {2}", "{1}의 {2}")),  # told apart by their order
    ("%2$s in %1$s", "%1$s의 %2$s", ("{1} in {2}", "{2}의 {1}")),
    ("'%1$S' of %2$S, %S", "%2$S의 '%1$S', %S", ("'{1}' of {2}, {3}", "{2}의 '{1}', {3}")),
    ("About %PRODUCTNAME", "%PRODUCTNAME 정보", ("About {1}", "{1} 정보")),
    ("By %1", "%1이(가)", ("By {1}", "{1}이(가)")),
    ("File $(ARG1), $2", "$2 파일 $(ARG1)", ("File {1}, {2}", "{2} 파일 {1}")),
    ("Page %p of %n", "%n 중 %p 페이지", ("Page {1} of {2}", "{2} 중 {1} 페이지")),
    ("'%name', %num%", "%num%, '%name'", ("'{1}', {2}", "{2}, '{1}'")),
    ("${a} %{b}", "%{b} ${a}", ("{1} {2}", "{2} {1}")),
    ("{name} ({ip}), {name}", "{name} ({ip})", ("{1} ({2}), {1}", "{1} ({2})")),
    ("See <b>it</b>", "<b>이것</b> 보기", ("See {1}it{2}", "{1}이것{2} 보기")),
    ("<none>", "<없음>", ("<none>", "<없음>")),
    ("See https://a.org/b.", "https://a.org/b을 보세요", ("See {1}.", "{1}을 보세요")),
    ("100 % of it, 50%", "100%, 50%", ("100 % of it, 50%", "100%, 50%")),
    ("50%a", "50%", ("50%a", "50%")),
])
def test_placeholders_are_numbered_alike(source, target, numbered):
    assert number_placeholders(source, target) == numbered


@pytest.mark.parametrize("source, target", [
    ("%d files", "파일"), ("file", "%s 파일"), ("%s %s", "%s"), ("{name}", "{이름}"),
    ("{n, plural, one {# file} other {# files}}", "파일 {n}개"),
])
def test_a_translation_with_other_placeholders_is_refused(source, target):
    assert number_placeholders(source, target) is None


@pytest.mark.parametrize("source, target, stripped", [
    ("~File", "파일(~F)", ("File", "파일")),
    ("_Top:", "위쪽(_T):", ("Top:", "위쪽:")),
    ("Save &As...", "다른 이름으로 저장(&A)...", ("Save As...", "다른 이름으로 저장...")),
    ("Case se_nsitive", "대소문자 구별(_N)", ("Case sensitive", "대소문자 구별")),
    ("~Save", "저장(S)", ("Save", "저장")),
    ("_Open", "열기(~O)", ("Open", "열기")),  # not the same mark
    ("~4 inch", "4인치(~4)", ("4 inch", "4인치")),
    ("_Close", "S_chließen", ("Close", "Schließen")),
    ("Pass_word", "암호", ("Password", "암호")),
])
def test_accelerator_marks_are_taken_off(source, target, stripped):
    assert strip_accelerators(source, target) == stripped


@pytest.mark.parametrize("source, target", [
    ("The file_name", "file_name은"),
    ("Date&Time", "날짜 및 시간"), ("AT&T", "AT&T"), ("Black & white", "블랙 & 화이트"),
    ("Topics &amp; more", "주제 &amp; 기타"),
    ("about ~5", "약 5"),
    ("Vitamin (A)", "비타민 (A)"), ("Negative (-)", "음수 (-)"),
])
def test_what_is_no_accelerator_stays(source, target):
    assert strip_accelerators(source, target) == (source, target)
