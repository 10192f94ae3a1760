"""Two recordings side by side: which samples are the same, and where they differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfdrt.evaluation.recordings.choice import Choice
from lfdrt.evaluation.recordings.pair import align, play_pair
from lfdrt.evaluation.recordings.recording import RecordingError
from tests.evaluation.recorded import by_hand, one_set

# Rows s t u v: right by the first s u v, by the second t u; they differ on s, t and v.
ONE = by_hand([0, 1, 2, 0], [0, 2, 2, 0], [True] * 4, name="one", ids="stuv")
TWO = by_hand([2, 1, 0, 0], [2, 1, 1, 1], [True, False, True, True], name="two", ids="utsv")


def test_samples_are_matched_by_id_in_the_first_ones_order() -> None:
    aligned = align(ONE, TWO)
    assert aligned.first.tolist() == [0, 1, 2, 3]
    assert aligned.second.tolist() == [2, 1, 0, 3]
    assert aligned.alone == (0, 0)


def test_states_by_hand() -> None:
    pair = play_pair(ONE, TWO, Choice())
    assert pair.differing.tolist() == [1, 2, 4]
    end = pair.state(4)
    assert (end.both_right, end.only_first, end.only_second, end.both_wrong) == (1, 2, 1, 0)
    assert end.differing == 3
    assert (end.first.accuracy, end.second.accuracy) == (0.75, 0.5)
    two = pair.state(2)
    assert (two.both_right, two.only_first, two.only_second, two.differing) == (0, 1, 1, 2)
    a, b = pair.samples(1)
    assert (a.id, b.id, a.predicted, b.predicted) == ("s", "s", "a", "b")


def test_what_is_shown_is_of_either_one() -> None:
    assert len(play_pair(ONE, TWO, Choice(only="errors"))) == 3
    assert [play_pair(ONE, TWO, Choice(only="disagreements")).samples(1)[0].id] == [
        "t"
    ]  # of the second alone
    pair = play_pair(ONE, TWO, Choice(only="differences"))
    assert [pair.samples(n)[0].id for n in (1, 2, 3)] == ["s", "t", "v"]
    assert pair.differing.tolist() == [1, 2, 3]
    assert pair.state(3).first.counted == 4
    assert len(play_pair(ONE, TWO, Choice(classes=("a",)))) == 2


def test_samples_of_one_alone_are_left_out_and_counted() -> None:
    more = by_hand([0, 1], [0, 1], [True, True], (one_set(1), one_set(1, "sw")), ids=("t", "t"))
    one = by_hand([1, 0], [1, 0], [True, True], (one_set(2, "sw"),), ids=("t", "z"))
    aligned = align(more, one)
    assert (aligned.first.tolist(), aligned.second.tolist()) == ([1], [0])
    assert aligned.alone == (1, 1)


def test_what_cannot_be_compared_is_a_sentence() -> None:
    with pytest.raises(RecordingError, match="one and two have different labels"):
        align(ONE, replace(TWO, run=replace(TWO.run, labels=("x", "y", "z"))))
    with pytest.raises(RecordingError, match="no sample in common"):
        align(ONE, by_hand([0], [0], [True], (one_set(1, "sw"),)))
    with pytest.raises(RecordingError, match="give made dev tt s different true labels"):
        align(ONE, by_hand([1], [0], [True], ids="s"))
