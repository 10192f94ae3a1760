"""Who is drawn: skin, head, hair, clothes and background of a drawn portrait, at random.

Units as in `pen`. Colours are picked from short palettes so that any combination looks meant.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from lfdrt.data.drawn.pen import Colour, Pen, Point, blend, mirrored, spline

SKINS: tuple[Colour, ...] = (
    (255, 224, 196), (247, 205, 170), (236, 188, 150), (222, 168, 126), (198, 139, 98),
    (168, 112, 76), (136, 86, 58), (104, 66, 46),
)  # fmt: skip
HAIRS: tuple[Colour, ...] = (
    (34, 28, 32), (52, 36, 30), (84, 54, 38), (122, 78, 48), (178, 116, 62), (222, 178, 104),
    (160, 66, 40), (150, 150, 156), (226, 226, 228),
)  # fmt: skip
IRISES: tuple[Colour, ...] = (
    (92, 58, 34), (70, 44, 30), (124, 88, 44), (76, 112, 84), (66, 110, 150), (98, 112, 122)
)  # fmt: skip
GROUNDS: tuple[Colour, ...] = (
    (246, 206, 138), (168, 212, 206), (178, 200, 232), (240, 182, 168), (206, 190, 226),
    (190, 214, 164), (238, 226, 204), (120, 150, 178), (226, 150, 120), (148, 178, 160),
)  # fmt: skip
CLOTHES: tuple[Colour, ...] = (
    (54, 84, 122), (178, 74, 66), (62, 118, 100), (226, 172, 72), (92, 76, 126), (70, 72, 82),
    (232, 228, 220), (196, 108, 138), (46, 128, 146),
)  # fmt: skip
STYLES = ("crop", "side", "bald", "bob", "long", "bun", "curly", "fringe", "scarf")
INK: Colour = (44, 30, 34)
# The right half of what hangs behind the head, top to bottom, in shares of the half head.
BACKS: dict[str, tuple[Point, ...]] = {
    "long": ((0, -1.09), (0.8, -0.9), (1.2, -0.3), (1.2, 0.5), (1.3, 1.2), (0, 1.25)),
    "bob": ((0, -1.09), (0.8, -0.92), (1.22, -0.3), (1.28, 0.3), (1.1, 0.66), (0, 0.6)),
    "scarf": ((0, -1.14), (0.85, -0.9), (1.22, -0.2), (1.14, 0.7), (1.1, 1.4), (0, 1.45)),
}
# The edge of the hair over the forehead, right to left, in shares of the half head.
HAIRLINES: dict[str, tuple[Point, ...]] = {
    "crop": (
        (0.9, -0.34), (0.8, -0.56), (0.42, -0.68), (0, -0.7),
        (-0.42, -0.68), (-0.8, -0.56), (-0.9, -0.34),
    ),
    "side": (
        (0.93, -0.26), (0.82, -0.52), (0.5, -0.74), (0.28, -0.8),
        (-0.2, -0.62), (-0.7, -0.52), (-0.93, -0.22),
    ),
    "bob": (
        (0.95, 0.1), (0.84, -0.4), (0.3, -0.7), (-0.1, -0.78),
        (-0.5, -0.66), (-0.86, -0.4), (-0.95, 0.1),
    ),
    "long": (
        (0.98, 0.3), (0.84, -0.36), (0.4, -0.68), (0, -0.82),
        (-0.4, -0.68), (-0.84, -0.36), (-0.98, 0.3),
    ),
    "bun": (
        (0.94, -0.1), (0.84, -0.46), (0.4, -0.7), (0, -0.74),
        (-0.4, -0.7), (-0.84, -0.46), (-0.94, -0.1),
    ),
    "curly": (
        (0.93, -0.2), (0.84, -0.5), (0.4, -0.66), (0, -0.68),
        (-0.4, -0.66), (-0.84, -0.5), (-0.93, -0.2),
    ),
    "fringe": (
        (0.97, 0.05), (0.88, -0.4), (0.6, -0.56), (0.1, -0.6),
        (-0.4, -0.57), (-0.86, -0.44), (-0.97, 0.05),
    ),
    "scarf": (
        (0.96, 0.5), (0.9, -0.3), (0.5, -0.66), (0, -0.74),
        (-0.5, -0.66), (-0.9, -0.3), (-0.96, 0.5),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Everything that stays the same when the mood changes. Lengths in picture hundredths."""

    skin: Colour
    hair: Colour
    iris: Colour
    ground: Colour
    cloth: Colour
    scarf: Colour
    style: str
    beard: bool
    glasses: bool
    half_width: float
    half_height: float
    jaw: float
    eyes_apart: float
    nose: float

    @property
    def shade(self) -> Colour:
        return blend(self.skin, (96, 34, 52), 0.24)

    @property
    def lid(self) -> Colour:
        return blend(self.skin, (120, 50, 60), 0.13)

    @property
    def lips(self) -> Colour:
        return blend(self.skin, (166, 40, 56), 0.52)

    @property
    def brow(self) -> Colour:
        return blend(self.hair, INK, 0.35)

    def outline(self) -> list[Point]:
        """The head."""
        w, h, jaw = self.half_width, self.half_height, self.jaw
        return spline(
            mirrored(
                [
                    (0.0, -h), (w * 0.62, -h * 0.87), (w * 0.98, -h * 0.36), (w * 0.97, h * 0.16),
                    (jaw, h * 0.64), (jaw * 0.46, h * 0.94), (0.0, h),
                ]
            ),
            closed=True,
        )  # fmt: skip


