"""Scores as the card holds them."""

import json

from lfdrt.evaluation.metrics import score
from lfdrt.evaluation.report import card_scores
from lfdrt.evaluation.retrieval import Retrieval
from lfdrt.evaluation.suites import SetScores


def one(source: str, language: str, predicted: str) -> SetScores:
    return SetScores(
        source=source,
        language=language,
        split="dev",
        family="turkic",
        scores=score(["joy", "joy"], [predicted, "joy"]),
    )


def test_averages_count_each_language_once() -> None:
    """F1 of joy: 1 where both are right; precision 1, recall 1/2, F1 2/3 where one is. Mean 5/6."""
    report = card_scores([one("a", "tr", "joy"), one("a", "tt", "fear"), one("b", "tr", "joy")], [])
    assert report["averages"] == {"a dev, 2 languages": 0.833}
    assert [row["set"] for row in report["sets"]] == ["a tr dev", "a tt dev", "b tr dev"]
    assert report["sets"][1]["interval"][0] <= report["sets"][1]["macro_f1"]
    assert "retrieval" not in report


def test_report_is_plain_json() -> None:
    pairs = [Retrieval(language="tr", pairs=4, before=0.5, after=0.75)]
    report = card_scores([one("a", "tr", "joy")], pairs)
    assert json.loads(json.dumps(report)) == report
    assert report["retrieval"]["after_disentanglers"] == 0.75
