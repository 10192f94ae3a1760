"""Fixtures that write a table and open it."""

from __future__ import annotations

import openpyxl
import pytest

from lfdrt.data.tables import Table, open_table


@pytest.fixture
def make(tmp_path):
    def table(content: str | bytes, name: str = "t.csv", **options: object) -> Table:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_table(path, **options)

    return table


@pytest.fixture
def make_sheet(tmp_path):
    def table(rows: list[list[object]], *other_sheets: str) -> Table:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for title in other_sheets:
            book.create_sheet(title)
        book.save(tmp_path / "t.xlsx")
        return open_table(tmp_path / "t.xlsx")

    return table
