"""What holds for each script alike: arguments before TensorFlow, Ctrl-C, an output that ends."""

import ast
import importlib
import os
import signal
import subprocess
import sys
import threading

import pytest
from conftest import ROOT

from seq2seq_graph.console import script

SCRIPTS = os.path.join(ROOT, "scripts")
NAMES = sorted(name[:-3] for name in os.listdir(SCRIPTS) if name.endswith(".py"))

# Arguments with which each begins its work, and what that imports first of all that is slow.
WORK = {
    "baseline": ([], "seq2seq_graph.data.corpora"),
    "benchmark": (["--quick"], "seq2seq_graph.benchmarks.report"),
    "cluster": ([], "seq2seq_graph.training.cluster"),
    "compare": (["case.npz"], "seq2seq_graph.verification"),
    "convert": (["from.npz", "to.npz"], "tensorflow"),
    "corrections": ([], "tensorflow"),
    "doctor": (["program.py"], "seq2seq_graph.doctor"),
    "draw_graph": (["graph.svg"], "tensorflow"),
    "evaluate": (["run"], "tensorflow"),
    "export": (["run", "folder"], "tensorflow"),
    "generate": (["run"], "tensorflow"),
    "legacy": (["run", __file__], "tensorflow"),
    "list_removed_symbols": (["--old", "python", "--new", "python"], "seq2seq_graph.doctor"),
    "memory": ([], "tensorflow"),
    "plot": (["run"], "tensorflow"),
    "prepare": (["dialogue", "out"], "seq2seq_graph.data.corpora"),
    "replay": (["case.npz"], "tensorflow"),
    "run_notebook": (["--check"], "ipykernel"),
    "serve": (["run"], "tensorflow"),
    "train": ([], "tensorflow"),
    "tutorial": ([], "tensorflow"),
}

# Stands before the script: an import that takes long, and loses every exception, as
# TensorFlow's may. Without a module's name, one that must not come.
WAITS = """
import os, runpy, sys, time
sys.argv, slow = sys.argv[1:], {slow!r}

class Waits:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow" and slow is None:
            sys.exit("TensorFlow is imported")
        for _ in range(600 if name == slow else 0):
            os.write(1, b"here\\n")
            try:
                time.sleep(0.1)
            except BaseException:
                pass

sys.meta_path.insert(0, Waits())
sys.path.insert(0, {scripts!r})
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def start(name, *flags, slow=None, **streams):
    program = WAITS.format(slow=slow, scripts=SCRIPTS)
    command = [sys.executable, "-c", program, os.path.join(SCRIPTS, name + ".py"), *flags]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(command, env=environment, **streams)


def end(*args, **streams):
    process = start(*args, **streams)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors.decode()


def test_every_script_has_its_line_here():
    assert sorted(WORK) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_arguments_come_before_tensorflow(name):
    status, output, errors = end(name, "--help")
    assert status == 0 and errors == "" and b"--verbose" in output
    status, _, errors = end(name, *([] if name == "legacy" else WORK[name][0]), "--no-such-flag")
    assert status == 2 and errors.count("\n") == 1 and name + ".py --help" in errors
    if name != "legacy":  # which names its commands first, where none stands there
        assert errors.startswith("error: there is no flag --no-such-flag (")


@pytest.mark.parametrize("name", NAMES)
def test_a_python_without_the_packages_is_told_what_to_install(name, tmp_path):
    """Neither this project nor NumPy can be found: -S leaves site-packages out."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    flags, _ = WORK[name]
    done = subprocess.run(
        [sys.executable, "-S", os.path.join(SCRIPTS, name + ".py"), *flags], cwd=str(tmp_path),
        env=environment, capture_output=True, timeout=60, check=False)
    (line,) = done.stderr.decode().splitlines()
    if name == "doctor":  # needs Python alone
        assert line.startswith("error: program.py")
    else:
        assert "is not installed" in line and "pip install -e" in line
    assert done.returncode == 2


