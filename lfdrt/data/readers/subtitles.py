"""Subtitles: SubRip, WebVTT and SubStation Alpha, by pysubs2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading, whole_row
from lfdrt.data.readers.tiers import clock
from lfdrt.data.rows import BadRow, Left, Row, TableError

_CUE = re.compile(
    rb"^\s*(\d+\s*\n)?(\d+:)?\d\d:\d\d[,.]\d+ +--> +(\d+:)?\d\d:\d\d[,.]\d", re.MULTILINE
)
_TAGS, _MUSIC = re.compile(r"<[^<>]*>"), re.compile("[♩♪♫♬]+")


class Subtitles(Reader):
    suffixes = (".srt", ".vtt", ".ass", ".ssa")
    name = "subtitles"
    says = "one text a cue, its lines joined; tags and ♪ are dropped, times are columns"

    def recognises(self, head: bytes, name: str) -> Fit:
        start = head[:2_000].replace(b"\r\n", b"\n").lstrip(b"\xef\xbb\xbf")
        known = start.startswith((b"WEBVTT", b"[Script Info]")) or _CUE.search(start)
        return Fit.YES if known else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        text = file.whole()
        return Reading(
            rows=partial(_cues, text),
            columns=("text", "start", "end"),
            roles={"text": "text"},
            how=(file.encoding,),
        )


def _cues(text: str) -> Iterator[Row | BadRow | Left]:
    import pysubs2

    try:
        known = "ass" if text.lstrip().startswith("[Script Info]") else None  # styles may be absent
        cues = pysubs2.SSAFile.from_string(text, format_=known)
    except Exception as error:  # a stranger's bytes: whatever it raises, the file is unreadable
        raise TableError(f"the subtitles are damaged ({error}). Save them again.") from error
    for number, cue in enumerate(cues, start=1):
        if cue.is_comment or cue.is_drawing:
            yield Left("comments and drawings")
            continue
        lines = [_MUSIC.sub(" ", _TAGS.sub("", line)) for line in cue.plaintext.split("\n")]
        said = " ".join(" ".join(lines).split())
        if not any(map(str.isalnum, said)):
            yield Left("cues without words")
            continue
        times = {"start": clock(cue.start / 1000), "end": clock(cue.end / 1000)}
        yield whole_row(number, {"text": said, **times})
