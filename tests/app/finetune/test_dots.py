"""The dots of a training: who stands where, pass by pass, and that nothing else moves."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from app.finetune import words
from app.finetune.dots import DISPUTED, MOST_PASSES, dots, passes, settled
from app.finetune.kind import Progress
from app.page.saving import Provenance
from lfdrt.events import EpochDone, Watched, from_line

EVIL = "<img src=x onerror=alert(1)>"
FILES = Provenance(file="habari", source="LFD-RT 9.9; checkpoint Habari")
LABELS = ["joy", "anger"]
JOY, ANGER, APART, UNSEEN = (0, 0), (1, 1), (0, 1), (-1, -1)


def progress(*said: list[tuple[int, int]], texts: tuple[str, ...] = ("a", "b", "c")) -> Progress:
    rows: list[dict[str, str | float]] = [
        {"row": str(n), "text": text, "picture": 0.0} for n, text in enumerate(texts)
    ]
    made = Progress()
    made.take(Watched(step=0, labels=LABELS, rows=rows))
    for epoch, pairs in enumerate(said):
        agree = sum(first == second for first, second in pairs)
        made.take(EpochDone(step=epoch + 1, epoch=epoch, agree=agree, disagree=len(pairs) - agree,
                            used=agree, labels={}, flips=0, seconds=1.0, said=pairs))  # fmt: skip
    return made


def test_who_stays_in_a_lane_keeps_the_place_and_who_comes_takes_the_first_free_one():
    """The first leaves joy, so its place is free for the last; the second stays where it was."""
    before = settled([None] * 3, [JOY, JOY, APART])
    assert before == [(0, 0), (0, 1), (DISPUTED, 0)]
    assert settled(before, [ANGER, JOY, JOY]) == [(1, 0), (0, 1), (0, 0)]


def test_a_text_that_was_not_asked_stays_where_it_was():
    told = passes(progress([JOY, APART, UNSEEN], [UNSEEN, ANGER, JOY]))
    assert [one.said for one in told] == [[JOY, APART, None], [JOY, ANGER, JOY]]
    assert told[0].slots[2] is None and told[1].slots == [(0, 0), (1, 0), (0, 1)]


def test_each_pass_says_who_came_together_and_who_came_apart():
    """Two come together and one comes apart."""
    said = dots(progress([APART, APART, JOY], [JOY, ANGER, APART]), FILES)
    told = words.DOTS_MOVED.format(together="2", apart="1")
    assert told in said and words.DOTS_SAID.format(number=2, agree="2", texts="3") in said
    found = re.search(r'data-passes="([^"]*)"', said)
    assert found
    first, newest = json.loads(unescape(found[1]))
    assert first["counts"] == {str(DISPUTED): "2", "0": "1"}
    assert newest["counts"] == {str(DISPUTED): "1", "0": "1", "1": "1"}
    assert [dot[3:] for dot in newest["dots"]] == [[0, 0], [1, 1], [0, 1]]


def test_a_dot_comes_from_where_it_was():
    said = dots(progress([APART, JOY, JOY], [ANGER, JOY, JOY]), FILES)
    (moved, *stay) = re.findall(r'style="([^"]*)"><b data-class', said)
    assert "--lane:1" in moved and "--lane0:0" in moved and "--x0:0.0%" in moved
    for style in stay:
        now, was = (re.findall(rf"--(?:x|lane|down){n}:([^;]*)", style) for n in ("", "0"))
        assert now == was


def test_nothing_is_drawn_before_the_first_pass_and_of_a_run_of_before():
    """Its file has lines without `said`, which are read as they were."""
    assert dots(progress(), FILES) == ""
    older = from_line(
        '{"event": "EpochDone", "step": 1, "epoch": 0, "agree": 2, "disagree": 1, "used": 2, '
        '"labels": {}, "flips": 0, "seconds": 1.0}'
    )
    run = progress()
    run.take(older)
    assert run.epochs_done == [older] and dots(run, FILES) == ""
    run.watched = None
    assert dots(run, FILES) == ""


@pytest.mark.parametrize("pairs", [[JOY], [JOY] * 4, [JOY, JOY, (0, 2)], [JOY, JOY, (-2, 0)]])
def test_a_pass_that_does_not_fit_the_texts_is_passed_over(pairs: list[tuple[int, int]]):
    assert len(passes(progress([JOY, JOY, JOY], pairs))) == 1


def test_a_long_training_shows_some_passes_with_the_first_and_the_newest():
    told = passes(progress(*[[JOY, APART, ANGER]] * 400))
    assert len(told) == MOST_PASSES and (told[0].number, told[-1].number) == (1, 400)


@pytest.mark.parametrize("count", [3, 80, 81, 200])
@pytest.mark.parametrize("pair", [JOY, APART])
def test_all_have_room_wherever_they_are(count: int, pair: tuple[int, int]):
    texts = tuple(map(str, range(count)))
    said = dots(progress([pair] * count, texts=texts), FILES)
    places = re.findall(r"--x:([\d.]+)%;--lane:(\d);--down:(\d+)", said)
    assert len(set(places)) == count
    assert all(float(x) < (97 if pair == JOY else 30) for x, _, _ in places)


def test_texts_are_escaped_and_saved_with_both_words():
    said = dots(progress([APART, JOY, JOY], texts=(EVIL, "=1+1", "")), FILES)
    assert EVIL not in said and words.PICTURE_ONLY in said
    saved = unescape(said)
    assert "joy / anger" in saved and "'=1+1,joy" in saved
    kinds = re.findall(r'data-download="(\w+)" data-name="habari-dots\.', said)
    assert kinds == ["csv", "svg", "png"]
