"""A run that is killed with SIGKILL and resumed, as a user would; README's own count is larger."""

import os
import subprocess
import sys

import pytest
from conftest import TESTS

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills copies of a process: needs fork")
def test_a_run_killed_at_random_moments_ends_as_if_it_had_not_been(tmp_path):
    command = [sys.executable, os.path.join(TESTS, "killed.py"), str(tmp_path / "runs"),
               "--kills", "3", "--seed", "0"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    kills, difference = done.stdout.decode().split(" kills, ")
    assert kills == "3"
    assert difference.endswith("difference of losses 0.0, of final weights 0.0\n")
