"""JSON: a list of objects, as programs and annotation tools export it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from lfdrt.data.readers.annotations import flat
from lfdrt.data.readers.file import File
from lfdrt.data.readers.json_lines import is_line, object_row
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading, whole_row
from lfdrt.data.rows import BadRow, Row, TableError


class JsonFile(Reader):
    suffixes = (".json",)
    name = "JSON"
    says = "a list of objects or texts, also from doccano and Label Studio; keys are columns"

    def recognises(self, head: bytes, name: str) -> Fit:
        start = head.lstrip()
        if start.startswith(b"["):
            inside = start[1:200].lstrip()
            return Fit.YES if inside[:1] in (b"{", b'"', b"]") else Fit.NO
        return Fit.YES if start.startswith(b"{") and not is_line(start) else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        found = parsed(file)
        if isinstance(found, dict):
            lists = [one for one in found.values() if isinstance(one, list)]
            found = max(lists, key=len, default=[found])
        return Reading(
            rows=partial(_objects, found),
            roles={"text": "text"} if found and isinstance(found[0], str) else {},
            how=(file.encoding,),
            advice='Each must be an object, such as {"text": "…"}.',
        )


def parsed(file: File) -> Any:
    """Numbers keep the digits they are written with. TableError: no JSON."""
    try:
        return json.loads(file.whole(), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise TableError(f"it is not valid JSON ({error}). Export it again.") from error


def _objects(found: list[Any]) -> Iterator[Row | BadRow]:
    for number, one in enumerate(found, start=1):
        if isinstance(one, str):
            yield whole_row(number, {"text": one})
        else:
            yield object_row(number, flat(one) if isinstance(one, dict) else one)
