"""How a table is written is found, or refused with a sentence."""

import pytest

from lfdrt.data.tables import TableError
from tests.data.table_cells import cells

SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
RUSSIAN = "text;label\nСегодня мне очень грустно, потому что дождь идёт весь день;грусть\n"


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_delimiters_line_ends_and_a_last_line_without_one(make, sign, line_end, last):
    other = ";" if sign == "," else ","
    lines = [f"text{sign}label", f"a{other} b{other} c{sign}joy", f'"x{sign}y"{sign}fear']
    table = make(line_end.join(lines) + line_end * last)
    name = next(name for name, one in SIGNS.items() if one == sign)
    assert table.format == f"CSV, utf-8, separated by {name}"
    assert (table.columns, table.row_count) == (("text", "label"), 2)
    assert cells(table) == [[f"a{other} b{other} c", "joy"], [f"x{sign}y", "fear"]]
    assert [row.number for row in table] == [2, 3]
    assert cells(table) == cells(table), "a table can be read again"


def test_one_column_has_no_delimiter(make):
    table = make('text\nHello, world; how | are\tyou\nplain\n"quoted, ""too"""\n')
    assert table.format == "plain text, utf-8, one text a line"
    assert cells(table) == [["Hello, world; how | are\tyou"], ["plain"], ['quoted, "too"']]


@pytest.mark.parametrize("sign", ["\t", None])
def test_files_written_without_quoting_are_read_as_such(make, sign):
    rest = f"{sign}joy" if sign else ""
    table = make(f'text{rest}\n"Hi" he said{rest}\n"open{rest}\nplain{rest}\n')
    assert [row.values["text"] for row in table] == ['"Hi" he said', '"open', "plain"]
    assert "double quotes" in table.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_encodings_are_found_and_a_guess_is_shown(make, encoding, name):
    content = (
        RUSSIAN if name == "t.csv" else '{"text": "Сегодня мне очень грустно, потому что дождь"}'
    )
    table = make(content.encode(encoding), name)
    assert "Сегодня мне" in next(iter(table)).values["text"]
    assert table.format.split(", ")[1] == encoding
    asked = [one for one in table.questions if one.name == "encoding"]
    assert [(one.chosen, one.sure) for one in asked] == (
        [(encoding, False)] if encoding in ("utf-16-le", "cp1251") else []
    )


def test_damaged_utf_8_names_the_line(make):
    with pytest.raises(TableError, match="line 3 has bytes that are not UTF-8"):
        make(RUSSIAN.encode() + b"\xff;x\n" + "Ещё одна строка;x\n".encode() * 3)


def test_json_lines_are_known_by_their_content(make):
    assert make('{"text": "a"}\n', "t.txt").columns == ("text",)


@pytest.mark.parametrize(
    ("magic", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or locked file of Office"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"<!DOCTYPE html><table>", "a web page"),
        (b"{\\rtf1 ", "an RTF document"),
    ],
)
def test_other_files_are_refused(make, magic, what):
    with pytest.raises(TableError, match=what):
        make(magic + b"\0" * 100)
