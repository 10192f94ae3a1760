"""Settings of face training. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FacesConfig:
    """Settings of one run.

    `sizes`: side of the training pictures, one entry per epoch; small ones cost little, and the
    last ones are near what the tower reads. `peak_rate`: reached in `warm_up` steps, left over the
    last `decay_epochs`. `average`: decay of the moving average of the weights, which is what is
    kept. `mixup`: strength with which pictures and labels are mixed in pairs, but in the last
    epoch; `cutout`: share of pictures with a large box over them. `frozen_stages`: how many of the
    trunk's first stages keep their ImageNet weights, with the stem before them; 0 trains all.
    `drawn_share`: share of drawn faces in a batch. `class_balance`: the loss of a class is
    weighted by its count to the power of minus this.
    """

    sizes: tuple[int, ...] = (64, 64, 64, 64, 80, 80, 80, 80, 96, 96, 112, 128)
    decay_epochs: int = 4
    warm_up: int = 200
    batch_size: int = 64
    peak_rate: float = 5e-4
    weight_decay: float = 0.02
    label_smoothing: float = 0.1
    class_balance: float = 0.25
    average: float = 0.998
    mixup: float = 0.2
    cutout: float = 0.5
    drawn_share: float = 0.06
    frozen_stages: int = 0
    seed: int = 7

    def __post_init__(self) -> None:
        if not self.sizes:
            raise ValueError("sizes must name the picture size of at least one epoch")
        if not 0 < self.decay_epochs <= len(self.sizes):
            raise ValueError(f"decay_epochs is {self.decay_epochs}; there are {len(self.sizes)}")
        if not 0 <= self.drawn_share < 1:
            raise ValueError(f"drawn_share is {self.drawn_share}; it lies in [0, 1)")
