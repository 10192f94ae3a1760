"""Tables of every make: read as text, or refused with a sentence that names the row."""

import csv
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfdrt.data.export import CsvAppender
from lfdrt.data.tables import TableError, open_table
from tests.data.table_cells import cells


def test_a_header_alone_is_an_empty_table(make):
    for content in ("text,label", "text,label\r\n", "text\n"):
        table = make(content)
        assert (table.row_count, cells(table)) == (0, [])
        assert table.warnings == ("There is no row in it.",)


def test_a_chosen_column_must_exist(make):
    with pytest.raises(
        TableError, match="no column is called 'Text'. Its columns are: text, label"
    ):
        make("text,label\na,b\n", text_column="Text")


def test_bad_rows_are_refused_before_work_starts_and_named(make):
    rows = ["a,b"] * 20
    for index in (2, 5, 7, 9, 11, 13, 15):
        rows[index] = "a,b,c" if index % 2 else "a"
    with pytest.raises(TableError) as caught:
        make("text,label\n" + "\n".join(rows))
    assert str(caught.value) == (
        "t.csv (CSV): 7 of 20 rows cannot be read: row 4 (1 cells where the header has 2), "
        "row 7 (3 cells where the header has 2), row 9 (3 cells where the header has 2), "
        "row 11 (3 cells where the header has 2), row 13 (3 cells where the header has 2) "
        "and 2 more. Put double quotes round a cell that contains a comma."
    )


def test_bad_rows_of_a_tab_separated_table_are_named_too(make):
    with pytest.raises(TableError, match=r"row 3 \(3 cells.*contains a tab"):
        make("text\tlabel\na\tb\na\tb\tc\n")


def test_caps_are_stated(make):
    with pytest.raises(TableError, match="more than 2 rows"):
        make("text\na\nb\nc\n", max_rows=2)
    assert make("text\na\nb\n", max_rows=2).row_count == 2
    with pytest.raises(TableError, match=r"larger than the limit of 0\.0 MB"):
        make("text\na\nb\nc\n", max_bytes=5)


def test_missing_files_and_folders(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TableError, match="no such file"):
            open_table(path)


def test_memory_does_not_grow_with_the_table(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["text", "label"], *[["é" * 400, "joy"]] * 2_000])
    tracemalloc.start()
    table = open_table(path)
    count = sum(1 for _ in table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == table.row_count == 2_000
    assert peak < 1_000_000 < path.stat().st_size


def test_bytes_at_random_never_crash(make):
    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=60) | st.text(st.sampled_from('a,;\t|"\n\r{}[: é')).map(str.encode))
    def check(content: bytes) -> None:
        try:
            table = make(content)
        except TableError as error:
            assert str(error).startswith("t.csv")
        else:
            assert sum(1 for _ in table) == table.row_count

    check()


def test_exports_read_back_exactly(tmp_path):
    risky = st.text(st.sampled_from("'=+-@\t\r\n\",;| aé")) | st.text(max_size=9)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(risky, risky), min_size=1, max_size=5))
    def check(pairs: list[tuple[str, str]]) -> None:
        path = tmp_path / "out.csv"
        path.unlink(missing_ok=True)
        with CsvAppender(path, ["=text", "other"]) as out:
            out.append([{"=text": a, "other": b} for a, b in pairs])
        table = open_table(path)
        assert table.columns == ("=text", "other")
        assert [tuple(row) for row in cells(table)] == pairs

    check()
