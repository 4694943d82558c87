"""Which pairs of a program's messages are left out of a training text, and why.

The rules are those that twenty random pairs of each package asked for: names of translators, codes
and commands, half-translated texts, long ones with markup. They know the scripts, no words.
"""

import re
import unicodedata
from typing import Optional

SOURCE_LETTERS, TARGET_LETTERS = 400, 300  # at most
TAGS, PLACEHOLDERS = 2, 6  # at most; the tags that both sides have are placeholders by now
NAMES = 4  # words of Latin letters in a target of another script that are no sign of anything
LATIN = 3  # letters of Latin for each of the language's own, at most
_WORD = re.compile("[A-Za-z]{2,}")
_PLACEHOLDER = re.compile(r"\{[0-9]+\}")
_TAG = re.compile(r"<[^<>]+>")
_TRANSLATORS = {"your names", "your emails", "translator-credits", "translator_credits"}
# The first word of a letter's Unicode name is its script.
_SCRIPTS = {
    "ar": ("ARABIC",), "bg": ("CYRILLIC",), "el": ("GREEK",), "fa": ("ARABIC",), "he": ("HEBREW",),
    "hi": ("DEVANAGARI",), "ja": ("HIRAGANA", "KATAKANA", "CJK"), "ko": ("HANGUL",),
    "ru": ("CYRILLIC",), "sr": ("CYRILLIC",), "th": ("THAI",), "uk": ("CYRILLIC",), "zh": ("CJK",),
}
_FOREIGN = {"CJK", "HIRAGANA", "KATAKANA", "CYRILLIC", "HANGUL"}
_DENSE = {"CJK", "HANGUL", "HIRAGANA", "KATAKANA"}  # a letter is a syllable or a word


def scripts_of(language: str) -> tuple:
    """Names the scripts of a language, `("HANGUL",)` of ko; Latin's if it is not known."""
    return _SCRIPTS.get(re.split("[_-]", language)[0], ("LATIN",))


def reason(source: str, target: str, language: str) -> Optional[str]:
    """Says why an English message with its translation is left out, or None: it is kept."""
    if source.casefold() in _TRANSLATORS:
        return "names of translators"
    if not _WORD.search(source):
        return "no word in the source"
    own = scripts_of(language)
    scripts = [unicodedata.name(letter, "").split(" ")[0] for letter in target if letter.isalpha()]
    count = sum(script in own for script in scripts)
    if not count:
        return "no letter of the language in the target"
    if any(script in _FOREIGN and script not in own for script in scripts):
        return "a letter of another language in the target"
    if len(source) > SOURCE_LETTERS or len(target) > TARGET_LETTERS:
        return f"over {SOURCE_LETTERS} letters in the source or {TARGET_LETTERS} in the target"
    dense = bool(_DENSE & set(own))
    shortest, longest = (0.15, 1.5) if dense else (0.4, 3)
    # One letter more or less, or a few, says nothing of a short text: Second -> 초.
    if not shortest * len(source) - 1 <= len(target) <= longest * len(source) + 3:
        return "lengths out of proportion"
    if max(len(_TAG.findall(source)), len(_TAG.findall(target))) > TAGS:
        return f"more than {TAGS} tags"
    if len(_PLACEHOLDER.findall(source)) > PLACEHOLDERS:
        return f"more than {PLACEHOLDERS} placeholders"
    words = len(_WORD.findall(target))  # of Latin letters; a few are names
    if own != ("LATIN",) and words > NAMES and scripts.count("LATIN") > LATIN * count:
        return "mostly Latin in the target"
    return None
