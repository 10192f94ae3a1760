"""Many languages side by side: lines read, words aligned by hand, everything escaped and saved."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from app.models.requests import Refused
from app.models.service import Service
from app.predict import side, side_views, side_words
from app.predict.side_tab import compared
from lfdrt.languages import LANGUAGES
from lfdrt.output import Parallel, Scores, Token
from tests.app.samples import prediction, scores

EVIL = "<img src=x onerror=alert(1)>"


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u00a0", " ")


def parallel(
    text: str, language: str, attention: list[float], alignment: list[list[float]], used: Scores
) -> Parallel:
    """One-letter words are one token each."""
    p = prediction(text, language=language, family=None, used=used)
    tokens = tuple(
        Token(piece=c, start=i, end=i + 1, unknown=False) for i, c in enumerate(text) if c != " "
    )
    return Parallel(
        prediction=replace(p, tokens=tokens),
        attention=np.array(attention),
        alignment=np.array(alignment),
    )


@pytest.fixture(scope="module")
def service(tiny_folder: Path) -> Service:
    service = Service(tiny_folder, "cpu")
    service.start()
    assert service.wait(120)
    return service


@pytest.fixture
def made() -> list[Parallel]:
    """The English has 0.7 of joy and 0.05 of all others, "sw" the same of fear."""
    english = parallel("a b", "en", [0.3, 0.1], [[0.5, 0.5], [0.5, 0.5]], scores(3, 3))
    other = parallel(
        "x y z", "sw", [0.1, 0.1, 0.2], [[0.2, 0.6], [0.4, 0.1], [0.3, 0.2]], scores(2, 2)
    )
    return [english, other]


class TestLines:
    def test_codes_name_languages_and_others_are_detected(self):
        text = "en: I am glad: really\n\n fi: Olen iloinen\nkaz: Мен\nminä: sinä\nSo what"
        assert side.lines(text) == [
            ("I am glad: really", "en"), ("Olen iloinen", "fi"), ("Мен", "kk"),
            ("minä: sinä", None), ("So what", None),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", side_words.ONE_LINE),
            ("en: alone", side_words.ONE_LINE),
            ("en: so\nfi:  ", "Line 2 names a language"),
            ("\n".join(["en: so"] * 41), "These are 41 lines; at most 40"),
        ],
    )
    def test_what_cannot_be_compared_is_a_sentence(self, text: str, said: str):
        with pytest.raises(Refused, match=re.escape(said)):
            side.lines(text)

    def test_every_bundled_sentence_comes_back_from_its_lines(self):
        for english, texts in side.sentences().items():
            assert len(side.lines(side.written(english, ()))) == len(LANGUAGES)
            assert side.lines(side.written(english, ("fi", "nonsense"))) == [
                (english, "en"), (texts["fi"], "fi")]  # fmt: skip


class TestAligned:
    def test_attention_goes_through_eq_6(self, made: list[Parallel]):
        """0.1 * 0.2 + 0.1 * 0.4 + 0.2 * 0.3 = 0.12 to "a", 0.06 + 0.01 + 0.04 = 0.11 to "b"."""
        english, other = side.sides(made)
        assert english.attention == pytest.approx([0.75, 0.25])
        assert other.attention == pytest.approx([0.12 / 0.23, 0.11 / 0.23])
        assert [other.units[w].text for w in other.aligned] == ["y", "x"]
        assert [english.units[w].text for w in english.aligned] == ["a", "b"]

    def test_agreement_is_what_both_distributions_share(self, made: list[Parallel]):
        """Seven classes with 0.05 in common."""
        english, other = side.sides(made)
        assert (english.agreement, other.agreement) == pytest.approx((1, 7 * 0.05))
        assert other.pieces == 1

    def test_without_the_english_side_it_asks_for_it(self, made: list[Parallel]):
        with pytest.raises(Refused, match="first line must be English"):
            side.sides(made[::-1])


class TestShown:
    def test_the_sentence_and_the_table_say_the_same(self, made: list[Parallel]):
        html = side_views.comparison(side.sides(made), "source")
        said = words_of(html)
        assert "0 of 1 other languages give the label of the English side, joy." in said
        assert "Swahili agrees least: 35 %." in said
        head, *rows, source = csv.reader(
            io.StringIO(unescape(re.search(r'data-content="([^"]*)"', html)[1]).strip("\ufeff"))
        )
        assert source == ["source"] and [row[1] for row in rows] == ["en", "sw"]
        of_swahili = dict(zip(head, rows[1], strict=True))
        assert of_swahili["label"] == "fear" and of_swahili["same label as English"] == "False"
        assert float(of_swahili["agreement with English"]) == pytest.approx(0.35)
        assert of_swahili["word for 1 a"] == "y"
        assert float(of_swahili["attention at 2 b"]) == pytest.approx(0.11 / 0.23, abs=1e-6)
        assert float(of_swahili["p fear"]) == pytest.approx(0.7)

    def test_nothing_a_visitor_writes_becomes_html(self, made: list[Parallel]):
        other = made[1]
        p = replace(other.prediction, text="x y z", notes=(EVIL,))
        evil = replace(other, prediction=p)
        english = replace(made[0], prediction=replace(made[0].prediction, text="< >"))
        html = side_views.comparison(side.sides([english, evil]), EVIL)
        assert "<img" not in html and '<bdi dir="auto" lang="en">< ' not in html


class TestTheModelIsAsked:
    def test_bundled_sentences_are_compared_and_said_to_be_unchecked(self, service: Service):
        sentence = next(iter(side.sentences()))
        html = list(compared(service, side.written(sentence, side.FIRST), ""))[-1]
        assert html.count("<tr>") == 1 + 1 + len(side.FIRST)
        assert side_words.SOURCE in html and "SHA-256" in html
        assert '<bdi dir="auto" lang="ar">' in html

    def test_an_untrained_language_is_read_through_none(self, service: Service):
        html = list(compared(service, "en: I am glad\nvi: Tôi rất vui", ""))[-1]
        assert "No disentangler was trained for Vietnamese" in html
        assert side_words.SOURCE_OWN in html

    @pytest.mark.parametrize("text", ["fi: Olen\nen: I am", "en: \u200b\nfi: x", "x", None])
    def test_what_cannot_be_compared_is_a_sentence(self, service: Service, text: str | None):
        (html,) = compared(service, text, "")
        assert 'role="alert"' in html
