"""A made-up file of every kind, through the library, the command line, both uploads of the page;
and broken ones, each of which gives one sentence that names its format."""

from __future__ import annotations

import bz2
import csv
import gzip
from pathlib import Path

import pytest
import zstandard

from app.finetune.data_step import WANTS as TRAINING
from app.intake.upload import Upload, read
from app.models.service import Service
from app.table.kind import TABLE
from app.table.tab import WANTS as TABLES
from app.table.tab import spec
from lfdrt.__main__ import main
from lfdrt.data.columns import guess_columns
from lfdrt.data.readers.registry import READERS
from lfdrt.data.tables import Table, TableError, open_table
from tests.data.readers.make_files import zipped

FILES = Path(__file__).parents[1] / "files"
SAID = (
    "Ninafurahi sana kukuona leo",
    "Sipendi chakula hiki, kina chumvi",
    "Asante kwa msaada wako",
)
SPOKEN = ("ninafurahi sana kukuona leo.", "sipendi chakura hiki!", "asante kwa msaada wako.")
LABELS = ("joy", "disgust", "neutral")

# File, what it is said to be, what it leaves out.
PLAIN = {
    "list.txt": ("plain text", "blank lines (1)"),
    "one_column.csv": ("plain text", ""),
    "paragraphs.docx": ("Word document", "empty paragraphs (1)"),
    "film.srt": ("subtitles", "cues without words (1)"),
    "film.vtt": ("subtitles", "cues without words (1)"),
    "film.ass": ("subtitles", "cues without words (1)"),
    "examples.csv": ("CSV", ""),
    "talk.cha": ("CHAT", "lines without words (1)"),
    "talk.TextGrid": ("Praat TextGrid", "empty intervals (1)"),
    "talk.eaf": ("ELAN", ""),
    "elan_tab.txt": ("ELAN", ""),
    "whatsapp.txt": (
        "chat export",
        "lines of the program (1), messages that are pictures or sounds (1)",
    ),
    "telegram.json": (
        "chat export",
        "lines of the program (1), messages that are pictures or sounds (1)",
    ),
}
LABELLED = {
    "t.csv": "CSV",
    "t.tsv": "CSV",
    "t.csv.gz": "archive",
    "t.csv.bz2": "archive",
    "t.csv.zst": "archive",
    "t.xls": "spreadsheet",
    "t.xlsb": "spreadsheet",
    "t.ods": "spreadsheet",
    "t.parquet": "Parquet",
    "table.docx": "Word document",
    "t.jsonl": "JSON lines",
    "doccano.jsonl": "JSON lines",
    "label_studio.json": "JSON",
    "label_studio_min.json": "JSON",
    "label_studio.csv": "CSV",
    "treebank.conllu": "CoNLL-U",
}
OTHERS = ("several.zip", "t.xlsx", "form.csv")
ALL = (*PLAIN, *LABELLED, *OTHERS)


def texts(table: Table) -> tuple[str, ...]:
    column = guess_columns(table).text
    return tuple(row.values[column or ""] for row in table)


def expected(name: str) -> tuple[str, ...]:
    if name == "whatsapp.txt":
        return (SAID[0], SAID[1].replace(", ", ",\n", 1), SAID[2])
    return SPOKEN if name == "talk.cha" else SAID * (2 if name == "several.zip" else 1)


def test_there_is_a_file_of_every_format_and_they_are_small() -> None:
    assert {path.name for path in FILES.iterdir()} == set(ALL)
    assert {open_table(FILES / name).reader for name in ALL} == set(READERS)
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 300_000


@pytest.mark.parametrize("name", ALL)
def test_the_library_reads_it(name: str) -> None:
    table = open_table(FILES / name)
    assert texts(table) == expected(name)
    assert table.row_count == len(expected(name))
    if name in PLAIN:
        format, left = PLAIN[name]
        assert table.format.split(", ")[0] == format
        assert (f"Left out: {left}" in " ".join(table.warnings)) is bool(left) or not left
    if name in LABELLED:
        assert table.format.split(", ")[0] == LABELLED[name]
        label = guess_columns(table).label or ""
        assert tuple(row.values[label] for row in table) == LABELS


