"""Drawn faces: a parametric portrait that shows one of seven emotions, by Pillow alone.

They are the pictures of the bundled examples (no rights of others are touched) and a training
augmentation. Who is drawn (skin, hair, head, clothes, background) is random and knows nothing
of the emotion; how the face stands comes from `drawn_expressions`.

This file does not know label sets, tensors or files.
"""

from __future__ import annotations

import random
from dataclasses import fields, replace

from PIL import Image

from lfdrt.data.drawn.expressions import EXPRESSIONS, TINTS, Expression
from lfdrt.data.drawn.features import (
    draw_brow,
    draw_drops,
    draw_eye,
    draw_mouth,
    draw_nose,
    draw_skin_lines,
)
from lfdrt.data.drawn.pen import Pen, blend
from lfdrt.data.drawn.person import draw_body, draw_glasses, draw_hair, draw_head, random_person

SUPERSAMPLING = 3


def draw_face(emotion: str, rng: random.Random, size: int = 224) -> Image.Image:
    """A drawn portrait, RGB, `size` x `size` pixels; the same for the same state of `rng`.

    `emotion` is one of `EXPRESSIONS`; another one raises `ValueError`.
    """
    if emotion not in EXPRESSIONS:
        raise ValueError(f"No drawing for the emotion {emotion!r}; choose one of {[*EXPRESSIONS]}.")
    person = random_person(rng)
    look = _vary(rng.choice(EXPRESSIONS[emotion]), rng)
    tint = look.tint * rng.choice((0.0, 0.5, 1.0))
    person = replace(person, skin=blend(person.skin, TINTS.get(emotion, person.skin), tint))
    pen = Pen(size * SUPERSAMPLING, person.ground)
    draw_body(pen, person)
    pen.place(
        rng.uniform(-2.5, 2.5), rng.uniform(-2, 1), rng.uniform(-5, 5), rng.uniform(0.94, 1.04)
    )
    draw_head(pen, person)
    draw_skin_lines(pen, person, look)
    draw_nose(pen, person, look)
    for side in (-1, 1):
        draw_eye(pen, person, look, side)
        draw_brow(pen, person, look, side)
    draw_mouth(pen, person, look)
    draw_hair(pen, person)
    if person.glasses:
        draw_glasses(pen, person)
    draw_drops(pen, person, look)
    return pen.image.reduce(SUPERSAMPLING)


def _vary(look: Expression, rng: random.Random) -> Expression:
    """The expression at 88-112 % of its distance from rest, part by part; mirrored at random."""
    rest = Expression()
    values = {}
    for field in fields(Expression):
        calm = getattr(rest, field.name)
        values[field.name] = calm + (getattr(look, field.name) - calm) * rng.uniform(0.88, 1.12)
    values["skew"] *= rng.choice((-1, 1))
    for drop in ("tear", "sweat"):
        values[drop] *= rng.random() < 0.7
    return Expression(**values)
