"""GNU gettext's binary catalogues, `.mo`.

The format is the GNU gettext manual's ("The Format of GNU MO Files"). The standard library reads
them to answer one message at a time; here all messages of a catalogue are listed.
"""

import gettext
import re
import struct
from typing import Callable, Iterator, List, Tuple

from seq2seq_graph.errors import InputError

_BYTE_ORDERS = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}
_CONTEXT = re.compile(r"\A_:[^\n]*\n")  # KDE's of old; gettext's own ends in \x04
_PREFIX = re.compile(r"\A\w+\|(?=\w)")  # a context if the translation has no such bar
_SCRIPTED = "|/|"  # what stands behind it is a program of KDE's that builds the translation
_COUNTS = range(2, 200)  # enough to meet each form that a language has for more than one


def read_mo(name: str, content: bytes) -> Iterator[Tuple[str, str]]:
    """Yields (message, translation); contexts are left away, untranslated messages are "".

    What only some programs read is cut too: the context in a message, `_: of a menu\\nOpen` or
    `Menu|Open`, and the script behind a translation, `열기|/|$[...]`.

    Of a message with plural forms, the singular goes with the form for 1, the plural with each
    other form; where a language has one form for all, the plural goes with it.

    Args:
      name: named in errors.
      content: the file's bytes.

    Raises:
      InputError: this is no catalogue, it is cut short, its text is not in the character set that
        its header names, or the header's rule for plural forms cannot be read.
    """
    strings = list(_strings(name, content))
    header = dict(strings).get(b"", b"").decode("ascii", "replace")
    charset = re.search(r"charset=([^\s;]+)", header)
    found = re.search(r"\bplural\s*=\s*([^;\n]+)", header)
    rule = found.group(1).strip() if found else "n != 1"
    try:
        form_of = gettext.c2py(rule)
    except ValueError as error:
        raise InputError(f"{name}: plural forms {rule!r}: {error}") from None
    try:
        for message, translation in strings:
            if message:
                messages, forms = (
                    string.decode(charset.group(1) if charset else "utf-8").split("\0")
                    for string in (message, translation)
                )
                for text, translated in _pairs(messages, forms, form_of):
                    yield text if "|" in translated else _PREFIX.sub("", text), translated
    except (ValueError, LookupError) as error:  # not in the character set, or no such set
        raise InputError(f"{name}: {error}; the header names the wrong character set") from None
    except ZeroDivisionError:
        raise InputError(f"{name}: plural forms {rule!r} divide by zero") from None


def _strings(name: str, content: bytes) -> Iterator[Tuple[bytes, bytes]]:
    order = _BYTE_ORDERS.get(content[:4])
    if order is None:
        raise InputError(f"{name}: begins with {content[:4]!r}; give a catalogue that msgfmt wrote")
    try:
        count, *tables = struct.unpack_from(order + "3I", content, 8)
        for i in range(count):
            pair: List[bytes] = []
            for table in tables:
                length, start = struct.unpack_from(order + "2I", content, table + 8 * i)
                pair.append(content[start : start + length])
                if len(pair[-1]) < length:
                    raise struct.error
            yield pair[0], pair[1]
    except struct.error:
        raise InputError(f"{name}: the catalogue is cut short; fetch it again") from None


def _pairs(
    messages: List[str], forms: List[str], form_of: Callable[[int], int]
) -> Iterator[Tuple[str, str]]:
    singular, *plural = messages
    singular = _CONTEXT.sub("", singular.split("\x04")[-1])
    forms = [form.split(_SCRIPTED)[0] for form in forms]
    if not plural:
        yield singular, forms[0]
        return
    one, others = form_of(1), sorted({form_of(count) for count in _COUNTS})
    if others == [one]:
        wanted = [(plural[0], one)]
    else:
        wanted = [(singular, one), *((plural[0], form) for form in others if form != one)]
    for message, form in wanted:
        if 0 <= form < len(forms):
            yield message, forms[form]
