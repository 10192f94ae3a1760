"""Drawn faces: a parametric portrait that shows one of seven emotions, by Pillow alone.

They are the pictures of the bundled examples (no rights of others are touched) and a training
augmentation. An expression is a row of `EXPRESSIONS`: how far brows, lids and lips stand from
rest, after the action units of Ekman and Friesen (1978). Everything else about the person
(skin, hair, head, clothes, background) is drawn at random and knows nothing of the emotion.

This file does not know label sets, tensors or files. Units: the picture is 100 wide and the
middle of the face is (0, 0), x to the right and y downwards.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace

from PIL import Image

from lfdrt.data.drawn_pen import Colour, Pen, Point, blend, spline
from lfdrt.data.drawn_person import INK, Person, draw_body, draw_hair, draw_head, random_person

SUPERSAMPLING = 3


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
            lid_low=0.22, iris=0.86, mouth=8, corner=-4.6, upper=0.2, lower=-0.2, furrow=1, tint=0.34,
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
            brow_in=6.4, brow_out=1.2, brow_arch=1, brow_gap=3.6, eye=1.34, lid_in=0.02, lid_out=0.1,
            lid_low=0, iris=0.6, mouth=10.5, corner=-3.6, upper=1.6, lower=4.6, square=3, oval=1.6,
            teeth=0.34, forehead=1, tint=0.24, sweat=1,
        ),
        Expression(
            brow_in=6, brow_out=1, brow_arch=1, brow_gap=3.4, eye=1.3, lid_in=0.02, lid_out=0.1,
            lid_low=0, iris=0.56, mouth=10.5, corner=-2.2, upper=2.2, lower=2.4, square=4, oval=2.4,
            teeth=1, forehead=1, tint=0.3, sweat=0.6,
        ),
    ),
    "joy": (
        Expression(
            brow_in=2.6, brow_out=1, brow_arch=3, lid_in=0.2, lid_out=0.26, lid_low=0.36,
            mouth=12.5, corner=5, upper=-1.2, lower=10, oval=1.25, teeth=0.34, tongue=0.4, blush=1,
        ),
        Expression(
            brow_in=2.4, brow_out=0.8, brow_arch=2.8, lid_in=0.24, lid_out=0.3, lid_low=0.3,
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
            brow_in=6, brow_out=4.2, brow_arch=3.8, eye=1.32, lid_in=0, lid_out=0, lid_low=0, iris=0.86,
            mouth=4.6, corner=-1.6, upper=2.6, lower=5.8, oval=2, forehead=0.4,
        ),
    ),
}  # fmt: skip

TINTS: dict[str, Colour] = {
    "anger": (214, 62, 48), "disgust": (150, 178, 92), "fear": (176, 190, 222)
}  # fmt: skip
NO_TINT: Colour = (255, 255, 255)


def draw_face(emotion: str, rng: random.Random, size: int = 224) -> Image.Image:
    """A drawn portrait, RGB, `size` x `size` pixels; the same for the same state of `rng`.

    `emotion` is one of `EXPRESSIONS`; another one raises `ValueError`.
    """
    if emotion not in EXPRESSIONS:
        raise ValueError(f"No drawing for the emotion {emotion!r}; choose one of {[*EXPRESSIONS]}.")
    person = random_person(rng)
    look = _vary(rng.choice(EXPRESSIONS[emotion]), rng)
    tint = look.tint * rng.choice((0.0, 0.5, 1.0))
    person = replace(person, skin=blend(person.skin, TINTS.get(emotion, NO_TINT), tint))
    pen = Pen(size * SUPERSAMPLING, person.ground)
    draw_body(pen, person)
    pen.place(
        rng.uniform(-2.5, 2.5), rng.uniform(-2, 1), rng.uniform(-5, 5), rng.uniform(0.94, 1.04)
    )
    draw_head(pen, person)
    _draw_lines(pen, person, look)
    for side in (-1, 1):
        _draw_eye(pen, person, look, side)
        _draw_brow(pen, person, look, side)
    _draw_mouth(pen, person, look)
    draw_hair(pen, person)
    _draw_drops(pen, person, look)
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


def _draw_eye(pen: Pen, person: Person, look: Expression, side: int) -> None:
    x, y, w, h = side * person.eyes_apart, -3.0, 6.1, 5.0 * look.eye
    pen.oval(x, y, w + 0.5, h + 0.5, person.shade)
    pen.oval(x, y, w, h, (252, 251, 248))
    iris, cy = 3.5 * look.iris, y + h * look.gaze
    pen.oval(x, cy, iris, iris, person.iris)
    pen.oval(x, cy, iris * 0.55, iris * 0.55, (24, 20, 24))
    pen.oval(x + iris * 0.38, cy - iris * 0.4, iris * 0.28, iris * 0.28, (255, 255, 255))
    inner, outer = y - h + 2 * h * look.lid_in, y - h + 2 * h * look.lid_out
    left, right = (inner, outer) if side > 0 else (outer, inner)
    ends = max(left, right, y) if max(look.lid_in, look.lid_out) < 0.12 else None
    lash = spline(
        [
            (x - w - 0.3, ends or left + 2.4),
            (x - w * 0.5, left + h * 0.1),
            (x + w * 0.5, right + h * 0.1),
            (x + w + 0.3, ends or right + 2.4),
        ]
    )
    top = y - h - 1.0
    over = spline(
        [(x - w - 0.8, y), (x - w, top + 1.8), (x, top), (x + w, top + 1.8), (x + w + 0.8, y)]
    )
    pen.fill([*over, *reversed(lash)], person.lid)
    if look.lid_low > 0.02:
        low = y + h - 2 * h * look.lid_low
        under = spline(
            [(x - w - 0.6, low + 1), (x, low - 2 * look.lid_low), (x + w + 0.6, low + 1)]
        )
        pen.fill([*under, (x + w + 0.6, y + h + 1), (x - w - 0.6, y + h + 1)], person.skin)
        pen.stroke(under, 0.6, person.shade)
    pen.stroke(lash, 1.3, INK)


def _draw_brow(pen: Pen, person: Person, look: Expression, side: int) -> None:
    """A tapered stroke, thick at the nose."""
    y, inner, outer = -11.8, look.brow_gap, person.eyes_apart + 7.2
    middle = y - (look.brow_in * 0.48 + look.brow_out * 0.52) - look.brow_arch
    ends = (y - look.brow_in, middle, y - look.brow_out)
    xs = (inner, inner * 0.48 + outer * 0.52, outer)
    upper = spline([(side * x, v - t) for x, v, t in zip(xs, ends, (1.5, 1.2, 0.2))])
    lower = spline([(side * x, v + t) for x, v, t in zip(xs, ends, (1.5, 0.8, 0.3))])
    pen.fill([*upper, *reversed(lower)], person.brow)
    pen.oval(side * inner, ends[0], 1.2, 1.5, person.brow)


def _draw_lines(pen: Pen, person: Person, look: Expression) -> None:
    """The nose, blush, and the lines that an expression presses into the skin."""
    n, lift = person.nose, 1.6 * look.wrinkle
    for side in (-1, 1):
        if look.blush > 0.1:
            warm = blend(person.skin, (232, 92, 92), 0.3 * min(1.0, look.blush))
            pen.oval(side * (person.eyes_apart + 4.5), 9, 5.6, 3.6, warm)
        if look.furrow > 0.3:
            pen.stroke([(side * 1.5, -14.5), (side * 1.2, -8.6)], 0.8, person.shade)
        if look.wrinkle > 0.3:
            pen.stroke(
                spline(
                    [(side * (n + 1.6), 8 - lift), (side * (n + 4.5), 10.5), (side * (n + 6.4), 15)]
                ),
                0.8,
                person.shade,
            )
    for k in range(3 if look.wrinkle > 0.7 else 0):
        pen.stroke(
            spline([(-2.8, -3.4 + 2.6 * k), (0, -4.6 + 2.6 * k), (2.8, -3.4 + 2.6 * k)]),
            0.7,
            person.shade,
        )
    for k in range(2 if look.forehead > 0.3 else 0):
        y = -21.4 - 2.6 * k
        pen.stroke(
            spline([(-7 + k, y + 0.6), (-3.5, y), (0, y + 0.7), (3.5, y), (7 - k, y + 0.6)]),
            0.7,
            person.shade,
        )
    nose = [
        (-n - 0.4, 7.6 - lift),
        (-n * 0.55, 9.6 - lift),
        (0, 10 - lift),
        (n * 0.55, 9.6 - lift),
        (n + 0.4, 7.6 - lift),
    ]
    pen.stroke(spline(nose), 1.1, person.shade)
    pen.stroke(
        spline([(n * 0.5, -2), (n * 0.75, 2), (n * 0.6, 4.5)]),
        0.8,
        blend(person.skin, person.shade, 0.6),
    )


def _lips(look: Expression) -> tuple[list[Point], list[Point]]:
    """Upper and lower edge of the mouth, left to right: superellipse arcs between the corners."""
    upper, lower = [], []
    for k in range(17):
        s = k / 8 - 1
        bow = (1 - abs(s) ** look.square) ** (1 / look.oval)
        base = 18.4 - look.corner * (1 - bow) - look.skew * look.mouth * s * 0.6
        upper.append((s * look.mouth, base - look.upper * bow))
        lower.append((s * look.mouth, base + look.lower * bow))
    return upper, lower


def _between(upper: list[Point], lower: list[Point], a: float, b: float) -> list[Point]:
    """The band of the mouth from share `a` to share `b` of its opening."""
    pairs = list(zip(upper, lower))
    top = [(x, u + (v - u) * a) for (x, u), (_, v) in pairs]
    return [*top, *((x, u + (v - u) * b) for (x, u), (_, v) in reversed(pairs))]


def _draw_mouth(pen: Pen, person: Person, look: Expression) -> None:
    upper, lower = _lips(look)
    if look.upper + look.lower < 1:  # closed: a line, and the light under the lower lip
        under = [(x * 0.62, y + 2.6) for x, y in upper]
        pen.stroke(under, 1.5, blend(person.skin, person.lips, 0.45))
        pen.stroke(upper, 1.35, blend(person.lips, INK, 0.5))
        return
    pen.fill([*upper, *reversed(lower)], (92, 24, 36))
    tongue = (206, 92, 102)
    if 0 < look.tongue <= 1:
        pen.fill(_between(upper[4:13], lower[4:13], 1 - look.tongue, 1), tongue)
    if look.teeth > 0:
        pen.fill(_between(upper[1:16], lower[1:16], 0, min(1.0, look.teeth)), (250, 248, 242))
    if look.teeth > 0.85:
        grey = (186, 180, 178)
        pen.stroke(
            [((x + p) / 2, (y + q) / 2) for (x, y), (p, q) in zip(upper[1:16], lower[1:16])],
            0.6,
            grey,
        )
        for k in range(3, 14, 2):
            pen.stroke([upper[k], lower[k]], 0.5, grey)
    pen.stroke([*upper, *reversed(lower), upper[0]], 1.5, person.lips)
    if look.tongue > 1:
        y = lower[8][1]
        pen.fill(
            spline(
                [
                    (-4, y - 2),
                    (-4.4, y + 3),
                    (0, y + 5 * (look.tongue - 0.6)),
                    (4.4, y + 3),
                    (4, y - 2),
                ],
                True,
            ),
            tongue,
        )
        pen.stroke([(0, y - 1), (0, y + 2.6)], 0.7, (168, 62, 76))


def _drop(pen: Pen, x: float, y: float, size: float) -> None:
    half = [(0.0, -2.0), (0.55, -0.7), (1.0, 0.4), (0.6, 1.25), (0.0, 1.5)]
    half = [(a * size, b * size) for a, b in half]
    pen.fill(
        [
            (x + a, y + b)
            for a, b in spline([*half, *((-a, b) for a, b in reversed(half[1:-1]))], True)
        ],
        (112, 186, 232),
    )
    pen.oval(x - size * 0.3, y + size * 0.4, size * 0.22, size * 0.4, (226, 244, 255))


def _draw_drops(pen: Pen, person: Person, look: Expression) -> None:
    """Tears below the eyes, sweat at the temple."""
    if look.tear > 0.2:
        _drop(pen, -person.eyes_apart - 1.5, 8.0, 2.4 * look.tear**0.5)
        if look.tear > 0.7:
            _drop(pen, person.eyes_apart + 2.0, 11.5, 2.2)
    if look.sweat > 0.2:
        _drop(pen, person.half_width * 0.8, -15.0, 2.8)
