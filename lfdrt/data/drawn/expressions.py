"""The seven expressions of a drawn face, as numbers.

How far brows, lids and lips stand from rest, after the action units of Ekman and Friesen (1978).
Two variants each, so that no emotion is one picture. This file draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from lfdrt.data.drawn.pen import Colour


@dataclass(frozen=True)
class Expression:
    """How the parts of a face stand. Lengths in picture hundredths, the rest in shares."""

    brow_in: float = 0.8  # lift of the inner end; below 0 is lowered
    brow_out: float = 0.0  # lift of the outer end
    brow_arch: float = 2.0  # rise of the middle above the line between the ends
    brow_gap: float = 5.2  # inner end to the middle of the face
    eye: float = 1.0  # height of the eye
    lid_in: float = 0.22  # share of the eye that the upper lid covers at the nose
    lid_out: float = 0.22  # the same at the temple
    lid_low: float = 0.06  # share that the lower lid covers
    iris: float = 1.0
    gaze: float = 0.0  # looks down by this share of the eye
    mouth: float = 9.0  # half its width
    corner: float = 0.0  # lift of its corners
    upper: float = 0.0  # lift of the upper lip's middle
    lower: float = 0.0  # drop of the lower lip's middle
    square: float = 2.0  # 2 is a curve, 4 a box
    oval: float = 1.0  # 1 is a parabola, 2 an ellipse
    skew: float = 0.0  # one corner up, the other down
    teeth: float = 0.0  # share of the opening: the upper row; 1 is clenched
    tongue: float = 0.0  # share of the opening, from below; above 1 it hangs out
    wrinkle: float = 0.0  # of the nose
    furrow: float = 0.0  # between the brows
    forehead: float = 0.0  # lines across it
    blush: float = 0.0
    tint: float = 0.0  # towards the emotion's colour (`TINTS`)
    tear: float = 0.0
    sweat: float = 0.0


EXPRESSIONS: dict[str, tuple[Expression, ...]] = {
    "anger": (
        Expression(
            brow_in=-5.2, brow_out=2.6, brow_arch=0.2, brow_gap=2.6, lid_in=0.52, lid_out=0.14,
            lid_low=0.2, iris=0.86, mouth=10, corner=-3, upper=3.4, lower=4.6, square=4, oval=3,
            teeth=1, furrow=1, wrinkle=0.4, tint=0.3,
        ),
        Expression(
            brow_in=-5.6, brow_out=2.2, brow_arch=0.0, brow_gap=2.6, lid_in=0.56, lid_out=0.2,
            lid_low=0.22, iris=0.86, mouth=8, corner=-4.6, upper=0.2, lower=-0.2, furrow=1,
            tint=0.34,
        ),
    ),
    "disgust": (
        Expression(
            brow_in=-3.4, brow_out=-0.6, brow_arch=1.2, brow_gap=4.2, lid_in=0.46, lid_out=0.42,
            lid_low=0.34, gaze=0.1, mouth=8.5, corner=-4.6, upper=3.2, lower=3.2, oval=1.4,
            skew=0.14, tongue=1.75, wrinkle=1, furrow=0.5, tint=0.2,
        ),
        Expression(
            brow_in=-3.6, brow_out=0.4, brow_arch=1.2, brow_gap=4, lid_in=0.48, lid_out=0.42,
            lid_low=0.36, mouth=8.5, corner=-4.2, upper=3.4, lower=0.4, skew=0.3, teeth=0.6,
            wrinkle=1, furrow=0.6, tint=0.22,
        ),
    ),
    "fear": (
        Expression(
            brow_in=6.4, brow_out=1.2, brow_arch=1, brow_gap=3.6, eye=1.34, lid_in=0.02,
            lid_out=0.1, lid_low=0, iris=0.6, mouth=10.5, corner=-3.6, upper=1.6, lower=4.6,
            square=3, oval=1.6, teeth=0.34, forehead=1, tint=0.24, sweat=1,
        ),
        Expression(
            brow_in=6, brow_out=1, brow_arch=1, brow_gap=3.4, eye=1.3, lid_in=0.02, lid_out=0.1,
            lid_low=0, iris=0.56, mouth=10.5, corner=-2.2, upper=2.2, lower=2.4, square=4, oval=2.4,
            teeth=1, forehead=1, tint=0.3, sweat=0.6,
        ),
    ),
    "joy": (
        Expression(
            brow_in=3.6, brow_out=0.8, brow_arch=2.6, lid_in=0.2, lid_out=0.26, lid_low=0.36,
            mouth=12.5, corner=5, upper=-1.2, lower=10, oval=1.25, teeth=0.34, tongue=0.4, blush=1,
        ),
        Expression(
            brow_in=3.4, brow_out=0.6, brow_arch=2.6, lid_in=0.24, lid_out=0.3, lid_low=0.3,
            mouth=12, corner=5.4, upper=-3.2, lower=3.2, blush=1,
        ),
    ),
    "neutral": (Expression(), Expression(corner=0.5, lid_in=0.3, lid_out=0.3)),
    "sadness": (
        Expression(
            brow_in=5.2, brow_out=-3.4, brow_arch=0.4, brow_gap=4, lid_in=0.2, lid_out=0.54,
            lid_low=0.1, gaze=0.24, mouth=8, corner=-4.2, upper=1, lower=-1, forehead=0.4, tear=1,
        ),
        Expression(
            brow_in=5, brow_out=-3.2, brow_arch=0.4, brow_gap=4, lid_in=0.3, lid_out=0.6,
            lid_low=0.1, gaze=0.3, mouth=7.5, corner=-4, upper=1, lower=-0.2, tear=0.4,
        ),
    ),
    "surprise": (
        Expression(
            brow_in=6.4, brow_out=4.4, brow_arch=4, eye=1.36, lid_in=0, lid_out=0, lid_low=0,
            iris=0.82, mouth=5.6, corner=-2, upper=4, lower=8.6, oval=2, tongue=0.24, forehead=0.5,
        ),
        Expression(
            brow_in=6, brow_out=4.2, brow_arch=3.8, eye=1.32, lid_in=0, lid_out=0, lid_low=0,
            iris=0.86, mouth=4.6, corner=-1.6, upper=2.6, lower=5.8, oval=2, forehead=0.4,
        ),
    ),
}  # fmt: skip

TINTS: dict[str, Colour] = {
    "anger": (214, 62, 48), "disgust": (150, 178, 92), "fear": (176, 190, 222)
}  # fmt: skip
