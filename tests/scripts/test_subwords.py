"""A run of sub-words from its training to its use: every script that opens one."""

import os
import shutil
import sys

import convert as convert_script
import evaluate as evaluate_script
import export as export_script
import generate as generate_script
import plot as plot_script
import pytest
import subword_texts
import train as train_script

from seq2seq_graph.data import text
from seq2seq_graph.scoring import text_metrics

subword_texts.require()
SMALL = ["--max-input-length", "30", "--max-output-length", "30", "--encoder-hidden-units", "8",
         "--decoder-hidden-units", "8", "--recipe", "practical", "--num-epochs", "1",
         "--learning-rate", "0.02", "--batch-size", "8", "--threads", "1"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("subwords")
    pairs = subword_texts.write(folder / "pairs.tsv")
    assert train_script.main([
        "--pairs", pairs, "--run", str(folder / "run"), "--source-tokens", "subwords",
        "--target-tokens", "subwords", "--joint-subwords", "--subword-vocabulary", "300", *SMALL,
    ]) == 0
    return folder


def generated(trained, capsys, line, *more):
    (trained / "in.txt").write_text(line, encoding="utf-8")
    assert generate_script.main([str(trained / "run"), str(trained / "in.txt"), *more]) == 0
    return capsys.readouterr()


def test_a_run_of_sub_words_is_resumed_generates_and_is_evaluated(trained, capsys):
    assert train_script.main(["--resume", str(trained / "run"), "--num-epochs", "3"]) == 0
    printed = capsys.readouterr().out
    assert "epoch 3/3" in printed and "UNKNOWN" not in printed
    assert subword_texts.SOURCES[0] in printed  # samples are joined
    for more in ([], ["--beam", "3"]):
        out, err = generated(trained, capsys, "Open 3 files\n日本 ▁\n\n", *more)
        assert out.count("\n") == 3 and "▁" not in out and "not in the vocabulary" not in err
    assert evaluate_script.main([str(trained / "run"), "--limit", "3"]) == 0
    assert "0 of the target tokens not in the vocabulary" in capsys.readouterr().out


def test_what_is_written_is_scored_as_text(trained, capsys):
    from seq2seq_graph.inference import evaluation
    from seq2seq_graph.runs import checkpoint, run_directory

    run = run_directory.load(str(trained / "run"))
    pairs, _ = evaluation.read_part(run)
    result = evaluation.evaluate(checkpoint.best(str(trained / "run")), run, pairs)
    join = run.joiner("target")
    written = [text.tokenize(join(one)) for one in result.hypotheses]
    listed = [[text.tokenize(target)] for _, (target,) in (
        (source, (join(target),)) for source, target in pairs)]
    assert result.free_running.token_error_rate == text_metrics.token_error_rate(written, listed)
    assert {join(target) for _, target in pairs} <= set(subword_texts.TARGETS)


def test_an_export_has_the_model_that_cuts_its_sources_and_joins_what_it_writes(trained, capsys):
    folder, lines = trained / "exported", subword_texts.SOURCES[:5]
    assert export_script.main([str(trained / "run"), str(folder), "--beam", "3"]) == 0
    printed = capsys.readouterr().out
    assert "signatures ids\n" in printed and "its sources are sub-words" in printed
    import sentencepiece
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.inference.serving import models

    processor = sentencepiece.SentencePieceProcessor(
        model_proto=(folder / "assets" / "subwords.model").read_bytes())
    rows = processor.encode(lines)
    longest = max(map(len, rows))
    with tf.Graph().as_default(), tf.Session() as sess:
        signatures = tf.saved_model.loader.load(sess, ["serve"], str(folder)).signature_def
        assert [*signatures] == ["ids"]
        texts = sess.run(signatures["ids"].outputs["texts"].name, {
            signatures["ids"].inputs["ids"].name: [row + [0] * (longest - len(row)) for row in rows]
        })
    out, _ = generated(trained, capsys, "".join(line + "\n" for line in lines), "--beam", "3")
    assert [row[0].decode() for row in texts] == out.splitlines()
    texts = [*lines, "", "\ud800", "\ufeffab\n", " ".join(lines)]  # the last is too long
    with models.open_run(str(trained / "run"), 3) as run, models.open_saved_model(
            str(folder)) as export:
        assert [one.text for one in export.answer(texts)] == [one.text for one in run.answer(texts)]


def test_weights_are_converted_and_vectors_drawn(trained, capsys):
    assert convert_script.main([str(trained / "run"), str(trained / "model.npz")]) == 0
    pytest.importorskip("matplotlib")
    assert plot_script.main([str(trained / "run")]) == 0


def test_without_sentencepiece_a_run_says_what_to_install(trained, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    # What is encoded already needs it no more.
    assert train_script.main(["--resume", str(trained / "run"), "--num-epochs", "4"]) == 0
    shutil.rmtree(trained / "pairs.tsv.encoded")
    for main, argv in (
        (generate_script.main, [str(trained / "run"), __file__]),
        (evaluate_script.main, [str(trained / "run")]),
        (train_script.main, ["--resume", str(trained / "run"), "--num-epochs", "9"]),
        (train_script.main, ["--pairs", str(trained / "pairs.tsv"), "--run", str(trained / "new"),
                             "--source-tokens", "subwords"]),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(argv)
        assert stopped.value.code == 2
        assert "pip install -e '.[subwords]'" in capsys.readouterr().err
    assert not os.path.exists(str(trained / "new"))


def test_more_sub_words_than_the_text_has_leave_no_run(trained, capsys):
    with pytest.raises(SystemExit):
        train_script.main(["--pairs", str(trained / "pairs.tsv"), "--run", str(trained / "new"),
                           "--source-tokens", "subwords", "--subword-vocabulary", "9000"])
    error = capsys.readouterr().err
    assert "pairs.tsv: source: subword_vocabulary is 9000, but the text has" in error
    assert not os.path.exists(str(trained / "new"))
