"""Parquet files: every cell as text, or a sentence."""

from __future__ import annotations

import datetime
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfdrt.data.readers import parquet
from lfdrt.data.tables import TableError, open_table
from tests.data.table_cells import cells


@pytest.fixture
def make(tmp_path):
    def path(columns: dict[str, object], **options: object):
        pq.write_table(pa.table(columns), tmp_path / "t.bin", **options)
        return tmp_path / "t.bin"

    return path


def test_cells_are_text_and_rows_are_counted_from_1(make):
    table = open_table(
        make(
            {
                " text ": ["NA", None, "é\n"],
                "n": [1, None, 10**15],
                "x": [0.5, None, 1e300],
                "yes": [True, False, None],
                "day": [datetime.date(2024, 1, 2), None, None],
                "class": pa.array(["joy", "fear", "joy"]).dictionary_encode(),
            },
            row_group_size=2,
        )
    )
    assert table.columns == ("text", "n", "x", "yes", "day", "class")
    assert (table.format, table.row_count) == ("Parquet", 3)
    assert cells(table) == [
        ["NA", "1", "0.5", "true", "2024-01-02", "joy"],
        ["", "", "", "false", "", "fear"],
        ["é\n", "1000000000000000", "1e+300", "", "", "joy"],
    ]
    assert [row.number for row in table] == [1, 2, 3]


def test_columns_that_hold_no_text_are_left_out_and_told(make):
    path = make({"text": ["a"], "raw": [b"\xff"], "many": [[1, 2]], "image": [{"bytes": b"x"}]})
    table = open_table(path)
    assert cells(table) == [["a"]]
    assert table.warnings == (
        "Columns of lists, structures or bytes are left out: 'raw', 'many', 'image'.",
    )


def test_limits(make, monkeypatch):
    with pytest.raises(TableError, match="unpacks to more than the limit of 0.1 MB"):
        open_table(make({"text": ["x" * 200 + str(i) for i in range(999)]}), max_bytes=90_000)
    monkeypatch.setattr(parquet, "MAX_CELL", 10)
    path = make({"text": ["a" * 50] * 2_000})
    with pytest.raises(TableError, match="a text is longer than 10 characters"):
        open_table(path)


def test_headers(make):
    assert open_table(make({"a": [1], " a": [2]})).columns == ("a", "a (2)")
    with pytest.raises(TableError, match="0 columns"):
        open_table(make({"raw": [b"x"]}))


def test_damaged_files_never_crash(make):
    path = make({"text": ["one", "two", None], "n": [1, 2, 3]})
    content = path.read_bytes()
    generator = random.Random(0)
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[generator.randrange(4, len(content))] = generator.randrange(256)
        path.write_bytes(damaged[: generator.randrange(8, len(content) + 1)])
        try:
            table = open_table(path)
            assert sum(1 for _ in table) == table.row_count
        except TableError as error:
            assert "t.bin" in str(error)
