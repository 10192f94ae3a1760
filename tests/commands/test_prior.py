"""--prior: how frequent the classes are taken to be, and what it does to a prediction."""

import json
import math
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.commands.options import chosen_prior
from lfdrt.config import ConfigError
from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.labels import EKMAN7
from lfdrt.runtime import resolve_runtime
from tests.tiny import tiny_checkpoint

LABELS = EKMAN7.labels
CARD = {"priors": {"meld": dict.fromkeys(LABELS, 0.1) | {"neutral": 0.4}}}


def test_shares_leave_the_rest_to_the_others() -> None:
    prior = chosen_prior("joy=0.5, anger=0.1", LABELS, CARD)
    assert prior is not None
    assert dict(zip(LABELS, prior, strict=True))["joy"] == 0.5
    assert sorted(prior)[:5] == pytest.approx([0.08] * 5)
    assert sum(prior) == pytest.approx(1)


def test_a_genre_of_the_card_and_flat() -> None:
    prior = chosen_prior("meld", LABELS, CARD)
    assert prior is not None and prior[LABELS.index("neutral")] == 0.4
    assert chosen_prior("flat", LABELS, CARD) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("comics", "is not one of flat, meld"),
        ("glee=0.5", "there is no class 'glee'"),
        ("joy=0.8,anger=0.4", "add up to at most 1"),
        ("joy=-0.1", "lie from 0 to 1"),
        ("joy=many", "is not one of flat, meld"),
    ],
)
def test_what_is_no_prior_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        chosen_prior(text, LABELS, CARD)


def test_it_shifts_the_logits_exactly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """log p_joy / p_anger moves by log(0.5 / 0.1) for each classifier."""
    folder = tiny_checkpoint(tmp_path / "tiny")

    def odds(*prior: str) -> float:
        arguments = ["predict", "--checkpoint", str(folder), "--text", "so so", "--lang", "en"]
        assert main([*arguments, "--json", "--device", "cpu", *prior]) == 0
        found = json.loads(capsys.readouterr().out)["probabilities_1"]
        return math.log(found["joy"] / found["anger"])

    assert odds("--prior", "joy=0.5,anger=0.1") == pytest.approx(odds() + math.log(5), abs=0.02)


def test_a_checkpoint_keeps_its_prior(tmp_path: Path) -> None:
    model = load_checkpoint(tiny_checkpoint(tmp_path / "tiny")).model
    assert model.log_prior.tolist() == [0] * 7
    model.expect((1.0, *[0.0] * 6))
    assert model.config.class_prior == (1.0, *[0.0] * 6)
    assert model.log_prior[0] == 0 and model.log_prior[1].item() == pytest.approx(math.log(1e-4))
    with pytest.raises(ConfigError, match="2 shares for 7 classes"):
        model.expect((0.5, 0.5))
    with pytest.raises(ConfigError, match="add up to 1"):
        model.expect((0.5,) * 7)


def test_a_prediction_without_it_is_that_of_the_flat_model(tmp_path: Path) -> None:
    """p_c / π_c, for the decision and for every family's reading."""
    predictor = Predictor.load(
        tiny_checkpoint(tmp_path / "tiny"), resolve_runtime("cpu", "float32")
    )
    prior = (0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0)
    sample = Sample(text="so so", language="en")
    flat = predictor.predict(sample, View.FAMILIES)
    predictor.model.expect(prior)
    with_prior = predictor.predict(sample, View.FAMILIES)
    without = with_prior.without(prior)
    assert without.scores.label == flat.scores.label != with_prior.scores.label
    assert without.scores.mean == pytest.approx(flat.scores.mean, abs=1e-5)
    assert flat.families is not None and without.families is not None
    for one, other in zip(flat.families, without.families, strict=True):
        assert other.scores.probabilities_1 == pytest.approx(one.scores.probabilities_1, abs=1e-5)
