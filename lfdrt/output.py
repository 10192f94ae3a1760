"""What comes out of the model (tensors) and of the predictor (plain values with names)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from torch import Tensor

LEAST_SHARE = 1e-4
"""What a class without a share is given, so that logits stay finite and a sure reading may win."""


@dataclass(frozen=True, kw_only=True)
class ImageFeatures:
    """Shape: pooled (B, D); grid (B, P, D), row by row, P = side * side."""

    pooled: Tensor
    grid: Tensor


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A batch read through its families (Eq. 11, 12).

    Shape: z (B, D); logits_1, logits_2 (B, C) float32; attention (B, L), of the image query.
    """

    z: Tensor
    logits_1: Tensor
    logits_2: Tensor
    attention: Tensor


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token of the text: its piece, and the characters [start, end) of the text it covers."""

    piece: str
    start: int
    end: int
    unknown: bool


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The two classifiers' word on one sample (§3.5).

    `label` the decision; `decided_by` 0 when both agree, else 1 or 2, whichever was surer.
    Shape: probabilities_1, probabilities_2 (C,).
    """

    label: str
    label_1: str
    label_2: str
    decided_by: int
    probabilities_1: np.ndarray
    probabilities_2: np.ndarray

    @classmethod
    def from_logits(cls, logits_1: Tensor, logits_2: Tensor, labels: tuple[str, ...]) -> list[Self]:
        """One for each row, by the inference rule. Shape: logits_1, logits_2 (B, C)."""
        p_1, p_2 = (o.float().softmax(-1).cpu().numpy() for o in (logits_1, logits_2))
        return [cls._decide(a, b, labels) for a, b in zip(p_1, p_2, strict=True)]

    @classmethod
    def _decide(cls, p_1: np.ndarray, p_2: np.ndarray, labels: tuple[str, ...]) -> Self:
        c_1, c_2 = int(p_1.argmax()), int(p_2.argmax())
        surer = 1 if p_1[c_1] >= p_2[c_2] else 2
        return cls(
            label=labels[c_1 if surer == 1 else c_2],
            label_1=labels[c_1],
            label_2=labels[c_2],
            decided_by=0 if c_1 == c_2 else surer,
            probabilities_1=p_1,
            probabilities_2=p_2,
        )

    def without(self, prior: Sequence[float], labels: tuple[str, ...]) -> Self:
        """As they were before `LFDRT.expect(prior)`: p_c / π_c, which sum to 1 again."""
        shares = np.maximum(prior, LEAST_SHARE)
        odds_1, odds_2 = self.probabilities_1 / shares, self.probabilities_2 / shares
        return self._decide(odds_1 / odds_1.sum(), odds_2 / odds_2.sum(), labels)

    def as_dict(self, labels: Sequence[str]) -> dict[str, Any]:
        """As plain values, each class by its name; `decided_by` as above."""
        named = {"": self.mean, "_1": self.probabilities_1, "_2": self.probabilities_2}
        return {
            "label": self.label,
            "agree": self.agree,
            "decided_by": self.decided_by,
            "label_1": self.label_1,
            "label_2": self.label_2,
            **{
                f"probabilities{which}": dict(zip(labels, values.tolist(), strict=True))
                for which, values in named.items()
            },
        }

    @property
    def agree(self) -> bool:
        return self.decided_by == 0

    @property
    def mean(self) -> np.ndarray:
        """Mean of both classifiers' probabilities. Shape: (C,)."""
        return (self.probabilities_1 + self.probabilities_2) / 2


@dataclass(frozen=True, kw_only=True)
class FamilyReading:
    """The sample as one family's disentangler reads it; `family` is None for no disentangler.

    Shape: attention (T,), of the image query over the text's tokens.
    `mass` is the share of attention on those tokens: the rest lies on prefix and end tokens.
    """

    family: str | None
    attention: np.ndarray
    mass: float
    scores: Scores

    def as_dict(self, labels: Sequence[str]) -> dict[str, Any]:
        return {
            "family": self.family,
            **self.scores.as_dict(labels),
            "attention": self.attention.tolist(),
            "attention_on_text": self.mass,
        }


