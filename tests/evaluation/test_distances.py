"""Distances between disentanglers, with two matrices and one token by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.evaluation.distances import text_distances, token_distances
from lfdrt.runtime import resolve_runtime
from tests.tiny import SENTENCES


def test_by_hand() -> None:
    """x = (3, 4). W¹ doubles it: (6, 8), the same direction. W² turns it by 90°: (-4, 3).

    1 − cos: 0 between x and W¹x, 1 from W²x to both. Relative L2, lengths 5, 10, 5: between x and
    W¹x 5 / 7.5, between x and W²x √50 / 5, between W¹x and W²x √125 / 7.5.
    """
    W = torch.tensor([[[2.0, 0.0], [0.0, 2.0]], [[0.0, -1.0], [1.0, 0.0]]])
    one = token_distances(torch.tensor([[3.0, 4.0]]), W)
    assert one.tokens == 1
    cosine = torch.tensor([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=torch.float64)
    torch.testing.assert_close(one.one_minus_cosine, cosine, atol=1e-6, rtol=0)
    a, b, c = math.sqrt(125) / 7.5, 5 / 7.5, math.sqrt(50) / 5
    l2 = torch.tensor([[0, a, b], [a, 0, c], [b, c, 0]], dtype=torch.float64)
    torch.testing.assert_close(one.relative_l2, l2, atol=1e-6, rtol=0)


def test_small_angles_are_not_rounding() -> None:
    """A turn by 1e-4 has 1 − cos = 5e-9, below what float32 tells next to 1."""
    s = 1e-4
    W = torch.tensor([[[1.0, -s], [s, 1.0]]])
    one = token_distances(torch.tensor([[3.0, 4.0]]), W)
    assert one.one_minus_cosine[0, 1].item() == pytest.approx(5e-9, rel=0.02)


def test_sums_add_up_over_tokens() -> None:
    x, W = torch.randn(7, 4), torch.randn(3, 4, 4)
    parts = token_distances(x[:2], W) + token_distances(x[2:], W)
    whole = token_distances(x, W)
    assert parts.tokens == 7
    torch.testing.assert_close(parts.relative_l2, whole.relative_l2)
    torch.testing.assert_close(parts.one_minus_cosine, whole.one_minus_cosine)


def test_only_tokens_of_texts_are_read_not_the_padding(tiny_folder: Path) -> None:
    checkpoint = load_checkpoint(tiny_folder)
    runtime, texts = resolve_runtime("cpu", "float32"), [SENTENCES[0], "so"]
    together = text_distances(checkpoint.model, checkpoint.tokenizer, texts, runtime)
    alone = [
        text_distances(checkpoint.model, checkpoint.tokenizer, [text], runtime) for text in texts
    ]
    assert together.tokens == sum(len(e.ids) for e in checkpoint.tokenizer.encode(texts))
    torch.testing.assert_close(
        together.relative_l2, (alone[0] + alone[1]).relative_l2, atol=1e-4, rtol=1e-4
    )
