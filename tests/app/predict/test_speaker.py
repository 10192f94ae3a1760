"""Which model answers, told in the head, and the way back to the one that was there first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.models.shelf import BASE, Choice, mix_of
from app.predict.speaker import speaks


def choice(folder: Path, key: str, prior: list[float] | None = None) -> Choice:
    config = {"label_set": {"name": "x", "labels": ["joy", "fear"]}, "class_prior": prior}
    (folder / "config.json").write_text(json.dumps(config))
    return Choice(key=key, name="<i>mine", folder=folder, labels=("joy", "fear"), tuned=bool(key))


def test_the_base_needs_no_word_unless_it_expects_a_mix(tmp_path: Path) -> None:
    assert speaks(choice(tmp_path, BASE), "base") == ""
    told = speaks(choice(tmp_path, BASE, [0.75, 0.25]), "base")
    assert "with your mix" in told and "joy 75" in told and "data-back" not in told
    assert mix_of(tmp_path) == {"joy": 0.75, "fear": 0.25}


def test_another_one_is_named_with_the_way_back(tmp_path: Path) -> None:
    told = speaks(choice(tmp_path, "key"), "compact")
    assert "&lt;i&gt;mine answers here" in told and "Back to compact" in told
    assert "mix" not in told


@pytest.mark.browser
@pytest.mark.slow
def test_the_head_names_who_answers_and_leads_back(visit: Page) -> None:
    line = visit.locator("#speaks")
    expect(line).to_be_empty()
    visit.get_by_label("Model", exact=True).click()
    visit.get_by_role("option", name="polarity (negative, neutral, positive)").click()
    expect(line).to_contain_text("polarity answers here")
    visit.get_by_role("tab", name="Families").click()
    expect(line).to_be_visible()
    line.get_by_role("button", name="Back to tiny").click()
    expect(line).to_have_text("")
    visit.get_by_role("tab", name="Predict").click()
    expect(visit.get_by_label("Model", exact=True)).to_have_value("tiny (7 classes)")
