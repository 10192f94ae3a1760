"""The text coloured by the head that finds its words, and all heads beside each other."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from app.predict.heads import guessed, heads, truth
from lfdrt.output import HeadGuesses, Prediction
from lfdrt.words import units
from tests.app.predict.test_views import EVIL, saved_table, words_of
from tests.app.samples import CODES, prediction

SOURCE = "LFD-RT 9.9; checkpoint tiny"
K, V = len(CODES), 1000
TURKIC, URALIC = CODES.index("turkic"), CODES.index("uralic")


def guesses(p: Prediction, gains: dict[int, list[float]], sharp: dict[int, float]) -> HeadGuesses:
    """gains: nats over chance of each token by head, 0 for others; sharp: nats by head, 0.1 for
    others."""
    log_p = np.full((K, len(p.tokens)), -math.log(V))
    for k, values in gains.items():
        log_p[k] += values
    sharpness = np.full((K, len(p.tokens)), 0.1)
    for k, value in sharp.items():
        sharpness[k] = value
    return HeadGuesses(sharpness=sharpness, log_probability=log_p, words=V, exact=False)


def shown(p: Prediction, g: HeadGuesses | None) -> str:
    cut = next(iter(units(p).values()))
    return heads(g, p, cut, CODES, english=False, source=SOURCE)


@pytest.fixture
def turkish() -> Prediction:
    """Three words of two tokens each."""
    return prediction("bugün hava güzel", language="tr", family="turkic")


def test_a_word_is_the_sum_of_its_tokens_and_needs_twice_the_next(turkish: Prediction) -> None:
    """Turkic 2 + 1 nats against 2.5 of Uralic: 0.5 apart, e^0.5 = 1.6 times, so no colour; 3 + 1
    against 1: e^3 = 20 times; and −1 − 1 against nobody above chance."""
    g = guesses(
        turkish,
        {TURKIC: [2, 1, 3, 1, -1, -1], URALIC: [2.5, 0, 1, 0, -2, 0],
         **dict.fromkeys({*range(K)} - {TURKIC, URALIC}, [-1.0] * 6)},
        {TURKIC: 4.0},
    )  # fmt: skip
    found = guessed(g, next(iter(units(turkish).values())), CODES, "turkic")
    np.testing.assert_allclose(found.gain[TURKIC], [3, 4, -2])
    assert found.best.tolist() == [-1, TURKIC, -1]
    html = words_of(shown(turkish, g))
    assert "Turkic finds it 20 times as likely as the next, Uralic" in html
    assert "Turkic and Uralic find it about equally likely" in html
    assert "no head finds it likelier than chance" in html
    assert re.search(r"Turkic own 1 word .*No head clearly 2 words", html)


def test_the_sharpest_head_is_first_and_the_own_one_marked(turkish: Prediction) -> None:
    html = shown(turkish, guesses(turkish, {TURKIC: [3] * 6}, {TURKIC: 4.7, URALIC: 1.5}))
    rows = re.findall(r'<tr(?: class=marked)?><th scope="row">([^<]*)', html)
    assert [name.strip() for name in rows[:2]] == ["Turkic", "Uralic"]
    assert html.count("class=marked") == 1
    assert html.count('class="by ours"') == 3
    assert saved_table(html)[1][:3] == ["Turkic", "4.7", str(round(6 - 2 * math.log(V), 4))]


@pytest.mark.parametrize(
    ("own", "sharp", "said"),
    [
        ("turkic", {TURKIC: 4.7, URALIC: 1.5}, "Turkic, the text's own family, guesses the words "
         "most sharply: 4.7 nats. Next is Uralic with 1.5."),
        ("turkic", {URALIC: 4.7, TURKIC: 1.5}, "Uralic guesses the words most sharply (4.7 nats); "
         "Turkic, the text's own family, is number 2 of 13 with 1.5."),
        (None, {URALIC: 4.7, TURKIC: 1.5}, "Uralic guesses the words most sharply: 4.7 nats. Next "
         "is Turkic with 1.5."),
        ("turkic", {URALIC: 0.5}, "No head stands out: all 13 guess about equally sharply (0.1 to "
         "0.5 nats), so on this text they tell no family from another."),
    ],
)  # fmt: skip
def test_the_sentence_is_what_was_measured(
    turkish: Prediction, own: str | None, sharp: dict[int, float], said: str
) -> None:
    found = guessed(guesses(turkish, {}, sharp), next(iter(units(turkish).values())), CODES, own)
    assert truth(found) == said


def test_the_own_family_is_the_languages_whatever_reads_the_text() -> None:
    p = prediction("bugün hava güzel", language="tr", family="uralic")
    html = shown(p, guesses(p, {TURKIC: [3] * 6}, {TURKIC: 4.7}))
    assert "Turkic, the text&#x27;s own family, guesses the words most sharply" in html


def test_words_beyond_the_beginning_have_no_colour(turkish: Prediction) -> None:
    g = guesses(turkish, {TURKIC: [3] * 6}, {TURKIC: 4.0})
    few = HeadGuesses(
        sharpness=g.sharpness[:, :3], log_probability=g.log_probability[:, :3], words=V, exact=False
    )  # a word and a half
    html = shown(turkish, few)
    assert html.count('class="by ours"') == 1
    assert "The first 3 of 6 tokens were looked at." in html and "data-count" in html


def test_what_was_counted_offers_no_counting(turkish: Prediction) -> None:
    g = guesses(turkish, {}, {})
    exact = HeadGuesses(
        sharpness=g.sharpness, log_probability=g.log_probability, words=V, exact=True
    )
    html = shown(turkish, exact)
    assert "counted over all 1,000 words" in html and "data-count" not in html


def test_without_text_or_heads() -> None:
    assert shown(prediction(None, grid=2, language=None, family=None), None) == ""
    assert "no heads of several families" in shown(prediction("so happy"), None)


def test_a_text_is_text(turkish: Prediction) -> None:
    p = prediction(EVIL)
    html = shown(p, guesses(p, {TURKIC: [3] * len(p.tokens)}, {TURKIC: 4.0}))
    assert "<script" not in html and "<img" not in html