def test_a_python_that_is_not_supported_is_named(monkeypatch):
    error = ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")
    monkeypatch.setattr(script.sys, "version_info", (3, 8, 1))
    assert script._missing(error).startswith("Python 3.8 is not supported; use 3.9 to 3.13")
    monkeypatch.setattr(script.sys, "version_info", (3, 12, 1))
    assert script._missing(error).startswith("TensorFlow is not installed in ")
    assert script._missing(ModuleNotFoundError("torch", name="torch")) == ""


@pytest.mark.parametrize("command, said", [
    ("train --epochs 3", "there is no flag --epochs; did you mean --num-epochs?"),
    ("prepare debian OUT --taks summaries",
     "there is no flag --taks; did you mean --task?"),
    ("train --num-epochs 0", "--num-epochs is 0; it must be an integer of at least 1"),
    ("train --dropout 1.5", "--dropout is 1.5; it must be from 0 to below 1"),
    ("train --limit 0", "--limit is 0; it must be none or an integer of at least 1"),
    ("train --recipe best", "--recipe: invalid choice: 'best'"),
    ("generate RUN --beam 0", "--beam is 0; it must be an integer of at least 1"),
    ("generate RUN --beam x", "--beam is x; it must be an integer of at least 1"),
    ("generate RUN --beam 2 --n-best 3", "--n-best 3 is above --beam 2"),
    ("evaluate RUN --limit 0", "--limit is 0; it must be an integer of at least 1"),
    ("evaluate RUN --length-penalty 6", "--length-penalty is 6; it must be from 0 to 5"),
    ("legacy compare --tolerance -1 p.py", "--tolerance is -1; it must be a number of at least 0"),
    ("plot", "the following arguments are required: RUN"),
])
def test_a_flag_that_cannot_be_is_one_line_with_its_name(command, said, capsys):
    name, *argv = command.split()
    with pytest.raises(SystemExit) as stopped:
        importlib.import_module(name).parse_args(argv)
    printed = capsys.readouterr().err
    assert stopped.value.code == 2 and printed.count("\n") == 1
    assert printed.startswith("error: " + said) and "--help lists the flags)" in printed


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_a_line(name):
    with open("/dev/full", "wb") as full:
        status, _, errors = end(name, "--help", stdout=full)
    assert status == 2 and errors.count("\n") == 1
    assert "standard output: No space left on device" in errors


@pytest.mark.parametrize("name", NAMES)
def test_ctrl_c_while_it_starts_is_a_line(name):
    flags, slow = WORK[name]
    if name == "run_notebook":
        pytest.importorskip(slow, reason="pip install -e '.[notebook]'")
    process = start(name, *flags, slow=slow)
    late = threading.Timer(60, process.kill)
    late.start()
    try:
        assert b"here\n" in iter(process.stdout.readline, b"")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        late.cancel()
        process.kill()
    assert (process.returncode, errors) == (130, b"interrupted\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_light_and_does_nothing_when_it_is_imported(name):
    """What is above `main` is Python's own and the wrapper: so Ctrl-C always finds it there."""
    if name == "tutorial":
        pytest.skip("reads as the document does, and begins in its first line")
    with open(os.path.join(SCRIPTS, name + ".py"), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for node in tree.body:
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"numpy", "tensorflow"}
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("seq2seq_graph.console", "seq2seq_graph.errors", "generate",
                                   "seq2seq_graph.inference.decoding_flags")
        assert not isinstance(node, (ast.For, ast.With, ast.While)), ast.dump(node)


@pytest.mark.parametrize("command", [
    "benchmark --json no/such/folder.json", "benchmark --plot no/such/folder.png",
    "benchmark --plot picture.nonsense", "compare CASE.npz --plot no/such/folder.png",
    "draw_graph no/such/folder.svg", "draw_graph .",
    "legacy compare --picture no/such/folder.png program.py",
    "list_removed_symbols --old python --new python --out no/such/folder.json",
    "replay CASE.npz --out no/such/folder.npz",
])
def test_where_it_will_write_is_checked_before_the_work(command):
    if "json" not in command and "npz" not in command.split()[-1]:
        pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")
    status, _, errors = end(*command.split())  # TensorFlow's import would end it otherwise
    (line,) = errors.splitlines()
    assert status == 2 and line.startswith("error: "), errors
    assert "written" in line or "draws no" in line
