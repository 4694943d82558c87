"""Messages of programs as text: placeholders numbered, accelerator marks taken off.

A message is written for a program: `Save ~As %s...` and `%s(으)로 저장(~A)...`. What a reader reads
is `Save As {1}...` and `{1}(으)로 저장...`.
"""

import collections
import re
from typing import Counter, Dict, Iterator, Optional, Tuple

_PLACEHOLDER = re.compile(
    r"""
      %\([^()\s]+\)[-+0\#]*[0-9]*(?:\.[0-9]+)?[a-zA-Z]      # %(name)s      Python
    | %[A-Z][A-Z0-9_]+                                      # %PRODUCTNAME  LibreOffice
    | %(?:[0-9]+\$)?[-+0\#]*[0-9]*(?:\.[0-9]+)?(?:hh?|ll?|z)?[cdeEfFgGioprsSuxX](?![a-z])  # %5.2f C
    | %[0-9]+                                               # %1            Qt
    | (?<!\w)%[a-zA-Z]\w*%?                                 # %n %name %num%
    | [%$]\{[^{}]+\}                                        # %{name} ${name}
    | \$\([^()\s]+\) | \$\w+\$?                             # $(ARG1) $1 $name$
    | \#[A-Z]{3,}\#                                         # #PAGENUMBER#
    | \{\{[^{}]*\}\} | \{[^{}]*\}                           # {{name}} {name} {}
    """,
    re.VERBOSE | re.ASCII,
)
_UNNAMED = re.compile(r"%[-+0#.0-9]*[a-zA-Z]{1,3}|\{\}")  # told apart by their order alone
# Copied if the other side has the very same: else `<none>` is a word like others.
_COPIED = re.compile(r"</?[A-Za-z][^<>]*>|https?://[^\s<>()\"'\[\]]*[^\s<>()\"'\[\].,:;!?]")

_MARKED_KEY = re.compile(r"\s*\(([~_&])[0-9A-Za-z]\)")  # (~A)
_PLAIN_KEY = re.compile(r"\s*\(([0-9A-Za-z])\)(?=[\s:.…]*$)")  # (A) at the end
# An entity such as &amp; is no mark.
_MARK = {mark: re.compile(mark + r"(?=[^\W_]|\{[0-9])(?!\w+;)") for mark in "~_&"}


def number_placeholders(source: str, target: str) -> Optional[Tuple[str, str]]:
    """Writes the source's placeholders as {1}, {2}, ... and the target's by the same numbers.

    Tags and addresses that stand in both are numbered too. Returns None if the two sides have not
    the same placeholders: such a translation cannot be told from the source.
    """
    copied = {match for match in _COPIED.findall(source) if match in target}
    pattern = _PLACEHOLDER
    if copied:
        longest_first = sorted(copied, key=lambda string: (-len(string), string))
        alternatives = [*map(re.escape, longest_first), _PLACEHOLDER.pattern]
        pattern = re.compile("|".join(alternatives), _PLACEHOLDER.flags)
    numbers: Dict[Tuple[str, int], int] = {}
    for name in _names(pattern, source):
        numbers.setdefault(name, len(numbers) + 1)
    if set(_names(pattern, target)) != set(numbers):
        return None
    return _numbered(pattern, source, numbers), _numbered(pattern, target, numbers)


def _names(pattern, message: str) -> Iterator[Tuple[str, int]]:
    """Yields each placeholder with its place among those written the same way, 0 if named."""
    seen: Counter = collections.Counter()
    for match in pattern.finditer(message):
        string = match.group()
        yield string, seen[string]
        seen[string] += bool(_UNNAMED.fullmatch(string))


def _numbered(pattern, message, numbers):
    names = _names(pattern, message)
    return pattern.sub(lambda match: f"{{{numbers[next(names)]}}}", message)


def strip_accelerators(source: str, target: str) -> Tuple[str, str]:
    """Takes off the marks of the keys that choose a menu entry: ~File, _File, &File.

    A translation into another script names the key behind it, as in 파일(~F), or 파일(F) without
    a mark. A name such as `file_name` that stands on both sides, an entity such as `&amp;`, and a
    mark with a space behind it are left as they are.
    """
    key = _MARKED_KEY.search(target)
    if key:
        target = target[: key.start()] + target[key.end() :]
        # The two sides do not always use the same mark.
        own = key.group(1)
        marks = sorted(_MARK, key=lambda mark: mark != own)
        mark = next((mark for mark in marks if _MARK[mark].search(source)), marks[0])
        return _MARK[mark].sub("", source, count=1), target
    for mark, pattern in _MARK.items():
        places = list(pattern.finditer(source))
        if len(places) != 1 or not _is_accelerator(mark, places[0].start(), source, target):
            continue
        letter = source[places[0].end()]
        source = pattern.sub("", source)
        key = _PLAIN_KEY.search(target)
        if key and key.group(1).lower() == letter.lower():
            return source, target[: key.start()] + target[key.end() :]
        return source, pattern.sub("", target) if len(pattern.findall(target)) == 1 else target
    return source, target


def _is_accelerator(mark, place, source, target):
    before, behind = re.split(rf"[^\w{mark}]", source[:place])[-1], source[place:]
    word = before + re.split(rf"[^\w{mark}]", behind)[0]
    is_marked_too = len(_MARK[mark].findall(target)) == 1
    if not before:  # ~5 may be "about 5"
        return is_marked_too or not source[place + 1].isdigit()
    if mark == "&":  # AT&T is a name as long as the other side has no mark of its own
        return is_marked_too and word not in target
    return word not in target
