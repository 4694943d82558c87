import itertools

import baseline as script
import numpy as np
import pytest

from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.errors import InputError
from seq2seq_graph.scoring import baselines


def pronunciations(**words):
    return [(tuple(word), tuple(phonemes.split())) for word, phonemes in words.items()]


WORDS = pronunciations(
    cat="K AE T", act="AE K T", tact="T AE K T", ace="AE S", tax="T AE K S", axe="AE K S",
    hat="AE T", at="AE T", chat="K AE T", a="AE")


def test_a_letter_is_spoken_as_its_most_frequent_phonemes():
    table = baselines.letter_table(WORDS)
    assert table.phonemes == {"a": ("AE",), "c": ("K",), "e": (), "h": (), "t": ("T",),
                              "x": ("K", "S")}
    assert table.predict("tach") == ("T", "AE", "K")
    assert table.predict("?tax") == ("T", "AE", "K", "S")


def by_hand(pairs, iterations):
    """Estimates the same by listing every alignment of every pair."""
    letters, phonemes = (sorted({token for pair in pairs for token in pair[i]}) for i in (0, 1))
    groups = [g for size in range(3) for g in itertools.product(phonemes, repeat=size)]
    chance = {(a, g): 1 / len(phonemes) ** len(g) for a in letters for g in groups}
    for _ in range(iterations):
        counts = dict.fromkeys(chance, 0.0)
        for word, spoken in pairs:
            alignments = [
                list(zip(word, cut)) for cut in itertools.product(groups, repeat=len(word))
                if sum(cut, ()) == spoken]
            shares = [np.prod([chance[step] for step in steps]) for steps in alignments]
            for steps, share in zip(alignments, shares):
                for step in steps:
                    counts[step] += share / sum(shares)
        totals = {a: sum(counts[a, g] for g in groups) for a in letters}
        chance = {(a, g): count / totals[a] for (a, g), count in counts.items()}
    return {a: max(groups, key=lambda g: counts[a, g]) for a in letters}


@pytest.mark.parametrize("iterations", [1, 2, 5])
def test_the_estimate_equals_that_over_all_alignments_listed(iterations):
    pairs = pronunciations(ax="A K S", xa="K S A", a="A", ab="A B", b="B", bb="B", ba="B A E")
    assert baselines.letter_table(pairs, iterations).phonemes == by_hand(pairs, iterations)


def test_a_word_with_too_many_phonemes_is_passed_over(monkeypatch):
    expected = baselines.letter_table(WORDS)
    monkeypatch.setattr(baselines, "_CHUNK", 2)  # nor does it matter which pairs stand together
    longer = baselines.letter_table([*WORDS, *pronunciations(t="K K K")])
    assert longer == expected


def test_pairs_of_which_none_can_be_aligned_are_refused():
    with pytest.raises(InputError, match="no pair can be aligned; give letters"):
        baselines.letter_table(pronunciations(w="D AH B AH L Y UW"))


TRAINING = [(tuple(source.split()), (target,)) for source, target in [
    ("open the file", "first"), ("open the large file", "second"), ("close it", "third"),
    ("file the open", "fourth"), ("it is closed", "third"),
]]


@pytest.mark.parametrize("source, target", [
    ("open the file", "first"),
    ("Open the LARGE file now", "second"),  # case does not matter
    ("file the open case", "fourth"),  # of equal overlap with the first, but nearer by editing
    ("please close it", "third"),  # 2 of 3 and 2 words, not 1 of 3 and 3
    ("something else", "third"),  # nothing in common: the most frequent target
])
def test_the_nearest_training_source_gives_its_target(source, target):
    assert baselines.NearestSource(TRAINING).predict(source.split()) == (target,)


def test_runs_of_letters_find_what_words_do_not():
    pairs = [(tuple(source), (target,)) for source, target in [
        ("margin", "first"), ("marginal", "second"), ("origami", "third")]]
    assert baselines.NearestSource(pairs, run=3).predict("Margins") == ("first",)
    assert baselines.NearestSource(pairs, run=3).predict("final") == ("second",)
    assert baselines.NearestSource(pairs).predict("nigram") == ("first",)  # the letters alone
    assert baselines.NearestSource(pairs, run=3).predict("i") == ("first",)


