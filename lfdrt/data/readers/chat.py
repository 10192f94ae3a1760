"""CHAT transcripts of child language (CHILDES, TalkBank), by pylangacq."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading, whole_row
from lfdrt.data.readers.tiers import clock
from lfdrt.data.rows import BadRow, Left, Row, TableError

_LINE = re.compile(rb"^\*[A-Z0-9]{1,7}:\s", re.MULTILINE)
# What hangs on a line (%mor: its words one by one), with what of it goes on in the next. Nothing
# of it is read, and pylangacq gives a line no words where the two disagree.
_TIERS = re.compile(r"^%.*\n(?:\t.*\n)*", re.MULTILINE)
_LOOSE = re.compile(r"\s+([.,!?;:…])")


class Chat(Reader):
    suffixes = (".cha",)
    name = "CHAT"
    says = "one text a line of a speaker (*CHI:), without codes; @Languages is the language"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.YES if b"@Begin" in head[:500] and _LINE.search(head) else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        import pylangacq

        content = _TIERS.sub("", file.whole())
        try:
            found = pylangacq.CHAT.from_strs([content], strict=False, parallel=False)
            said, languages = found.utterances(), found.languages()
        except TableError:
            raise
        except BaseException as error:  # a stranger's bytes; a panic of Rust is none of Exception
            if isinstance(error, KeyboardInterrupt):
                raise
            raise TableError(f"the transcript is damaged ({error}). Correct it.") from error
        language = languages[0] if len(languages) == 1 else ""
        columns = ("text", "speaker", "start", "end", *(("language",) if language else ()))
        roles = {"text": "text"} | ({"lang": "language"} if language else {})
        rows = partial(_lines, said, language)
        return Reading(rows=rows, columns=columns, roles=roles, how=(file.encoding,))


def _lines(said: list[Any], language: str) -> Iterator[Row | BadRow | Left]:
    for number, one in enumerate(said, start=1):
        words = " ".join(token.word for token in one.tokens or ())
        text = _LOOSE.sub(r"\1", words).strip()
        if not any(map(str.isalpha, text)):
            yield Left("lines without words")
            continue
        start, end = (clock(mark / 1000) for mark in one.time_marks) if one.time_marks else ("", "")
        values = {"text": text, "speaker": one.participant, "start": start, "end": end}
        yield whole_row(number, values | ({"language": language} if language else {}))
