"""What is classified: vectors side by side, and a learned one for an input that is missing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from lfdrt.baselines.base import BOTH, IMAGE, TEXT, ConcatClassifier, Encoder


class Counted(Encoder):
    """Vectors of ones; its one weight learns unless it is frozen."""

    def __init__(self, reads: str, width: int) -> None:
        super().__init__()
        self.reads, self.width, self.name = reads, width, f"ones {width}"
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, inputs: Sequence[object]) -> Tensor:
        return self.weight.expand(len(inputs), -1)


def model(*encoders: Encoder) -> ConcatClassifier:
    torch.manual_seed(0)
    return ConcatClassifier(encoders=encoders, hidden=8, classes=3, dropout=0.0).eval()


def test_vectors_stand_side_by_side_each_normalised() -> None:
    """By hand: (1, 3) has mean 2 and deviation 1, so its norm is (-1, 1); (0, 0, 6) has mean 2 and
    deviation √8, so (-0.7071, -0.7071, 1.4142). The MLP reads these five numbers."""
    both = model(Counted(TEXT, 2), Counted(IMAGE, 3))
    vectors = [torch.tensor([[1.0, 3.0]]), torch.tensor([[0.0, 0.0, 6.0]])]
    z = torch.tensor([[-1.0, 1.0, -0.7071, -0.7071, 1.4142]])
    expected = both.classifier(z)
    torch.testing.assert_close(both.classify(vectors, BOTH), expected, atol=1e-3, rtol=1e-3)


def test_what_a_reading_leaves_out_is_the_learned_vector() -> None:
    both = model(Counted(TEXT, 2), Counted(IMAGE, 3))
    with torch.no_grad():
        both.missing[1].copy_(torch.tensor([5.0, 6.0, 7.0]))
    text, image = torch.randn(4, 2), torch.randn(4, 3)
    alone = both.classify([text, None], BOTH)
    torch.testing.assert_close(both.classify([text, image], TEXT), alone)
    assert not torch.allclose(both.classify([text, image], BOTH), alone)
    z = torch.cat([both.norms[0](text), both.missing[1].expand(4, -1)], dim=-1)
    torch.testing.assert_close(alone, both.classifier(z))


@pytest.mark.parametrize(
    ("kinds", "inputs", "readings"),
    [
        ([TEXT], TEXT, (TEXT,)),
        ([IMAGE], IMAGE, (IMAGE,)),
        ([TEXT, IMAGE], BOTH, (BOTH, TEXT, IMAGE)),
        ([TEXT, TEXT], TEXT, (TEXT,)),
    ],
)
def test_inputs_and_readings_follow_from_the_encoders(
    kinds: list[str], inputs: str, readings: tuple[str, ...]
) -> None:
    made = model(*(Counted(kind, 2) for kind in kinds))
    assert made.inputs == inputs and made.readings == readings


def test_no_encoder_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one encoder"):
        model()
