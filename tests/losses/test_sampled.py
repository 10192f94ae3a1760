"""Eq. 8 with the sum over the vocabulary estimated on some words, by hand."""

import math

import pytest
import torch
from torch.nn import functional as F

from lfdrt.losses import sampled_vocabulary_loss


def test_by_hand() -> None:
    """One position with h = (1), candidates 2, 5, 9 of words (0), (log 2), (log 3), target 5. The
    others are among the candidates with chance 1/2 and 1/4, so they weigh 1 / (1/2) = 2 and
    3 / (1/4) = 12: L = -log(2 / (2 + 2 + 12)) = log 8."""
    W = torch.tensor([[0.0], [math.log(2)], [math.log(3)]])
    loss = sampled_vocabulary_loss(
        torch.ones(1, 1),
        W,
        torch.tensor([5]),
        torch.tensor([2, 5, 9]),
        torch.tensor([0.5, 0.9, 0.25]).log(),
    )
    assert loss.item() == pytest.approx(math.log(8))


def test_with_every_word_it_is_the_whole_loss() -> None:
    h, W, targets = torch.randn(4, 6), torch.randn(9, 6), torch.tensor([0, 3, 8, 3])
    loss = sampled_vocabulary_loss(h, W, targets, torch.arange(9), torch.zeros(9))
    assert loss.item() == pytest.approx(F.cross_entropy(h @ W.T, targets).item(), abs=1e-5)
    assert sampled_vocabulary_loss(h[:0], W, targets[:0], torch.arange(9), torch.zeros(9)) == 0


def test_the_estimate_of_the_sum_is_unbiased() -> None:
    """e^L of one position is (e^{o_t} + estimate of the others' sum) / e^{o_t}: its mean over many
    draws of words, each in with chance 0.3, is that of the whole sum. 4,000 draws leave 2 %."""
    generator = torch.Generator().manual_seed(0)
    h, W = torch.randn(1, 4, generator=generator), torch.randn(40, 4, generator=generator) / 2
    o = (h @ W.T)[0]
    found = []
    for _ in range(4000):
        drawn = torch.rand(40, generator=generator) < 0.3
        drawn[7] = True
        ids = drawn.nonzero()[:, 0]
        chance = torch.full((len(ids),), 0.3).log()
        found.append(sampled_vocabulary_loss(h, W[ids], torch.tensor([7]), ids, chance).exp())
    whole = o.exp().sum() / o[7].exp()
    assert torch.stack(found).mean().item() == pytest.approx(whole.item(), rel=0.02)
