"""JSON lines: one object a line, its keys the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from lfdrt.data.names import is_known
from lfdrt.data.readers.annotations import flat
from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.rows import MAX_CELL, BadRow, Left, Row, trimmed

ADVICE = 'Each line must be one JSON object, such as {"text": "…"}.'


class JsonLines(Reader):
    suffixes = (".jsonl", ".ndjson")
    name = "JSON lines"
    says = "one object a line, also from doccano; its keys are the columns"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.YES if is_line(head.lstrip()) else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        return Reading(
            rows=partial(_objects, file),
            how=(file.encoding,),
            advice=ADVICE,
        )


def is_line(start: bytes) -> bool:
    """Whether a file that begins so is one object a line: the first line or, where that is damaged,
    the second is a whole one, or it is longer than what is looked at. One that is alone, with the
    rows in a list inside it, is none."""
    if not start.startswith(b"{"):
        return False
    first, _, rest = start.partition(b"\n")
    found = _object(first)
    if found is None:
        return not rest or _object(rest.partition(b"\n")[0]) is not None
    lists = [one for one in found.values() if isinstance(one, list) and len(one) > 1]
    alone = not rest.strip() and not any(map(is_known, found))
    return not (alone and any(isinstance(one[0], dict) for one in lists))


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _objects(file: File) -> Iterator[Row | BadRow | Left]:
    with file.text(newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield line_row(number, line)


def line_row(number: int, line: str) -> Row | BadRow:
    """Numbers keep the digits they are written with; an object in an object stays JSON."""
    try:
        found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return BadRow(number, "not valid JSON")
    return object_row(number, flat(found) if isinstance(found, dict) else found)


def object_row(number: int, found: object) -> Row | BadRow:
    if not isinstance(found, dict):
        return BadRow(number, "not a JSON object")
    values = {trimmed(name): _json_text(value) for name, value in found.items()}
    if "" in values or len(values) < len(found):
        return BadRow(number, "two keys with one name, or a key without one")
    if any(len(value) > MAX_CELL for value in values.values()):
        return BadRow(number, f"a text of more than {MAX_CELL:,} characters")
    return Row(number, values)


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
