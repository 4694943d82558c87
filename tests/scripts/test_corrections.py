"""The script that trains once with each correction."""

import dataclasses

import corrections
import pytest

from seq2seq_graph.config import RECIPES, ModelConfig, TrainingConfig

pytestmark = pytest.mark.slow


def test_there_is_a_row_for_each_correction_and_for_all():
    rows = corrections.variants("document")
    assert rows.pop("document") == {} and rows.pop("practical") == RECIPES["practical"]
    assert len(rows) == len(RECIPES["practical"]) + len(corrections.MODEL)
    document = fields(ModelConfig(), TrainingConfig(num_epochs=4))
    args = corrections.parse_args([])
    for changes in rows.values():
        found = fields(*corrections.configurations(args, changes))
        assert {name for name in found if found[name] != document[name]} == {*changes}


def test_a_row_of_the_practical_recipe_adds_to_it_and_flags_give_the_sizes():
    args = corrections.parse_args(["--recipe", "practical", "--encoder-embedding-size", "7"])
    rows = corrections.variants("practical")
    practical = fields(*corrections.configurations(args, rows["practical"]))
    assert practical["encoder_embedding_size"] == 7 and practical["average"] == 0.999
    for name in "luong, fed", "variational", "residual":
        found = fields(*corrections.configurations(args, rows[name], 2))
        changed = {one for one in found if found[one] != practical[one]}
        assert changed == {*rows[name], "seed"} and found["seed"] == 2


def test_every_row_stands_beside_the_sizes_that_no_flag_gives():
    for recipe in "document", "practical":
        args = corrections.parse_args(["--recipe", recipe])
        for name, changes in corrections.variants(recipe).items():
            model, _ = corrections.configurations(args, changes)
            width = model.decoder_embedding_size
            assert width == (100 if "tied_embeddings" in changes else 50), name


def test_a_row_that_the_flags_leave_no_sense_is_named(capsys):
    with pytest.raises(SystemExit) as left:
        corrections.main(["--recipe", "practical", "--dropout", "0"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert "the row `variational_dropout=True`: variational_dropout says how" in said


def fields(model, training):
    return {**dataclasses.asdict(model), **dataclasses.asdict(training)}


def test_corrections_prints_a_markdown_row_a_row_of_trainings(capsys):
    argv = ["--limit", "60", "--num-epochs", "1", "--only", "document", "--only", "sparse_labels"]
    assert corrections.main(argv) == 0
    *_, document, sparse = capsys.readouterr().out.splitlines()
    names, weights, seconds, *shares = zip(*(
        row.strip("| ").split(" | ") for row in (document, sparse)))
    assert names == ("document", "`sparse_labels=True`")
    assert weights == ("129,443", "129,443")  # as the training page says
    assert all(second.isdigit() for second in seconds)
    # The same program to rounding: the same words are right.
    assert all(one == other and one.endswith("%") for one, other in shares)


def test_several_seeds_give_the_mean_the_least_and_the_largest():
    assert corrections.cell([1.0, 2.0, 4.5], "{:.2f}") == "2.50 (1.00 to 4.50)"
    assert corrections.cell([129443, 129443], "{:,.0f}") == "129,443"


def test_a_row_that_the_recipe_has_not_is_refused(capsys):
    argv = ["--recipe", "practical", "--only", "sparse_labels"]
    with pytest.raises(SystemExit) as left:
        corrections.main(argv)
    assert left.value.code == 2
    assert "--only sparse_labels: --recipe practical has no such row" in capsys.readouterr().err


def test_corrections_refuses_a_limit_that_leaves_nothing(capsys):
    with pytest.raises(SystemExit):
        corrections.main(["--limit", "0"])
    assert "--limit is 0" in capsys.readouterr().err