@dataclass(frozen=True, kw_only=True)
class Parallel:
    """One of several texts that say the same, the anchor's among them.

    Shape: attention (T,), of the image query over the text's tokens; alignment (T, A), Eq. 6, over
    the tokens of the anchor's text.
    """

    prediction: Prediction
    attention: np.ndarray
    alignment: np.ndarray

    @property
    def pieces(self) -> int:
        """T, how many the tokenizer cuts the text into."""
        return len(self.prediction.tokens)


@dataclass(frozen=True, kw_only=True)
class HeadGuesses:
    """What each family's head makes of a text's first t tokens, every one hidden once (Eq. 7).

    Shape: sharpness (K, t), KL from uniform of the prediction; log_probability (K, t), of the token
    that stood there; natural logarithms. words: how many the prediction is over. exact: all of them
    were counted; False: estimated from a part.
    """

    sharpness: np.ndarray
    log_probability: np.ndarray
    words: int
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Box:
    """A part of a picture, in its pixels. It lies inside."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """A picture as it was given, and what of it was read.

    `size`: width and height. `faces`: those found, the largest first. `face`: number of the one
    that was read, from 1, and `part` the square around it; None: the whole picture was read.
    `note`: what people must know of that.
    """

    size: tuple[int, int]
    faces: tuple[Box, ...]
    face: int | None
    part: Box | None
    note: str | None

    def as_dict(self) -> dict[str, Any]:
        told = asdict(self)
        del told["note"]  # which stands among the prediction's
        return told | {"size": list(self.size), "faces": list(told["faces"])}


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Everything known about one predicted sample; fields not asked for are None.

    `photograph`: where faces were looked for in the picture.

    Shape: sharpness (K,), KL from uniform in nats of each head, mean over the hidden tokens; grid
    (side, side, T), each region's attention over the tokens; translation (K, T, A), Eq. 6, over the
    tokens of the translation.
    """

    labels: tuple[str, ...]
    scores: Scores
    language: str | None
    family: str | None
    text: str | None
    has_image: bool
    tokens: tuple[Token, ...]
    unknown_share: float
    notes: tuple[str, ...]
    photograph: Photograph | None = None
    families: tuple[FamilyReading, ...] | None = None
    sharpness: np.ndarray | None = None
    grid: np.ndarray | None = None
    translation: np.ndarray | None = None
    translation_tokens: tuple[Token, ...] | None = None

    def without(self, prior: Sequence[float]) -> Self:
        """As it would be had the model expected every class alike. prior: what it expected."""
        read = self.families
        if read is not None:
            read = tuple(
                replace(one, scores=one.scores.without(prior, self.labels)) for one in read
            )
        return replace(self, scores=self.scores.without(prior, self.labels), families=read)

    def as_row(self, note: str = "") -> dict[str, str | float | bool | None]:
        """Flat, as a table has it: `lfdrt.data.columns.added_columns`. note: before its own."""
        named = zip(self.labels, self.scores.mean, strict=True)
        return {
            "label": self.scores.label,
            "agree": self.scores.agree,
            "label_1": self.scores.label_1,
            "label_2": self.scores.label_2,
            "language": self.language,
            "family": self.family,
            **{f"p_{label}": round(float(value), 6) for label, value in named},
            "note": " ".join(filter(None, (note, *self.notes))),
        }

    def as_dict(self, families: Sequence[str]) -> dict[str, Any]:
        """Everything as plain values, numbers in full; other programs rely on the keys. `families`:
        of the model, which sharpness is told of. A translation is there where one was read."""
        told = {
            **self.scores.as_dict(self.labels),
            "language": self.language,
            "family": self.family,
            "text": self.text,
            "has_image": self.has_image,
            "photograph": None if self.photograph is None else self.photograph.as_dict(),
            "tokens": [asdict(token) for token in self.tokens],
            "unknown_share": self.unknown_share,
            "notes": list(self.notes),
            "families": [reading.as_dict(self.labels) for reading in self.families or ()],
            "sharpness": None
            if self.sharpness is None
            else dict(zip(families, self.sharpness.tolist(), strict=True)),
            "grid": None if self.grid is None else self.grid.tolist(),
        }
        if self.translation is not None:
            told["translation"] = self.translation.tolist()
            told["translation_tokens"] = [asdict(t) for t in self.translation_tokens or ()]
        return told
