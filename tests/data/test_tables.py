"""Tables of every make: read as text, or refused with a sentence that names the row."""

import csv
import json
import tracemalloc
import zipfile
from itertools import islice
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfdrt.data import tables
from lfdrt.data.export import CsvAppender
from lfdrt.data.tables import (
    ColumnGuess,
    Table,
    TableError,
    guess_columns,
    label_values,
    open_table,
)

SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


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


def cells(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table]


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_delimiters_line_ends_and_a_last_line_without_one(make, sign, line_end, last):
    other = ";" if sign == "," else ","
    lines = [f"text{sign}label", f"a{other} b{other} c{sign}joy", f'"x{sign}y"{sign}fear']
    table = make(line_end.join(lines) + line_end * last)
    assert table.delimiter == sign
    assert (table.columns, table.row_count) == (("text", "label"), 2)
    assert cells(table) == [[f"a{other} b{other} c", "joy"], [f"x{sign}y", "fear"]]
    assert [row.number for row in table] == [2, 3]
    assert cells(table) == cells(table), "a table can be read again"


def test_one_column_has_no_delimiter(make):
    table = make('text\nHello, world; how | are\tyou\nplain\n"quoted, ""too"""\n')
    assert table.delimiter is None
    assert cells(table) == [["Hello, world; how | are\tyou"], ["plain"], ['quoted, "too"']]


def test_everything_is_text_and_unchanged(make):
    values = [
        "NA",
        "null",
        "nan",
        "007",
        "1e5",
        "True",
        " spaced ",
        "",
        "1,5",
        "2024-01-01",
        "#N/A",
    ]
    table = make("a;b\n" + "".join(f"{value};x\n" for value in values))
    assert [row.values["a"] for row in table] == values


def test_quoted_line_ends_stay_and_rows_are_counted_as_in_a_spreadsheet(make):
    table = make('id,text\r\n1,"two\r\nlines"\r\n\r\n2,"one\nmore"\r\n')
    assert cells(table) == [["1", "two\r\nlines"], ["2", "one\nmore"]]
    assert [row.number for row in table] == [2, 4]


def test_headers_in_any_script_are_trimmed(make):
    table = make("\ufeff текст ,\tஉணர்வு\u00a0,cafe\u0301\nа,б,в\n", text_column="текст")
    assert table.columns == ("текст", "உணர்வு", "café")
    assert table.encoding == "utf-8-sig"
    assert table.text_column == "текст"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("text,,label\na,b,c\n", "column 2 has no name"),
        ("text,label, text\na,b,c\n", "two columns are called 'text'"),
        ("", "empty"),
        ("\n \n", "empty"),
        (",".join(f"c{i}" for i in range(1001)), "1,001 columns"),
    ],
)
def test_headers_that_cannot_be_used(make, content, words):
    with pytest.raises(TableError, match=rf"t\.csv: .*{words}"):
        make(content)


def test_a_header_alone_is_an_empty_table(make):
    for content in ("text,label", "text,label\r\n", "text\n"):
        table = make(content)
        assert (table.row_count, cells(table)) == (0, [])
        assert table.warnings == ("The table has a header but no rows.",)


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
        "t.csv: 7 of 20 rows cannot be read: row 4 (1 cells where the header has 2), "
        "row 7 (3 cells where the header has 2), row 9 (3 cells where the header has 2), "
        "row 11 (3 cells where the header has 2), row 13 (3 cells where the header has 2) "
        "and 2 more. Put double quotes round a cell that contains a comma."
    )


@pytest.mark.parametrize("bad", ['"never closed,joy\nc,d\n', '"closed" early,joy\nc,d\n'])
def test_quotes_out_of_place_are_named(make, bad):
    with pytest.raises(TableError, match="row 3 has a double quote out of place"):
        make("text,label\na,b\n" + bad)


@pytest.mark.parametrize("sign", ["\t", None])
def test_files_written_without_quoting_are_read_as_such(make, sign):
    rest = f"{sign}joy" if sign else ""
    table = make(f'text{rest}\n"Hi" he said{rest}\n"open{rest}\nplain{rest}\n')
    assert [row.values["text"] for row in table] == ['"Hi" he said', '"open', "plain"]
    assert "double quotes" in table.warnings[0]


