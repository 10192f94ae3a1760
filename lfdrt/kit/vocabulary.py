"""A text tower with the words alone that some texts use: its word embeddings are most of its size.

Knows nothing of what the texts are for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from lfdrt.encoders.tower import TextTower
from lfdrt.errors import UserError
from lfdrt.letters import usual

WORDS = "embeddings.word_embeddings."
AT_ONCE = 20_000
"""Texts tokenised at a time: all encodings of 300,000 texts would take some gigabytes."""


def used_words(tower: TextTower, texts: Sequence[str]) -> np.ndarray:
    """Ids that `texts` are read as, with the tower's prefix, ascending. Shape: (n,).

    Costs a minute of one core for 300,000 sentences.
    """
    used = np.zeros(tower.tokenizer.get_vocab_size(), dtype=bool)
    for at in range(0, len(texts), AT_ONCE):
        part = [tower.config.prefix + usual(text).text for text in texts[at : at + AT_ONCE]]
        for encoding in tower.tokenizer.encode_batch_fast(part):
            used[encoding.ids] = True
    return np.flatnonzero(used)


def cut_to(tower: TextTower, texts: Sequence[str]) -> tuple[TextTower, np.ndarray]:
    """The tower with the words of `texts`, and their old ids by new ones, ascending. Shape: (n,).

    `texts` are then read as before, every id by its new number: what Viterbi's best path is made
    of is kept, and it stays the best when other pieces go. Of the others stay the special tokens
    and the piece of lowest score, of which the score of an unknown character is reckoned.
    UserError: a tokenizer that is not Unigram.
    """
    held: dict[str, Any] = json.loads(tower.tokenizer.to_str())
    model = held["model"]
    if model["type"] != "Unigram":
        raise UserError(
            f"the tower {tower.name} has a {model['type']} tokenizer, and only Unigram ones can be "
            "cut to their words: use the towers of python -m lfdrt towers."
        )
    vocab = model["vocab"]
    added = [token["id"] for token in held["added_tokens"]]
    special = [i for group in _special_tokens(held["post_processor"]) for i in group["ids"]]
    pad = {k: i for k, i in tower.config.backbone.items() if k == "pad_token_id"}
    lowest = min(range(len(vocab)), key=lambda i: vocab[i][1])
    always = {model["unk_id"], *pad.values(), lowest, *_named(tower, vocab), *added, *special}
    kept = np.union1d(used_words(tower, texts), sorted(always))
    new = {int(old): number for number, old in enumerate(kept)}
    model["vocab"] = [vocab[i] for i in kept]
    model["unk_id"] = new[model["unk_id"]]
    for token in held["added_tokens"]:
        token["id"] = new[token["id"]]
    for group in _special_tokens(held["post_processor"]):
        group["ids"] = [new[i] for i in group["ids"]]
    rows = torch.from_numpy(kept)
    state = {k: t[rows] if k.startswith(WORDS) else t for k, t in tower.state.items()}
    numbers = {"vocab_size": len(kept)} | {key: new[i] for key, i in pad.items()}
    cut = TextTower(
        name=tower.name,
        config=replace(tower.config, backbone=tower.config.backbone | numbers),
        state=state,
        tokenizer=Tokenizer.from_str(json.dumps(held)),
    )
    return cut, kept


def _special_tokens(post_processor: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Of a template: what it puts around every text."""
    return list((post_processor or {}).get("special_tokens", {}).values())


def _named(tower: TextTower, vocab: list[list[Any]]) -> list[int]:
    """Ids of the tokens that the configuration names."""
    config = tower.config
    names = {config.pad_token, config.mask_token, config.unknown_token}
    return [i for i, (piece, _) in enumerate(vocab) if piece in names]
