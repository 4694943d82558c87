"""Chromium's resource packs, `.pak`: the texts of its window by number.

The format is that of Chromium's `ui/base/resource/data_pack.cc`, versions 4 and 5: a header, the
number and place of each resource, and the resources one behind the other. A text has the same
number in each language's pack of one build.
"""

import struct
from typing import Dict

from seq2seq_graph.errors import InputError

_ENTRY = struct.Struct("<HI")  # number, place
_ALIAS = struct.Struct("<HH")  # number, which entry it shares
_ENCODINGS = {1: "utf-8", 2: "utf-16-le"}
_COMPRESSED = (b"\x1f\x8b", b"\x1e\x9b")  # by gzip, by Brotli: whole pages, and no messages


def read_pak(name: str, content: bytes) -> Dict[int, str]:
    """Returns resource number -> text; compressed resources are passed over.

    Args:
      name: named in errors.
      content: the file's bytes.

    Raises:
      InputError: this is no pack of texts of a known version, or it is damaged.
    """
    try:
        version, = struct.unpack_from("<I", content)
        if version == 5:
            encoding, count, aliases = struct.unpack_from("<B3xHH", content, 4)
            start = 12
        elif version == 4:
            (count, encoding), aliases, start = struct.unpack_from("<IB", content, 4), 0, 9
        else:
            raise InputError(f"{name}: version {version} of a pack; versions 4 and 5 can be read")
        if encoding not in _ENCODINGS:
            raise InputError(f"{name}: holds no texts (encoding {encoding}); give locales/*.pak")
        entries = [_ENTRY.unpack_from(content, start + _ENTRY.size * i) for i in range(count + 1)]
        start += _ENTRY.size * (count + 1)
        places = [place for _, place in entries]
        if places != sorted(places) or places[-1] > len(content):
            raise InputError(f"{name}: the pack is cut short; fetch it again")
        numbered = [(number, i) for i, (number, _) in enumerate(entries[:-1])]
        numbered += [_ALIAS.unpack_from(content, start + _ALIAS.size * i) for i in range(aliases)]
        resources = [content[begin:end] for begin, end in zip(places, places[1:])]
        return {
            number: resources[i].decode(_ENCODINGS[encoding])
            for number, i in numbered
            if not resources[i].startswith(_COMPRESSED)
        }
    except (struct.error, IndexError):
        raise InputError(f"{name}: the pack is cut short; fetch it again") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: {error}; fetch it again") from None
