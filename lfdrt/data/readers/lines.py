"""Lists of texts, one a line, with or without a heading; any text is one if nothing else fits."""

from __future__ import annotations

from lfdrt.data.names import is_known
from lfdrt.data.readers.delimited import UNPAIRED, pairs_up, records
from lfdrt.data.readers.file import BINARY, File
from lfdrt.data.readers.grid import as_grid
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading


class Lines(Reader):
    suffixes = (".txt",)
    name = "plain text"
    says = "one text a line; commas do not split, blank lines are skipped"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.NO if head.startswith(BINARY) else Fit.FALLBACK

    def rows(self, file: File, answers: Answers) -> Reading:
        lines = [line.strip() for line in file.head.decode("utf-8", "replace").splitlines()]
        filled = [line for line in lines if line] or [""]
        # A CSV of one column quotes cells; in a list of sentences quotes are speech.
        rules = is_known(filled[0].strip('"')) or all(
            len(line) > 1 and line[0] == line[-1] == '"' for line in filled[:-1] or filled
        )
        quoted = rules and pairs_up(file, None)
        grid = as_grid(lambda: records(file, None, quoted=quoted), answers)
        return Reading(
            rows=grid.rows,
            columns=grid.columns,
            roles={} if grid.heading else {"text": grid.columns[0]},
            notes=(UNPAIRED,) if rules and not quoted else (),
            how=(file.encoding, "one text a line"),
        )
