"""What the wrapper of every script does, seen on programs of some lines, without TensorFlow."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from conftest import ROOT

from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError

HEAD = """
import os, signal, sys, time
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError

def parse_args(argv=None):
    parser = script.parser("A program.")
    parser.add_argument("--number", type=int)
    return parser.parse_args(argv)

@script.main(parse_args{options})
def main(args):
"""


@pytest.fixture
def run(tmp_path):
    def started(body, *flags, options="", **how):
        path = tmp_path / "program.py"
        text = HEAD.format(options=options) + textwrap.indent(textwrap.dedent(body), "    ")
        path.write_text(text + "\nsys.exit(main())\n", encoding="utf-8")
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        environment = {**os.environ, "PYTHONPATH": ROOT}
        environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
        return subprocess.Popen([sys.executable, str(path), *flags], env=environment, **how)

    def done(body, *flags, **how):
        process = started(body, *flags, **how)
        output, errors = process.communicate(timeout=60)
        return process.returncode, (output or b"").decode(), (errors or b"").decode().splitlines()

    done.started = started
    return done


def test_what_native_code_writes_is_kept_off_the_terminal(run):
    noise = "os.write(2, b'E0000 a native line\\n')"
    assert run(noise + "\nprint('done')") == (0, "done\n", [])
    assert run(noise + "\nprint('own', file=sys.stderr)") == (0, "", ["own"])
    assert run(noise, "--verbose") == (0, "", ["E0000 a native line"])
    assert run(noise + "\nraise InputError('no')") == (2, "", ["error: no"])


@pytest.mark.parametrize("end, status", [
    ("raise ValueError('a defect')", 1),
    ("os.abort()", -signal.SIGABRT),
    ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
    ("os._exit(3)", 3),
])
def test_a_script_that_fails_shows_it(run, end, status):
    returned, _, errors = run(f"os.write(2, b'E0000 the cause\\nno line\\'s end')\n{end}")
    assert returned == status
    assert "E0000 the cause" in errors and "no line's end" in errors
    assert ("ValueError: a defect" in errors) is (status == 1)


def test_of_many_lines_the_first_and_the_last_are_shown(run):
    _, _, errors = run("for i in range(500): os.write(2, b'W %d\\n' % i)\nos.abort()")
    assert "... 300 lines left out ..." in errors
    assert "W 99" in errors and "W 100" not in errors and "W 499" in errors


def test_a_warning_of_python_is_no_line_of_the_script(run):
    warn = "import warnings; warnings.warn('old', FutureWarning)"
    assert run(warn) == (0, "", [])
    assert "FutureWarning: old" in "".join(run(warn, "--verbose")[2])
    assert "FutureWarning: old" in "".join(run(warn + "\nraise ValueError")[2])


needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
FULL = "standard output: No space left on device; nothing more is printed"
CLOSED = "standard output: it is closed; nothing more is printed"
LEFT = "standard output: its reader has left; nothing more is printed"


@needs_full
@pytest.mark.parametrize("body", ["print('x')", "print('x', flush=True)", "print('x' * 100000)"])
def test_a_full_disk_is_a_line_and_status_2(run, body):
    with open("/dev/full", "wb") as full:
        assert run(body, stdout=full) == (2, "", ["error: " + FULL])
        assert run(body, "--help", stdout=full) == (2, "", ["error: " + FULL])


@needs_full
def test_work_whose_results_are_elsewhere_goes_on(run, tmp_path):
    body = f"for i in range(3): print(i, flush=True)\nopen({str(tmp_path / 'result')!r}, 'x')"
    with open("/dev/full", "wb") as full:
        errors = run(body, stdout=full, options=", output_may_end=True")
    assert errors == (0, "", [FULL + "; the work goes on"])
    assert (tmp_path / "result").exists()
    with open("/dev/full", "wb") as full:  # the arguments are no work
        assert run(body, "--help", stdout=full, options=", output_may_end=True")[0] == 2


def closed(number):
    return {"preexec_fn": lambda: os.close(number)}


@pytest.mark.parametrize("options, status, line", [
    ("", 2, "error: " + CLOSED), (", output_may_end=True", 0, CLOSED + "; the work goes on"),
])
def test_a_closed_output_is_told_before_the_work(run, tmp_path, options, status, line):
    body = f"print('x'); file = open({str(tmp_path / 'result')!r}, 'w'); print(file.fileno() > 2)"
    assert run(body, options=options, stdout=None, **closed(1)) == (status, "", [line])
    assert (tmp_path / "result").exists() is (status == 0)
    if status == 0:  # what is printed is not what stands in the first file that is opened
        assert (tmp_path / "result").read_text(encoding="utf-8") == ""


def test_a_reader_that_left_is_a_line_and_status_141(run):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run("print('x')", stdout=writer) == (141, "", ["error: " + LEFT])
        ends = run("print('x')", stdout=writer, options=", output_may_end=True")
        assert ends == (0, "", [LEFT + "; the work goes on"])
    finally:
        os.close(writer)


@needs_full
def test_errors_that_nobody_can_read_stop_nothing(run):
    body = "for i in range(3): print('e', file=sys.stderr)\nprint('done')"
    with open("/dev/full", "wb") as full:
        assert run(body, stderr=full)[:2] == (0, "done\n")
        assert run("raise InputError('x')", stderr=full)[0] == 2
    assert run(body, stderr=None, **closed(2))[:2] == (0, "done\n")


def test_a_closed_input_is_no_file_that_is_opened_later(run):
    body = "print(sys.stdin, open(os.devnull).fileno() > 2)"
    assert run(body, **closed(0)) == (0, "None True\n", [])


SWALLOWS = """
class Waits:
    def find_spec(self, name, path=None, target=None):
        if name == "heavy":
            print("here", flush=True)
            for _ in range(600):
                try:
                    time.sleep(0.1)
                except BaseException:
                    pass
