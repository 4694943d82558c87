"""The doctor's page: its table and its example are what the doctor has."""

import os
import re

from conftest import ROOT

from seq2seq_graph.doctor import report, symbols, writing
from seq2seq_graph.doctor.findings import RULES

with open(os.path.join(ROOT, "seq2seq_graph", "doctor", "README.md"), encoding="utf-8") as file:
    PAGE = file.read()


def test_the_table_of_codes_is_the_rules():
    rows = re.findall(r"^\| `([\w-]+)` \| (stops|misleads|) *\| (.*?) \|$", PAGE, re.MULTILINE)
    assert rows == [
        (code, "" if code == "not-examined" else "stops" if rule.stops else "misleads",
         rule.title.replace("<placeholder>", "`<placeholder>`")) for code, rule in RULES.items()]


def test_the_example_is_what_is_printed(monkeypatch):
    monkeypatch.chdir(ROOT)
    printed = writing.as_text([report.examine("seq2seq_graph/native/document.txt")])
    example = re.search(
        r"^```\n(seq2seq_graph/native/document.*?)^```$", PAGE, re.M | re.S).group(1)
    assert example.count("\n") > 10
    assert [line for line in example.splitlines() if line not in printed.splitlines()] == []


def test_the_counts_are_the_tables():
    groups = symbols.table().groups
    kinds = ("gone", "moved", "keras3", "kept")
    for title, begins in (("all", ""), ("`tf.contrib`", "contrib"), ("`tf.keras`", "keras")):
        counts = [sum(n.startswith(begins) for n in groups[kind]) for kind in kinds]
        row = re.search(rf"^\| {re.escape(title)} \|(.*)\|$", PAGE, re.MULTILINE).group(1)
        numbers = [int(cell.strip().replace(",", "") or 0) for cell in row.split("|")]
        assert numbers == [sum(counts), *counts]
    sentence = PAGE[PAGE.index("Besides: "):].split("\n\n")[0]
    assert [int(n) for n in re.findall(r"\b\d{3}\b", sentence)] == [
        len(groups[g]) for g in ("private", "numpy", "python", "keras2")]
