"""Files that are damaged, or made to harm: a sentence that names the file, or a right reading."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from lfdrt.data.columns import guess_columns
from lfdrt.data.tables import TableError, open_table
from tests.data.readers.make_files import SAID, textgrid, zipped

FILES = Path(__file__).parents[1] / "files"
SPREADSHEETS = (".xlsx", ".xlsb", ".xls", ".ods")  # each of which is read in a process of its own
SIGNS = (b"\0" * 8, b"\xff\xfe", b'"', b"\n\n", b"{", b"[", b"]]]", b"<", b"\t\t", b"9" * 400,
         b"NaN", b"null", b"\r", b"1e999")  # fmt: skip


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Cut off, with other bytes, with bytes too many, or with a part twice."""
    found = bytearray(content)
    start, end = sorted(rng.randrange(len(content)) for _ in range(2))
    kind = rng.randrange(5)
    if kind == 0:
        return content[: start + 1]
    if kind == 1:
        for _ in range(4):
            found[rng.randrange(len(found))] = rng.randrange(256)
    elif kind == 2:
        found[start:start] = rng.choice(SIGNS)
    elif kind == 3:
        del found[start:end]
    else:
        found[start:start] = content[start:end]
    return bytes(found)


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_a_damaged_file_gives_rows_or_a_sentence(name: str, tmp_path: Path) -> None:
    content, rng = (FILES / name).read_bytes(), random.Random(name)
    path = tmp_path / name
    for _ in range(2 if path.suffix in SPREADSHEETS else 25):
        path.write_bytes(damaged(content, rng))
        try:
            table = open_table(path)
            guess_columns(table)
            assert sum(1 for _ in table) == table.row_count
        except TableError as error:
            said = str(error)
            assert said.startswith(name) and "\n" not in said and len(said) < 900, said


def made(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def texts(path: Path, **read: str) -> list[str]:
    return [row.values["text"] for row in open_table(path, read=read)]


def test_a_line_of_a_transcript_is_read_whatever_hangs_on_it(tmp_path: Path) -> None:
    content = (FILES / "talk.cha").read_text("utf-8")
    whole = texts(made(tmp_path, "t.cha", content))
    content = content.replace("%mor:\tv|furahi adv|sana", "%mor:\tv|furahi\n\tadv|")
    assert texts(made(tmp_path, "t.cha", content)) == whole


def test_a_word_without_a_number(tmp_path: Path) -> None:
    content = (FILES / "treebank.conllu").read_text("utf-8").replace("# text = ", "# words = ")
    path = made(tmp_path, "t.conllu", content.replace("\n2\t", "\n_\t", 1))
    with pytest.raises(TableError, match="sentence 1 is damaged"):
        open_table(path)


@pytest.mark.parametrize("time", ["nan", "1e999"])
def test_times_that_are_no_times(time: str, tmp_path: Path) -> None:
    path = made(tmp_path, "t.TextGrid", textgrid().replace("xmin = 2\n", f"xmin = {time}\n"))
    with pytest.raises(TableError, match="the TextGrid is damaged"):
        open_table(path)


def test_two_tiers_of_one_name_are_both_read(tmp_path: Path) -> None:
    content = (FILES / "talk.eaf").read_text("utf-8").replace('"gloss"', '"maneno"')
    assert set(SAID) < set(texts(made(tmp_path, "t.eaf", content)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"chats": {"list": [7]}},
        {"chats": [1]},
        {"messages": [7]},
        {"messages": [{"text": True}]},
        {"messages": [{"text": [True]}]},
    ],
)
def test_a_chat_of_another_form(wrong: dict[str, object], tmp_path: Path) -> None:
    head = {"type": "x", "date": "x", "messages": []}
    path = made(tmp_path, "t.json", json.dumps(head | wrong))
    with pytest.raises(TableError, match=r"t\.json \(chat export\): the chat export is damaged"):
        open_table(path)


def test_results_of_a_tool_in_another_form(tmp_path: Path) -> None:
    content = json.dumps([{"data": {"text": "a b"}, "annotations": [{"result": 7}]}])
    assert texts(made(tmp_path, "t.json", content)) == ["a b"]


def test_entities_that_grow_are_not_unfolded(tmp_path: Path) -> None:
    names = [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha " * 10}">' for i in range(12)]
    content = (FILES / "talk.eaf").read_text("utf-8")
    content = content.replace("?>\n", f"?>\n<!DOCTYPE x [{''.join(names)}]>", 1)
    path = made(tmp_path, "t.eaf", content.replace(SAID[0], "&a11;"))
    with pytest.raises(TableError, match="the ELAN file is damaged"):
        open_table(path)


def test_a_cell_over_a_million_columns_is_refused(tmp_path: Path) -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), "1000000000")
    cell._tc.get_or_add_tcPr().append(span)
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(TableError, match="a cell covers more than 1,000 columns"):
        open_table(tmp_path / "t.docx")


@pytest.mark.parametrize("name", ["t.csv", "t.txt", "song.mp3"])
def test_what_is_no_text_is_no_table(name: str, tmp_path: Path) -> None:
    content = bytes(random.Random(0).choices(range(128), k=5_000))
    with pytest.raises(TableError, match="the file is no text, and of no kind that can be read"):
        open_table(made(tmp_path, name, content))


def test_a_few_nul_characters_are_read(tmp_path: Path) -> None:
    content = "text,label\n" + "sana\0 leo na kesho,joy\n" * 3
    assert texts(made(tmp_path, "t.csv", content)) == ["sana\0 leo na kesho"] * 3


@pytest.mark.parametrize("name", ["../../out.csv", "/tmp/lfdrt-out.csv", "C:\\out.csv", "a\0b.csv"])
def test_names_that_lead_out_of_an_archive_are_names(name: str, tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    path = made(inside, "t.zip", zipped({name: b"text,label\nasante sana,joy\n"}))
    assert texts(path) == ["asante sana"]
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path]
    assert not Path("/tmp/lfdrt-out.csv").exists()


def test_an_archive_of_many_files_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path, "t.zip", zipped({f"{i}.csv": b"text\na\n" for i in range(1_001)}))
    with pytest.raises(TableError, match="more than 1,000 files"):
        open_table(path)


def test_a_locked_archive_is_said(tmp_path: Path) -> None:
    path = made(tmp_path, "t.zip", zipped({"t.csv": b"text\na\n"}))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        central = archive.start_dir
    content[6] |= 1  # the flag of encryption, in both places
    content[central + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(TableError, match="damaged, or locked"):
        open_table(path)


@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.jsonl", "t.srt"])
def test_a_cell_of_a_book_is_refused(name: str, tmp_path: Path) -> None:
    book = "asante sana " * 20_000
    contents = {
        "t.csv": f"text,label\n{book},joy\n",
        "t.txt": f"asante sana\n{book}\n",
        "t.jsonl": json.dumps({"text": book}),
        "t.srt": f"1\n00:00:01,000 --> 00:00:02,000\n{book}\n\n",
    }
    with pytest.raises(TableError, match=f"(?s){name}.*131,072 characters"):
        open_table(made(tmp_path, name, contents[name]))
