"""Distribution alignment by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.training.rethink.alignment import aligned, bias

P = torch.tensor([[0.9, 0.1], [0.7, 0.3]])  # mean 0.8, 0.2


def test_alignment_by_hand() -> None:
    """gamma 1: 0.9 / 0.8 = 1.125 and 0.1 / 0.2 = 0.5, of 1.625 in all; 0.875 and 1.5 of 2.375.
    gamma 0.5: 0.9 / 0.8^0.5 = 1.0062 and 0.1 / 0.2^0.5 = 0.2236, of 1.2298."""
    whole = aligned(P, 1.0)
    assert whole[0].tolist() == pytest.approx([1.125 / 1.625, 0.5 / 1.625])
    assert whole[1].tolist() == pytest.approx([0.875 / 2.375, 1.5 / 2.375])
    assert aligned(P, 0.5)[0, 0].item() == pytest.approx(1.0062 / 1.2298, abs=1e-4)
    assert torch.allclose(aligned(P, 0.0), P)


def test_the_bias_gives_the_same_as_the_alignment() -> None:
    """-0.5 log 0.8 = 0.1116 and -0.5 log 0.2 = 0.8047, less their mean 0.4581."""
    b = bias(P, 0.5)
    assert b.tolist() == pytest.approx([0.1116 - 0.4581, 0.8047 - 0.4581], abs=1e-4)
    assert torch.allclose((P.log() + b).softmax(-1), aligned(P, 0.5))


def test_a_class_that_is_never_given_stays_finite() -> None:
    assert math.isfinite(bias(torch.tensor([[1.0, 0.0]]), 1.0).sum())