def test_bad_rows_of_a_tab_separated_table_are_named_too(make):
    with pytest.raises(TableError, match=r"row 3 \(3 cells.*contains a tab"):
        make("text\tlabel\na\tb\na\tb\tc\n")


def test_a_very_long_cell_is_read_and_a_longer_one_named(make):
    assert len(cells(make("a,text\n1," + "x" * 100_000 + "\n"))[0][1]) == 100_000
    for name, row in (
        ("t.csv", "1," + "x" * 131_073),
        ("t.jsonl", json.dumps({"a": "x" * 131_073})),
    ):
        with pytest.raises(TableError, match=r"row \d.*131,?072"):
            make(("a,text\n" if name == "t.csv" else "") + row, name)


def test_caps_are_stated(make):
    with pytest.raises(TableError, match="more than 2 rows"):
        make("text\na\nb\nc\n", max_rows=2)
    assert make("text\na\nb\n", max_rows=2).row_count == 2
    with pytest.raises(TableError, match=r"larger than the limit of 0\.0 MB"):
        make("text\na\nb\nc\n", max_bytes=5)


RUSSIAN = "text;label\nСегодня мне очень грустно, потому что дождь идёт весь день;грусть\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_encodings_are_found_and_a_guess_is_shown(make, encoding, name):
    content = (
        RUSSIAN if name == "t.csv" else '{"text": "Сегодня мне очень грустно, потому что дождь"}'
    )
    table = make(content.encode(encoding), name)
    assert "Сегодня мне" in next(iter(table)).values["text"]
    assert table.encoding == encoding
    guessed = encoding in ("utf-16-le", "cp1251")
    assert [encoding in warning for warning in table.warnings] == [True] * guessed


def test_damaged_utf_8_names_the_line(make):
    with pytest.raises(TableError, match="line 3 has bytes that are not UTF-8"):
        make(RUSSIAN.encode() + b"\xff;x\n" + "Ещё одна строка;x\n".encode() * 3)


def test_json_lines(make):
    lines = [
        '{"text": "a", "n": 1.10}\n',
        "\n",
        '{" extra ": [1, "é"], "text": null}\r\n',
        '{"text": "=x", "n": 99999999999999999999, "b": true}',
    ]
    table = make("".join(lines), "t.jsonl")
    assert table.columns == ("text", "n", "extra", "b")
    assert [row.number for row in table] == [1, 3, 4]
    assert cells(table) == [
        ["a", "1.10", "", ""],
        ["", "", '["1", "é"]', ""],
        ["=x", "99999999999999999999", "", "true"],
    ]


def test_json_lines_are_known_by_their_content(make):
    assert make('{"text": "a"}\n', "t.txt").columns == ("text",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"a": 1}\n[1]\n{"a"\n"x"\n', "row 2 (not a JSON object), row 3 (not valid JSON), row 4"),
        ('{"a": 1, " a": 2}', "two keys with one name"),
        ('{"": 1}', "a key without one"),
        ('{"a": ' + "[" * 100_000 + "}", "row 1 (not valid JSON)"),
        ('[{"a": 1}]', "one object on each line"),
        ("{}\n", "0 columns"),
        ("".join(f'{{"k{i}": 1}}\n' for i in range(1_002)), "1,001 columns"),
    ],
)
def test_bad_json_lines_are_named(make, content, words):
    with pytest.raises(TableError) as caught:
        make(content, "t.jsonl")
    assert words in str(caught.value)


def test_xlsx_cells_are_text_and_formulas_do_not_run(make_sheet):
    table = make_sheet(
        [["text ", "n", "f"], ["'=x", 7, "=1+1"], [None, None, None], ["007", 0.5, True], ["only"]],
        "Notes",
    )
    assert table.columns == ("text", "n", "f")
    assert (table.encoding, table.delimiter) == (None, None)
    assert cells(table) == [["=x", "7", ""], ["007", "0.5", "True"], ["only", "", ""]]
    assert [row.number for row in table] == [2, 4, 5]
    assert table.warnings == ("The workbook has 2 sheets; only the first, 'Sheet', is read.",)


