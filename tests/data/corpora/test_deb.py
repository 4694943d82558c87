import sys

import pytest
from corpora_files import deb_bytes

from seq2seq_graph.data.corpora import deb
from seq2seq_graph.errors import InputError

FILES = {"usr/a.mo": b"one", "usr/b.txt": b"two", "usr/share/doc/tool/copyright": b"three"}


def written(tmp_path, content):
    path = tmp_path / "tool_1.0_all.deb"
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("compression", ["xz", "gz", "bz2", ""])
def test_the_wanted_files_of_a_package_are_read(tmp_path, compression):
    path = written(tmp_path, deb_bytes(FILES, compression))
    assert deb.read_deb(path, (".mo", "copyright")) == {
        "usr/a.mo": b"one", "usr/share/doc/tool/copyright": b"three"}


def test_every_damaged_package_is_refused_or_read(tmp_path):
    whole = deb_bytes(FILES)
    for length in range(0, len(whole), 17):
        with pytest.raises(InputError, match="is no Debian package|damaged: delete it"):
            deb.read_deb(written(tmp_path, whole[:length]), (".mo",))
    for place in range(8, len(whole), 11):
        path = written(tmp_path, whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            deb.read_deb(path, (".mo",))
        except InputError as error:
            assert path in str(error)


@pytest.mark.parametrize("content, message", [
    (b"PK etc", "is no Debian package; give a .deb"),
    (b"!<arch>\n" + b"debian-binary".ljust(48) + b"-60       `\n",
     "cut short; the package is damaged"),
    (deb_bytes(FILES, "", "data.tar.zst"), "data.tar.zst is .* and dpkg-deb is not here"),
])
def test_what_cannot_be_read_is_refused(tmp_path, monkeypatch, content, message):
    monkeypatch.setattr(deb, "DPKG", (str(tmp_path / "no-dpkg"),))
    with pytest.raises(InputError, match=message):
        deb.read_deb(written(tmp_path, content), (".mo",))


def test_dpkg_is_asked_for_what_python_cannot_read(tmp_path, monkeypatch):
    path = written(tmp_path, deb_bytes(FILES, "", "data.tar.zst"))
    (tmp_path / "data.tar").write_bytes(deb_bytes(FILES, "").split(b"`\n")[-1])
    reads = "import sys; sys.stdout.buffer.write(open(sys.argv[2][:-16] + 'data.tar', 'rb').read())"
    monkeypatch.setattr(deb, "DPKG", (sys.executable, "-c", reads))
    assert deb.read_deb(path, ("a.mo",)) == {"usr/a.mo": b"one"}
    monkeypatch.setattr(deb, "DPKG", (sys.executable, "-c", "import sys; sys.exit('no zstd')"))
    with pytest.raises(InputError, match="tool_1.0_all.deb: no zstd; the package is damaged"):
        deb.read_deb(path, ("a.mo",))


def test_a_file_that_unpacks_to_far_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(deb, "LARGEST", 2)
    with pytest.raises(InputError, match="usr/a.mo has 3 bytes, over 2"):
        deb.read_deb(written(tmp_path, deb_bytes(FILES)), (".mo",))


def test_a_package_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file or directory"):
        deb.read_deb(str(tmp_path / "no.deb"), (".mo",))
