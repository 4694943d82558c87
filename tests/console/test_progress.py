from seq2seq_graph.console.progress import make_tell


def test_a_short_work_says_nothing_and_a_long_one_a_line_now_and_then(capsys):
    now = 0.0
    tell = make_tell(lambda: now)
    for second in range(40):
        now = float(second)
        tell("cut", second * 10**6, 40 * 10**6)
    tell("said at once", 0, 0)
    assert capsys.readouterr().err.splitlines() == [
        "cut: 7 % of 40 MB", "cut: 45 % of 40 MB", "cut: 82 % of 40 MB", "said at once"]
