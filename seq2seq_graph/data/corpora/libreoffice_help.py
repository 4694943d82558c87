"""LibreOffice's help: paragraphs and headings, paired by page and number.

The pages of libreoffice-help-en-us and libreoffice-help-ko (MPL-2.0) have the same names, and what
is a translation has the number of what it translates: `<p id="par_id3150085" ...>`.
"""

import html
import re
from typing import Dict, Tuple

from seq2seq_graph.errors import InputError

ENDING = ".html"
_NUMBERED = re.compile(
    r'<(p|h[1-6])\b[^>]*?\bid="((?:par|hd)_[^"]+)"[^>]*>(.*?)</\1>', re.DOTALL
)
_TAG = re.compile(r"<[^<>]*>")


def texts(files: Dict[str, bytes], language: str) -> Dict[Tuple[str, str], str]:
    """Returns (page, number) -> text without markup, "" for a picture.

    Args:
      files: name -> content, `.../help/ko/text/shared/main0214.html` and the like.
      language: as the folder below `help` is named, ko or en-US.

    Raises:
      InputError: a page is not UTF-8.
    """
    found = {}
    for name, content in files.items():
        page = name.partition(f"/help/{language}/")[2]
        if page.endswith(ENDING):
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"{name}: {error}; fetch the package again") from None
            for _, number, marked in _NUMBERED.findall(text):
                found[page, number] = html.unescape(_TAG.sub("", marked))
    return found
