"""Eq. 9, with the arithmetic done by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.losses import uniformity


def test_uniform_logits_cost_nothing() -> None:
    assert uniformity(torch.full((3, 7), 5.0)).abs().max().item() < 1e-6


def test_a_certain_prediction_costs_log_v() -> None:
    """p = (1, 0, 0, 0): log 4 + 1·log 1 = log 4; 0·log 0 counts as 0, not NaN."""
    assert uniformity(torch.tensor([200.0, 0, 0, 0])).item() == pytest.approx(math.log(4))


def test_by_hand() -> None:
    """logits (log 3, 0): p = (3/4, 1/4).

    KL = 3/4·log(3/4 : 1/2) + 1/4·log(1/4 : 1/2) = 3/4·log 3/2 - 1/4·log 2 = 0.13081.
    """
    kl = uniformity(torch.tensor([[math.log(3), 0.0]]))
    assert kl.tolist() == pytest.approx([0.75 * math.log(1.5) - 0.25 * math.log(2)], abs=1e-6)


def test_half_precision_logits_are_computed_in_float32() -> None:
    logits = torch.randn(2, 50)
    assert uniformity(logits.bfloat16()).dtype == torch.float32
