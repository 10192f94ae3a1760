"""The bundled checkpoints' model cards are those of their card.json, in the form that hubs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from assets.make_model_cards import model_cards
from lfdrt.places import BUNDLED

CARDS = sorted(BUNDLED.glob("*/README.md"))


def test_every_bundled_checkpoint_has_one() -> None:
    """If it is another one: python -m assets.make_model_cards."""
    assert model_cards() == {path: path.read_text(encoding="utf-8") for path in CARDS}
    assert [path.parent.name for path in CARDS] == ["compact", "compact-polarity"]


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_hub_reads_the_cards_own_scores(path: Path) -> None:
    """Each set's, by the library that hubs are read and written with."""
    card = json.loads(path.with_name("card.json").read_text(encoding="utf-8"))
    data = ModelCard.load(path).data
    assert data.model_name == card["name"] and data.license == "other"
    told = [(one.dataset_type, one.dataset_split, one.metric_value) for one in data.eval_results]
    assert told == [(*one["set"].split()[::2], one["macro_f1"]) for one in card["scores"]["sets"]]
    body = path.read_text(encoding="utf-8").rpartition("\n---\n")[2]
    assert all(label in body for label in card["labels"])
    for one in card["scores"]["sets"]:
        low, high = one["interval"]
        assert f"| {one['macro_f1']:.3f} [{low:.3f}, {high:.3f}] |" in body
