"""A cut vocabulary reads the texts that it was cut to as the whole one does, number for number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from lfdrt.encoders.text import TextEncoder
from lfdrt.encoders.tower import TextTower
from lfdrt.errors import UserError
from lfdrt.kit.vocabulary import WORDS, cut_to
from tests.tiny import SENTENCES, tiny_config

NAMED = ["<s>", "<pad>", "</s>", "<unk>"]
UNSEEN = ("", "♞ ♜", "Ωμέγα", "x" * 70, "我 i ♞ 今天")


def whole_tower() -> TextTower:
    """XLM-R's shape: four named pieces first, `<mask>` last, and every part of up to five letters
    of a word of the sentences as a piece, so that a text has many readings."""
    words = {f"▁{w}" for s in ("query:", *SENTENCES) for part in [s] for w in part.split()}
    parts = {w[a:b] for w in words for a in range(len(w)) for b in range(a + 1, a + 6)}
    rng = np.random.default_rng(0)
    drawn = [(piece, float(-5 - 8 * rng.random() - len(piece) % 3)) for piece in sorted(parts)]
    pieces = [*((name, 0.0) for name in NAMED), *drawn, ("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([*NAMED, AddedToken("<mask>", lstrip=True, special=True)])
    config = tiny_config(words=len(pieces) + 35).text  # as XLM-R, rows that no token has
    backbone = config.backbone | {"pad_token_id": 1}
    config = replace(config, backbone=backbone, packed_words=False)
    torch.manual_seed(0)
    state = TextEncoder(config=config).backbone.state_dict()
    return TextTower(name="made", config=config, state=state, tokenizer=tokenizer)


WHOLE = whole_tower()


def ids(tower: TextTower, texts: Sequence[str]) -> list[list[int]]:
    return [e.ids for e in tower.tokenizer.encode_batch([tower.config.prefix + t for t in texts])]


@given(st.lists(st.sampled_from([*SENTENCES, *UNSEEN]), min_size=1, max_size=6, unique=True))
def test_texts_of_any_script_are_read_as_before(texts: list[str]) -> None:
    """Latin, Cyrillic, Arabic, Han, Kana, Hangul, Tamil, Georgian, and characters that no piece
    has, whose score hangs on the lowest of all pieces."""
    cut, kept = cut_to(WHOLE, texts)
    assert [[int(kept[i]) for i in row] for row in ids(cut, texts)] == ids(WHOLE, texts)
    assert (np.diff(kept) > 0).all() and len(kept) == cut.tokenizer.get_vocab_size()


def test_the_other_words_are_gone_and_the_special_ones_stay() -> None:
    cut, kept = cut_to(WHOLE, SENTENCES[:2])
    assert len(kept) < WHOLE.tokenizer.get_vocab_size() / 4
    for token in (*NAMED, "<mask>"):
        old, new = WHOLE.tokenizer.token_to_id(token), cut.tokenizer.token_to_id(token)
        assert kept[new] == old
    assert ids(cut, ["a <mask> b"])[0].count(cut.tokenizer.token_to_id("<mask>")) == 1
    assert cut.config.backbone["vocab_size"] == len(kept)
    assert cut.state[f"{WORDS}weight"].shape == (len(kept), 32)


def test_a_cut_tower_encodes_as_the_whole_one() -> None:
    texts = SENTENCES[::5]
    cut, _ = cut_to(WHOLE, texts)
    found = []
    for tower in (WHOLE, cut):
        encoder = TextEncoder(config=tower.config).eval()
        encoder.backbone.load_state_dict(tower.state)
        with torch.inference_mode():
            rows = [torch.tensor([row]) for row in ids(tower, texts)]
            found.append([encoder(row, torch.ones_like(row, dtype=torch.bool)) for row in rows])
    for whole, part in zip(*found, strict=True):
        assert torch.equal(whole, part)


def test_another_kind_of_tokenizer_is_refused() -> None:
    tower = replace(WHOLE, tokenizer=Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]")))
    with pytest.raises(UserError, match="made has a WordPiece tokenizer.*lfdrt towers"):
        cut_to(tower, ["a"])


def test_the_lowest_score_stays() -> None:
    """Else an unknown character, ten below it, could come to cost less than what it did."""
    vocab = json.loads(WHOLE.tokenizer.to_str())["model"]["vocab"]
    lowest = min(range(len(vocab)), key=lambda i: vocab[i][1])
    assert lowest in cut_to(WHOLE, ["a"])[1]
