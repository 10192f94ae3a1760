"""What a program sent, checked: it may send whatever it likes, so the type of every value is looked
at before it is used. Nothing is written to the disk."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from app.api import english
from app.models.requests import Refused, Request

LETTERS = 100_000
"""Of one text. The model reads the first tokens alone; the rest costs time and is not read."""
ROWS = 500
"""Of one call: seconds of two cores."""
KEYS = ("text", "language", "image")


def request(*, text: Any, language: Any, family: Any, image: Any, name: str = "") -> Request:
    """name: goes before those of the values in a sentence. Refused."""
    given = {"text": text, "language": language, "family": family, "image": image}
    for key, value in given.items():
        if value is not None and not isinstance(value, str):
            kind = type(value).__name__
            raise Refused(english.NOT_TEXT.format(name=name + key, kind=kind))
    if len(text or "") > LETTERS:
        said = english.TOO_LONG.format(name=f"{name}text", letters=len(text), most=LETTERS)
        raise Refused(said)
    return Request(
        text=text or "",
        picture=_picture(image, f"{name}image") if image else None,
        language=language or None,
        family=family or "own",
    )


def rows(given: Any, language: Any, family: Any) -> list[Request]:
    """language: of rows without one. Refused names the row."""
    if not isinstance(given, list):
        raise Refused(english.NO_LIST.format(kind=type(given).__name__))
    if not given:
        raise Refused(english.NO_ROWS)
    if len(given) > ROWS:
        raise Refused(english.TOO_MANY_ROWS.format(rows=len(given), most=ROWS))
    return [_row(n, one, language, family) for n, one in enumerate(given)]


def _row(number: int, given: Any, language: Any, family: Any) -> Request:
    held: Mapping[str, Any] = {"text": given} if isinstance(given, str) else given
    if not isinstance(held, dict):
        raise Refused(english.NOT_A_ROW.format(number=number, kind=type(given).__name__))
    for key in held:
        if key not in KEYS:
            raise Refused(english.UNKNOWN_KEY.format(number=number, key=key))
    return request(
        text=held.get("text"),
        language=held.get("language") or language,
        family=family,
        image=held.get("image"),
        name=f"rows[{number}].",
    )


def _picture(image: str, name: str) -> bytes:
    """A data address too, as browsers write it. Refused."""
    from lfdrt.data.images import MAX_BYTES

    if image.startswith("data:"):
        image = image.partition(",")[2]
    if len(image) * 3 // 4 > MAX_BYTES:
        raise Refused(english.TOO_LARGE.format(name=name, most=MAX_BYTES / 1e6))
    try:
        return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(english.NOT_BASE64.format(name=name)) from None
