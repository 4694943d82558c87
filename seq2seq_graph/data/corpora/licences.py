"""The licence of a package as its own files state it."""

import email.parser
import os
import re
from typing import Iterable, List, Tuple

FILE_NAMES = ("METADATA", "PKG-INFO", "copyright")  # of Python and of Debian packages
UNSTATED = "not stated in the files that were read; ask their publisher"


def stated_licence(files: Iterable[Tuple[str, str]]) -> str:
    """Says what the licence is and which file says so.

    Args:
      files: names that end in one of FILE_NAMES, and their text.
    """
    lines = []
    for name, text in files:
        is_debian = os.path.basename(name) == "copyright"
        stated = _of_copyright(text) if is_debian else _of_metadata(text)
        if stated:
            lines.append(f"{', '.join(dict.fromkeys(stated))} ({name})")
    return "; ".join(dict.fromkeys(lines)) or UNSTATED


def _of_metadata(text: str) -> List[str]:
    """Reads the core metadata of a Python package."""
    message = email.parser.HeaderParser().parsestr(text)
    fields = message.get_all("License-Expression", []) + message.get_all("License", [])
    # Some packages put the whole text into the field: its first line has the name.
    stated = [field.split("\n")[0].strip() for field in fields]
    stated += [
        field.split("::")[-1].strip()
        for field in message.get_all("Classifier", [])
        if field.startswith("License ::")
    ]
    return [licence for licence in stated if licence and licence != "UNKNOWN"]


def _of_copyright(text: str) -> List[str]:
    """Reads the paragraph `Files: *` of a Debian package's copyright file.

    Of a file without paragraphs, the licences are named that it refers to for their text.
    """
    for paragraph in re.split(r"\n\s*\n", text):
        if re.search(r"^Files:\s*\*\s*$", paragraph, re.MULTILINE):
            return re.findall(r"^License:\s*(\S.*)$", paragraph, re.MULTILINE)
    return [f"text of {name}" for name in re.findall(r"/common-licenses/(\w[\w.-]*\w)", text)]
