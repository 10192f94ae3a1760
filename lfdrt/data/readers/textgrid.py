"""Praat's TextGrid, long and short, in any encoding, by praatio."""

from __future__ import annotations

import math

from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.readers.tiers import Said, of_tiers
from lfdrt.data.rows import TableError


class TextGrid(Reader):
    suffixes = (".textgrid",)
    name = "Praat TextGrid"
    says = (
        "one text an interval of a tier that is chosen; empty ones are left out, times are columns"
    )

    def recognises(self, head: bytes, name: str) -> Fit:
        known = b"ooTextFile" in head[:200] and b'"TextGrid"' in head[:300]
        return Fit.YES if known else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        from praatio.utilities import textgrid_io

        try:
            found = textgrid_io.parseTextgridStr(file.whole(), includeEmptyIntervals=True)
            tiers: dict[str, list[Said]] = {}
            for tier in found["tiers"]:
                tiers.setdefault(tier["name"], []).extend(_said(*one) for one in tier["entries"])
        except TableError:
            raise
        except Exception as error:  # a stranger's bytes
            raise TableError(
                f"the TextGrid is damaged or cut off ({error}). Save it again."
            ) from error
        return of_tiers(tiers, answers, (file.encoding,))


def _said(*entry: object) -> Said:
    """An interval is start, end and text, a point is a time and text."""
    *times, text = entry
    start, end = float(str(times[0])), float(str(times[-1]))
    if not math.isfinite(start + end):
        raise ValueError(f"a time is {times[0]} to {times[-1]}")
    return Said(start, end, str(text))