def random_person(rng: random.Random) -> Person:
    style, tone = rng.choice(STYLES), rng.randrange(len(SKINS))
    dark = tone >= len(SKINS) // 2
    width = rng.uniform(26.5, 29.5)
    return Person(
        skin=SKINS[tone],
        hair=rng.choice(HAIRS[:3] * 2 + HAIRS[-2:] if dark else HAIRS),
        iris=rng.choice(IRISES[:2] if dark else IRISES),
        ground=rng.choice(GROUNDS),
        cloth=rng.choice(CLOTHES),
        scarf=rng.choice(CLOTHES),
        style=style,
        beard=style in ("crop", "side", "bald") and rng.random() < 0.35,
        glasses=rng.random() < 0.14,
        half_width=width,
        half_height=rng.uniform(34, 36.5),
        jaw=width * rng.uniform(0.74, 0.86),
        eyes_apart=rng.uniform(11.4, 12.4),
        nose=rng.uniform(3.2, 4.4),
    )


def draw_body(pen: Pen, person: Person) -> None:
    """The disc behind the head and the shoulders; the neck is drawn with the head."""
    pen.oval(0, 2, 46, 46, blend(person.ground, (255, 255, 255), 0.35))
    shoulders = spline(
        mirrored([(0.0, 33.0), (14, 35), (30, 40), (41, 50), (44, 66), (0, 66)]), True
    )
    pen.fill(shoulders, person.cloth)
    pen.stroke(spline([(-15, 35.5), (-8, 43), (0, 45.5), (8, 43), (15, 35.5)]), 3.4,
               blend(person.cloth, (255, 255, 255), 0.3))  # fmt: skip
    neck = person.scarf if person.style == "scarf" else person.shade
    pen.fill(
        spline([(-10.5, 18), (-11, 34), (-7, 41), (0, 43.5), (7, 41), (11, 34), (10.5, 18)]), neck
    )


def _draw_back_hair(pen: Pen, person: Person) -> None:
    w, h = person.half_width, person.half_height
    colour = person.scarf if person.style == "scarf" else blend(person.hair, (20, 14, 24), 0.3)
    if person.style in BACKS:
        half = [(x * w, y * h) for x, y in BACKS[person.style]]
        pen.fill(spline(mirrored(half), closed=True), colour)
    elif person.style == "bun":
        pen.oval(0, -h - 5, 10, 9, colour)
    elif person.style == "curly":
        for k in range(9):  # a wreath of curls from ear to ear over the crown
            turn = math.pi * (k / 8 * 1.1 - 0.05)
            pen.oval(math.cos(turn) * w, -math.sin(turn) * h * 1.08, 11 + k % 2, 11, colour)


def draw_head(pen: Pen, person: Person) -> None:
    """Hair behind the head, ears, and the head itself with its shadow side."""
    w = person.half_width
    _draw_back_hair(pen, person)
    if person.style != "scarf":
        for side in (-1, 1):
            pen.oval(side * (w + 0.6), 2, 4.4, 6.6, person.skin)
            pen.oval(side * (w + 1.0), 2, 2.2, 3.8, person.shade)
    pen.fill(person.outline(), blend(person.skin, person.shade, 0.5))
    pen.fill([(x * 0.965 - 0.8, y * 0.98 - 0.4) for x, y in person.outline()], person.skin)
    if person.beard:
        _draw_beard(pen, person)


def _draw_beard(pen: Pen, person: Person) -> None:
    w, h, jaw = person.half_width, person.half_height, person.jaw
    half = [
        (w * 0.98, 2.0),
        (w * 0.96, h * 0.2),
        (jaw, h * 0.66),
        (jaw * 0.46, h * 0.98),
        (0.0, h * 1.03),
    ]
    inner = [(0.0, 11.2), (7.0, 10.4), (12.5, 9.6), (w * 0.74, 9.0), (w * 0.9, 2.0)]
    right = [*spline(half), *spline(inner)]
    for side in (-1, 1):
        pen.fill([(side * x, y) for x, y in right], blend(person.hair, person.skin, 0.12))


def draw_hair(pen: Pen, person: Person) -> None:
    """What lies over the forehead: hair or a scarf."""
    w, h = person.half_width, person.half_height
    if person.style in HAIRLINES:
        colour = person.scarf if person.style == "scarf" else person.hair
        line = spline([(x * w, y * h) for x, y in HAIRLINES[person.style]])
        end = line[0][1] / h
        crown = [
            (-1.05, end),
            (-1.06, -0.34),
            (-0.72, -0.92),
            (0, -1.1),
            (0.72, -0.92),
            (1.06, -0.34),
            (1.05, end),
        ]
        pen.fill([*spline([(x * w, y * h) for x, y in crown]), *line], colour)
        if person.style == "curly":
            for x, y in ((-0.66, -0.68), (-0.3, -0.8), (0.1, -0.82), (0.46, -0.8), (0.74, -0.64)):
                pen.oval(x * w, y * h, 7.2, 6, colour)
        else:
            shine = [(-w * 0.62, -h * 0.8), (-w * 0.3, -h * 0.94), (w * 0.1, -h * 0.98)]
            pen.curve(shine, 1.4, blend(colour, (255, 255, 255), 0.2))


def draw_glasses(pen: Pen, person: Person) -> None:
    w, apart = person.half_width, person.eyes_apart
    rim = blend(INK, person.cloth, 0.2)
    ring = spline(mirrored([(0, -11), (6.6, -9.6), (9, -3), (6.4, 4), (0, 5.6)]), True)
    for side in (-1, 1):
        pen.stroke([(side * apart + x, y) for x, y in [*ring, ring[0]]], 1.1, rim)
        pen.stroke([(side * (apart + 9), -4), (side * w, -4.6)], 1.1, rim)
    pen.stroke(spline([(9 - apart, -4), (0, -5), (apart - 9, -4)]), 1.1, rim)
