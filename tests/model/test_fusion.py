"""Eq. 11 and the queries of Eq. 14, with the arithmetic done by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from lfdrt.model.attention import SharedAttention
from lfdrt.model.fusion import Fusion, token_queries


@pytest.fixture
def shared() -> SharedAttention:
    """W_q = W_k = W_v = identity, so that only the equation remains."""
    attention = SharedAttention(width=4)
    with torch.no_grad():
        for parameter in attention.parameters():
            parameter.copy_(torch.eye(4))
    return attention


def _by_hand() -> tuple[Tensor, Tensor]:
    """An image and a text of two tokens for the docstring below."""
    image, text = torch.zeros(1, 4), torch.zeros(1, 2, 4)
    image[0, 0], text[0, 0, 0] = 2 * math.log(3), 1.0
    text[0, 1, 1] = 8.0
    return image, text


@pytest.mark.parametrize(("residual", "added"), [(False, 0.0), (True, 2 * math.log(3))])
def test_the_image_asks_by_hand(shared: SharedAttention, residual: bool, added: float) -> None:
    """x^im = (2 log 3, 0, 0, 0), text (1, 0, 0, 0) and (0, 8, 0, 0), d_k = 4.

    Scores (2 log 3, 0) / 2 = (log 3, 0), weights (3/4, 1/4), z = (3/4, 2, 0, 0); with the residual
    the image is added: (3/4 + 2 log 3, 2, 0, 0).
    """
    image, text = _by_hand()
    mask = torch.ones(1, 2, dtype=torch.bool)
    out = Fusion(attention=shared, residual=residual)(image[:, None], image, text, mask)
    torch.testing.assert_close(out.weights, torch.tensor([[[0.75, 0.25]]]))
    torch.testing.assert_close(out.values, torch.tensor([[[0.75 + added, 2.0, 0.0, 0.0]]]))


def test_without_the_residual_an_image_cannot_change_a_text_of_one_token(
    shared: SharedAttention,
) -> None:
    """One token takes all attention, so the printed Eq. 11 gives v whatever the image shows."""
    text, mask = torch.randn(1, 1, 4), torch.ones(1, 1, dtype=torch.bool)
    a, b = torch.randn(1, 4), torch.randn(1, 4)
    literal, ours = (Fusion(attention=shared, residual=r) for r in (False, True))
    assert torch.equal(
        literal(a[:, None], a, text, mask).values, literal(b[:, None], b, text, mask).values
    )
    assert not torch.equal(
        ours(a[:, None], a, text, mask).values, ours(b[:, None], b, text, mask).values
    )


def test_token_queries_by_hand() -> None:
    """Tokens (1, 2) and (3, 4), image (10, 20): queries (11, 22) and (13, 24)."""
    text, image = torch.tensor([[[1, 2], [3, 4]]]), torch.tensor([[10, 20]])
    assert token_queries(text, image).tolist() == [[[11, 22], [13, 24]]]
