"""Eq. 13 with the source's prior taken out, by hand."""

import math

import pytest
import torch
from torch.nn import functional as F

from lfdrt.labels import EKMAN7, LabelSet
from lfdrt.losses import prior_corrected_loss
from lfdrt.training.draw import log_prior


def test_by_hand() -> None:
    """o = (0, 0), pi = (3/4, 1/4), y = 1: softmax(log pi) = pi, so L = -log 1/4 = 1.386294."""
    loss = prior_corrected_loss(
        torch.zeros(1, 2), torch.tensor([1]), torch.tensor([[0.75, 0.25]]).log()
    )
    assert loss.item() == pytest.approx(math.log(4))


def test_a_class_that_a_source_lacks_is_not_pushed_down() -> None:
    """log pi = (0, 0, -inf): o = (1, 2, 9) counts as (1, 2), and the third logit has no gradient.
    L = log(e^1 + e^2) - 2 = 0.313262."""
    o = torch.tensor([[1.0, 2.0, 9.0]], requires_grad=True)
    loss = prior_corrected_loss(o, torch.tensor([1]), torch.tensor([[0.0, 0.0, -math.inf]]))
    loss.backward()
    assert loss.item() == pytest.approx(math.log(math.e + math.e**2) - 2)
    assert o.grad is not None and o.grad[0, 2] == 0


def test_without_a_prior_it_is_the_cross_entropy() -> None:
    o, y = torch.randn(5, 7), torch.tensor([0, 1, 2, 3, 6])
    assert torch.equal(prior_corrected_loss(o, y, torch.zeros(5, 7)), F.cross_entropy(o, y))
    assert prior_corrected_loss(o[:0], y[:0], torch.zeros(0, 7)) == 0


def test_priors_of_a_source() -> None:
    """Three of a, one of b, none of c, balance 0: (3/4, 1/4, 0). Balance 1/2: sqrt 3 to 1, so
    0.633975 and 0.366025. "absent" knows only that c is missing."""
    labels = LabelSet(name="abc", labels=("a", "b", "c"))
    names = ["a", "a", "a", "b"]
    assert log_prior(names, 0.0, labels, "source").exp().tolist() == pytest.approx([0.75, 0.25, 0])
    half = log_prior(names, 0.5, labels, "source").exp().tolist()
    assert half == pytest.approx([0.633975, 0.366025, 0], abs=1e-5)
    assert log_prior(names, 0.5, labels, "absent").tolist() == [0, 0, -math.inf]
    assert log_prior(["joy"], 0.5, EKMAN7, "none").tolist() == [0] * 7
