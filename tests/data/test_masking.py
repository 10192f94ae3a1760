"""Masking statistics: rates, fates, and what is never hidden."""

from __future__ import annotations

import torch
from torch import Tensor

from lfdrt.batch import pad_text_batch
from lfdrt.data.masking import Masked, Masking, mask_tokens
from lfdrt.encoders.tokens import TextTokenizer
from tests.tiny import tiny_config, tiny_tokenizer

MASK, WORDS = 999, 500


def _mask(ids: Tensor, candidates: Tensor, *, seed: int = 0, rate: float = 0.15) -> Masked:
    generator = torch.Generator().manual_seed(seed)
    return mask_tokens(ids, candidates, rate=rate, mask_id=MASK, words=WORDS, generator=generator)


def test_rate_and_fates_are_those_of_bert() -> None:
    """40,000 candidates, rate 0.15: 6,000 chosen, of which 4,800 mask, 600 random, 600 unchanged.

    Ids are 600 and up while random words are below 500, so the fates can be told apart. Standard
    deviations: 71 of 6,000; sqrt(6000·0.8·0.2) = 31 and sqrt(6000·0.1·0.9) = 23 of the fates.
    Four of them are allowed.
    """
    ids = torch.full((200, 200), 600)
    masked = _mask(ids, torch.ones_like(ids, dtype=torch.bool))
    shown = masked.ids[masked.rows, masked.columns]
    chosen = len(shown)
    assert abs(chosen - 6000) < 4 * 71
    assert abs(int((shown == MASK).sum()) - 0.8 * chosen) < 4 * 31
    assert abs(int((shown == 600).sum()) - 0.1 * chosen) < 4 * 23
    drawn = shown[(shown != MASK) & (shown != 600)]
    assert abs(len(drawn) - 0.1 * chosen) < 4 * 23
    assert 0 <= int(drawn.min()) and int(drawn.max()) < WORDS
    assert len(drawn.unique()) > 200


def test_only_candidates_are_hidden_and_all_else_is_unchanged() -> None:
    ids = torch.arange(60).view(3, 20) + 600
    candidates = torch.zeros_like(ids, dtype=torch.bool)
    candidates[1, 4:9] = True
    masked = _mask(ids, candidates, rate=1.0)
    assert masked.rows.tolist() == [1] * 5
    assert masked.columns.tolist() == [4, 5, 6, 7, 8]
    assert masked.targets.tolist() == ids[1, 4:9].tolist()
    assert (masked.ids == ids)[~candidates].all()


def test_the_input_is_not_changed_and_the_seed_decides() -> None:
    ids = torch.arange(400).view(4, 100) + 600
    everywhere = torch.ones_like(ids, dtype=torch.bool)
    before = ids.clone()
    first, again, other = (_mask(ids, everywhere, seed=s) for s in (1, 1, 2))
    assert torch.equal(ids, before)
    assert torch.equal(first.ids, again.ids)
    assert not torch.equal(first.ids, other.ids)


def test_the_global_generator_is_left_alone() -> None:
    state = torch.get_rng_state()
    _mask(torch.zeros(4, 10, dtype=torch.int64), torch.ones(4, 10, dtype=torch.bool))
    assert torch.equal(state, torch.get_rng_state())


def test_no_candidate_gives_no_position() -> None:
    ids = torch.zeros(2, 5, dtype=torch.int64)
    masked = _mask(ids, torch.zeros_like(ids, dtype=torch.bool))
    assert masked.rows.numel() == masked.columns.numel() == masked.targets.numel() == 0
    assert torch.equal(masked.ids, ids)


def test_special_prefix_and_padding_positions_are_never_chosen() -> None:
    """As training masks: at rate 1 every token of the user is chosen and nothing else is."""
    tokenizer = TextTokenizer(tiny_tokenizer(), tiny_config(words=400).text)
    texts = ("so happy to see us", "Ninafurahi", "أنا سعيد جدا")
    rows = [tokenizer.encode([text])[0].ids for text in texts]
    batch = pad_text_batch(rows, [0, 0, 0], pad=tokenizer.pad)
    masking = Masking.of(tokenizer, rate=0.999999)
    masked = masking.apply(batch, rows=3, seed=0)
    chosen = set(zip(masked.rows.tolist(), masked.columns.tolist(), strict=True))
    first = tokenizer.prefix_length()
    assert chosen == {(b, i) for b, row in enumerate(rows) for i in range(first, len(row) - 1)}
    untouched = torch.ones_like(batch.mask)
    untouched[masked.rows, masked.columns] = False
    assert torch.equal(masked.texts.ids[untouched], batch.ids[untouched])
    for b, text in enumerate(texts):
        assert set(tokenizer.encode_with_offsets(text).positions) <= {
            c for r, c in chosen if r == b
        }
