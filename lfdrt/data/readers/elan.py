"""ELAN: .eaf, and its export as tab-delimited text.

By the standard library: an .eaf is plain XML, and pympi stops at files that lack an attribute which
says nothing of the annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from lfdrt.data.readers.file import BINARY, File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.readers.tiers import Said, of_tiers
from lfdrt.data.rows import TableError

_TIME = re.compile(r"(\d{1,5}):(\d\d):(\d\d\.\d{1,3})")
_TAB_LINE = re.compile(
    rb"[^\t\n]+(\t[^\t\n]*)*\t\d+:\d\d:\d\d\.\d+(\t[^\t\n]*)*\t\d+:\d\d:\d\d\.\d+\t"
)


class Elan(Reader):
    suffixes = (".eaf",)
    name = "ELAN"
    says = (
        "one text an annotation of a tier that is chosen, also of its tab export; times are columns"
    )

    def recognises(self, head: bytes, name: str) -> Fit:
        if b"<ANNOTATION_DOCUMENT" in head[:2_000]:
            return Fit.YES
        if head.startswith(BINARY):
            return Fit.NO
        lines = [line for line in head.splitlines()[:50] if line.strip()]
        known = sum(bool(_TAB_LINE.match(line)) for line in lines)
        return Fit.YES if lines and known >= 0.8 * len(lines) else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        if b"<ANNOTATION_DOCUMENT" in file.head[:2_000]:
            return of_tiers(_annotations(file), answers, (file.encoding,))
        tiers: dict[str, list[Said]] = {}
        for line in file.whole().splitlines():
            cells = line.split("\t")
            times = [_seconds(cell) for cell in cells if _TIME.fullmatch(cell)]
            if len(times) >= 2:
                tiers.setdefault(cells[0], []).append(Said(times[0], times[1], cells[-1]))
        return of_tiers(tiers, answers, (file.encoding, "tab export"))


def _seconds(cell: str) -> float:
    hours, minutes, seconds = cell.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _annotations(file: File) -> dict[str, list[Said]]:
    file.check_whole()
    try:
        root = ElementTree.parse(file.path).getroot()
        slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE", -1)) / 1000
                 for slot in root.iter("TIME_SLOT")}  # fmt: skip
        times: dict[str | None, tuple[float, float]] = {}
        for one in root.iter("ALIGNABLE_ANNOTATION"):
            start, end = (slots[one.get(f"TIME_SLOT_REF{i}")] for i in (1, 2))
            times[one.get("ANNOTATION_ID")] = (start, end)
        parents = {one.get("ANNOTATION_ID"): one.get("ANNOTATION_REF")
                   for one in root.iter("REF_ANNOTATION")}  # fmt: skip
        tiers: dict[str, list[Said]] = {}
        for tier in root.iter("TIER"):
            tiers.setdefault(tier.get("TIER_ID", ""), []).extend(
                Said(*_times(one.get("ANNOTATION_ID"), times, parents),
                     one.findtext("ANNOTATION_VALUE") or "")
                for one in _of_tier(tier)
            )  # fmt: skip
        return tiers
    except (ElementTree.ParseError, ValueError, KeyError, OverflowError) as error:
        raise TableError(
            f"the ELAN file is damaged or cut off ({error}). Save it again."
        ) from error


def _of_tier(tier: ElementTree.Element) -> Iterator[ElementTree.Element]:
    yield from tier.iter("ALIGNABLE_ANNOTATION")
    yield from tier.iter("REF_ANNOTATION")


def _times(
    name: str | None,
    times: dict[str | None, tuple[float, float]],
    parents: dict[str | None, str | None],
) -> tuple[float, float]:
    """Of an annotation, or of the one that it hangs on."""
    for _ in range(20):  # levels of tiers; a circle ends here too
        if name in times:
            return times[name]
        name = parents.get(name)
    return (0.0, 0.0)