def test_xlsx_faults(make, make_sheet, tmp_path):
    with pytest.raises(TableError, match=r"row 3 \(3 cells where the header has 2\)"):
        make_sheet([["a", "b"], ["1", "2"], ["1", "2", "3"]])
    with pytest.raises(TableError, match="column 2 has no name"):
        make_sheet([["a", None, "c"], ["1", "2", "3"]])
    with pytest.raises(TableError, match="empty"):
        make_sheet([])
    make_sheet([["a"], ["1"]])
    whole = (tmp_path / "t.xlsx").read_bytes()
    with pytest.raises(TableError, match="damaged or cut off"):
        make(whole[: len(whole) // 2], "cut.xlsx")
    with pytest.raises(TableError, match=r"limit of 0\.0 MB"):
        make(whole, max_bytes=len(whole) + 1)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("table.csv", "text\na\n")
    with pytest.raises(TableError, match="Unpack it"):
        open_table(tmp_path / "z.zip")
    with zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<not xml")
    with pytest.raises(TableError, match="workbook is damaged"):
        open_table(tmp_path / "broken.xlsx")


def test_a_forged_row_number_does_not_hang(make_sheet, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_SHEET_ROWS", 1_000)  # a million empty rows take 2 s
    make_sheet([["text"], ["a"]])
    forged = tmp_path / "forged.xlsx"
    with zipfile.ZipFile(tmp_path / "t.xlsx") as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b'<row r="2"', b'<row r="999999999999"')
            new.writestr(name, content.replace(b'r="A2"', b'r="A999999999999"'))
    with pytest.raises(TableError, match="more than 1,000 rows"):
        open_table(forged)


@pytest.mark.parametrize(
    "magic", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"]
)
def test_other_files_are_refused(make, magic):
    with pytest.raises(TableError, match="not a table of text"):
        make(magic + b"\0" * 100)


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
    assert peak < 700_000 < path.stat().st_size


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


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,text,label\n1,a b,joy\n", ColumnGuess("text", None, None, "label")),
        ("Текст;Метка;Язык\nда;грусть;ru\n", ColumnGuess("Текст", None, "Язык", "Метка")),
        ("文本,图片,标签\n好,a.jpg,喜\n", ColumnGuess("文本", "图片", None, "标签")),
        (
            "tweet_text,image path\nx y,p/1.PNG\n",
            ColumnGuess("tweet_text", "image path", None, None),
        ),
        ("உரை,மொழி\nநன்று,ta\n", ColumnGuess("உரை", None, "மொழி", None)),
        ("text\n", ColumnGuess("text", None, None, None)),
        ("whatever\n", ColumnGuess("whatever", None, None, None)),
        ("text,comment\n1,good day\n2,bad day\n", ColumnGuess("comment", None, None, None)),
        (
            "a,b,c,d\n" + "so happy today,1.jpg,sw,joy\nthat is sad news,2.jpg,jv,sadness\n" * 4,
            ColumnGuess("a", "b", "c", "d"),
        ),
        ("x,y\n1,2\n3,4\n", ColumnGuess(None, None, None, None)),
    ],
)
def test_columns_are_guessed_by_name_and_by_content(make, content, expected):
    assert guess_columns(make(content)) == expected


def test_chosen_columns_stay_chosen(make):
    table = make("text,other\na b,c d\n", text_column="other")
    assert guess_columns(table).text == "other"


def test_labels(make):
    table = make(
        "id,text,label\n"
        + "".join(
            f"{i},A whole sentence with the number {i} in it.,{('joy', '', 'fear')[i % 3]}\n"
            for i in range(60)
        ),
        text_column="text",
    )
    assert label_values(table, "label") == ("joy", "fear")
    with pytest.raises(TableError, match="'id' has 51 different values .* identifiers"):
        label_values(table, "id")
    with pytest.raises(TableError, match="is the text or image column"):
        label_values(table, "text")
    with pytest.raises(TableError, match="whole texts"):
        label_values(
            make("id,text\n" + "".join(f"{i},{'words ' * 9}{i}\n" for i in range(9))), "text"
        )
    with pytest.raises(TableError, match="no column is called 'x'"):
        label_values(table, "x")
    with pytest.raises(TableError, match="empty in every row"):
        label_values(make("a,b\n1,\n2,\n"), "b")


def test_the_data_sets_of_this_project_are_read(tmp_path):
    folder = Path(__file__).parents[3] / "shared" / "data" / "text"
    paths = sorted(folder.glob("*/*.csv"))[::10]
    if not paths:
        pytest.skip("../shared/data/text is not on this machine")
    for path in paths:
        table = open_table(path)
        first = list(islice(table, 5))
        assert first and "text" in table.columns
        assert guess_columns(table).text == "text"
