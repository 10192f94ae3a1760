"""Decisions of §3.5 by hand, and the file that holds predictions."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from lfdrt.evaluation.predictions import write_predictions
from tests.evaluation.made import made, sure

# Row 0: both choose a. Row 1: the first is surer, of a. Row 2: the second is surer, of c.
P_1 = [[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.5, 0.4, 0.1]]
P_2 = [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.2, 0.1, 0.7]]


def test_decision_agreement_and_confidence_by_hand() -> None:
    one = made(P_1, P_2, [0, 1, 2])
    assert one.predicted.tolist() == [0, 0, 2]
    assert one.agreed.tolist() == [True, False, False]
    assert one.confidence == pytest.approx([0.8, 0.6, 0.7])
    assert one.correct.tolist() == [True, False, True]
    assert one.confusion.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_an_excluded_class_is_never_chosen_and_nothing_is_rescaled() -> None:
    """Without a, row 0: b by the first with 0.2 against 0.1; row 1: b by the second with 0.5 (the
    first also has b there, so they agree); row 2: c with 0.7 against b with 0.4."""
    one = made(P_1, P_2, [1, 1, 2], excluded=("a",))
    assert one.predicted.tolist() == [1, 1, 2]
    assert one.agreed.tolist() == [True, True, False]
    assert one.confidence == pytest.approx([0.2, 0.5, 0.7])


def test_resamples_are_those_of_the_file_not_of_the_reading() -> None:
    own, none = sure([0, 1], [0, 1]), sure([0, 1], [0, 1], read_through=None)
    assert (own.resampled == none.resampled).all()
    assert own.seed != sure([0, 1], [0, 1], language="sw").seed


def test_the_file_holds_ids_and_probabilities_and_is_repeatable(tmp_path: Path) -> None:
    path, again = tmp_path / "p.csv.gz", tmp_path / "q.csv.gz"
    readings = [made(P_1, P_2, [0, 1, 2]), made(P_2, P_1, [0, 1, 2], read_through=None)]
    write_predictions(path, readings)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert rows[1] == {
        "id": "row-1", "source": "made", "split": "dev", "language": "tt", "family": "turkic",
        "read_through": "turkic", "gold": "b", "predicted": "a", "agree": "0", "correct": "0",
        "p1_a": "0.6000", "p1_b": "0.3000", "p1_c": "0.1000",
        "p2_a": "0.2000", "p2_b": "0.5000", "p2_c": "0.3000",
    }  # fmt: skip
    assert rows[5]["read_through"] == "none"
    write_predictions(again, readings)
    assert again.read_bytes() == path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.csv.gz", "q.csv.gz"]
