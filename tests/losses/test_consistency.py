"""Consistency of translations with their originals, with the arithmetic done by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.losses import consistency_loss


def test_by_hand() -> None:
    """Teacher (1/2, 1/2), logits (log 1, log 3): q = (1/4, 3/4).

    KL = 1/2 log(1/2 / 1/4) + 1/2 log(1/2 / 3/4) = 1/2 log 2 + 1/2 log(2/3) = 1/2 log(4/3).
    A second row with q = teacher adds 0, and the mean halves it.
    """
    teacher = torch.tensor([[0.5, 0.5], [0.25, 0.75]])
    logits = torch.tensor([[0.0, math.log(3)], [0.0, math.log(3)]])
    assert consistency_loss(teacher, logits).item() == pytest.approx(math.log(4 / 3) / 4, abs=1e-6)


def test_a_sure_teacher_is_a_label() -> None:
    """A teacher of (0, 1) leaves the cross-entropy -log q_2, and 0 log 0 is 0."""
    logits = torch.tensor([[0.0, math.log(3)]])
    loss = consistency_loss(torch.tensor([[0.0, 1.0]]), logits)
    assert loss.item() == pytest.approx(math.log(4 / 3), abs=1e-6)


def test_only_the_student_learns() -> None:
    source = torch.zeros(2, 3, requires_grad=True)
    logits = torch.randn(2, 3, requires_grad=True)
    consistency_loss(source.softmax(-1), logits).backward()
    assert source.grad is None
    assert logits.grad is not None and logits.grad.abs().sum() > 0


def test_no_row_is_zero_and_differentiable() -> None:
    logits = torch.zeros(0, 3, requires_grad=True)
    loss = consistency_loss(torch.zeros(0, 3), logits)
    loss.backward()
    assert loss.item() == 0
