"""CoNLL-U: one text a sentence, by conllu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading, whole_row
from lfdrt.data.rows import BadRow, Row, TableError, trimmed

_WORD = re.compile(rb"^\d+(-\d+)?\t([^\t\n]*\t){8}[^\t\n]*\r?$", re.MULTILINE)


class Treebank(Reader):
    suffixes = (".conllu", ".conll")
    name = "CoNLL-U"
    says = "one text a sentence, from “# text” or its words; other comments are columns"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.YES if len(list(islice(_WORD.finditer(head), 2))) == 2 else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        roles = {"text": "text"} | ({"id": "sent_id"} if b"# sent_id" in file.head else {})
        columns = ("sent_id", "text") if "id" in roles else ("text",)
        rows = partial(_sentences, file)
        return Reading(rows=rows, columns=columns, roles=roles, how=(file.encoding,))


def _sentences(file: File) -> Iterator[Row | BadRow]:
    import conllu

    with file.text(newline=None) as stream:
        found = conllu.parse_incr(stream)
        number = 0
        while True:
            number += 1
            try:
                sentence = next(found, None)
                joined = _joined(sentence) if sentence is not None else ""
            except (conllu.exceptions.ParseException, ValueError, IndexError) as error:
                raise TableError(f"sentence {number} is damaged ({error}). Correct it.") from error
            if sentence is None:
                return
            said = {trimmed(k): v or "" for k, v in sentence.metadata.items() if trimmed(k)}
            yield whole_row(number, said | {"text": said.get("text") or joined})


def _joined(sentence: Any) -> str:
    """Its words with the spaces that it tells; parts of a contraction are in it already."""
    parts, until = [], 0
    for word in sentence:
        name = word["id"]
        if name is None:
            raise ValueError("a word has no number")
        if isinstance(name, tuple) and name[1] == "-":
            until = name[2]
        elif isinstance(name, tuple) or name <= until:
            continue
        glued = (word.get("misc") or {}).get("SpaceAfter") == "No"
        parts.append(word["form"] + ("" if glued else " "))
    return "".join(parts).strip()
