from seq2seq_graph.runs import way_on


def test_before_any_checkpoint_there_is_nothing_to_go_on_from(tmp_path):
    nothing = "last checkpoint: none; the best, which is used: none"
    assert way_on.after_divergence(str(tmp_path)) == (
        nothing + "\nTrain anew with a lower --learning-rate, or --clip-norm")
    assert way_on.after_signal(None) == "interrupted; last checkpoint: none yet"
    assert way_on.after_signal(f"{tmp_path}/a run") == (
        "interrupted; last checkpoint: none yet\n"
        f"to go on: python scripts/train.py --resume '{tmp_path}/a run'")