@pytest.mark.parametrize("run", [1, 3])
def test_the_nearest_is_that_of_all_sources_compared_one_by_one(run):
    random = np.random.RandomState(run)
    pairs = [(tuple("abcd"[i] for i in random.randint(0, 4, random.randint(1, 9))), (str(n),))
             for n in range(300)]

    def runs(source):
        edge = ("",) * (run > 1)
        tokens = edge + source + edge
        return {tokens[i : i + run] for i in range(max(1, len(tokens) + 1 - run))}

    nearest = baselines.NearestSource(pairs, run)
    for reversed_source, _ in pairs[:20]:
        source = reversed_source[::-1] + reversed_source[:1]
        overlaps = [2 * len(runs(source) & runs(other)) / (len(runs(source)) + len(runs(other)))
                    for other, _ in pairs]
        alike = [i for i, overlap in enumerate(overlaps) if overlap == max(overlaps)][:20]
        edits = baselines.edit_distances([source] * len(alike), [pairs[i][0] for i in alike])
        assert nearest.predict(source) == pairs[alike[int(np.argmin(edits))]][1]


@pytest.mark.parametrize("train, part", [("hello a\thi\n", "train"), ("other\to\n", "valid")])
def test_a_part_of_which_repeats_are_all_is_refused(tmp_path, capsys, train, part):
    for name in "valid", "test":
        (tmp_path / f"{name}.tsv").write_text("hello a\thi\n")
    (tmp_path / "train.tsv").write_text(train)
    with pytest.raises(SystemExit):
        script.main(["--data", str(tmp_path), "--part", "valid"])
    assert f"no pair for the {part} part" in capsys.readouterr().err


def test_the_script_scores_a_folder_with_what_is_nearest(tmp_path, capsys):
    pytest.importorskip("sacrebleu", reason="needs sacrebleu: pip install -e '.[test]'")
    pairs = [f"open the {word} file\tfile {word} offen hier\n" for word in ("first", "second")]
    (tmp_path / "train.tsv").write_text("".join(pairs))
    (tmp_path / "valid.tsv").write_text("open the new first file\tfile first offen hier\n")
    (tmp_path / "test.tsv").write_text(
        "open a second file\tdatei zwei offen hier\n" + pairs[0].replace("file\t", "files\t"))
    argv = ["--data", str(tmp_path), "--target-tokens", "words"]
    assert script.main([*argv, "--part", "valid"]) == 0
    printed = capsys.readouterr().out.split("\n")
    assert printed[0] == "valid: 1 sources, 1 pairs"
    assert printed[1] == "compared with train: 2 pairs"
    assert [line.split()[-1] for line in printed[2:7]] == [
        "100.00%", "0.00%", "100.00", "100.00", "100.00"]
    assert printed[8].startswith("sacrebleu BLEU|") and "|tok:13a|" in printed[8]
    assert not any(line.startswith("word error rate") for line in printed)  # they are texts
    assert script.main(argv) == 0
    assert "token error rate   25.00%" in capsys.readouterr().out  # 2 of 8 words
    assert script.main([*argv, "--source-tokens", "characters"]) == 0
    assert "exact match        50.00%" in capsys.readouterr().out
    # Of pieces, also where characters are compared: both sources have four.
    assert script.main([*argv, "--source-tokens", "characters", "--by-length"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[:5] == ["3", "to", "5", "2", "50.00%"]
    (tmp_path / "held_out.tsv").write_text("the second file\tfile second offen hier\n")
    assert script.main([*argv, "--pairs", str(tmp_path / "held_out.tsv")]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("test: 1 sources, 1 pairs\n") and "exact match       100" in printed


@pytest.mark.parametrize("side", ["source", "target"])
def test_sub_words_are_refused_by_name_with_the_reason(side, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        script.main(["--data", str(tmp_path), f"--{side}-tokens", "subwords"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert f"--{side}-tokens subwords: they are learned by a run, and a baseline has none" in said


def test_the_script_scores_words_of_letters_of_the_dictionary(monkeypatch, capsys):
    words = [a + b for a in "abcde" for b in "tnk"] * 2
    pairs = [(tuple(word), tuple(word.upper())) for word in ["it's", "o'", *words]]
    monkeypatch.setattr(cmudict, "pairs", lambda: pairs)
    assert script.main([]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[:2] == [  # o' is none of letters
        "test: 1 sources, 1 pairs; left out as repeated 1",
        "compared with train: 14 pairs; left out as repeated 14"]
    assert "word error rate     0.00%" in printed and "BLEU" not in printed


@pytest.mark.parametrize("argv, message", [
    (["--source-tokens", "words"], "--target-tokens and --by-length go with --data"),
    (["--pairs", "x.tsv"], "--pairs, --source-tokens, --target-tokens and --by-length go with"),
    (["--by-length"], "--by-length go with --data"),
    (["--data", "nowhere"], "nowhere: no such folder; scripts/prepare.py"),
])
def test_the_script_refuses_bad_input(capsys, argv, message):
    with pytest.raises(SystemExit) as stopped:
        script.main(argv)
    assert stopped.value.code == 2 and message in capsys.readouterr().err
