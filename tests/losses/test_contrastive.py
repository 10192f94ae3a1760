"""Eq. 2 and 4, with the arithmetic done by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.losses import contrastive_loss

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_pairs_by_hand() -> None:
    """a = (east, north), b = (north, north), tau = 0.5.

    Cosines s / tau:    b_1  b_2
                  a_1 [  0    0 ]      softmax of row 1: 1/2, so -log = log 2
                  a_2 [  2    2 ]      row 2: 1/2, so log 2
    a finds b:  (log 2 + log 2) / 2 = log 2.
    b finds a: column (0, 2) twice. Partner of b_1 is a_1: log(1 + e^2); partner of b_2 is a_2:
    log(1 + e^-2). Mean: (log(1 + e^2) + log(1 + e^-2)) / 2 = 1 + log(1 + e^-2).
    Loss: half the sum of both directions.
    """
    a, b = torch.tensor([EAST, NORTH]), torch.tensor([NORTH, NORTH])
    by_hand = (math.log(2) + 1 + math.log(1 + math.exp(-2))) / 2
    assert contrastive_loss(a, b, 0.5).item() == pytest.approx(by_hand, abs=1e-6)


def test_length_does_not_matter() -> None:
    """s is the cosine, so 3·a and a give one loss."""
    a, b = torch.randn(4, 8), torch.randn(4, 8)
    assert contrastive_loss(3 * a, b, 0.07).item() == pytest.approx(
        contrastive_loss(a, b, 0.07).item(), rel=1e-5
    )


def test_same_label_rows_are_all_positives() -> None:
    """a = b = (east, north, east), groups (0, 1, 0), tau = 1.

    s = [1 0 1; 0 1 0; 1 0 1]. Row 1: softmax of 1 is e / (2e + 1) for both positives, so
    -log = log(2e + 1) - 1, the same for row 3. Row 2: one positive, log(2 + e) - 1.
    s is symmetric, so both directions agree.
    """
    a = torch.tensor([EAST, NORTH, EAST])
    by_hand = (2 * (math.log(2 * math.e + 1) - 1) + math.log(2 + math.e) - 1) / 3
    loss = contrastive_loss(a, a, 1.0, groups=torch.tensor([0, 1, 0]))
    assert loss.item() == pytest.approx(by_hand, abs=1e-6)


def test_groups_of_one_are_pairs() -> None:
    a, b = torch.randn(5, 8), torch.randn(5, 8)
    assert torch.allclose(
        contrastive_loss(a, b, 0.1), contrastive_loss(a, b, 0.1, groups=torch.arange(5))
    )


def test_identical_rows_of_one_label_are_not_pushed_apart() -> None:
    """Three rows of one label score three partners alike: the softmax (1/3, 1/3, 1/3) is the target
    itself. Loss log 3, gradient 0."""
    a = torch.ones(3, 4, requires_grad=True)
    loss = contrastive_loss(a, torch.eye(3, 4), 0.5, groups=torch.zeros(3, dtype=torch.int64))
    loss.backward()
    assert loss.item() == pytest.approx(math.log(3), abs=1e-6)
    assert a.grad is not None and a.grad.abs().max().item() < 1e-6


def test_fewer_than_two_rows_are_zero_and_differentiable() -> None:
    for rows in (0, 1):
        a = torch.randn(rows, 4, requires_grad=True)
        loss = contrastive_loss(a, torch.randn(rows, 4), 0.07)
        loss.backward()
        assert loss.item() == 0
        assert a.grad is not None and not a.grad.any()


def test_direction_is_symmetric() -> None:
    a, b = torch.randn(6, 8), torch.randn(6, 8)
    assert torch.allclose(contrastive_loss(a, b, 0.07), contrastive_loss(b, a, 0.07))


def test_gradient_pulls_partners_together() -> None:
    a, b = torch.randn(4, 8, requires_grad=True), torch.randn(4, 8)
    before = contrastive_loss(a, b, 0.5)
    before.backward()
    assert a.grad is not None
    assert contrastive_loss(a.detach() - 0.1 * a.grad, b, 0.5) < before


def test_zero_vectors_give_a_number() -> None:
    """F.normalize divides by at least 1e-12: a text without features costs log B, not NaN."""
    loss = contrastive_loss(torch.zeros(2, 4), torch.zeros(2, 4), 0.07)
    assert loss.item() == pytest.approx(math.log(2), abs=1e-6)


def test_negatives_by_hand() -> None:
    """a = b = (east, north), one negative (north), tau = 1.

    a finds b: row 1 scores (1, 0 | 0): log(e + 2) - 1; row 2 scores (0, 1 | 1): log(1 + 2e) - 1.
    b finds a, where no negative competes: log(e + 1) - 1 twice.
    """
    a = torch.tensor([EAST, NORTH])
    loss = contrastive_loss(a, a, 1.0, negatives=torch.tensor([NORTH]))
    e = math.e
    to_b = (math.log(e + 2) + math.log(1 + 2 * e)) / 2 - 1
    assert loss.item() == pytest.approx((to_b + math.log(e + 1) - 1) / 2, abs=1e-6)


def test_gradient_pushes_negatives_away() -> None:
    a, away = torch.randn(4, 8), torch.randn(3, 8, requires_grad=True)
    before = contrastive_loss(a, a, 0.5, negatives=away)
    before.backward()
    assert away.grad is not None
    assert contrastive_loss(a, a, 0.5, negatives=away.detach() - 0.1 * away.grad) < before
