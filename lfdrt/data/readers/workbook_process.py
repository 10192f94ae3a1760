"""The program that `workbook.py` runs: a workbook's sheets, and the cells of one as JSON lines.

    python workbook_process.py WORKBOOK FOLDER SHEET

Run by its path, so it imports nothing of the project. SHEET "" is the first that has any cell. It
writes `cells.jsonl` and `told.json` into FOLDER.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

_SHOWN, _LONG = 3, 200  # rows of a sheet in a preview, and characters of one
_UNCOMPUTED = re.compile(
    rb"</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def main(path: Path, folder: Path, wanted: str) -> None:
    told: dict[str, Any]
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            told = {"sheets": (found := sheets(book)), "notes": []}
            names = [one["name"] for one in found if one["name"] == wanted]
            names += [one["name"] for one in found if one["rows"]]
            if names:
                told["notes"] = written(book.get_sheet_by_name(names[0]), path, folder)
            else:
                (folder / "cells.jsonl").touch()
    except calamine.PasswordError:
        told = {"error": "the workbook is locked with a password. Save it without one."}
    except BaseException as error:  # a panic of Rust is none of Exception
        what = "the workbook is damaged, or an old or locked file of Office"
        told = {"error": f"{what} ({error}). Save it as .xlsx or CSV."}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def sheets(book: calamine.CalamineWorkbook) -> list[dict[str, Any]]:
    """Name, number of rows and first rows of every sheet that is shown."""
    shown = []
    for one in book.sheets_metadata:
        visible = one.visible == calamine.SheetVisibleEnum.Visible
        if visible and one.typ == calamine.SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(one.name)
            rows = [list(filter(None, map(text, row))) for row in sheet.to_python(nrows=20)]
            first = [" · ".join(row)[:_LONG] for row in rows if row][:_SHOWN]
            shown.append({"name": one.name, "rows": sheet.height, "first": first})
    return shown


def written(sheet: calamine.CalamineSheet, path: Path, folder: Path) -> list[str]:
    """Writes each row's number and cells, of the columns that hold any; notes for the person."""
    merged, notes = fills(path, sheet)
    corners: dict[tuple[int, int], str] = {}
    used: set[int] = set()
    width = 0
    target, raw = folder / "cells.jsonl", folder / "raw.jsonl"
    with raw.open("w", encoding="utf-8", newline="\n") as stream:
        for number, row in enumerate(sheet.iter_rows()):
            cells = [text(value) for value in row]
            for column, corner in merged.get(number, {}).items():
                if column >= len(cells):
                    continue
                if corner == (number, column):
                    corners[corner] = cells[column]
                else:
                    cells[column] = cells[column] or corners.get(corner, "")
            used.update(column for column, cell in enumerate(cells) if cell)
            width = len(cells)
            stream.write(json.dumps([number + 1, *cells], ensure_ascii=False) + "\n")
    if len(used) == width:
        raw.replace(target)
        return notes
    keep = [0, *(column + 1 for column in sorted(used))]
    with raw.open(encoding="utf-8") as source:
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            for line in source:
                cells = json.loads(line)
                line = json.dumps([cells[place] for place in keep], ensure_ascii=False)
                stream.write(line + "\n")
    return notes


def text(value: object) -> str:
    """As a spreadsheet shows it; a whole number has no point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def fills(
    path: Path, sheet: calamine.CalamineSheet
) -> tuple[dict[int, dict[int, tuple[int, int]]], list[str]]:
    """For each row and column inside merged cells, the cell that holds their text; and notes."""
    ranges, notes = sheet.merged_cell_ranges, []
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if ranges is None and "content.xml" in names:
                ranges = list(spans(archive, sheet.name))
            formulas = [n for n in names if n.startswith("xl/worksheets/") and n.endswith(".xml")]
            count = sum(len(_UNCOMPUTED.findall(archive.read(n))) for n in formulas)
        if count:
            notes.append(
                f"{count:,} formulas have no stored value: open the file in a spreadsheet program "
                "and save it, then their results are read."
            )
    inside: dict[int, dict[int, tuple[int, int]]] = {}
    height, width = sheet.total_height, sheet.total_width
    for (top, left), (bottom, right) in ranges or ():
        for row in range(top, min(bottom, height) + 1):
            for column in range(left, min(right, width) + 1):
                inside.setdefault(row, {})[column] = (top, left)
    if ranges:
        cells = "1 merged cell" if len(ranges) == 1 else f"{len(ranges):,} merged cells"
        notes.append(f"{cells}: every place that is covered is read with the text.")
    return inside, notes


def spans(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Merged cells of a sheet of an OpenDocument file, which calamine does not tell."""
    with archive.open("content.xml") as stream:
        if b"-spanned=" not in stream.read():  # at most what the reader lets a file unpack to
            return
    row, here = 0, False
    with archive.open("content.xml") as stream:
        for event, one in ElementTree.iterparse(stream, ("start", "end")):
            if event == "start" and one.tag == f"{_TABLE}table":
                here = one.get(f"{_TABLE}name") == name
            elif event == "end" and one.tag == f"{_TABLE}table-row":
                if here:
                    yield from row_spans(one, row)
                    row += int(one.get(f"{_TABLE}number-rows-repeated", 1))
                one.clear()


def row_spans(
    line: ElementTree.Element, row: int
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    column = 0
    for cell in line:
        down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        right = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
        if down > 1 or right > 1:
            yield (row, column), (row + down - 1, column + right - 1)
        column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
