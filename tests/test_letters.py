"""Unusual letters are read as the usual ones, and every letter knows where it was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfdrt.letters import Letters, usual

odd_texts = st.text() | st.text(
    st.sampled_from(
        "aأاـ\u064e\u0651\u0653ש\u05c1\u05b8и\u0306еﻷﷲᲓდe\u0301\u0323\u200b\u200c\u200d\u00ad\u034f\u200f\u202e👩👧🏽🇫1\ufe0f"
        "\u20e3ㅋ가ᄀ\u1161\u11a8कक\u093cｶﾞ豈ខ\u17d2 Ａ𝓱ﬁ"
    )
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ﺍﻷﻭﻻﺩ ﺳﻌﺪﺍﺀ", "الأولاد سعداء"),
        ("سـعـــداء", "سعداء"),
        ("سع\u061cداء", "سعداء"),
        ("اـ\u0653", "آ"),  # what the tatweel held apart belongs together
        ("ᲓᲦᲔᲡ ძალიან", "დღეს ძალიან"),
        ("re\u0301sume\u0301", "résumé"),
        (unicodedata.normalize("NFD", "한국어"), "한국어"),
        ("ha\u200bp\u00adp\u2060y\ufeff", "happy"),
        ("a\u200db \u200dc", "ab c"),
        ("ភាសា\u200bខ្មែរ", "ភាសា ខ្មែរ"),  # where it ends a word
        ("ｶﾞＡ１", "ガA1"),
        ("\uf900㌔⼈", "豈キロ人"),
        ("ﬁne 𝓱𝓪𝓹𝓹𝔂", "fine happy"),
        ("\ufb2a", "ש"),
        ("اَلْأَوْلَادُ هٰذَا", "الأولاد هذا"),
        ("שָׁלוֹם", "שלום"),
        ("больша\u0301я ё\u0301лка", "большая ёлка"),
        ("a\u202eb\u2066c", "abc"),
    ],
)
def test_the_usual_form_is_read_and_the_change_is_told(typed: str, read: str) -> None:
    letters = usual(typed)
    assert letters.text == read
    assert letters.note.startswith("Read in usual letters, shown as it was typed: ")


@pytest.mark.parametrize(
    "text",
    [
        "Сәлам, дөнья!",
        "今日は、嬉しい！ｗｗ".replace("ｗ", "w"),
        "می‌خواهم",  # its joiner shapes the letters
        "ක්‍ෂ क्‍ष",
        "ㅋㅋㅋ ㅠㅠ",
        "👩‍👩‍👧 👍🏽 🇫🇷🇩🇪 1️⃣ ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☺",
        "ـــ",  # stretches nothing
        "с\u0301јутра ѐ ѓ",  # letters of their own, on which it is no stress
        "ẹ́ já Español",
        "!؟。「」",
        "",
    ],
)
def test_usual_letters_and_emoji_stay_as_they_are(text: str) -> None:
    assert usual(text) == Letters(text)
    assert usual(text).note == ""


def test_the_note_counts_each_kind() -> None:
    """ﻷ and ﷲ are presentation forms; two tatweel; é is one letter of two characters."""
    assert usual("ﻷﷲ سـعـداء e\u0301").note == (
        "Read in usual letters, shown as it was typed: 2 Arabic presentation forms, 2 tatweel "
        "signs, 1 decomposed letter."
    )


def test_letters_know_where_they_were_typed() -> None:
    """aـ is no Arabic; in "سـع ﷲ!" س and the tatweel are characters 0 and 1, the four letters of
    ﷲ are character 4."""
    letters = usual("سـع ﷲ!")
    assert letters.text == "سع الله!"
    assert letters.typed(0, 1) == (0, 2)
    assert letters.typed(1, 2) == (2, 3)
    assert letters.typed(3, 7) == letters.typed(4, 5) == (4, 5)
    assert letters.typed(7, 8) == (5, 6)
    assert usual("plain").typed(1, 3) == (1, 3)


@settings(deadline=None, max_examples=300)
@given(odd_texts)
def test_any_text_is_read_once_and_for_all(text: str) -> None:
    letters = usual(text)
    assert unicodedata.is_normalized("NFC", letters.text)
    assert usual(letters.text) == Letters(letters.text)
    assert bool(letters.changed) == (letters.text != text)


@settings(deadline=None, max_examples=300)
@given(odd_texts)
def test_places_cover_what_was_typed_in_its_order(text: str) -> None:
    letters = usual(text)
    spans = [letters.typed(i, i + 1) for i in range(len(letters.text))]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    covered = {i for start, end in spans for i in range(start, end)}
    assert covered == set(range(min(covered), len(text))) if covered else not letters.text
