"""What the native program's flags refuse, before it needs TensorFlow 1.15."""

import pytest

from seq2seq_graph.native import program


@pytest.mark.parametrize("flags, message", [
    ("--attention foo", "invalid choice: 'foo'"),
    ("--steps 0", "--steps is 0; give at least 1"),
    ("--encoder-layers 0", "--encoder-layers is 0; give at least 1"),
    ("--seed -1", "--seed is -1"),
    ("--input-feeding", "give --attention too"),
    ("--residual", "give --encoder-layers or --decoder-layers of at least 2"),
    ("--stack-bidirectional --bidirectional", "--encoder-layers of at least 2"),
    ("--stack-bidirectional --bidirectional --encoder-layers 2 --residual", "no residuals"),
    ("--tied-embeddings", "give --decoder-embedding-size and --decoder-hidden-units the same"),
    ("--decoder-hidden-units 7", "give --encoder-hidden-units and --decoder-hidden-units the same"),
])
def test_flags_that_make_no_case_are_refused_with_the_fix(flags, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        program.main([str(tmp_path / "case.npz"), *flags.split()])
    assert ended.value.code == 2 and message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
