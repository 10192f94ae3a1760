"""What is in a table, for tests that compare it."""

from __future__ import annotations

from lfdrt.data.tables import Table


def cells(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table]
