"""The player: counts by hand, F1 as scikit-learn has it, and seeking without recounting."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score

from lfdrt.evaluation.recordings.choice import Choice
from lfdrt.evaluation.recordings.playback import play, sample_of
from tests.evaluation.recorded import by_hand, drawn, one_set

# Rows 0-2 Tatar, 3-5 Swahili. Right: 0, 2, 3. Agreed: all but 1 and 3.
HAND = by_hand(
    [0, 1, 2, 0, 1, 1],
    [0, 2, 2, 0, 0, 2],
    [True, False, True, False, True, True],
    (one_set(3), one_set(3, "sw")),
)


def test_states_by_hand() -> None:
    playing = play(HAND, Choice())
    assert len(playing) == 6
    empty = playing.state(0)
    assert (empty.counted, empty.accuracy, empty.macro_f1, empty.agreement) == (0, None, None, None)
    assert empty.f1 == (None, None, None)
    # After 4: gold 0 1 2 0, predicted 0 2 2 0. F1: a 1; b 0; c 2/3. Weighted: (2 + 0 + 2/3) / 4.
    four = playing.state(4)
    assert four.confusion.tolist() == [[2, 0, 0], [0, 0, 1], [0, 0, 1]]
    assert (four.correct, four.accuracy) == (3, 0.75)
    assert four.f1 == pytest.approx((1, 0, 2 / 3))
    assert four.macro_f1 == pytest.approx(5 / 9)
    assert four.weighted_f1 == pytest.approx(2 / 3)
    assert four.agreement == 0.5  # rows 0 and 2, both right; of the others row 3 is
    assert (four.correct_agreed, four.correct_split) == (1.0, 0.5)
    assert four.gold.tolist() == [2, 1, 1]
    assert four.predicted.tolist() == [2, 0, 2]


def test_a_sample_is_that_of_its_position() -> None:
    second = play(HAND, Choice()).sample(2)
    assert (second.id, second.gold, second.predicted) == ("row-1", "b", "c")
    assert (second.first, second.second, second.agree) == ("c", "a", False)
    assert (second.language, second.family, second.read_through) == ("tt", "turkic", "turkic")
    assert second.text is None


def test_an_excluded_class_is_no_classifiers_choice() -> None:
    """The first gives c 0.8, but the set has no c: of 0.1 and 0.1, a comes first."""
    barred = by_hand([1], [2], [True], (one_set(1, excluded=("c",)),))
    assert sample_of(barred, 0).first == "a"


def test_positions_outside_are_refused() -> None:
    playing = play(HAND, Choice())
    for call in (lambda: playing.state(7), lambda: playing.state(-1), lambda: playing.sample(0)):
        with pytest.raises(IndexError):
            call()


def test_filters_leave_out_what_does_not_count() -> None:
    assert play(HAND, Choice(languages=("sw",))).state(3).accuracy == pytest.approx(1 / 3)
    assert len(play(HAND, Choice(families=("turkic",)))) == 3
    assert len(play(HAND, Choice(sources=("elsewhere",)))) == 0
    only_b = play(HAND, Choice(classes=("b",)))
    assert only_b.state(3).gold.tolist() == [0, 3, 0]
    nothing = play(HAND, Choice(languages=("en",))).state(0)
    assert nothing.accuracy is None


def test_errors_are_shown_while_the_others_still_count() -> None:
    """Errors: rows 1, 4, 5. Up to row 1 two have counted, up to row 4 five."""
    errors = play(HAND, Choice(only="errors"))
    assert [errors.sample(n).id for n in (1, 2, 3)] == ["row-1", "row-4", "row-5"]
    assert [errors.state(n).counted for n in range(4)] == [0, 2, 5, 6]
    assert errors.state(1).accuracy == 0.5
    split = play(HAND, Choice(only="disagreements"))
    assert [split.state(n).counted for n in range(3)] == [0, 2, 6]  # at the end all have counted
    with pytest.raises(ValueError, match="two recordings"):
        play(HAND, Choice(only="differences"))
    with pytest.raises(ValueError, match="only 'luck' is not one of"):
        Choice(only="luck")


def test_mixed_is_another_order_of_the_same_samples() -> None:
    recording = drawn(500)
    recorded, mixed = play(recording, Choice()), play(recording, Choice(mixed=True))
    assert sorted(mixed.rows) == list(recorded.rows)
    assert list(mixed.rows) != list(recorded.rows)
    assert list(mixed.rows) == list(play(recording, Choice(mixed=True)).rows)
    assert mixed.state(500).macro_f1 == recorded.state(500).macro_f1


@pytest.mark.parametrize("n", [1, 2, 7, 250, 999, 1000])
def test_scores_are_those_of_scikit_learn(n: int) -> None:
    recording = drawn(1000)
    state = play(recording, Choice()).state(n)
    gold, predicted = recording.gold[:n], recording.predicted[:n]
    f1 = {"labels": np.unique(gold), "zero_division": 0}
    assert state.macro_f1 == pytest.approx(f1_score(gold, predicted, average="macro", **f1))
    assert state.weighted_f1 == pytest.approx(f1_score(gold, predicted, average="weighted", **f1))
    assert state.accuracy == pytest.approx((gold == predicted).mean())
    assert state.agreement == pytest.approx(recording.agree[:n].mean())
    np.testing.assert_array_equal(
        state.confusion, confusion_matrix(gold, predicted, labels=range(3))
    )


def test_curves_are_the_states() -> None:
    playing = play(drawn(1000), Choice(only="disagreements"))
    curves = playing.curves(50)
    assert len(curves.shown) == 50
    assert (curves.shown[0], curves.shown[-1]) == (0, len(playing))
    assert np.isnan(curves.accuracy[0])
    for k in (1, 20, 49):
        state = playing.state(int(curves.shown[k]))
        for name in ("accuracy", "macro_f1", "weighted_f1", "agreement"):
            assert getattr(curves, name)[k] == pytest.approx(getattr(state, name))


def test_a_seek_counts_nothing_anew() -> None:
    """So it costs the same in a recording of any length."""
    playing = play(drawn(1000), Choice())
    expected = playing.state(900)
    playing._counted, playing.rows = playing._counted, np.empty(0)
    found = playing.state(900)
    assert found.shown == 900
    np.testing.assert_array_equal(found.confusion, expected.confusion)
