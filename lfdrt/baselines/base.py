"""Encode, concatenate, classify: what the paper's trained baselines have in common.

Each encoder reads one kind of input to one vector a row; the vectors stand side by side and one MLP
classifies them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from lfdrt.evaluation.recordings.recording import INPUTS
from lfdrt.model.classifiers import Classifier

TEXT, IMAGE, BOTH = INPUTS

Inputs = Sequence[str] | Sequence[Image.Image]


class Encoder(nn.Module, ABC):
    """One kind of input to one vector a row.

    reads: TEXT or IMAGE. width: of its vectors. name: of its weights, for people and recordings.
    Its weights that learn require a gradient; an encoder without any is asked once for each input,
    and its vectors are kept.
    """

    reads: str
    width: int
    name: str

    @abstractmethod
    def forward(self, inputs: Inputs) -> Tensor:
        """Texts, or RGB pictures of any size. Shape: B inputs -> (B, width)."""

    def reads_language(self, language: str) -> bool:
        """Whether texts of a language mean anything to it; of no matter for pictures."""
        return True

    @property
    def learns(self) -> bool:
        return any(p.requires_grad for p in self.parameters())

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device


class ConcatClassifier(nn.Module):
    """Vectors of all encoders, each normalised (their scales differ by an order of magnitude), side
    by side; then Eq. 12's MLP, once.

    Decision: an input that a row lacks is a learned vector, trained as LFD-RT's are: every pair is
    read with both inputs and with each alone. The systems' own papers always have both.
    """

    encoders: Any  # an nn.ModuleList of `Encoder`

    def __init__(
        self, *, encoders: Sequence[Encoder], hidden: int, classes: int, dropout: float
    ) -> None:
        super().__init__()
        if not encoders:
            raise ValueError("a classifier needs at least one encoder")
        widths = [encoder.width for encoder in encoders]
        self.encoders = nn.ModuleList(encoders)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for width in widths)
        self.missing = nn.ParameterList(torch.zeros(width) for width in widths)
        self.classifier = Classifier(
            width=sum(widths), hidden=hidden, classes=classes, dropout=dropout
        )

    @property
    def inputs(self) -> str:
        """One of `INPUTS`."""
        kinds: set[str] = {encoder.reads for encoder in self.encoders}
        return BOTH if len(kinds) > 1 else kinds.pop()

    @property
    def readings(self) -> tuple[str, ...]:
        """Every combination of its inputs that a row may have."""
        return (BOTH, TEXT, IMAGE) if self.inputs == BOTH else (self.inputs,)

    def classify(self, vectors: Sequence[Tensor | None], reading: str) -> Tensor:
        """Logits of rows by the vectors of their inputs, in the order of the encoders. What
        `reading` leaves out, or is None, is missing; not all may be.

        Shape: vectors (B, width) each -> (B, C) float32.
        """
        given = [
            v if reading in (BOTH, encoder.reads) else None
            for v, encoder in zip(vectors, self.encoders, strict=True)
        ]
        B = next(len(v) for v in given if v is not None)
        parts = [
            missing.expand(B, -1) if v is None else norm(v.float())
            for v, norm, missing in zip(given, self.norms, self.missing, strict=True)
        ]
        return self.classifier(torch.cat(parts, dim=-1))
