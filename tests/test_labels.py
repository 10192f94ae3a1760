"""Label sets: order, names, and what is refused."""

from __future__ import annotations

import pytest

from lfdrt.labels import EKMAN7, LABEL_SETS, POLARITY3, SIMS5, LabelSet


def test_the_papers_label_sets() -> None:
    """§4.1: Ekman's six and neutral; five levels of CH-SIMS."""
    assert len(EKMAN7) == 7
    assert set(EKMAN7.labels) == {
        *("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
    }
    assert len(SIMS5) == 5
    assert SIMS5.labels[0] == "negative" and SIMS5.labels[-1] == "positive"
    assert len(POLARITY3) == 3
    assert list(LABEL_SETS) == ["ekman7", "sims5", "polarity3"]
    assert all(LABEL_SETS[name].name == name for name in LABEL_SETS)


def test_index_is_the_output_unit() -> None:
    assert [EKMAN7.index(label) for label in EKMAN7.labels] == list(range(7))


def test_an_unknown_label_lists_what_exists() -> None:
    with pytest.raises(ValueError, match="'Joy' is not in 'polarity3' .negative, neutral, posi"):
        POLARITY3.index("Joy")


@pytest.mark.parametrize(
    ("labels", "neutral", "message"),
    [
        (("joy",), None, "at least two"),
        ((), None, "at least two"),
        (("joy", "fear", "joy"), None, "twice"),
        (("joy", "fear"), "neutral", "no label 'neutral'"),
    ],
)
def test_contradictions_are_refused(
    labels: tuple[str, ...], neutral: str | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        LabelSet(name="mine", labels=labels, neutral=neutral)


def test_a_set_without_neutral_is_allowed() -> None:
    assert LabelSet(name="mine", labels=("good", "bad")).neutral is None
