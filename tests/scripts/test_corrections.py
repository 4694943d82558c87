"""The script that trains once with each correction."""

import dataclasses

import corrections
import pytest

from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig

pytestmark = pytest.mark.slow


def test_there_is_a_row_for_each_correction_and_for_all():
    variants = corrections.variants()
    assert variants.pop("document") == {} and variants.pop("practical") == RECIPES["practical"]
    assert len(variants) == 12 + 6 == len(RECIPES["practical"]) + len(corrections.MODEL)
    for name, changes in variants.items():
        model, training = corrections.configurations(changes, 4)
        fields = {**dataclasses.asdict(model), **dataclasses.asdict(training)}
        document = {**dataclasses.asdict(ModelConfig()), **dataclasses.asdict(TrainingConfig())}
        assert [field for field in fields if fields[field] != document[field]] == (
            [*corrections.MODEL.get(name, [name])])


def test_corrections_prints_a_markdown_row_a_training(capsys):
    argv = ["--limit", "60", "--num-epochs", "1", "--only", "document", "--only", "sparse_labels"]
    assert corrections.main(argv) == 0
    *_, document, sparse = capsys.readouterr().out.splitlines()
    names, seconds, *shares = zip(*(row.strip("| ").split(" | ") for row in (document, sparse)))
    assert names == ("document", "`sparse_labels=True`")
    assert all(second.isdigit() for second in seconds)
    # The same program to rounding: the same words are right.
    assert all(one == other and one.endswith("%") for one, other in shares)


def test_corrections_refuses_a_limit_that_leaves_nothing(capsys):
    with pytest.raises(SystemExit):
        corrections.main(["--limit", "0"])
    assert "--limit is 0" in capsys.readouterr().err
