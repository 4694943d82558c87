"""Tiny catalogues and packages, built as msgfmt, zip, dpkg-deb and grit would build them."""

import io
import struct
import tarfile
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
    path.write_bytes(zip_bytes(files))
    return str(path)


def deb_bytes(files, compression="xz", data_name=None):
    """Packs name -> text or bytes as dpkg-deb does: an ar archive with a compressed tar in it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:" + compression) as archive:
        for name, content in files.items():
            packed_file = content if isinstance(content, bytes) else content.encode("utf-8")
            member = tarfile.TarInfo("./" + name)
            member.size = len(packed_file)
            archive.addfile(member, io.BytesIO(packed_file))
    data_name = data_name or "data.tar" + (compression and "." + compression)
    members = [("debian-binary", b"2.0\n"), ("control.tar.xz", b"odd"),
               (data_name, packed.getvalue())]
    return b"!<arch>\n" + b"".join(
        f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode("ascii")
        + content + b"\n" * (len(content) % 2)
        for name, content in members)


def pak_bytes(texts, version=5, aliases=(), encoding=1):
    """Packs number -> text or bytes as Chromium's grit does; aliases are (number, entry)."""
    resources = [text if isinstance(text, bytes) else text.encode("utf-8")
                 for text in texts.values()]
    if version == 5:
        header = struct.pack("<IB3xHH", 5, encoding, len(texts), len(aliases))
    else:
        header = struct.pack("<IIB", version, len(texts), encoding)
    place = len(header) + 6 * (len(texts) + 1) + 4 * len(aliases)
    entries = b""
    for number, resource in zip([*texts, 0], [*resources, b""]):
        entries += struct.pack("<HI", number, place)
        place += len(resource)
    shared = b"".join(struct.pack("<HH", *alias) for alias in aliases)
    return header + entries + shared + b"".join(resources)


def zip_bytes(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
