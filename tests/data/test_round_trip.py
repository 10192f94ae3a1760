"""What was exported comes back as it was, byte for byte: written, read, and written again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfdrt.data.export import Appender, CsvAppender, JsonlAppender
from lfdrt.data.tables import open_table

WRITERS = {"csv": CsvAppender, "jsonl": JsonlAppender}
CLITICS = ["=ku", "-lar", "*kata", "+", "'tis", "'=ku", "''", "-", "--", "@ana", "+62"]
NUMBERS = ["=SUM(A1:A9)", "-0.5", "007", "1e3", "+0.25", "'-0.5", "NA", "null", "nan", "True"]
# No half of a character, which UTF-8 cannot hold.
cells = (
    st.sampled_from(CLITICS + NUMBERS)
    | st.text(st.sampled_from("'=+-@＝－;,\t\r\n\"| a5é\xa0\u200bა"))
    | st.text(st.characters(exclude_categories=["Cs"]))
)
rows = st.lists(st.fixed_dictionaries({"id": cells, "text": cells, "gloss": cells}), min_size=1)


def there_and_back(writer: type[Appender], table: list[dict[str, str]]) -> list[dict[str, str]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{'csv' if writer is CsvAppender else 'jsonl'}"
        with writer(path, list(table[0])) as out:
            out.append(table)
        return [row.values for row in open_table(path)]


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@settings(deadline=None, max_examples=150)
@given(table=rows)
def test_every_cell_comes_back(writer: type[Appender], table: list[dict[str, str]]) -> None:
    assert there_and_back(writer, table) == table


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("text", CLITICS + NUMBERS)
def test_clitics_apostrophes_formulas_and_numbers_come_back(
    writer: type[Appender], text: str
) -> None:
    table = [{"id": "1", "text": text, "gloss": f"{text};{text}\n{text}"}]
    assert there_and_back(writer, table) == table


@settings(deadline=None, max_examples=50)
@given(table=rows)
def test_a_second_export_of_what_was_read_is_the_same_file(table: list[dict[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        first, second = (Path(folder) / f"{name}.csv" for name in ("first", "second"))
        with CsvAppender(first, list(table[0])) as out:
            out.append(table)
        with CsvAppender(second, list(table[0])) as out:
            out.append([row.values for row in open_table(first)])
        assert second.read_bytes() == first.read_bytes()
