import json

import pytest
from corpora_files import write_zip

from seq2seq_graph.data import text
from seq2seq_graph.data.corpora import chitchat, folder
from seq2seq_graph.errors import InputError

WHEEL = "chitchat_dataset-0.9.0-py3-none-any.whl"


def loaded(tmp_path, conversations):
    data = conversations if isinstance(conversations, str) else json.dumps({
        name: {"messages": [[{"text": line, "sender": str(i % 2)} for line in turn]
                            for i, turn in enumerate(turns)], "ratings": {}}
        for name, turns in conversations.items()})
    write_zip(tmp_path / WHEEL, {"chitchat_dataset/dataset.json": data,
                                 "chitchat-0.9.dist-info/METADATA": "License: MIT\n"})
    return chitchat.load(str(tmp_path), print)


def talks(count):
    """Conversations of two turns of their own, and a greeting that all have."""
    names = [chr(97 + i // 26) + chr(97 + i % 26) for i in range(count)]
    return {name: [["Hello!"], [f"I am {name}.", "And you?"], [f"I am not {name}."],
                   [f"Bye {name}"]] for name in names}


def test_all_lines_of_a_turn_are_answered_by_the_next_turn(tmp_path):
    parts = loaded(tmp_path, talks(25)).dealt.parts
    assert parts["train"][:3] == [
        ("Hello!", "I am ad. And you?"), ("I am ad. And you?", "I am not ad."),
        ("I am not ad.", "Bye ad")]


def test_no_conversation_and_no_source_is_in_two_parts(tmp_path):
    corpus = loaded(tmp_path, talks(45))
    parts = corpus.dealt.parts
    folder.check_apart(parts)
    names = {part: {target.split()[-1].strip(".") for _, target in pairs if "Bye" in target}
             for part, pairs in parts.items()}
    assert {part: len(names[part]) for part in names} == {"train": 36, "valid": 3, "test": 6}
    assert not names["train"] & (names["valid"] | names["test"])
    # The greeting stays where most have it.
    greetings = {part: sum(text.fold(s) == "hello" for s, _ in parts[part]) for part in parts}
    assert greetings == {"train": 36, "valid": 0, "test": 0}
    assert corpus.left_out["the source of a test pair stands in another part"] == 6
    assert corpus.left_out["the source of a valid pair stands in another part"] == 3
    assert corpus.licence.startswith("MIT")


def test_long_turns_are_left_out_with_both_their_pairs(tmp_path):
    several = talks(25)
    several["ad"] = [["Hello!"], ["word " * 21], ["What?"], ["Nothing at all"]]
    corpus = loaded(tmp_path, several)
    assert corpus.left_out["over 20 words"] == 2
    assert ("What?", "Nothing at all") in corpus.dealt.parts["train"]


@pytest.mark.parametrize("data, message", [
    ("{", "dataset.json: JSONDecodeError: .*; delete .*whl"), ("[]", "AttributeError"),
    ('{"a": {}}', "KeyError: 'messages'"), ('{"a": {"messages": [[1]]}}', "TypeError"),
    ('{"a": {"messages": [[{"text": 1}]]}}', "TypeError"),
])
def test_a_file_that_is_not_what_it_was_is_refused(tmp_path, data, message):
    with pytest.raises(InputError, match=message):
        loaded(tmp_path, data)


def test_a_wheel_without_the_chats_is_refused(tmp_path):
    write_zip(tmp_path / WHEEL, {"a": ""})
    with pytest.raises(InputError, match="has no dataset.json"):
        chitchat.load(str(tmp_path), print)
