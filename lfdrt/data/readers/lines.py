"""Lists of texts, one a line, with or without a heading; any text is one if nothing else fits."""

from __future__ import annotations

from functools import partial

from lfdrt.data.names import is_known
from lfdrt.data.readers.delimited import UNPAIRED, Form, pairs_up
from lfdrt.data.readers.file import BINARY, File
from lfdrt.data.readers.grid import Grid, as_grid
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading


class Lines(Reader):
    suffixes = (".txt",)
    name = "plain text"
    says = "one text a line; commas do not split, blank lines are skipped"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.NO if head.startswith(BINARY) else Fit.FALLBACK

    def rows(self, file: File, answers: Answers) -> Reading:
        form, grid = read_lines(file, answers)
        return Reading(
            rows=grid.rows,
            columns=grid.columns,
            roles={} if grid.heading else {"text": grid.columns[0]},
            notes=(UNPAIRED,) if _has_rules(file) and not form.quoted else (),
            how=(file.encoding, "one text a line"),
        )


def read_lines(file: File, answers: Answers) -> tuple[Form, Grid]:
    form = Form(delimiter=None, quoted=_has_rules(file) and pairs_up(file, None), told=False)
    return form, as_grid(partial(form.below, file), answers)


def _has_rules(file: File) -> bool:
    """A CSV of one column quotes cells; in a list of sentences quotes are speech."""
    lines = [line.strip() for line in file.head.decode("utf-8", "replace").splitlines()]
    filled = [line for line in lines if line] or [""]
    return is_known(filled[0].strip('"')) or all(
        len(line) > 1 and line[0] == line[-1] == '"' for line in filled[:-1] or filled
    )
