"""What a report says about rows, by hand."""

from __future__ import annotations

import json

import pytest

from lfdrt.evaluation.measures import mean_over_sets, measures
from lfdrt.evaluation.metrics import score
from tests.evaluation.made import sure

# a: 2·1/(2+1) = 2/3; b: 2·1/(1+2) = 2/3; c is in neither.
SMALL = sure([0, 1, 1], [0, 0, 1])
PERFECT = sure([0, 1, 2], [0, 1, 2], language="sw")


def test_one_set_by_hand() -> None:
    """Confidence is 0.8 everywhere and 2 of 3 are right: ECE = |2/3 - 0.8| = 2/15."""
    found = measures([SMALL])
    assert found["rows"] == 3
    assert found["accuracy"] == 0.6667
    assert found["macro_f1"] == found["weighted_f1"] == 0.6667
    assert found["confusion"] == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert found["classes"]["a"] | {"f1_interval": None} == {
        "precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2, "f1_interval": None,
    }  # fmt: skip
    assert found["classes"]["c"]["f1"] is None
    assert found["classes"]["c"]["f1_interval"] is None
    assert found["agreement"]["share"] == 1
    assert found["agreement"]["accuracy_on_disagreed"] is None
    assert found["calibration"]["ece"] == pytest.approx(2 / 15, abs=1e-4)


def test_the_card_and_the_report_give_the_same_interval() -> None:
    card = score(SMALL.names(SMALL.gold), SMALL.names(SMALL.predicted), seed=SMALL.seed)
    assert measures([SMALL])["macro_f1_interval"] == pytest.approx(card.interval, abs=1e-4)


def test_rows_of_several_sets_pool_and_means_count_each_set_once() -> None:
    """Pooled: gold a 3, b 2, c 1; predicted a 2, b 3, c 1. a: 2·2/5, b: 2·2/5, c: 1.
    Macro 2.6/3. Mean over sets: (2/3 + 1) / 2."""
    pooled = measures([SMALL, PERFECT])
    assert pooled["rows"] == 6
    assert pooled["macro_f1"] == pytest.approx(2.6 / 3, abs=1e-4)
    mean = mean_over_sets([SMALL, PERFECT])
    assert mean["macro_f1"] == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)
    low, high = mean["macro_f1_interval"]
    assert low < mean["macro_f1"] <= high <= 1


def test_it_is_plain_json() -> None:
    found = measures([SMALL])
    assert json.loads(json.dumps(found, allow_nan=False)) == found
