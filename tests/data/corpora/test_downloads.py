"""apt-get and pip are stood in for by programs that do what these do, as far as it is relied on."""

import os
import sys

import pytest
from corpora_files import write_files

from seq2seq_graph.data.corpora import downloads
from seq2seq_graph.errors import InputError

# Archive: names -> size; CUT: the package at which it is killed, half of it written.
APT = """
import os, sys
sizes = {"one": 30, "two": 20, "three": 10}
args = sys.argv[1:]
with open(os.environ["APT_LOG"], "a") as log:
    log.write(" ".join(arg for arg in args if "Dir::" not in arg) + chr(10))
if args[-1] == "update":
    if "NO_NETWORK" in os.environ:
        sizes = {}
        print("W: Failed to fetch http://x  Could not resolve", file=sys.stderr)
    sys.exit(0)
names = args[args.index("download") + 1:]
unknown = [n for n in names if n not in sizes and n[0] != "-"]
if unknown or "NO_NETWORK" in os.environ:
    for n in unknown or names:
        print("E: Unable to locate package " + n, file=sys.stderr)
    sys.exit(100)
for n in names:
    if names[0] == "--print-uris":
        if n != names[0]:
            print("'http://x/%s.deb' %s_1%%3a2_all.deb %d SHA256:0" % (n, n, sizes[n]))
        continue
    with open(n + "_1%3a2_all.deb", "wb") as file:
        if n == os.environ.get("CUT"):
            file.write(b"x")
            file.flush()
            os.kill(os.getpid(), 9)
        file.write(b"x" * sizes[n])
"""
PIP = """
import sys
requirement = sys.argv[-1]
if "none" in requirement:
    sys.exit("ERROR: No matching distribution found for " + requirement)
name = requirement.lower().replace("-", "_").replace("==", "-")
with open(name + "-py3-none-any.whl", "w") as file:
    file.write("wheel")
"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    folder = write_files(tmp_path / "programs", {"apt.py": APT, "pip.py": PIP})
    for name in "apt", "pip":
        command = (sys.executable, os.path.join(folder, name + ".py"))
        monkeypatch.setattr(downloads, name.upper(), command)
    monkeypatch.setenv("APT_LOG", os.path.join(folder, "log"))
    return folder


def calls(programs):
    with open(os.path.join(programs, "log"), encoding="utf-8") as file:
        return [line.split(" -q ")[-1].split("languages=none ")[-1].strip() for line in file]


def packages(folder):
    return {name: os.path.getsize(os.path.join(folder, name))
            for name in os.listdir(folder) if name.endswith((".deb", ".whl"))}


def test_missing_packages_are_downloaded_and_no_others(tmp_path, programs):
    folder, lines = str(tmp_path / "packages"), []
    fetched = downloads.debian(folder, ["one", "two"], lines.append)
    assert fetched == ({name: os.path.join(folder, name + "_1%3a2_all.deb")
                        for name in ("one", "two")}, ())
    assert packages(folder) == {"one_1%3a2_all.deb": 30, "two_1%3a2_all.deb": 20}
    assert lines == ["apt-get update", "2 of 2 packages, 0.0 MB: 0.0 MB of one two"]
    before = len(calls(programs))
    assert downloads.debian(folder, ["two", "one"], lines.append).unknown == ()
    assert len(calls(programs)) == before and len(lines) == 2
    downloads.debian(folder, ["one", "three"], lines.append)
    assert lines[-1].endswith("of three")


def test_a_killed_download_leaves_whole_packages_and_goes_on(tmp_path, programs, monkeypatch):
    folder = str(tmp_path / "packages")
    monkeypatch.setattr(downloads, "BATCH", 1)
    monkeypatch.setenv("CUT", "two")
    with pytest.raises(InputError, match="two: not downloaded; .* what is there stays"):
        downloads.debian(folder, ["one", "two", "three"], print)
    assert packages(folder) == {"one_1%3a2_all.deb": 30}
    monkeypatch.delenv("CUT")
    lines = []
    assert len(downloads.debian(folder, ["one", "two", "three"], lines.append).paths) == 3
    assert packages(folder)["two_1%3a2_all.deb"] == 20
    assert [line.split()[-1] for line in lines] == ["update", "two", "three"]


def test_what_the_archive_does_not_have_is_named(tmp_path, programs):
    fetched = downloads.debian(str(tmp_path / "packages"), ["one", "gone", "lost"], print)
    assert list(fetched.paths) == ["one"] and fetched.unknown == ("gone", "lost")
    nothing = downloads.debian(str(tmp_path / "packages"), ["gone"], print)
    assert nothing == ({}, ("gone",))


def test_without_a_network_nothing_is_taken_for_unknown(tmp_path, programs, monkeypatch):
    monkeypatch.setenv("NO_NETWORK", "1")
    with pytest.raises(InputError, match="apt-get update: W: Failed to fetch .*network"):
        downloads.debian(str(tmp_path / "packages"), ["one"], print)


def test_without_apt_the_packages_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "APT", (str(tmp_path / "no-apt-get"),))
    folder = str(tmp_path / "packages")
    with pytest.raises(InputError, match="no-apt-get: No such file.*one: put them into .*packages"):
        downloads.debian(folder, ["one"], print)


def test_two_versions_of_a_package_are_refused(tmp_path, programs):
    folder = write_files(tmp_path, {"one_1_all.deb": "", "one_2_all.deb": ""})
    with pytest.raises(InputError, match="has one_1_all.deb and one_2_all.deb; keep one version"):
        downloads.debian(folder, ["one"], print)


def test_a_wheel_is_downloaded_once_whatever_its_spelling(tmp_path, programs):
    folder, lines = str(tmp_path / "packages"), []
    path = downloads.wheel(folder, "Some-Set==1.0.1", lines.append)
    assert path == os.path.join(folder, "some_set-1.0.1-py3-none-any.whl")
    assert downloads.wheel(folder, "Some-Set==1.0.1", lines.append) == path
    assert lines == ["pip download Some-Set==1.0.1"]
    newer = downloads.wheel(folder, "Some-Set==1.0.2", lines.append)
    assert newer == path.replace("1.0.1", "1.0.2") and len(lines) == 2


def test_what_pip_says_is_passed_on(tmp_path, programs):
    with pytest.raises(InputError, match="ERROR: No matching distribution found for none==1"):
        downloads.wheel(str(tmp_path / "packages"), "none==1", print)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path, programs):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="name a folder that can be written"):
        downloads.debian(str(tmp_path / "file"), ["one"], print)
