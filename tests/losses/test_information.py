"""Information maximisation by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.losses import information_loss


def test_by_hand() -> None:
    """Rows (0.8, 0.2) and (0.4, 0.6): H = 0.5004 and 0.6730, mean 0.5867. Their mean (0.6, 0.4)
    has H = 0.6730. 0.5867 - 0.6730 = -0.0863."""
    logits = torch.tensor([[0.8, 0.2], [0.4, 0.6]]).log()
    assert information_loss(logits).item() == pytest.approx(-0.0863, abs=1e-4)


def test_sure_and_diverse_is_best() -> None:
    sure = torch.eye(3) * 50
    assert information_loss(sure).item() == pytest.approx(-math.log(3), abs=1e-5)
    assert information_loss(sure[:1].expand(3, -1)).item() == pytest.approx(0, abs=1e-5)
    assert information_loss(torch.zeros(0, 3)).item() == 0
