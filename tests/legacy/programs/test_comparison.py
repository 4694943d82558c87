"""Records of programs: written, read, compared, and what is said of their differences."""

import numpy as np
import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.programs import comparison, recorded

ABOUT = {"tensorflow": "1.15.5", "python": "3.7", "numpy": "1.18", "runs": 3, "program": "p.py"}


def record(losses, feeds=(0.0, 0.0, 0.0), final=2.0, chosen=(4, 5), runs=3):
    entries = []
    for run, (loss, fed) in enumerate(zip(losses, feeds)):
        entries.append(recorded.entry(run, "feed", "x:0", np.float32(fed)))
        entries.append(recorded.entry(run, "fetch", "loss:0", np.float64(loss)))
    entries.append(recorded.entry(len(losses) - 1, "fetch", "ids:0", np.array(chosen)))
    entries.append(recorded.entry(recorded.END, "final", "w", np.float32(final)))
    return recorded.Recorded(dict(ABOUT, runs=runs), entries)


def test_a_record_is_read_as_it_was_written(tmp_path):
    path = str(tmp_path / "record.npz")
    before = record([1.0, np.nan, 0.25])
    recorded.write(path, before)
    after = recorded.read(path)
    assert after.about == dict(before.about, format=recorded.FORMAT)
    for a, b in zip(before.entries, after.entries):
        assert (a.run, a.kind, a.name, a.size) == (b.run, b.kind, b.name, b.size)
        np.testing.assert_array_equal(a.values, b.values)


def test_large_fetches_are_sampled_and_variables_are_whole():
    value = np.arange(10000, dtype=np.float32)
    sampled = recorded.entry(0, "fetch", "x", value)
    assert (sampled.values.size, sampled.size) == (recorded.SAMPLED, 10000)
    assert sampled.values[0] == 0 and sampled.values[-1] == 9999
    assert recorded.entry(0, "final", "x", value).values.size == 10000
    assert recorded.entry(0, "fetch", "text", np.array([b"a"])) is None


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04cut off", b"\x93NUMPY"])
def test_a_file_that_is_no_record_is_refused(tmp_path, content):
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no record of a program's run") as refused:
        recorded.read(str(path))
    assert "pickle" not in str(refused.value)


def test_a_record_that_is_not_there_is_a_line(tmp_path):
    with pytest.raises(InputError, match="there is no such file; scripts/legacy.py record"):
        recorded.read(str(tmp_path / "no.npz"))


@pytest.mark.parametrize("version, fix", [
    ("1.15.5", "run it on a later TensorFlow"), ("2.21.0", "--tf115-python PATH before PROGRAM")])
def test_a_program_compared_with_itself_is_said_to_prove_nothing(version, fix):
    one, other = record([3.0, 2.0]), record([3.0, 2.0])
    one.about["tensorflow"] = other.about["tensorflow"] = version
    said = comparison.as_text(comparison.compare(one, other), 1e-3)
    assert "compared with itself" in said and "no proof" in said and fix in said
    other.about["tensorflow"] = "2.12.1"
    assert "no proof" not in comparison.as_text(comparison.compare(one, other), 1e-3)


def test_equal_records_have_no_difference():
    found = comparison.compare(record([3.0, 2.0, 1.0]), record([3.0, 2.0, 1.0]))
    assert comparison.first_beyond(found.fetches) is None
    assert comparison.largest_at_end(found) == 0
    assert not comparison.passes(found, 0.0)
    assert comparison.causes(found) == []


def test_the_first_difference_is_relative_to_the_fetchs_largest_entry():
    found = comparison.compare(record([4.0, 2.0, 1.0]), record([4.0, 2.002, 1.01]))
    first = comparison.first_beyond(found.fetches)
    assert (first.run, first.name) == (1, "loss:0")
    assert first.size == pytest.approx(0.002 / 2.002)
    assert comparison.growth(found) == [
        (0, 0.0), (1, pytest.approx(0.002 / 2.002)), (2, pytest.approx(0.01 / 1.01))]
    assert comparison.passes(found, 1e-3) and not comparison.passes(found, 0.02)


@pytest.mark.parametrize("other, cause", [
    ({"feeds": (0.0, 1.0, 0.0), "losses": [4.0, 2.1, 1.0]}, "what is fed differs first"),
    ({"losses": [4.1, 2.0, 1.0]}, "another default or another formula"),
    ({"losses": [4.0, 2.0, 1.1], "chosen": (4, 6)}, "a choice between values"),
    ({"losses": [4.0, 2.0, 1.0], "runs": 4}, "numbers of runs differ"),
])
def test_known_causes_are_named(other, cause):
    found = comparison.compare(record([4.0, 2.0, 1.0]), record(**other))
    assert any(cause in said for said in comparison.causes(found))
    assert cause in comparison.as_text(found, 1e-3)


def test_two_programs_that_ran_nothing_are_not_proven_equal():
    empty = recorded.Recorded(dict(ABOUT, runs=0), [])
    found = comparison.compare(empty, empty)
    assert comparison.passes(found, 1.0)
    assert "nothing was compared" in comparison.as_text(found, 1e-3)


def test_an_optimizers_slots_are_shown_and_not_judged():
    first, second = record([1.0]), record([1.0])
    for found, slot in ((first, 3e-7), (second, 4e-7)):
        found.entries.append(recorded.entry(recorded.END, "final", "w/Adam", np.float32(slot)))
    found = comparison.compare(first, second)
    assert not comparison.passes(found, 1e-3) and comparison.largest_at_end(found) == 0
    said = comparison.as_text(found, 1e-3)
    assert "2 variables" in said and "slots, not judged     2.5e-01, w/Adam" in said
    assert comparison.passes(comparison.compare(record([1.0]), record([1.0], final=2.1)), 1e-3)


def test_integers_have_no_tolerance():
    found = comparison.compare(record([1.0]), record([1.0], chosen=(4, 6)))
    assert comparison.passes(found, 0.5)


def test_infinities_in_both_are_equal_and_in_one_are_not():
    found = comparison.compare(record([np.inf, 1.0]), record([np.inf, np.inf]))
    assert [d.size for d in found.fetches[:2]] == [0.0, np.inf]


def test_a_variable_of_one_record_alone_passes_no_tolerance():
    first, second = record([1.0]), record([1.0])
    second.entries[-1] = second.entries[-1]._replace(name="other")
    found = comparison.compare(first, second)
    assert comparison.passes(found, 1.0)
    assert found.only_one == ["final value of the variable other", "final value of the variable w"]
