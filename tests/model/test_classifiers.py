"""Eq. 12 by hand, and the inference rule of §3.5."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lfdrt.model.classifiers import Classifier, decide
from lfdrt.output import Scores

LABELS = ("anger", "joy", "neutral")


def test_one_hidden_layer_by_hand() -> None:
    """z = (1, -1) is its own LayerNorm (mean 0, variance 1).

    Hidden: W = [[2, 0], [0, 3], [1, 1]], b = (1, 0, 5): (3, -3, 5), after ReLU (3, 0, 5).
    Out: W = [[1, 9, 1], [0, 9, -1]], b = (0, 1): (8, -4).
    """
    mlp = Classifier(width=2, hidden=3, classes=2, dropout=0.5).eval()
    with torch.no_grad():
        mlp.into.weight.copy_(torch.tensor([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]]))
        mlp.into.bias.copy_(torch.tensor([1.0, 0.0, 5.0]))
        mlp.out.weight.copy_(torch.tensor([[1.0, 9.0, 1.0], [0.0, 9.0, -1.0]]))
        mlp.out.bias.copy_(torch.tensor([0.0, 1.0]))
    z = torch.tensor([[1.0, -1.0]])
    torch.testing.assert_close(mlp.hidden(z), torch.tensor([[3.0, 0.0, 5.0]]), atol=1e-3, rtol=0)
    torch.testing.assert_close(mlp(z), torch.tensor([[8.0, -4.0]]), atol=1e-3, rtol=0)


def test_dropout_acts_in_training_only() -> None:
    torch.manual_seed(0)
    mlp, z = Classifier(width=8, hidden=64, classes=3, dropout=0.5), torch.randn(1, 8)
    assert not torch.equal(mlp(z), mlp(z))
    mlp.eval()
    assert torch.equal(mlp(z), mlp(z))


def test_logits_are_float32_in_a_half_precision_model() -> None:
    mlp = Classifier(width=8, hidden=8, classes=3, dropout=0.0).bfloat16()
    assert mlp(torch.randn(1, 8, dtype=torch.bfloat16)).dtype == torch.float32


@pytest.mark.parametrize(
    ("p_1", "p_2", "label", "decided_by"),
    [
        ((0.6, 0.3, 0.1), (0.5, 0.4, 0.1), "anger", 0),  # agree
        ((0.4, 0.3, 0.3), (0.9, 0.1, 0.0), "anger", 0),  # agree, the second surer
        ((0.6, 0.3, 0.1), (0.2, 0.7, 0.1), "joy", 2),  # 0.7 beats 0.6
        ((0.6, 0.3, 0.1), (0.1, 0.4, 0.5), "anger", 1),  # 0.6 beats 0.5
        ((0.1, 0.6, 0.3), (0.6, 0.3, 0.1), "joy", 1),  # a tie is the first classifier's
        ((0.34, 0.33, 0.33), (0.05, 0.47, 0.48), "neutral", 2),  # not the largest mean (joy)
    ],
)
def test_the_decision(
    p_1: tuple[float, ...], p_2: tuple[float, ...], label: str, decided_by: int
) -> None:
    """The agreed class; on disagreement the class with the highest probability of either."""
    a, b = torch.tensor([p_1]).clamp(min=1e-9), torch.tensor([p_2]).clamp(min=1e-9)
    (scores,) = Scores.from_logits(a.log(), b.log(), LABELS)
    assert scores.label == label
    assert scores.decided_by == decided_by
    assert scores.agree == (decided_by == 0)
    assert scores.label_1 == LABELS[int(np.argmax(p_1))]
    assert scores.label_2 == LABELS[int(np.argmax(p_2))]
    np.testing.assert_allclose(scores.mean, (np.array(p_1) + np.array(p_2)) / 2, atol=1e-6)
    assert LABELS[int(decide(a, b))] == label


def test_decide_and_scores_are_one_rule() -> None:
    """On 500 random rows of few distinct values, so that many are ties."""
    g = torch.Generator().manual_seed(0)
    o_1, o_2 = (torch.randint(0, 3, (500, 3), generator=g).float() for _ in range(2))
    decided = decide(o_1.softmax(-1), o_2.softmax(-1)).tolist()
    assert [LABELS[c] for c in decided] == [s.label for s in Scores.from_logits(o_1, o_2, LABELS)]
