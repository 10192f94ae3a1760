"""What stands beside the paper's experiment is what the running checkpoint's card says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.paper import tab as ours
from app.paper import views as paper
from app.paper import words
from app.places import DEFAULT_CHECKPOINT
from tests.app.paper.test_views import words_of


def told(folder: Path) -> str:
    return words_of(paper.ours(folder.resolve().name, ours.facts(folder)))


def test_the_bundled_checkpoint_by_its_card() -> None:
    card = json.loads((DEFAULT_CHECKPOINT / "card.json").read_text(encoding="utf-8"))
    said = told(DEFAULT_CHECKPOINT)
    assert "compact, the checkpoint in use" in said
    for fact in (
        card["towers"]["text"],
        card["data"]["pairing"],
        f"{card['training']['labelled_english_rows']:,}",
        f"{card['training']['parallel_pairs']:,}",
        "text only",
        "before rethinking",
        "MELD dev, test (en)",
    ):
        assert fact in said
    assert "another experiment" in said and "CH-SIMS" in said


def _folder(folder: Path, card: object, config: object) -> Path:
    for name, facts in (("card.json", card), ("config.json", config)):
        (folder / name).write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_another_checkpoint_has_another_note(tmp_path: Path) -> None:
    backbone = {"model_type": "bert", "num_hidden_layers": 2, "hidden_size": 8}
    card = {"steps": 550, "seconds": 1980, "labelled_rows": 7, "rethought": {}}
    said = told(_folder(tmp_path, card, {"text": {"backbone": backbone}}))
    for fact in ("bert; 2 layers, width 8", "550 steps, 33 minutes", " 7 ", "after rethinking"):
        assert fact in said
    assert "multilingual-e5-small" not in said and "57,649" not in said


def test_a_head_stands_on_its_base(tmp_path: Path) -> None:
    card = {"data": {"pairs": "genuine pairs"}, "training": {"english_rows": {"a": 2, "b": 3}}}
    found = ours.facts(_folder(tmp_path, card, {"base": "compact"}))
    assert found["text_encoder"] == found["image_encoder"] == "that of compact"
    assert (found["images"], found["texts"]) == ("genuine pairs", "5")


@pytest.mark.parametrize("card", [[], "x", {"towers": 3, "data": [], "scores": {"sets": [1, {}]}}])
def test_what_no_card_tells_is_said_to_be_untold(tmp_path: Path, card: object) -> None:
    found = ours.facts(_folder(tmp_path, card, {}))
    assert found.keys() == words.OURS.keys()
    assert found["tests"] == found["images"] == words.UNTOLD
    assert ours.facts(tmp_path / "absent")["compute"] == words.UNTOLD


def test_a_strangers_card_is_no_html(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"towers": {"text": "<script>x</script>"}}, {})
    assert "<script" not in paper.ours("<script>", ours.facts(folder))
