"""Scores as the card holds them."""

import json

from lfdrt.evaluation.metrics import score
from lfdrt.evaluation.report import card_scores, full_scores, readable_json
from lfdrt.evaluation.retrieval import Retrieval
from lfdrt.evaluation.suites import SetScores
from tests.evaluation.made import sure


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


def test_full_scores_group_by_language_and_family() -> None:
    found = full_scores(
        [
            sure([0, 1], [0, 1], language="en"),
            sure([0, 1], [0, 1], language="tt"),
            sure([0, 0], [0, 1], language="tt", source="other"),
            sure([0, 0], [0, 1], language="tr"),
        ],
        "en",
    )
    assert found["families"]["turkic"]["sets"] == ["made tt dev", "other tt dev", "made tr dev"]
    assert found["languages"]["tt"]["mean_over_sets"]["accuracy"] == 0.75
    assert found["all_languages_but_en"]["pooled"]["rows"] == 6
    assert found["sets"][2]["confusion"] == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


def test_readable_json_is_json_with_short_values_on_one_line() -> None:
    """The list of 40 numbers is longer than a line; its parts are not."""
    value = {"a": [0.1, None, "ж[\n"], "long": [[1] * 20, [2] * 20] * 2, "deep": {"x": ["y" * 90]}}
    text = readable_json(value)
    assert json.loads(text) == value
    assert '\n "a": [0.1, null, "ж[\\n"],\n' in text
    assert text.count("\n  [1, 1, 1") == 2
    assert max(map(len, text.splitlines())) <= 121
