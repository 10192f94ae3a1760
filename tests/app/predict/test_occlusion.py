"""Attention and what counts: the strips, the words on which they agree, and their numbers."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import numpy as np
import pytest

from app.predict import occlusion
from app.predict.occlusion import counted, shown, truth
from lfdrt.output import Prediction, Scores
from lfdrt.words import merge, units
from tests.app.samples import prediction, scores

SOURCE = "LFD-RT 9.9; checkpoint tiny"
EVIL = "<img src=x onerror=alert(1)> two three"


def words(p: Prediction):
    return next(iter(units(p).values()))


def without(*joy: float) -> list[Scores]:
    """Scores of so much joy; the whole text of `prediction` has 0.7."""
    return [scores(high=v) if v >= 0.2 else scores(0, 0, 1 - 6 * v) for v in joy]


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u00a0", " ")


def saved(html: str) -> list[list[str]]:
    content = unescape(re.search(r'data-content="([^"]*)"', html)[1])
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def test_the_words_on_which_both_agree():
    """Attention rises from word to word, so of six the last two have most; of the two that change
    most, one is among them. By chance 2 * 2 / 6 = 0.7."""
    p = prediction("a1 b1 c1 d1 e1 f1")
    c = counted(p, words(p), without(0.7, 0.3, 0.7, 0.7, 0.7, 0.4))
    assert c.support == pytest.approx([0, 0.4, 0, 0, 0, 0.3])
    assert (c.k, c.agreed) == (2, [5])
    assert truth(p, c) == (
        "Of the 2 words with most attention and the 2 words that change the answer most, one is "
        "the same (by chance about 0.7): “f1”."
    )


def test_a_word_without_which_the_answer_is_another_is_named():
    p = prediction("a1 b1 c1")
    c = counted(p, words(p), without(0.1, 0.7, 0.7))
    assert "none is the same (by chance about 0.3). " in truth(p, c)
    assert truth(p, c).endswith("Without “a1” the answer is another.")
    html = shown(p, words(p), without(0.1, 0.7, 0.7), SOURCE)
    assert html.count('class="for turns"') == 1
    assert "the answer is anger" in html


def test_a_text_that_hangs_on_no_word_is_said_to():
    p = prediction("a1 b1 c1")
    c = counted(p, words(p), without(0.695, 0.7, 0.7))
    assert c.agreed == []
    assert "No single word decides here" in truth(p, c)
    assert "at most 0.5 percentage points" in truth(p, c)


def test_a_word_against_the_answer_is_marked_by_more_than_colour():
    p = prediction("a1 b1 c1")
    html = shown(p, words(p), without(0.9, 0.5, 0.7), SOURCE)
    assert html.count('class="against"') == 1
    assert "without it joy +20.0 points" in html.replace("\u00a0", " ")


def test_the_table_and_the_file_hold_the_numbers():
    p = prediction("a1 b1 c1")
    html = shown(p, words(p), without(0.1, 0.7, 0.9), SOURCE)
    head, *rows, source = saved(html)
    assert head[2] == "Probability of joy lost without it"
    assert [(row[0], float(row[2]), row[3]) for row in rows] == [
        ("a1", 0.6, "anger"), ("b1", 0.0, "joy"), ("c1", -0.2, "joy")]  # fmt: skip
    attention = [float(row[1]) for row in rows]
    assert attention == sorted(attention) and sum(attention) == pytest.approx(0.5, abs=1e-5)
    assert source == [SOURCE]
    assert "<details><summary>Word by word" in html


def test_a_long_text_is_left_out_of_at_its_beginning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(occlusion, "MOST", 2)
    asked: list[str] = []

    class Found:
        prediction = prediction("a1 b1 c1 d1")
        words = merge(prediction.text, prediction.tokens)

        @staticmethod
        def others(texts):
            asked.extend(texts)
            return without(0.3, 0.7)

    html = occlusion.section(Found, SOURCE)
    assert asked == ["b1 c1 d1", "a1 c1 d1"]
    assert "The first 2 of 4 words were left out." in words_of(html)
    strips = re.findall(r'<p class="strip"[^>]*>(.*?)</p>', html)
    assert [re.sub("<[^>]*>", "", s) for s in strips] == ["a1 b1 c1 d1"] * 2


@pytest.mark.parametrize("text", ["happy", None])
def test_fewer_than_two_words_are_not_left_out(text: str | None):
    class Found:
        prediction = prediction(text, grid=2)
        words = merge(prediction.text or "", prediction.tokens)

    assert occlusion.section(Found, SOURCE) == ""


def test_nothing_a_visitor_writes_becomes_html():
    p = prediction(EVIL)
    html = shown(p, words(p), without(*np.linspace(0.3, 0.9, len(words(p)))), EVIL)
    assert "<img" not in html


def test_right_to_left_text_keeps_its_direction():
    p = prediction("أنا سعيد جدا", language="ar", family="afro-asiatic")
    html = shown(p, words(p), without(0.3, 0.7, 0.7), SOURCE)
    assert html.count('<p class="strip" dir="auto" lang="ar">') == 2
