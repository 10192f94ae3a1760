"""The chunked vocabulary losses: equal to the naive forms, with bounded memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from lfdrt import losses
from lfdrt.losses import (
    chunk_rows,
    uniformity,
    vocabulary_loss,
    vocabulary_sums,
)

V, D = 50, 8


@pytest.fixture(params=[1, 3, 4, 1000], ids=lambda rows: f"{rows}-row-chunks")
def small_chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(losses, "CHUNK_BYTES", 4 * V * request.param)
    assert chunk_rows(V) == request.param
    return request.param


def _inputs(n: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(n)
    h = torch.randn(n, D, generator=g).requires_grad_()
    W = torch.randn(V, D, generator=g).requires_grad_()
    targets = torch.randint(0, V, (n,), generator=g)
    return h, W, targets, torch.rand(n, generator=g)


def _values(loss: Tensor, h: Tensor, W: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    d_h, d_W = torch.autograd.grad(1.7 * loss, (h, W))
    return loss.detach(), d_h, d_W


def _assert_same(found: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> None:
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n", [1, 3, 4, 7, 12])
@pytest.mark.usefixtures("small_chunks")
def test_masked_loss_equals_the_naive_form(n: int) -> None:
    h, W, targets, _ = _inputs(n)
    naive = F.cross_entropy(h @ W.T, targets)
    _assert_same(_values(vocabulary_loss(h, W, targets=targets), h, W), _values(naive, h, W))


@pytest.mark.parametrize("n", [1, 3, 4, 7, 12])
@pytest.mark.usefixtures("small_chunks")
def test_uniformity_equals_the_naive_form(n: int) -> None:
    h, W, _, _ = _inputs(n)
    naive = uniformity(h @ W.T).mean()
    _assert_same(_values(vocabulary_loss(h, W), h, W), _values(naive, h, W))


@pytest.mark.parametrize("n", [0, 1, 7])
@pytest.mark.parametrize("words", [1, 7, V])
def test_uniformity_of_a_matrix_in_parts(n: int, words: int) -> None:
    """Logits of hundreds as well: the running maximum keeps the sums finite."""
    h, W, _, _ = _inputs(n)
    for scale in (1, 300):
        found = vocabulary_sums(scale * h, W.split(words)).uniformity
        torch.testing.assert_close(found, uniformity(scale * h @ W.T), rtol=1e-4, atol=1e-4)


@pytest.mark.usefixtures("small_chunks")
def test_weights_make_it_a_weighted_sum() -> None:
    h, W, targets, weight = _inputs(7)
    ce = torch.nn.functional.cross_entropy(h @ W.T, targets, reduction="none")
    found = vocabulary_loss(h, W, targets=targets, weight=weight)
    _assert_same(_values(found, h, W), _values((weight * ce).sum(), h, W))
    found = vocabulary_loss(h, W, weight=weight)
    naive = (weight * uniformity(h @ W.T)).sum()
    _assert_same(_values(found, h, W), _values(naive, h, W))


def test_a_weight_of_zero_takes_a_position_out() -> None:
    h, W, targets, _ = _inputs(4)
    weight = torch.tensor([0.5, 0.0, 0.5, 0.0])
    kept = vocabulary_loss(h[::2], W, targets=targets[::2])
    loss = vocabulary_loss(h, W, targets=targets, weight=weight)
    assert torch.allclose(loss, kept)
    (d_h,) = torch.autograd.grad(loss, h)
    assert not d_h[1::2].any() and d_h[::2].any()


def test_by_hand() -> None:
    """h = (1), W = (log 3, 0): p = (3/4, 1/4).

    Eq. 8, target 1: -log 1/4 = log 4, gradient by h = sum_v (p_v - onehot_v) W_v = 3/4·log 3.
    Eq. 9: KL = 3/4·log 3/2 - 1/4·log 2. With m = sum_v p_v log p_v, its gradient by the first
    logit is p_1 (log p_1 - m) = 3/4·1/4·(log 3/4 - log 1/4) = 3/16·log 3, and by h that times
    log 3.
    """
    h = torch.ones(1, 1, requires_grad=True)
    W = torch.tensor([[math.log(3)], [0.0]])
    loss = vocabulary_loss(h, W, targets=torch.tensor([1]))
    assert loss.item() == pytest.approx(math.log(4))
    assert torch.autograd.grad(loss, h)[0].item() == pytest.approx(0.75 * math.log(3))
    loss = vocabulary_loss(h, W)
    assert loss.item() == pytest.approx(0.75 * math.log(1.5) - 0.25 * math.log(2))
    assert torch.autograd.grad(loss, h)[0].item() == pytest.approx(3 / 16 * math.log(3) ** 2)


def test_only_what_needs_a_gradient_gets_one() -> None:
    h, W, targets, _ = _inputs(5)
    frozen = W.detach()
    loss = vocabulary_loss(h, frozen, targets=targets)
    (d_h,) = torch.autograd.grad(loss, h)
    (expected,) = torch.autograd.grad(F.cross_entropy(h @ frozen.T, targets), h)
    torch.testing.assert_close(d_h, expected)
    loss = vocabulary_loss(h.detach(), W, targets=targets)
    (d_W,) = torch.autograd.grad(loss, W)
    (expected,) = torch.autograd.grad(F.cross_entropy(h.detach() @ W.T, targets), W)
    torch.testing.assert_close(d_W, expected)
    assert not vocabulary_loss(h.detach(), frozen, targets=targets).requires_grad


def test_no_position_is_zero_and_differentiable() -> None:
    h, W, targets, weight = _inputs(0)
    for loss in (
        vocabulary_loss(h, W),
        vocabulary_loss(h, W, targets=targets, weight=weight),
    ):
        assert loss.item() == 0
        assert torch.autograd.grad(loss, h)[0].shape == (0, D)


def test_large_logits_stay_finite() -> None:
    """A certain prediction: KL = log V, CE = 0 at the winner, and gradients are numbers."""
    h = torch.full((2, D), 100.0, requires_grad=True)
    W = torch.zeros(V, D)
    W[3] = 100.0
    assert vocabulary_loss(h, W, targets=torch.tensor([3, 3])).item() == 0
    loss = vocabulary_loss(h, W)
    assert loss.item() == pytest.approx(math.log(V), rel=1e-5)
    assert torch.autograd.grad(loss, h)[0].isfinite().all()


def test_bfloat16_words_agree_to_their_precision() -> None:
    h, W, targets, _ = _inputs(9)
    loss = vocabulary_loss(h, W.detach().bfloat16(), targets=targets)
    (d_h,) = torch.autograd.grad(loss, h)
    naive = F.cross_entropy(h @ W.detach().T, targets)
    (expected,) = torch.autograd.grad(naive, h)
    assert d_h.dtype == torch.float32
    assert loss.item() == pytest.approx(naive.item(), rel=0.02)
    torch.testing.assert_close(d_h, expected, atol=0.01, rtol=0.1)


def test_a_second_derivative_is_refused() -> None:
    """Its gradient is stored as a constant: differentiating it again would be silently wrong."""
    h, W, targets, _ = _inputs(3)
    (d_h,) = torch.autograd.grad(vocabulary_loss(h, W, targets=targets), h, create_graph=True)
    with pytest.raises(RuntimeError):
        d_h.sum().backward()


class _Largest(TorchDispatchMode):
    """Elements of the largest tensor that any operation returned."""

    largest = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        sizes = [t.numel() for t in tree_leaves(out) if isinstance(t, Tensor)]
        self.largest = max([self.largest, *sizes])
        return out


@contextmanager
def _largest() -> Iterator[_Largest]:
    with _Largest() as mode:
        yield mode


@pytest.mark.parametrize("kind", ["masked", "uniformity"])
def test_no_tensor_is_larger_than_a_chunk(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """120 positions of V = 50 in chunks of 4: at most max(4·50, 50·8, 120·8) = 960 elements,
    forward and backward, where the naive form holds 6,000."""
    monkeypatch.setattr(losses, "CHUNK_BYTES", 4 * V * 4)
    h, W, targets, _ = _inputs(120)
    with _largest() as seen:
        if kind == "masked":
            vocabulary_loss(h, W, targets=targets).backward()
        else:
            vocabulary_loss(h, W).backward()
    assert seen.largest <= 120 * D
    with _largest() as seen:
        uniformity(h @ W.T).mean().backward()
    assert seen.largest == 120 * V


def test_a_chunk_of_the_real_vocabulary_keeps_to_its_bytes() -> None:
    rows = chunk_rows(250_002)
    assert rows >= 1 and rows * 250_002 * 4 <= losses.CHUNK_BYTES
    assert chunk_rows(10**12) == 1
