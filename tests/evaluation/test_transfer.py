"""The transfer matrix, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.transfer import gains_by_language, transfer_report
from tests.evaluation.made import sure

FAMILIES = ("indo-european", "turkic", "uralic")
GOLD = [0, 1] * 20
GOOD, BAD = GOLD, [1 - g for g in GOLD]


def readings(language: str, good: set[str]) -> list[Predictions]:
    """Macro-F1 is 1 through the readings of `good`, else 0."""
    return [
        sure(GOOD if name in good else BAD, GOLD, language=language, read_through=reading)
        for reading in (None, *FAMILIES)
        if (name := reading or "none")
    ]


def test_matrix_and_summary_by_hand() -> None:
    """Tatar: own 1, none 0, others (1 + 0) / 2. Finnish: own 1, none 1, others 0. English is of the
    anchor's family, Japanese has no head of its own: in the matrix, not in the summary."""
    found = transfer_report(
        [
            *readings("tt", {"turkic", "uralic"}),
            *readings("fi", {"uralic", "none"}),
            *readings("en", set()),
            *readings("ja", set()),
        ],
        "indo-european",
    )
    tatar, _, english, japanese = found["sets"]
    assert tatar["by_family"] == {"indo-european": 0, "turkic": 1, "uralic": 1}
    assert (tatar["own"], tatar["none"], tatar["others"]) == (1, 0, 0.5)
    assert english["own"] == 0
    assert japanese["own"] is None
    assert japanese["family"] == "japonic"
    summary = found["summary"]
    assert summary["languages"] == ["fi", "tt"]
    assert (summary["own"], summary["none"], summary["others"]) == (1, 0.5, 0.25)
    assert (summary["own_minus_none"], summary["own_minus_others"]) == (0.5, 0.75)


def test_differences_are_paired() -> None:
    """Two readings that are right on the same half of the rows: each score varies between
    resamples, their difference is 0 in every one."""
    half = [g if i < 20 else 1 - g for i, g in enumerate(GOLD)]
    same = [sure(half, GOLD, read_through=r) for r in (None, *FAMILIES)]
    summary = transfer_report(same, "indo-european")["summary"]
    assert summary["own"] == pytest.approx(0.5)
    assert summary["own_minus_none_interval"] == [0, 0]
    assert summary["own_minus_others_interval"] == [0, 0]


def test_no_language_outside_gives_no_summary() -> None:
    assert transfer_report(readings("en", set()), "indo-european")["summary"] is None


def test_gains_by_language_by_hand() -> None:
    """Tatar, one set: own 1, none 0, others (1 + 0) / 2. Finnish, two sets: own 1 and 0, none 1 and
    0. Japanese has no head of its own."""
    second = [replace(one, source="other") for one in readings("fi", set())]
    found = gains_by_language(
        [*readings("tt", {"turkic", "uralic"}), *readings("fi", {"uralic", "none"}), *second,
         *readings("ja", set())]
    )  # fmt: skip
    assert [row["language"] for row in found] == ["tt", "fi"]
    tatar, finnish = found
    assert (tatar["own"], tatar["none"], tatar["others"]) == (1, 0, 0.5)
    assert tatar["own_minus_none_interval"] == [1, 1]
    assert (finnish["rows"], finnish["family"]) == (80, "uralic")
    assert finnish["sets"] == ["made fi dev", "other fi dev"]
    assert (finnish["own"], finnish["own_minus_none"]) == (0.5, 0)
