"""A pen for drawn faces: smooth shapes in portrait units on a Pillow canvas.

Units: the picture is 100 wide, (0, 0) is its middle, x to the right and y downwards; `place` moves,
turns and scales what is drawn next.
"""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

_STEPS = 5  # straight pieces between two points of a spline: smooth at 224 px


def blend(a: Colour, b: Colour, share: float) -> Colour:
    """`a` with `share` (0 to 1) of `b` mixed in."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def _basis(t: float) -> tuple[float, float, float, float]:
    """Catmull–Rom weights of the four points around a piece, at `t` in [0, 1)."""
    return (
        0.5 * (-t + 2 * t * t - t**3),
        0.5 * (2 - 5 * t * t + 3 * t**3),
        0.5 * (t + 4 * t * t - 3 * t**3),
        0.5 * (-t * t + t**3),
    )


_BASIS = [_basis(step / _STEPS) for step in range(_STEPS)]
_CIRCLE = [(math.cos(k * math.pi / 24), math.sin(k * math.pi / 24)) for k in range(48)]


def spline(points: list[Point], closed: bool = False) -> list[Point]:
    """A smooth curve through `points` (Catmull–Rom)."""
    padded = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    out: list[Point] = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(
        padded, padded[1:], padded[2:], padded[3:], strict=False
    ):
        out += [
            (p * ax + q * bx + r * cx + s * dx, p * ay + q * by + r * cy + s * dy)
            for p, q, r, s in _BASIS
        ]
    return out if closed else [*out, points[-1]]


def mirrored(half: list[Point]) -> list[Point]:
    """A closed outline from its right half; the first and last point lie on the axis."""
    return [*half, *((-x, y) for x, y in reversed(half[1:-1]))]


class Pen:
    """Draws on a square canvas of `pixels` x `pixels`, filled with `ground`."""

    def __init__(self, pixels: int, ground: Colour) -> None:
        self.image = Image.new("RGB", (pixels, pixels), ground)
        self._draw = ImageDraw.Draw(self.image)
        self._unit = pixels / 100
        self.place(0.0, 0.0, 0.0, 1.0)

    def place(self, x: float, y: float, degrees: float, scale: float) -> None:
        """From now on (0, 0) is `x`, `y` off the middle, turned and scaled."""
        size = self._unit * scale
        self._scale = size
        self._cos = size * math.cos(math.radians(degrees))
        self._sin = size * math.sin(math.radians(degrees))
        self._x, self._y = (50 + x) * self._unit, (50 + y) * self._unit

    def _pixels(self, points: list[Point]) -> list[Point]:
        c, s, ox, oy = self._cos, self._sin, self._x, self._y
        return [(ox + c * x - s * y, oy + s * x + c * y) for x, y in points]

    def fill(self, points: list[Point], colour: Colour) -> None:
        self._draw.polygon(self._pixels(points), fill=colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        self.fill([(x + rx * c, y + ry * s) for c, s in _CIRCLE], colour)

    def stroke(self, points: list[Point], width: float, colour: Colour) -> None:
        """A line of `width` through `points` (no smoothing), with round ends."""
        pixels = self._pixels(points)
        wide = max(1, round(width * self._scale))
        self._draw.line(pixels, fill=colour, width=wide, joint="curve")
        if wide > 2:
            r = wide / 2
            for x, y in (pixels[0], pixels[-1]):
                self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def curve(self, points: list[Point], width: float, colour: Colour) -> None:
        """A line of `width` along the spline through `points`."""
        self.stroke(spline(points), width, colour)