@pytest.mark.parametrize("name", ALL)
def test_the_content_decides_not_the_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes((FILES / name).read_bytes())
    assert texts(open_table(path)) == expected(name)


@pytest.mark.parametrize("name", ALL)
def test_the_command_line_predicts_it(name: str, tmp_path: Path, tiny_folder: Path) -> None:
    out = tmp_path / "o.csv"
    more = ["--image-column=", "--prefix=predicted_"]
    paths = ["--input", str(FILES / name), "--output", str(out)]
    assert main(["predict", "--checkpoint", str(tiny_folder), *paths, *more]) == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(expected(name)) and all(row["predicted_label"] for row in rows)
    assert main(["predict", "--checkpoint", str(tiny_folder), *paths, *more]) == 0, "goes on"


@pytest.mark.parametrize("name", ALL)
def test_both_uploads_of_the_page_take_it(name: str, tmp_path: Path, tiny_folder: Path) -> None:
    service = Service(tiny_folder, "cpu")
    *_, learned = read(service, Upload(table=str(FILES / name)), TRAINING)
    assert learned.upload is not None and learned.upload.roles["text"], learned.report
    *_, found = read(service, Upload(name="t", table=str(FILES / name)), TABLES)
    assert found.upload is not None and found.upload.rows == len(expected(name)), found.report
    assert SAID[2][:6].lower() in found.report.lower()
    choice = service.choices()[0]
    made = spec(found.upload, choice, "own").below(tmp_path)
    assert f"--text-column={found.upload.roles['text']}" in TABLE.command(tmp_path, made)


class TestWhatItIsTakenFor:
    def test_a_sheet_with_a_title_merged_cells_and_a_repeated_header(self) -> None:
        table = open_table(FILES / "t.xlsx")
        assert table.columns == ("text", "label", "label (2)")
        assert [row.values["label"] for row in table] == ["joy", "joy", "neutral"]
        assert [row.number for row in table] == [4, 5, 6]
        assert "'Maneno yetu 2024'" in " ".join(table.warnings)
        (sheets,) = [one for one in table.questions if one.name == "sheet"]
        assert sheets.chosen == "Maneno", "the first that is not empty"

    def test_times_speakers_and_languages_are_columns(self) -> None:
        first = next(iter(open_table(FILES / "film.srt")))
        assert first.values["start"] == "0:00:01.000"
        talk = open_table(FILES / "talk.cha")
        assert guess_columns(talk).lang == "language"
        assert {row.values["language"] for row in talk} == {"swa"}
        assert guess_columns(open_table(FILES / "examples.csv")).lang == "Language_ID"

    @pytest.mark.parametrize("name", ["talk.eaf", "talk.TextGrid"])
    def test_another_tier_can_be_chosen(self, name: str) -> None:
        (tiers,) = [one for one in open_table(FILES / name).questions if one.name == "tier"]
        assert tiers.chosen == "maneno" and len(tiers.choices) == 3
        other = next(one.value for one in tiers.choices if one.value != "maneno")
        table = open_table(FILES / name, read={"tier": other})
        assert {row.values["tier"] for row in table} == {other}
        both = open_table(FILES / name, read={"tier": "all tiers"})
        assert {row.values["tier"] for row in both} == {"maneno", other}

    @pytest.mark.parametrize("name", ["whatsapp.txt", "telegram.json"])
    def test_people_of_a_chat_stay_out_unless_asked_for(self, name: str) -> None:
        assert open_table(FILES / name).columns == ("text",)
        table = open_table(FILES / name, read={"people": "yes"})
        assert table.columns == ("text", "who", "when")
        assert next(iter(table)).values["who"] == "Ada"

    def test_addresses_in_a_form_are_asked_about(self) -> None:
        table = open_table(FILES / "form.csv")
        (asked,) = [one for one in table.questions if not one.sure]
        assert asked.name == "personal" and "'Email Address'" in asked.asks
        assert "Feeling (2)" in table.columns
        left = open_table(FILES / "form.csv", read={"personal": "leave"})
        assert "Email Address" not in left.columns
        assert all("Email Address" not in row.values for row in left)

    def test_several_files_are_one_table_or_one_is_chosen(self) -> None:
        table = open_table(FILES / "several.zip")
        assert [row.values["file"] for row in table] == ["a/one.csv"] * 3 + ["a/two.csv"] * 3
        assert [row.number for row in table] == [1, 2, 3, 4, 5, 6]
        one = open_table(FILES / "several.zip", read={"file": "a/two.csv"})
        assert one.row_count == 3 and "file" not in one.columns

    def test_several_labels_of_a_text_are_said_not_guessed(self, tmp_path: Path) -> None:
        path = tmp_path / "d.jsonl"
        path.write_text('{"text": "a b", "label": ["joy", "fear"]}\n', "utf-8")
        assert next(iter(open_table(path))).values["label"] == "joy | fear"

    def test_a_picture_is_called_as_before_its_upload(self) -> None:
        table = open_table(FILES / "label_studio.json")
        assert next(iter(table)).values["image"] == "picha0.png"


