"""The bundled parallel sentences: in every language of the project, and said to be unchecked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.data.detect import detect_language
from lfdrt.labels import EKMAN7
from lfdrt.languages import LANGUAGES

FILE = Path(__file__).resolve().parent.parent / "assets" / "parallel.json"
HELD = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sentence", HELD["sentences"], ids=lambda one: one["id"])
def test_every_language_says_it(sentence: dict) -> None:
    texts = sentence["texts"]
    assert set(texts) == set(LANGUAGES) and next(iter(texts)) == "en"
    assert len(set(texts.values())) == len(LANGUAGES)
    assert all(text == text.strip() and text for text in texts.values())
    assert sentence["emotion_meant"] in EKMAN7.labels


def test_nobody_is_told_that_they_were_checked() -> None:
    assert "Not checked by native speakers" in HELD["about"]


def test_each_language_is_detected_in_one_of_its_sentences() -> None:
    """A text under another's code would be seen here."""
    found = {
        code
        for sentence in HELD["sentences"]
        for code, text in sentence["texts"].items()
        if getattr(detect_language(text), "code", None) == code
    }
    assert found == set(LANGUAGES)
