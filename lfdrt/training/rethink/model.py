"""What learns in rethinking (Eq. 18): both classifiers, a new projection, and by setting more."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.rethink.features import Features


class Projection(nn.Module):
    """The new projection: from what it reads to vocabulary logits, through the word embeddings.

    Decision: it reads the hidden layers of both classifiers, side by side. With all else frozen, a
    projection that reads Z itself (`hidden` False, the letter of §3.4) could never change a
    prediction.
    """

    def __init__(self, *, width: int, classifier_hidden: int, hidden: bool) -> None:
        super().__init__()
        self.reads_hidden = hidden
        self.transform = nn.Linear(2 * classifier_hidden if hidden else width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, model: LFDRT, z: Tensor) -> Tensor:
        """What is multiplied with the word matrix. Shape: (N, D) -> (N, D)."""
        if not self.reads_hidden:
            return self.norm(self.transform(z))
        hidden = [c.hidden(z) for c in (model.classifier_1, model.classifier_2)]
        return self.norm(self.transform(torch.cat(hidden, dim=-1)))


class Rethinker(nn.Module):
    """A model with its new projection; `learned` are the weights that Eq. 18 may move."""

    def __init__(self, model: LFDRT, *, through: str) -> None:
        super().__init__()
        config = model.config
        self.frozen_below = through in ("classifiers", "projection")  # z of a row never changes
        self.model = model.requires_grad_(False).eval()
        self.projection = Projection(
            width=config.width,
            classifier_hidden=config.classifier_hidden,
            hidden=through != "projection",
        )
        parts: list[nn.Module] = []
        if through != "projection":
            parts += [model.classifier_1, model.classifier_2]
        if through in ("fusion", "encoder"):
            parts.append(model.attention)
        if through == "encoder":
            parts.append(model.adapter)
        for part in parts:
            part.requires_grad_(True)

    def learned(self) -> dict[str, nn.Parameter]:
        """By name in the model, or `projection.` and the name there."""
        return {n: p for n, p in self.named_parameters() if p.requires_grad}

    def fuse(self, features: Features) -> Tensor:
        """z of Eq. 11, which the classifiers read. Shape: n rows -> (n, D)."""
        f = features
        return self.model.read(self.model.adapter(f.x), f.mask, f.family, f.image).z

    def fuse_hidden(self, features: Features, rows: Tensor, columns: Tensor) -> Tensor:
        """Z of Eq. 14 at hidden positions. Shape: rows, columns (N,) -> (N, D)."""
        f = features
        Z = self.model.fuse_tokens(self.model.adapter(f.x), f.mask, f.family, f.image)
        return Z[rows, columns]

    def classify(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Both classifiers' logits. Shape: (n, D) -> (n, C), (n, C)."""
        return self.model.classify(z)

    def project(self, z: Tensor) -> Tensor:
        """What is multiplied with the word matrix. Shape: (N, D) -> (N, D)."""
        return self.projection(self.model, z)