sys.meta_path.insert(0, Waits())
import heavy
"""


@pytest.mark.parametrize("body", [
    SWALLOWS, "print('here', flush=True)\ntime.sleep(60)",
    "print('here', flush=True)\nwith open(os.devnull) as file:\n    while True: file.tell()",
], ids=["import", "sleep", "work"])
def test_ctrl_c_is_a_line_and_status_130(run, body):
    process = run.started(body)
    assert process.stdout.readline() == b"here\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30) == (b"", b"interrupted\n")
    assert process.returncode == 130


def test_ctrl_c_that_a_shell_has_ignored_is_left_ignored(run):
    def ignore():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    ends = run("os.kill(os.getpid(), signal.SIGINT)\nprint('on')", preexec_fn=ignore)
    assert ends == (0, "on\n", [])


def test_called_with_a_list_it_leaves_the_process_alone(capsys):
    streams, handler = (sys.stdout, sys.stderr), signal.getsignal(signal.SIGINT)

    @script.main(lambda argv: script.parser("A program.").parse_args(argv))
    def main(args):
        assert (sys.stdout, sys.stderr) == streams
        assert signal.getsignal(signal.SIGINT) is handler
        if hasattr(args, "verbose"):
            raise InputError("no")
        return 7

    assert main([]) == 7
    with pytest.raises(SystemExit) as stopped:
        main(["--verbose"])
    assert stopped.value.code == 2 and capsys.readouterr().err == "error: no\n"


def test_a_program_without_a_main_begins_and_ends_likewise(tmp_path):
    head = f"import sys; sys.path.insert(0, {ROOT!r})\n"
    head += "from seq2seq_graph.console import script\nscript.begin(fail='fail')\n"
    path = tmp_path / "program.py"
    path.write_text(head + "import os\nos.write(2, b'E0000 a line\\n')\nprint('done')\n"
                    "assert '--fail' not in sys.argv\n", encoding="utf-8")

    def ends(*flags, **how):
        done = subprocess.run([sys.executable, str(path), *flags], check=False, **{
            "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how})
        return done.returncode, done.stdout, done.stderr

    assert ends() == (0, b"done\n", b"")
    assert ends("--verbose") == (0, b"done\n", b"E0000 a line\n")
    assert ends("--no")[0] == 2
    status, _, errors = ends("--fail")
    assert status == 1 and b"E0000 a line" in errors and b"AssertionError" in errors
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            assert ends(stdout=full) == (2, None, f"error: {FULL}\n".encode())
