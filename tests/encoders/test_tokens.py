"""Texts to token ids and back to the user's characters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from lfdrt.config import TextConfig
from lfdrt.encoders.tokens import Encoded, TextTokenizer
from tests.tiny import tiny_config, tiny_tokenizer

SCRIPTS = [
    "I am so happy",
    "Estoy muy contenta, amiga mía",
    "Мин бүген бик шатмын",
    "أنا سعيد جدا اليوم",
    "我今天非常高兴",
    "오늘은 정말 기분이 좋아요",
    "நான் இன்று",
    "ძალიან მიხარია",
]


TEXT = tiny_config(words=400).text
TEXT = replace(TEXT, backbone={**TEXT.backbone, "max_position_embeddings": 1000})
RAW = tiny_tokenizer().to_str()  # its training orders equal pieces differently each time


def _raw() -> Tokenizer:
    return Tokenizer.from_str(RAW)


def _config(**changes: object) -> TextConfig:
    return replace(TEXT, **changes)


@pytest.fixture(scope="module")
def tokenizer() -> TextTokenizer:
    return TextTokenizer(_raw(), _config())


def _word_pieces() -> TextTokenizer:
    """A WordPiece tokenizer as mBERT has, with no prefix."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "so", "hap", "##py", "I"]
    words = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    words.normalizer = normalizers.NFC()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.add_special_tokens(pieces[:5])
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    special = {"pad_token": "[PAD]", "mask_token": "[MASK]", "unknown_token": "[UNK]"}
    return TextTokenizer(words, _config(prefix="", **special))


def _covered(text: str, encoded: Encoded) -> str:
    """The text as its tokens cover it, each character once."""
    seen = sorted({i for t in encoded.tokens for i in range(t.start, t.end)})
    return "".join(text[i] for i in seen)


@pytest.mark.parametrize("text", SCRIPTS)
def test_tokens_cover_the_whole_text_in_order(tokenizer: TextTokenizer, text: str) -> None:
    """Right-to-left scripts too: offsets count characters as they are stored and read."""
    encoded = tokenizer.encode_with_offsets(text)
    assert _covered(text, encoded) == text
    starts = [t.start for t in encoded.tokens]
    assert starts == sorted(starts)
    assert all(0 <= t.start < t.end <= len(text) for t in encoded.tokens)


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_known_piece_is_what_stands_in_the_text(tokenizer: TextTokenizer, text: str) -> None:
    encoded = tokenizer.encode_with_offsets(text)
    known = [t for t in encoded.tokens if not t.unknown]
    assert known
    for token in known:
        assert token.piece.replace("▁", " ").strip() == text[token.start : token.end].strip()


@pytest.mark.parametrize("text", SCRIPTS)
def test_positions_point_at_the_tokens_ids(tokenizer: TextTokenizer, text: str) -> None:
    encoded = tokenizer.encode_with_offsets(text)
    raw = _raw()
    for token, position in zip(encoded.tokens, encoded.positions, strict=True):
        if not token.unknown:
            assert raw.id_to_token(encoded.ids[position]) == token.piece


def test_prefix_begin_and_end_are_not_the_users(tokenizer: TextTokenizer) -> None:
    """ "query: " is read by the model and never shown; "query" typed by the user is shown."""
    encoded = tokenizer.encode_with_offsets("query: now")
    assert encoded.ids[0] == 0 and encoded.ids[-1] == 2
    assert encoded.positions[0] >= tokenizer.prefix_length()
    assert encoded.positions[-1] == len(encoded.ids) - 2
    assert _covered("query: now", encoded) == "query: now"


def test_prefix_length_counts_begin_and_prefix(tokenizer: TextTokenizer) -> None:
    """Every text starts with the same ids, as many as that; without a prefix it is the begin."""
    n = tokenizer.prefix_length()
    a, b = tokenizer.encode(["happy train", "Мин"])
    assert a.ids[:n] == b.ids[:n] and n > 1
    assert _word_pieces().prefix_length() == 1


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("so 👩\u200d👩\u200d👧 happy", None),  # one picture of five code points
        ("h\u0337\u0322", None),  # marks with no composed form
        ("नमस्ते", None),  # marks inside a word
        ("\u0301x", None),  # a mark on the prefix's own space
        ("ﬁne ½", None),  # NFKC makes two letters of one, and three of another
    ],
)
def test_marks_and_emoji_stay_inside_the_text(
    tokenizer: TextTokenizer, text: str, covered: str | None
) -> None:
    encoded = tokenizer.encode_with_offsets(text)
    assert _covered(text, encoded) == (covered or text)
    assert all(0 <= t.start < t.end <= len(text) for t in encoded.tokens)


