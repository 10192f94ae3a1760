"""Eyes, brows, nose, mouth and drops of a drawn face, posed by an `Expression`.

Units as in `pen`.
"""

from __future__ import annotations

from lfdrt.data.drawn.expressions import Expression
from lfdrt.data.drawn.pen import Colour, Pen, Point, blend, mirrored, spline
from lfdrt.data.drawn.person import INK, Person

TONGUE: Colour = (206, 92, 102)


def draw_eye(pen: Pen, person: Person, look: Expression, side: int) -> None:
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


def draw_brow(pen: Pen, person: Person, look: Expression, side: int) -> None:
    """A tapered stroke, thick at the nose."""
    y, inner, outer = -11.8, look.brow_gap, person.eyes_apart + 7.2
    middle = y - (look.brow_in * 0.48 + look.brow_out * 0.52) - look.brow_arch
    ends = (y - look.brow_in, middle, y - look.brow_out)
    xs = (inner, inner * 0.48 + outer * 0.52, outer)
    upper = spline([(side * x, v - t) for x, v, t in zip(xs, ends, (1.5, 1.2, 0.2), strict=True)])
    lower = spline([(side * x, v + t) for x, v, t in zip(xs, ends, (1.5, 0.8, 0.3), strict=True)])
    pen.fill([*upper, *reversed(lower)], person.brow)
    pen.oval(side * inner, ends[0], 1.2, 1.5, person.brow)


def draw_nose(pen: Pen, person: Person, look: Expression) -> None:
    """The nose; raised by a wrinkle, with folds across it and down the cheeks."""
    n, tip = person.nose, 10 - 1.6 * look.wrinkle
    side, back = (n + 0.4, tip - 2.4), (n * 0.55, tip - 0.4)
    pen.curve([(-side[0], side[1]), (-back[0], back[1]), (0, tip), back, side], 1.1, person.shade)
    soft = blend(person.skin, person.shade, 0.6)
    pen.curve([(n * 0.5, -2), (n * 0.75, 2), (n * 0.6, 4.5)], 0.8, soft)
    for turn in (-1, 1) if look.wrinkle > 0.3 else ():
        fold = [(n + 1.6, tip - 2), (n + 4.5, 10.5), (n + 6.4, 15)]
        pen.curve([(turn * x, y) for x, y in fold], 0.8, person.shade)
    for k in range(3) if look.wrinkle > 0.7 else ():
        y = -3.4 + 2.6 * k
        pen.curve([(-2.8, y), (0, y - 1.2), (2.8, y)], 0.7, person.shade)


def draw_skin_lines(pen: Pen, person: Person, look: Expression) -> None:
    """Blush, the furrow between the brows, lines across the forehead."""
    for side in (-1, 1):
        if look.blush > 0.1:
            warm = blend(person.skin, (232, 92, 92), 0.3 * min(1.0, look.blush))
            pen.oval(side * (person.eyes_apart + 4.5), 9, 5.6, 3.6, warm)
        if look.furrow > 0.3:
            pen.stroke([(side * 1.5, -14.5), (side * 1.2, -8.6)], 0.8, person.shade)
    for k in range(2) if look.forehead > 0.3 else ():
        y, w = -21.4 - 2.6 * k, 7 - k
        line = [(-w, y + 0.6), (-3.5, y), (0, y + 0.7), (3.5, y), (w, y + 0.6)]
        pen.curve(line, 0.7, person.shade)


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
    pairs = list(zip(upper, lower, strict=True))
    top = [(x, u + (v - u) * a) for (x, u), (_, v) in pairs]
    return [*top, *((x, u + (v - u) * b) for (x, u), (_, v) in reversed(pairs))]


def draw_mouth(pen: Pen, person: Person, look: Expression) -> None:
    upper, lower = _lips(look)
    if look.upper + look.lower < 1:  # closed: a line, and the light under the lower lip
        under = [(x * 0.62, y + 2.6) for x, y in upper]
        if not person.beard:
            pen.stroke(under, 1.5, blend(person.skin, person.lips, 0.45))
        pen.stroke(upper, 1.35, blend(person.lips, INK, 0.5))
        return
    pen.fill([*upper, *reversed(lower)], (92, 24, 36))
    if 0 < look.tongue <= 1:
        pen.fill(_between(upper[4:13], lower[4:13], 1 - look.tongue, 1), TONGUE)
    if look.teeth > 0:
        pen.fill(_between(upper[1:16], lower[1:16], 0, min(1.0, look.teeth)), (250, 248, 242))
    if look.teeth > 0.85:
        _draw_bite(pen, upper, lower)
    pen.stroke([*upper, *reversed(lower), upper[0]], 1.5, person.lips)
    if look.tongue > 1:
        y = lower[8][1]
        half = [(0.0, y - 2.6), (4.0, y - 2), (4.4, y + 3), (0.0, y + 5 * (look.tongue - 0.6))]
        pen.fill(spline(mirrored(half), closed=True), TONGUE)
        pen.stroke([(0, y - 1), (0, y + 2.6)], 0.7, blend(TONGUE, INK, 0.3))


def _draw_bite(pen: Pen, upper: list[Point], lower: list[Point]) -> None:
    """The gaps of clenched teeth."""
    grey = (186, 180, 178)
    pen.stroke(_between(upper[1:16], lower[1:16], 0.5, 0.5)[:15], 0.6, grey)
    for k in range(3, 14, 2):
        pen.stroke([upper[k], lower[k]], 0.5, grey)


def _drop(pen: Pen, x: float, y: float, size: float) -> None:
    half = [(0.0, -2.0), (0.55, -0.7), (1.0, 0.4), (0.6, 1.25), (0.0, 1.5)]
    drop = spline(mirrored(half), closed=True)
    pen.fill([(x + a * size, y + b * size) for a, b in drop], (112, 186, 232))
    pen.oval(x - size * 0.3, y + size * 0.4, size * 0.22, size * 0.4, (226, 244, 255))


def draw_drops(pen: Pen, person: Person, look: Expression) -> None:
    """Tears below the eyes, sweat at the temple."""
    if look.tear > 0.2:
        _drop(pen, -person.eyes_apart - 1.5, 8.0, 2.4 * look.tear**0.5)
        if look.tear > 0.7:
            _drop(pen, person.eyes_apart + 2.0, 11.5, 2.2)
    if look.sweat > 0.2:
        _drop(pen, person.half_width * 0.8, -15.0, 2.8)
