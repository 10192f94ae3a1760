"""Any text, however odd, becomes a safe model input or a sentence; any bytes get an encoding."""

import codecs
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfdrt.data.texts import EncodingError, clean_text, detect_encoding, has_end_mark

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
odd_texts = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from(" \t\n\0\ud83d\ude00\u0301\u0323\u200b\u200d\ufe0f" + BIDI + "aش한👍🏽e")
)


@settings(deadline=None)
@given(odd_texts, st.integers(1, 60))
def test_every_str_gives_a_safe_text(text, max_chars):
    clean = clean_text(text, max_chars=max_chars)
    clean.text.encode("utf-8")
    assert len(clean.text) <= max_chars
    assert " ".join(clean.text.split()) == clean.text
    assert not set(clean.text) & set(BIDI)
    assert not any(unicodedata.category(char) == "Cc" for char in clean.text)
    assert (clean.kind == "empty") == (clean.text == "")
    assert clean.kind == "words" or clean.notes
    assert all(note.endswith(".") for note in clean.notes)


@settings(deadline=None)
@given(odd_texts)
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text).text
    assert clean_text(once).text == once


@pytest.mark.parametrize("text", ["Сәлам, дөнья!", "今日は嬉しい", "ನನಗೆ ಖುಷಿ", "می‌خواهم", "Ça va?"])
def test_ordinary_texts_stay_as_they_are(text):
    clean = clean_text(text)
    assert (clean.text, clean.kind, clean.notes) == (text, "words", ())


@pytest.mark.parametrize(
    "text", ["", " ", "\t\r\n\u00a0\u3000", "\0\0", "\u202e", "\u200b\u200d", "\ufeff"]
)
def test_nothing_to_see_is_empty(text):
    clean = clean_text(text)
    assert (clean.text, clean.kind) == ("", "empty")
    assert "The text is empty." in clean.notes


@pytest.mark.parametrize("value", [None, float("nan"), 7, b"bytes", ["list"]])
def test_what_is_no_text_is_missing(value):
    clean = clean_text(value)
    assert (clean.text, clean.kind) == ("", "empty")
    assert "missing" in clean.notes[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("😀👍🏽", "emoji"),
        ("👩‍👩‍👧", "emoji or symbols;"),
        ("...!?", "punctuation"),
        ("\u0301", "lone accents"),
        ("https://example.org/a?b=c", "links"),
        ("www.example.org 😢 !!", "emoji or symbols, punctuation and links"),
        ("2024", "digits"),
        ("\ufe0f", "invisible marks"),
    ],
)
def test_texts_without_words_are_kept_and_said_to_be(text, found):
    clean = clean_text(text)
    assert (clean.text, clean.kind) == (text, "no_words")
    assert found in clean.notes[-1]


@pytest.mark.parametrize("text", ["ok 😀", "https://t.co/x今天很好", "हाँ", "a", "ᐊ"])
def test_one_letter_is_a_word(text):
    assert clean_text(text).kind == "words"


def test_control_and_direction_characters_go_with_a_note():
    clean = clean_text("a\0b\x07c \u202egood\u202c \u2067bad\u2069")
    assert clean.text == "abc good bad"
    assert clean.notes == (
        "Removed 2 control characters.",
        "Removed 4 text-direction control characters.",
    )


def test_whitespace_collapses():
    assert clean_text("  a\r\n\tb\u2028c\u00a0 d ").text == "a b c d"


@pytest.mark.parametrize(
    "text", ["re\u0301sume\u0301", "ᲓᲦᲔᲡ", "سـعداء", "so\u00adft d\u200be", "a\u200fb", "ﷲ"]
)
def test_letters_stay_as_they_were_typed(text):
    assert clean_text(text).text == text


def test_lone_surrogates_go_and_split_characters_are_joined():
    assert clean_text("a\ud800b").text == "ab"
    joined = clean_text("a\ud83d\ude00")
    assert joined.text == "a😀"
    assert "surrogates" in joined.notes[0]