def test_decomposed_letters_do_not_shift_what_follows(tokenizer: TextTokenizer) -> None:
    """NFD "a" + mark is one letter for the tokenizer and two characters of the text."""
    text = "ma\u0301 happy"
    last = tokenizer.encode_with_offsets(text).tokens[-1]
    assert (last.start, last.end) == (len(text) - 1, len(text))


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("ﺃﻧﺎ سـعيد جدا", "أنا سعيد جدا"),
        ("ᲫᲐᲚᲘᲐᲜ ᲛᲘᲮᲐᲠᲘᲐ", "ძალიან მიხარია"),
        ("so ha\u00adppy", "so happy"),
    ],
)
def test_unusual_letters_give_the_usual_ids_and_their_own_places(
    tokenizer: TextTokenizer, typed: str, usual: str
) -> None:
    encoded = tokenizer.encode_with_offsets(typed)
    assert encoded.ids == tokenizer.encode([typed])[0].ids == tokenizer.encode([usual])[0].ids
    assert _covered(typed, encoded) == typed


def test_unknown_tokens_are_marked(tokenizer: TextTokenizer) -> None:
    tokens = tokenizer.encode_with_offsets("so Ω").tokens
    assert [t.unknown for t in tokens if t.end == 4] == [True]
    assert not any(t.unknown for t in tokens if t.end <= 2)


@pytest.mark.parametrize("text", [*SCRIPTS, "so " * 200, "Ω", "👍", "x"])
def test_both_ways_of_encoding_give_the_same_ids(tokenizer: TextTokenizer, text: str) -> None:
    (fast,) = tokenizer.encode([text])
    full = tokenizer.encode_with_offsets(text)
    assert fast.ids == full.ids
    assert fast.cut == full.cut


def test_a_long_text_is_cut_at_its_end_and_keeps_its_end_token(tokenizer: TextTokenizer) -> None:
    text = "so happy " * 50
    limit, whole = (
        tokenizer.encode_with_offsets(text),
        TextTokenizer(_raw(), _config(max_tokens=1000)).encode_with_offsets(text),
    )
    assert len(limit.ids) == 64 and limit.ids[-1] == 2
    assert limit.ids[:-1] == whole.ids[:63]
    assert limit.cut == len(whole.ids) - 64 > 0 and whole.cut == 0
    assert limit.tokens == whole.tokens[: len(limit.tokens)]
    assert limit.positions[-1] == 62


def test_a_text_of_exactly_the_limit_is_not_cut() -> None:
    whole = TextTokenizer(_raw(), _config()).encode(["so happy"])[0]
    n = len(whole.ids)
    exact = TextTokenizer(_raw(), _config(max_tokens=n)).encode(["so happy"])[0]
    less = TextTokenizer(_raw(), _config(max_tokens=n - 1)).encode(["so happy"])[0]
    assert (exact.ids, exact.cut) == (whole.ids, 0)
    assert (len(less.ids), less.cut) == (n - 1, 1)


def test_word_pieces_without_a_prefix() -> None:
    encoded = _word_pieces().encode_with_offsets("so happy")
    assert encoded.ids == (2, 5, 6, 7, 3)
    assert [(t.piece, t.start, t.end) for t in encoded.tokens] == [
        ("so", 0, 2),
        ("hap", 3, 6),
        ("##py", 6, 8),
    ]
    assert encoded.positions == (1, 2, 3)


def test_padding_mask_and_unknown_are_found_by_name(tokenizer: TextTokenizer) -> None:
    assert (tokenizer.pad, tokenizer.mask, tokenizer.unknown) == (1, 4, 3)


def test_saved_and_read_again(tokenizer: TextTokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "tokenizer.json")
    again = TextTokenizer.read(tmp_path / "tokenizer.json", _config())
    assert again.encode(SCRIPTS) == tokenizer.encode(SCRIPTS)
    assert again.size == tokenizer.size


def test_the_same_file_is_held_once_for_the_same_settings(
    tokenizer: TextTokenizer, tmp_path: Path
) -> None:
    """Also where it lies in two folders; other settings or another file give another tokenizer."""
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    tokenizer.save(one)
    two.write_bytes(one.read_bytes())
    first = TextTokenizer.read(one, _config())
    assert TextTokenizer.read(two, _config()) is first
    assert TextTokenizer.read(one, _config(max_tokens=9)) is not first
    two.write_bytes(one.read_bytes() + b" ")
    assert TextTokenizer.read(two, _config()) is not first


def test_padding_and_truncation_in_the_file_are_ignored(tmp_path: Path) -> None:
    """Some published tokenizer files carry them; batches would come out padded or cut twice."""
    raw = _raw()
    raw.enable_padding(length=50)
    raw.enable_truncation(12)
    raw.save(str(tmp_path / "tokenizer.json"))
    read = TextTokenizer.read(tmp_path / "tokenizer.json", _config())
    plain = TextTokenizer(_raw(), _config())
    assert read.encode(SCRIPTS) == plain.encode(SCRIPTS)


def test_a_missing_special_token_is_named() -> None:
    with pytest.raises(ValueError, match="no token '\\[MASK\\]'"):
        TextTokenizer(_raw(), _config(mask_token="[MASK]"))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"model": {"type": "Nosuch"}}'])
def test_a_broken_file_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer\.json is not a readable tokenizer"):
        TextTokenizer.read(tmp_path / "tokenizer.json", _config())


def test_nothing_gives_nothing(tokenizer: TextTokenizer) -> None:
    assert tokenizer.encode([]) == []
    assert tokenizer.encode_with_offsets("").tokens == ()
