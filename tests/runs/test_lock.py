import os
import resource
import subprocess
import sys

import pytest
from conftest import ROOT

from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import lock

HOLDS = """
import sys, time
from seq2seq_graph.runs import lock
with lock.hold(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()


def test_a_directory_is_held_by_one_process_which_the_other_is_told(tmp_path, holder):
    message = f"{tmp_path} is being trained by process {holder.pid} on "
    with pytest.raises(InputError, match=message), lock.hold(str(tmp_path)):
        pass


def test_the_hold_ends_with_its_process(tmp_path, holder):
    holder.kill()
    holder.wait()
    with lock.hold(str(tmp_path)), open(tmp_path / "lock", encoding="utf-8") as file:
        assert f"process {os.getpid()} on " in file.read()
    assert (tmp_path / "lock").read_text() == ""


def test_a_directory_that_is_gone_or_a_link_out_of_it_is_refused(tmp_path):
    with pytest.raises(InputError, match="lock: No such file"), lock.hold(str(tmp_path / "gone")):
        pass
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "run").mkdir()
    os.symlink(tmp_path / "precious", tmp_path / "run" / "lock")
    with pytest.raises(InputError, match="run/lock: "), lock.hold(str(tmp_path / "run")):
        pass
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_disk_that_takes_nothing_is_one_line(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(InputError, match="lock: File too large; training writes this file"), \
                lock.hold(str(tmp_path)):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with lock.hold(str(tmp_path)):
        pass