def test_long_texts_end_at_a_word_and_the_note_has_the_numbers():
    """11,111 words of 8 letters and a space; word 2,222 ends at character 19,997."""
    clean = clean_text("goodwill " * 11_111)
    assert len(clean.text) == 19_997
    assert clean.text.endswith(" goodwill")
    assert "99,999 characters" in clean.notes[0] and "19,997" in clean.notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("日" * 12, "日" * 10),
        ("日" * 9 + "\u1ec7x\u0323", "日" * 9 + "\u1ec7"),
        ("日" * 9 + "e\u0323\u0302x", "日" * 9),
        ("日" * 9 + "q\u0323\u0302z", "日" * 9),
        ("日" * 8 + "👩\u200d👧x", "日" * 8),
        ("日" * 9 + "👍🏽x", "日" * 9),
        ("short words", "short"),
    ],
)
def test_scripts_without_spaces_are_cut_between_characters(text, expected):
    assert clean_text(text, max_chars=10 if text[0] == "日" else 5).text == expected


def test_a_tower_of_accents_is_cut():
    """Composing the whole would take 8 s."""
    clean = clean_text("a" + "\u0301\u0323" * 50_000)
    assert len(clean.text) <= 31
    assert any("accents" in note for note in clean.notes)


def test_max_chars_below_one_is_refused():
    with pytest.raises(ValueError, match="max_chars"):
        clean_text("a", max_chars=0)


RUSSIAN = "Сегодня мне очень грустно, потому что дождь идёт весь день.\n"


@pytest.mark.parametrize(
    ("content", "name", "guessed"),
    [
        (b"plain ascii", "utf-8", False),
        (b"", "utf-8", False),
        (RUSSIAN.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + RUSSIAN.encode(), "utf-8-sig", False),
        (RUSSIAN.encode("utf-16"), "utf-16", False),
        (RUSSIAN.encode("utf-32"), "utf-32", False),
        (RUSSIAN.encode("utf-16-le"), "utf-16-le", True),
        (RUSSIAN.encode("utf-16-be"), "utf-16-be", True),
        (b"a\0b", "utf-8", False),
        (RUSSIAN.encode("cp1251"), "cp1251", True),
        (b"ascii only\n" * 20_000 + RUSSIAN.encode("cp1251"), "cp1251", True),
        ("Je suis très heureux. Où est le gâteau ?\n".encode("cp1252"), "cp1252", True),
        ("Tänään olen iloinen, en pidä tästä.\n".encode("latin-1"), "cp1252", True),
        ("Dnes jsem šťastný, protože přijde přítel.\n".encode("cp1250"), "cp1250", True),
        ("Bugün çok mutluyum, arkadaşım geldi.\n".encode("cp1254"), "cp1254", True),
        ("Dnes som veľmi šťastný.\n".encode("iso8859-2"), "iso8859-2", True),
        ("今天我非常高兴,天气很好。\n".encode("gb18030"), "gb18030", True),
        ("今日はとても嬉しいです。\n".encode("shift_jis"), "cp932", True),
        ("오늘은 정말 행복해요.\n".encode("euc-kr"), "cp949", True),
    ],
)
def test_encodings(tmp_path, content, name, guessed):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    encoding = detect_encoding(path)
    assert (encoding.name, encoding.guessed) == (name, guessed)


def test_one_damaged_line_is_named_rather_than_all_lines_guessed(tmp_path):
    path = tmp_path / "x.csv"
    for lines in (10, 5_000):  # beyond what is sampled, too
        path.write_bytes(RUSSIAN.encode() * lines + b"\xff\n" + RUSSIAN.encode())
        with pytest.raises(EncodingError, match=f"line {lines + 1:,} has bytes that are not UTF-8"):
            detect_encoding(path)


@pytest.mark.parametrize(
    "text", ["So happy.", "¡Qué bien!", "Why？", "बहुत अच्छा।", "好。", "كيف؟", "🙂", "12"]
)
def test_texts_with_an_end_mark_or_no_letter(text):
    assert has_end_mark(text)


@pytest.mark.parametrize("text", ["so happy", "so happy, so good", "好", "🙂 yes"])
def test_texts_without_an_end_mark(text):
    assert not has_end_mark(text)
