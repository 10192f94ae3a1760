"""The card of a language: codes, lineage, scripts, place, vocabulary, measured relatives."""

from __future__ import annotations

import pytest

from app.atlas import words
from app.atlas.tab import _asked
from app.atlas.views import Covered, covered, language_card, place, said
from app.page.atlas import layer
from lfdrt.data.intake.report import TokenCount
from lfdrt.errors import UserError
from lfdrt.glottolog import Languoid, glottolog

SHARE = layer("Share", {"tt": (0.7, "70 %"), "tr": (0.8, "80 %"), "en": (0.1, "10 %")})


def language(code: str) -> Languoid:
    found = glottolog().find(code)
    assert found is not None
    return found


def shown(code: str) -> str:
    return language_card(language(code), [SHARE], "a sentence")


def test_a_card_says_who_it_is_and_where() -> None:
    card = shown("kaz")
    assert "Turkic › Common Turkic › Kipchak-Turkestan › Kipchak" in card
    for part in ("kaza1248", "қазақ тілі", "Cyrillic; also Arabic, Latin", "51.17° N, 71.45° E"):
        assert part in card
    assert "Turkic: a disentangler was trained for it" in card and "a sentence" in card


def test_relatives_that_were_measured_stand_nearest_first() -> None:
    card = shown("kaz")
    assert ">English<" not in card and "Common Turkic</td>" in card
    assert card.index(">Tatar<") < card.index(">Turkish<") and "80 %" in card
    assert words.ITSELF in shown("tat") and words.ITSELF not in card
    assert words.NO_KIN in shown("vie")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("eus", words.ISOLATE),
        ("fasu1242", "no disentangler: it has no relatives"),
        ("ase", words.UNRELATED),
        ("ido", words.NO_PLACE),
        ("vie", "none was trained for Austroasiatic"),
        ("cmn", "a text in it is taken as Chinese (zh)"),
        ("ekk", "Estonian (et)"),
    ],
)
def test_languages_of_every_kind(code: str, expected: str) -> None:
    assert expected in shown(code)


def test_places_have_their_half_of_the_world() -> None:
    maori, navajo = place(language("mri")), place(language("nav"))
    assert "° S, " in maori and "° E; Papunesia" in maori
    assert "° N, " in navajo and "° W; North America" in navajo


def test_pieces_are_counted_by_word_where_there_are_words() -> None:
    """5 words of 8 pieces, one of them unknown: 1.60 a word, 12.5 %."""
    found = covered(["one two", "three four five"], [_count(3, 0), _count(5, 1)])
    assert found == Covered(texts=2, words=5, tokens=8, unknown=1)
    assert said(found, "two").startswith("1.60 pieces a word, 12.5\u00a0% unknown")
    chinese = covered(["今天很高兴。"], [_count(4, 0)])
    assert chinese is not None and not chinese.words and "no spaces" in said(chinese, "one")
    assert covered([""], [_count(0, 0)]) is None


def _count(tokens: int, unknown: int) -> TokenCount:
    return TokenCount(tokens=tokens, unknown=unknown)


def test_a_language_is_asked_for_by_code_or_any_name() -> None:
    assert _asked("kaza1248", None).name == "Kazakh"
    assert _asked(None, "Farsi").iso3 == "pes"
    assert _asked(None, "zh").name == "Mandarin Chinese"


@pytest.mark.parametrize("code", ["turk1311", "xxxx0000", 7, None, "<b>"])
def test_what_is_no_language_is_refused(code: object) -> None:
    with pytest.raises(UserError, match="not a language of the map"):
        _asked(code, None)
