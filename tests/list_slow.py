"""Writes `slow.txt`: the tests that `pytest -m "not slow"` leaves out, by the time they took.

    pytest --junitxml=times.xml && python tests/list_slow.py times.xml

A test function is listed if any of its cases, set-up included, took longer than the limit; a file
whose tests are all listed stands as a whole. Measure on a machine that does nothing else.
"""

import collections
import os
import sys
import xml.etree.ElementTree

TESTS = os.path.dirname(os.path.abspath(__file__))
LIMIT = 0.25  # seconds


def main(path):
    longest = collections.defaultdict(dict)
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        place = case.get("classname").replace(".", "/").replace("tests/", "", 1) + ".py"
        name = case.get("name").split("[")[0]
        seconds = float(case.get("time"))
        longest[place][name] = max(seconds, longest[place].get(name, 0.0))
    lines = []
    for place, times in sorted(longest.items()):
        slow = sorted(name for name, seconds in times.items() if seconds > LIMIT)
        lines += [place] if len(slow) == len(times) else [f"{place}::{name}" for name in slow]
    with open(os.path.join(TESTS, "slow.txt"), "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