BROKEN = {
    "t.xlsx": (0.5, "damaged"),
    "t.ods": (0.5, "damaged"),
    "t.xls": (0.3, "spreadsheet"),
    "t.xlsb": (0.5, "damaged"),
    "paragraphs.docx": (0.5, "damaged"),
    "t.csv.gz": (0.5, "archive"),
    "t.csv.bz2": (0.5, "archive"),
    "t.csv.zst": (0.5, "archive"),
    "several.zip": (0.5, "damaged"),
    "t.parquet": (0.5, "Parquet"),
    "label_studio.json": (0.5, "JSON"),
    "telegram.json": (0.5, "chat export"),
    "talk.eaf": (0.5, "ELAN"),
    "talk.TextGrid": (0.5, "TextGrid"),
    "doccano.jsonl": (0.4, "JSON lines"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_cut_off_gives_one_sentence(name: str, tmp_path: Path) -> None:
    share, said = BROKEN[name]
    content = (FILES / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(TableError) as caught:
        open_table(path)
    assert str(caught.value).startswith(name) and said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["t.gz", "t.bz2", "t.zst", "t.zip"])
def test_archives_unpack_to_the_limit_only(name: str, tmp_path: Path) -> None:
    content = b"text\n" + b"a b c\n" * 50_000
    packed = {
        "t.gz": gzip.compress, "t.bz2": bz2.compress, "t.zst": zstandard.compress,
        "t.zip": lambda content: zipped({"t.txt": content}),
    }  # fmt: skip
    path = tmp_path / name
    path.write_bytes(packed[name](content))
    assert open_table(path).row_count == 50_000
    with pytest.raises(TableError, match="unpacks to more than the limit"):
        open_table(path, max_bytes=100_000)


def test_a_zip_that_lies_about_its_sizes_is_not_believed(tmp_path: Path) -> None:
    content = zipped({"t.txt": b"a b c\n" * 50_000})
    said = (300_000).to_bytes(4, "little")
    assert content.count(said) == 2
    (tmp_path / "t.zip").write_bytes(content.replace(said, (1_000).to_bytes(4, "little")))
    with pytest.raises(TableError, match="t.zip"):
        open_table(tmp_path / "t.zip", max_bytes=100_000)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.zip").write_bytes(zipped({"t.csv.gz": (FILES / "t.csv.gz").read_bytes()}))
    with pytest.raises(TableError, match="an archive in an archive"):
        open_table(tmp_path / "t.zip")
