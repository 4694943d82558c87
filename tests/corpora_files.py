"""Tiny catalogues, built as msgfmt and zip would build them."""

import struct
import zipfile

KOREAN = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def mo_bytes(translations, header=KOREAN, order="<", charset="utf-8"):
    """Packs message -> translation, context and plural forms written as gettext writes them."""
    entries = sorted({"": header, **translations}.items())
    ids = [message.encode(charset) for message, _ in entries]
    strings = [translation.encode(charset) for _, translation in entries]
    count = len(entries)
    tables, texts, place = b"", b"", 28 + 16 * count
    for string in ids + strings:
        tables += struct.pack(order + "2I", len(string), place + len(texts))
        texts += string + b"\0"
    numbers = (0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return struct.pack(order + "7I", *numbers) + tables + texts


def write_files(folder, files):
    """Writes name -> text or bytes under a folder, folders made as needed."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return str(folder)


def write_zip(path, files):
    with zipfile.ZipFile(str(path), "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return str(path)
