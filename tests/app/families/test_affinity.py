"""Languages without a family and languages left out, as the Families tab shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.families.affinity_views import FOLDER, LEFT_OUT, STUDY, studies, without_family
from app.models.requests import digest
from app.places import DEFAULT_CHECKPOINT
from tests.app.predict.test_views import words_of

READINGS = ("own", "none", "mix", "single", "others")


def apart(value: float, low: float, high: float) -> dict[str, object]:
    return {"difference": value, "interval": [low, high]}


def group(low: float, high: float) -> dict[str, object]:
    each = {name: apart((low + high) / 2, low, high) for name in READINGS if name != "none"}
    return {
        "languages": 16,
        "sentences": 128,
        "agreed": dict.fromkeys(READINGS, 0.7),
        "agreed_minus_none": each,
        "kl_minus_none": {"mix": apart(-0.01, -0.018, -0.002)},
        "rank": 3.2,
        "rank_interval": [2.9, 3.5],
        "script_rank": 5.4,
        "chance_rank": 7.0,
        "ranked": 14,
    }


def study(low: float, high: float) -> dict[str, object]:
    return {
        "checkpoint": "tiny",
        "weights_sha256": "0" * 64,
        "families": ["turkic", "uralic"],
        "groups": {"unseen": group(low, high)},
        "languages": [
            {"language": "vi", "family": "austroasiatic", "group": "unseen", "sentences": 8,
             "rank": None, "script_rank": None, "first": "uralic",
             "shares": {"turkic": 0.2, "uralic": 0.5, "none": 0.3},
             "agreed": {"own": None, "none": 0.5, "mix": 0.75}},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.05, "The mix agrees with the English side more often"),
        (-0.05, -0.01, "The mix agrees with the English side less often"),
        (-0.05, 0.05, "The mix is not shown to agree"),
    ],
)
def test_the_answer_is_what_the_interval_says(low: float, high: float, said: str) -> None:
    assert said in words_of(without_family(study(low, high)))


def test_other_weights_are_said() -> None:
    assert "other weights (000000000000) than those of the bundled" in words_of(
        without_family(study(0.01, 0.05))
    )
    own = study(0.01, 0.05) | {"weights_sha256": digest(DEFAULT_CHECKPOINT)}
    assert "other weights" not in words_of(without_family(own))


def test_ranks_stand_beside_chance_and_script() -> None:
    said = words_of(without_family(study(-0.02, 0.02))).replace("\u00a0", " ")
    assert (
        "as number 3.2 of 2 on average [2.9, 3.5]; chance is 7.0, knowing scripts alone 5.4" in said
    )
    assert "Vietnamese austroasiatic unseen 8 – – Uralic 50 % Uralic 50 % 75 % –" in said


def test_a_gain_in_nats_is_said_beside_one_in_classes() -> None:
    said = words_of(without_family(study(-0.02, 0.02)))
    assert "-0.010 [-0.018, -0.002] (16 languages never trained, 128 sentences)" in said


def test_how_far_the_run_without_languages_went_is_said() -> None:
    """The recorded one was not run to its end, nor on the bundled checkpoint."""
    said = words_of(studies())
    assert (
        "at step 1,500 of the 2,000" in said and "without families (weights 5eff3d1df7c9)" in said
    )


def test_what_is_bundled_is_shown() -> None:
    recorded = [name for name in (STUDY, LEFT_OUT) if (FOLDER / name).is_file()]
    html = studies()
    assert html.count("<section") == len(recorded) > 0
    assert "cannot be used" not in html


def test_a_damaged_study_is_a_sentence(tmp_path: Path) -> None:
    assert studies(tmp_path) == ""
    (tmp_path / STUDY).write_text(json.dumps({"groups": []}), encoding="utf-8")
    (tmp_path / LEFT_OUT).write_text("{", encoding="utf-8")
    said = words_of(studies(tmp_path))
    assert said.count("take it from the repository again") == 2 and str(tmp_path) not in said
