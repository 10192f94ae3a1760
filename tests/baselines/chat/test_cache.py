"""Answers kept on the disk: found again, never half there, and nothing in them but labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lfdrt.baselines.chat.cache import AnswerCache, Answered, CacheError, question_key
from lfdrt.baselines.chat.prompt import UNUSABLE, Answer, Picture
from tests.baselines.chat.made import QUESTION, SETTINGS

SURE = Answered(
    answer=Answer(label="joy", probabilities=(0.1, 0.7, 0.2)),
    model="made-1",
    left_out=("temperature",),
    tokens_in=10,
    tokens_out=2,
)
NONE = replace(SURE, answer=Answer(label=None, problem=UNUSABLE), left_out=(), tokens_in=None)


def test_what_was_answered_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "answers.jsonl"
    with AnswerCache(path) as cache:
        assert "a" not in cache
        cache.add("a", SURE)
        cache.add("b", NONE)
    with AnswerCache(path) as cache:
        assert (cache["a"], cache["b"]) == (SURE, NONE)
        cache.add("c", SURE)
    assert path.read_text(encoding="utf-8").count("\n") == 3


@pytest.mark.parametrize("tail", ['{"question": "b", "lab', "\0\0\0\0"])
def test_half_a_line_at_the_end_is_cut_off(tmp_path: Path, tail: str) -> None:
    path = tmp_path / "answers.jsonl"
    with AnswerCache(path) as cache:
        cache.add("a", SURE)
    with path.open("a", encoding="utf-8") as file:
        file.write(tail)
    with AnswerCache(path) as cache:
        assert "b" not in cache
        cache.add("b", NONE)
    with AnswerCache(path) as cache:
        assert (cache["a"], cache["b"]) == (SURE, NONE)


@pytest.mark.parametrize("line", ["no JSON", '{"question": "b"}', '["b"]'])
def test_a_line_of_something_else_is_named_and_nothing_is_lost(tmp_path: Path, line: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(CacheError, match=r"answers\.jsonl, line 1"):
        AnswerCache(path)
    assert path.read_text(encoding="utf-8") == line + "\n"


def test_a_key_is_of_all_that_decides_the_answer() -> None:
    picture = Picture(name="a.png", data=b"a")
    keys = [
        question_key(question, settings)
        for question, settings in (
            (QUESTION, SETTINGS),
            (replace(QUESTION, text="Nina"), SETTINGS),
            (replace(QUESTION, labels=("anger", "joy")), SETTINGS),
            (replace(QUESTION, probabilities=True), SETTINGS),
            (replace(QUESTION, picture=picture), SETTINGS),
            (replace(QUESTION, picture=replace(picture, data=b"b")), SETTINGS),
            (QUESTION, replace(SETTINGS, model="other")),
            (QUESTION, replace(SETTINGS, base_url="https://other.example.org/v1")),
            (QUESTION, replace(SETTINGS, temperature=None)),
        )
    ]
    assert len(set(keys)) == len(keys)
    other_speed = replace(SETTINGS, concurrency=9, max_requests=5, key_variable="OTHER")
    assert question_key(QUESTION, other_speed) == keys[0]
