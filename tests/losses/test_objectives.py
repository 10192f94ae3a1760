"""Eq. 10, 16 and 17: weights and their sum, by hand."""

from __future__ import annotations

import math

import pytest
import torch

from lfdrt.losses import total_loss
from lfdrt.training.settings import Weights


def test_the_defaults_are_the_papers() -> None:
    """§4.2: alpha_1 0.3, alpha_2 0.1, beta_1 = beta_2 = 1, beta_3 = 0.3."""
    w = Weights()
    assert (w.mask_1, w.uniformity) == (0.3, 0.1)
    assert (w.classifier_1, w.classifier_2, w.mask_2) == (1.0, 1.0, 0.3)
    assert (w.cross_lingual, w.cross_modal, w.post_alignment) == (1.0, 1.0, 0.0)


def test_total_by_hand() -> None:
    """L_Align = 1 + 2; L_LFD = 0.3·10 + 0.1·20 = 5; L_SA = 3 + 4 + 0.3·10 = 10. Sum: 18."""
    terms = {
        "cross_lingual": 1.0,
        "cross_modal": 2.0,
        "mask_1": 10.0,
        "uniformity": 20.0,
        "classifier_1": 3.0,
        "classifier_2": 4.0,
        "mask_2": 10.0,
    }
    total = total_loss({k: torch.tensor(v) for k, v in terms.items()}, vars(Weights()))
    assert total.item() == pytest.approx(18.0)


def test_only_the_given_terms_count() -> None:
    total = total_loss({"uniformity": torch.tensor(2.0)}, vars(Weights(uniformity=0.5)))
    assert total.item() == pytest.approx(1.0)


def test_the_sum_is_differentiable_by_its_weights() -> None:
    a = torch.tensor(1.0, requires_grad=True)
    total_loss({"mask_1": a, "mask_2": 2 * a}, vars(Weights())).backward()
    assert a.grad is not None and a.grad.item() == pytest.approx(0.3 + 2 * 0.3)


def test_a_term_without_a_weight_raises() -> None:
    with pytest.raises(KeyError, match="mask_3"):
        total_loss({"mask_3": torch.tensor(1.0)}, vars(Weights()))


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_senseless_weights_are_refused_by_name(value: float) -> None:
    with pytest.raises(ValueError, match="post_alignment"):
        Weights(post_alignment=value)
