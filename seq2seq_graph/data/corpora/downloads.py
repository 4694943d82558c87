"""Packages by name, downloaded once into a folder of the user's: Debian's by apt, Python's by pip.

What is there is not downloaded again, nothing is installed, and the machine's own lists of packages
stay as they are. A download gets its name when it is whole, so that a command that was stopped goes
on where it was.
"""

import glob
import os
import re
import subprocess
import sys
from typing import Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from seq2seq_graph.errors import InputError

Say = Callable[[str], None]  # shows a line of progress
UNFINISHED = "unfinished"
BATCH = 2e7  # bytes after which a call of apt ends
APT, PIP = ("apt-get",), (sys.executable, "-m", "pip")
_UNKNOWN = r"(?:Unable to locate|Can't select \w+ version from) package '?([^\s']+)"
_OPTIONS = ("--no-deps", "--only-binary", ":all:", "--python-version", "3.12")


class Fetched(NamedTuple):
    """What `debian` has found."""

    paths: Dict[str, str]  # name -> the .deb
    unknown: Tuple[str, ...]  # names that the archive does not have


def debian(folder: str, names: Sequence[str], say: Say) -> Fetched:
    """Finds Debian's packages in a folder, and has apt download those that are missing.

    Args:
      folder: made if need be; apt's lists are in `lists` in it.
      names: of packages, without version.
      say: is given a line a download.

    Raises:
      InputError: apt-get is not here or fails, or the folder has two versions of a package.
    """
    paths = {name: path for name in names for path in _only(folder, f"{name}_*.deb")}
    missing = [name for name in names if name not in paths]
    if not missing:
        return Fetched(paths, ())
    work = _made(folder)
    lists = os.path.join(os.path.abspath(folder), "lists")
    os.makedirs(os.path.join(lists, "partial"), exist_ok=True)
    apt = [
        *APT, "-q", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={lists}",
        # apt would read through another user, who may not enter the folder.
        "-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none",
    ]
    say("apt-get update")
    warnings = _run([*apt, "update"], work, missing, folder).stderr
    offered, unknown = _offered(apt, work, missing, folder)
    failed = [line for line in warnings.split("\n") if line.startswith(("W: Failed", "E:"))]
    if unknown and failed:
        raise InputError(f"apt-get update: {failed[0]}; look after the network and run this again")
    count, total = 0, sum(size for _, size in offered.values()) / 1e6
    for batch in _batches(offered):
        count += len(batch)
        size = sum(offered[name][1] for name in batch) / 1e6
        say(f"{count} of {len(offered)} packages, {total:.1f} MB: {size:.1f} MB of "
            + " ".join(batch))
        _run([*apt, "download", *batch], work, batch, folder)
        for name in batch:
            file = offered[name][0]
            paths[name] = os.path.join(folder, file)
            _take(os.path.join(work, file), paths[name])
    return Fetched(paths, unknown)


def _batches(offered: Dict[str, Tuple[str, int]]) -> Iterator[List[str]]:
    """Cuts what is to be downloaded into a few calls of apt, which takes a while to start."""
    batch: List[str] = []
    for name in offered:
        batch.append(name)
        if sum(offered[other][1] for other in batch) > BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def wheel(folder: str, requirement: str, say: Say) -> str:
    """Finds a Python package's wheel in a folder, or has pip download it; returns its path.

    Args:
      folder: made if need be.
      requirement: `name==version`.
      say: is given a line a download.

    Raises:
      InputError: pip fails.
    """
    name, version = requirement.split("==")
    # A wheel's name has underscores, and not always the letters' case of the project.
    pattern = re.compile(
        re.sub("[-_.]+", "[-_.]+", name) + "-" + re.escape(version) + r"-[^/]*\.whl", re.IGNORECASE
    )
    found = _matching(folder, pattern)
    if not found:
        work = _made(folder)
        say(f"pip download {requirement}")
        _run([*PIP, "download", "-q", *_OPTIONS, "-d", ".", requirement], work, [requirement],
             folder)
        found = _matching(work, pattern)
        if not found:
            raise InputError(f"{requirement}: pip left no wheel; run this again")
        _take(os.path.join(work, found[0]), os.path.join(folder, found[0]))
    return os.path.join(folder, found[0])


def _matching(folder, pattern) -> List[str]:
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [name for name in names if pattern.fullmatch(name)]


def _only(folder: str, pattern: str) -> List[str]:
    """Lists the one file of a pattern, or none."""
    found = sorted(glob.glob(os.path.join(glob.escape(folder), pattern)))
    if len(found) > 1:
        names = " and ".join(map(os.path.basename, found))
        raise InputError(f"{folder}: has {names}; keep one version")
    return found


def _made(folder: str) -> str:
    work = os.path.join(os.path.abspath(folder), UNFINISHED)
    try:
        os.makedirs(work, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}; name a folder that can be written") from None
    return work


def _take(unfinished, path):
    try:
        os.rename(unfinished, path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; run this again") from None


def _offered(apt, work, names, folder):
    """Asks apt for name -> (file, size in bytes), and which names the archive does not have."""
    known, unknown = list(names), ()
    command = [*apt, "download", "--print-uris"]
    done = _run([*command, *known], work, names, folder, may_fail=True)
    if done.returncode:
        unknown = tuple(re.findall(_UNKNOWN, done.stderr))
        known = [name for name in names if name not in unknown]
        if known:
            done = _run([*command, *known], work, names, folder)
    lines = re.findall(r"^'\S+' (\S+) (\d+)", done.stdout, re.MULTILINE)
    files = {file.split("_")[0]: (file, int(size)) for file, size in lines}
    return {name: files[name] for name in known if name in files}, unknown


def _run(command, work, wanted, folder, may_fail=False):
    try:
        done = subprocess.run(
            command, cwd=work, capture_output=True, check=False, encoding="utf-8",
            errors="replace", env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except OSError as error:
        raise InputError(
            f"{command[0]}: {error.strerror}; it would download {', '.join(wanted)}: put them into "
            f"{folder} yourself"
        ) from None
    if done.returncode and not may_fail:
        lines = [line for line in done.stderr.split("\n") if line.strip()] or ["not downloaded"]
        said = next((line for line in lines if line.startswith(("E:", "ERROR:"))), lines[-1])
        raise InputError(
            f"{' '.join(wanted[:3])}: {said}; look after the network and run "
            "this again, what is there stays"
        )
    return done
