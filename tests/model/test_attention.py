"""Eq. 6, with the arithmetic done by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.model.attention import SharedAttention, attention


def test_two_by_two_by_hand() -> None:
    """d_k = 4, so scores are divided by 2. q_1 = (2 log 3, 0, 0, 0), q_2 = 0;
    k_1 = (1, 0, 0, 0), k_2 = 0; v_1 = (4, 0, 0, 0), v_2 = (0, 8, 0, 0).

    q_1: scores (2 log 3, 0) / 2 = (log 3, 0), weights (3/4, 1/4), value (3, 2, 0, 0).
    q_2: scores (0, 0), weights (1/2, 1/2), value (2, 4, 0, 0).
    """
    q, k, v = torch.zeros(1, 2, 4), torch.zeros(1, 2, 4), torch.zeros(1, 2, 4)
    q[0, 0, 0], k[0, 0, 0], v[0, 0, 0], v[0, 1, 1] = 2 * math.log(3), 1.0, 4.0, 8.0
    out = attention(q, k, v, torch.ones(1, 2, dtype=torch.bool))
    torch.testing.assert_close(out.weights, torch.tensor([[[0.75, 0.25], [0.5, 0.5]]]))
    torch.testing.assert_close(
        out.values, torch.tensor([[[3.0, 2.0, 0.0, 0.0], [2.0, 4.0, 0.0, 0.0]]])
    )


def test_masked_tokens_get_exactly_nothing() -> None:
    """The rest shares 1 as if the masked token were not there, whatever it holds."""
    torch.manual_seed(0)
    q, k, v = (torch.randn(2, 3, 8) for _ in range(3))
    mask = torch.tensor([[True, True, False], [True, True, True]])
    k[0, 2], v[0, 2] = 1e4, 1e4
    out = attention(q, k, v, mask)
    assert not out.weights[0, :, 2].any()
    assert torch.allclose(out.weights.sum(-1), torch.ones(2, 3))
    alone = attention(q[:1], k[:1, :2], v[:1, :2], mask[:1, :2])
    torch.testing.assert_close(out.values[:1], alone.values)


def test_one_token_takes_all() -> None:
    q, v = torch.randn(1, 2, 4), torch.randn(1, 1, 4)
    out = attention(q, torch.randn(1, 1, 4), v, torch.ones(1, 1, dtype=torch.bool))
    torch.testing.assert_close(out.values, v.expand(1, 2, 4))


def test_the_three_matrices_have_their_places() -> None:
    """W_q = W_k = identity and W_v = 2 · identity: the value is twice the text's own mean by
    weights that the plain formula gives."""
    torch.manual_seed(0)
    shared = SharedAttention(width=4)
    with torch.no_grad():
        for linear, scale in ((shared.W_q, 1.0), (shared.W_k, 1.0), (shared.W_v, 2.0)):
            linear.weight.copy_(scale * torch.eye(4))
    query, text = torch.randn(1, 2, 4), torch.randn(1, 3, 4)
    out = shared(query, text, torch.ones(1, 3, dtype=torch.bool))
    weights = (query @ text.transpose(1, 2) / 2).softmax(-1)
    torch.testing.assert_close(out.weights, weights)
    torch.testing.assert_close(out.values, 2 * weights @ text)


def test_at_the_start_the_value_is_nearly_the_mean_of_the_text() -> None:
    torch.manual_seed(0)
    shared = SharedAttention(width=64)
    text = torch.randn(1, 10, 64)
    out = shared(torch.randn(1, 1, 64), text, torch.ones(1, 10, dtype=torch.bool))
    cosine = torch.cosine_similarity(out.values[0, 0], text[0].mean(0), dim=0)
    assert cosine.item() > 0.9


def test_it_has_three_matrices_and_no_bias() -> None:
    names = [name for name, _ in SharedAttention(width=4).named_parameters()]
    assert names == ["W_q.weight", "W_k.weight", "W_v.weight"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_weights_are_float32_and_values_keep_their_format(dtype: torch.dtype) -> None:
    x = torch.randn(1, 3, 8, dtype=dtype)
    out = attention(x, x, x, torch.ones(1, 3, dtype=torch.bool))
    assert out.weights.dtype == torch.float32
    assert out.values.dtype == dtype
