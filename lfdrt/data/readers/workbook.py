"""Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods, by calamine, in a process of its own.

calamine allocates the rectangle from a sheet's first filled cell to its last, of which a forged
cell number makes terabytes, and its failure ends the process that it happens in. So a small program
(`workbook_process.py`) writes the cells down, its memory is watched, and rows are read from there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from lfdrt.data.readers.file import File
from lfdrt.data.readers.grid import as_grid
from lfdrt.data.readers.questions import Answers, Choice, Question
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.rows import MAX_CELL, TableError
from lfdrt.runs.files import scratch

MAX_MEMORY = 2_000_000_000
"""Bytes of the process; a million rows of ten columns take about half."""
MAX_SECONDS = 300

_OLD = b"\xd0\xcf\x11\xe0"  # .xls, and every other old or locked file of Office
_NAMES = (
    b"xl/workbook.xml",
    b"xl/workbook.bin",
    b"mimetype=application/vnd.oasis.opendocument.spre",
)


class Workbook(Reader):
    suffixes = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
    name = "spreadsheet"
    says = "a sheet of Excel or LibreOffice; formulas by their values, merged cells filled"

    def recognises(self, head: bytes, name: str) -> Fit:
        lines = head.removeprefix(b"PK\x03\x04").split(b"\n")
        found = any(line.startswith(_NAMES) for line in lines) or head.startswith(_OLD)
        return Fit.YES if found else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        kept = scratch()
        found = _run(file, Path(kept.name), answers.given("sheet"))
        sheets = found["sheets"]
        if not sheets:
            raise TableError("the workbook has no visible sheet.")
        filled = [sheet["name"] for sheet in sheets if sheet["rows"]] or [sheets[0]["name"]]
        name = answers.ask(
            Question(
                name="sheet",
                asks="Which sheet?",
                choices=tuple(
                    Choice(value=one["name"], says=one["name"], preview=tuple(one["first"]))
                    for one in sheets
                ),
                chosen=filled[0],
                sure=len(filled) == 1,
            )
        )
        cells = Path(kept.name) / "cells.jsonl"

        def records() -> Iterator[tuple[int, list[str]]]:
            owner = kept  # noqa: F841  # the folder goes when nothing reads from it any more
            with cells.open(encoding="utf-8") as stream:
                for line in stream:
                    number, *texts = json.loads(line)
                    if any(len(text) > MAX_CELL for text in texts):
                        raise TableError(
                            f"row {number} has a cell of more than {MAX_CELL:,} characters. "
                            "Shorten it."
                        )
                    yield number, texts if any(texts) else []

        grid = as_grid(records, answers)
        return Reading(
            rows=grid.rows,
            columns=grid.columns,
            notes=(*found["notes"], *grid.notes),
            how=(f"sheet {name!r}",) if len(sheets) > 1 else (),
            advice="Name every column in the header, or clear the cells outside them.",
        )


def _run(file: File, folder: Path, sheet: str | None) -> dict[str, Any]:
    """What the process tells. TableError: it could not read the file, or needed too much."""
    program = Path(__file__).with_name("workbook_process.py")
    process = subprocess.Popen(
        [sys.executable, "-P", str(program), str(file.path), str(folder), sheet or ""],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        too_much = _watched(process)
    finally:
        process.kill()
        process.wait()
    if too_much:
        raise TableError(
            f"the sheet {too_much}. Clear the cells far outside the table, or split it."
        )
    try:
        found = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {
            "error": "the workbook is damaged, or has cells far outside its table. Clear them, and "
            "save it again."
        }
    if "error" in found:
        raise TableError(found["error"])
    return dict(found)


def _watched(process: subprocess.Popen[bytes]) -> str:
    """Waits for its end; says what it was ended for, or ""."""
    began, seen = time.monotonic(), psutil.Process(process.pid)
    while process.poll() is None:
        try:
            used = seen.memory_info().rss
        except psutil.Error:
            break  # it has just ended
        if used > MAX_MEMORY:
            return f"needs more than {MAX_MEMORY / 1e9:.0f} GB of memory"
        if time.monotonic() - began > MAX_SECONDS:
            return f"takes longer than {MAX_SECONDS} s"
        time.sleep(0.02)
    process.wait()
    return ""
