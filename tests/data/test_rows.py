"""Rows of every make of table: read as text, or named where they are broken."""

import json
import zipfile

import openpyxl
import pytest

from lfdrt.data.tables import TableError, open_table
from tests.data.table_cells import cells


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
    assert "utf-8-sig" in table.format
    assert table.text_column == "текст"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("\n \n", "empty"),
        (",".join(f"c{i}" for i in range(1001)), "1,001 columns"),
    ],
)
def test_headers_that_cannot_be_used(make, content, words):
    with pytest.raises(TableError, match=rf"t\.csv.*{words}"):
        make(content)


def test_names_that_are_missing_or_repeated_are_made(make):
    table = make("text,,label, text,text (2)\na,b,c,d,e\n")
    assert table.columns == ("text", "column 2", "label", "text (3)", "text (2)")
    assert cells(table) == [["a", "b", "c", "d", "e"]]


@pytest.mark.parametrize("bad", ['"never closed,joy\nc,d\n', '"closed" early,joy\nc,d\n'])
def test_quotes_out_of_place_are_named(make, bad):
    with pytest.raises(TableError, match="row 3 has a double quote out of place"):
        make("text,label\na,b\n" + bad)


def test_a_very_long_cell_is_read_and_a_longer_one_named(make):
    assert len(cells(make("a,text\n1," + "x" * 100_000 + "\n"))[0][1]) == 100_000
    for name, row in (
        ("t.csv", "1," + "x" * 131_073),
        ("t.jsonl", json.dumps({"a": "x" * 131_073})),
    ):
        with pytest.raises(TableError, match=r"row \d.*131,?072"):
            make(("a,text\n" if name == "t.csv" else "") + row, name)


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
        ["", "", "1 | é", ""],
        ["=x", "99999999999999999999", "", "true"],
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"a": 1}\n[1]\n{"a"\n"x"\n', "row 2 (not a JSON object), row 3 (not valid JSON), row 4"),
        ('{"a": 1, " a": 2}', "two keys with one name"),
        ('{"": 1}', "a key without one"),
        ('{"a": ' + "[" * 100_000 + "}", "row 1 (not valid JSON)"),
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
    assert table.format == "spreadsheet, sheet 'Sheet'"
    assert cells(table) == [["'=x", "7", ""], ["007", "0.5", "True"], ["only", "", ""]]
    assert [row.number for row in table] == [2, 4, 5]
    assert table.warnings[0].startswith("1 formulas have no stored value")
    (sheets,) = [one for one in table.questions if one.name == "sheet"]
    assert [one.value for one in sheets.choices] == ["Sheet", "Notes"] and sheets.sure


def test_xlsx_faults(make, make_sheet, tmp_path):
    assert make_sheet([["a", "b"], ["1", "2"], ["1", "2", "3"]]).columns == ("a", "b", "column 3")
    assert make_sheet([["a", None, "c"], ["1", "2", "3"]]).columns == ("a", "column 2", "c")
    with pytest.raises(TableError, match="empty"):
        make_sheet([])
    make_sheet([["a"], ["1"]])
    whole = (tmp_path / "t.xlsx").read_bytes()
    with pytest.raises(TableError, match="damaged or cut off"):
        make(whole[: len(whole) // 2], "cut.xlsx")
    with pytest.raises(TableError, match=r"limit of 0\.0 MB"):
        make(whole, max_bytes=len(whole) + 1)
    with zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<not xml")
    with pytest.raises(TableError, match="workbook is damaged"):
        open_table(tmp_path / "broken.xlsx")


def test_a_cell_far_away_does_not_take_the_memory(tmp_path):
    """calamine would ask for the rectangle: 17 thousand million cells."""
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(TableError, match="far outside its table"):
        open_table(tmp_path / "far.xlsx")


def test_a_forged_row_number_does_not_hang(make_sheet, tmp_path):
    make_sheet([["text"], ["a"]])
    forged = tmp_path / "forged.xlsx"
    with zipfile.ZipFile(tmp_path / "t.xlsx") as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b'<row r="2"', b'<row r="999999999999"')
            new.writestr(name, content.replace(b'r="A2"', b'r="A999999999999"'))
    with pytest.raises(TableError, match="damaged"):
        open_table(forged)
