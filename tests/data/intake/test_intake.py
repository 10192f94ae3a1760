"""A person's data of every shape: rows that can be used, and a report that says what is odd."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfdrt.data.columns import ColumnMapping
from lfdrt.data.intake.read import Intake, IntakeProgress, read_intake
from lfdrt.data.intake.report import SHOWN, TokenCount
from tests.data.zips import png, zipped

ROWS = [
    ["id", "text", "image", "label"],
    ["a1", "I am so happy that you came today", "one.png", "Joy"],
    ["a2", "Nobody told me why the house is gone", "", "fear"],
    ["a3", "What a lovely morning for a long walk", "two.png", "joy"],
]


def table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return path


def taken(*arguments: object, **options: object) -> Intake:
    *progress, last = read_intake(*arguments, **options)
    assert isinstance(last, Intake)
    assert all(isinstance(one, IntakeProgress) for one in progress)
    assert all(one.done <= one.total for one in progress if one.total)
    return last


def numbers(findings) -> list[int]:
    return [one.row for one in findings.first]


def test_rows_of_a_table_with_pictures_beside_it(tmp_path):
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(png())
    intake = taken(table(tmp_path / "t.csv", ROWS), language="eng", labels=("joy", "anger"))
    assert intake.mapping == ColumnMapping("text", "image", None, "label", "id")
    assert [(row.id, row.number, row.label, row.language) for row in intake.rows] == [
        ("a1", 2, "joy", "en"),
        ("a2", 3, None, "en"),
        ("a3", 4, "joy", "en"),
    ]
    assert [row.image and row.image.name for row in intake.rows] == ["one.png", None, "two.png"]
    report = intake.report
    assert (report.rows, report.pictures, report.errors) == (3, 2, ())
    assert report.format == "CSV, utf-8, separated by comma"
    assert [(one.value, one.rows, one.label) for one in report.labels] == [
        ("Joy", 1, "joy"),
        ("fear", 1, None),
        ("joy", 1, "joy"),
    ]
    assert report.warnings == (
        "Labels that the model does not have do not count in before/after: 'fear' (1 rows).",
    )
    assert report.languages.detected[0].code == "en" and report.languages.agree == 1
    assert [row.values["id"] for row in intake.preview] == ["a1", "a2", "a3"]


def test_every_format_gives_the_same_rows(tmp_path):
    header, *rest = ROWS
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    columns = {
        name: list(cells) for name, cells in zip(header, zip(*rest, strict=True), strict=True)
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    (tmp_path / "t.tsv").write_text("\n".join("\t".join(row) for row in ROWS), "utf-16")
    paths = [tmp_path / name for name in ("t.xlsx", "t.parquet", "t.tsv")]
    found = [taken(path) for path in paths]
    expected = [("a1", ROWS[1][1], "Joy"), ("a2", ROWS[2][1], "fear"), ("a3", ROWS[3][1], "joy")]
    for intake in found:
        assert [(row.id, row.text, row.label) for row in intake.rows] == expected
        assert numbers(intake.report.missing_pictures) == [row.number for row in intake.rows][::2]
    assert [one.report.format for one in found] == [
        "spreadsheet", "Parquet", "CSV, utf-16, separated by tab"]  # fmt: skip


def test_texts_that_are_odd_are_counted_and_named(tmp_path):
    rows = [
        ["text"],
        ["the same words again"],
        ["\u200b"],
        ["the same  words again"],
        ["ok"],
        ["😀"],
    ]
    rows += [["今日はとても"], *[["the same words again"]] * 40]
    report = taken(table(tmp_path / "t.csv", rows)).report
    assert (report.empty.count, numbers(report.empty)) == (1, [3])
    assert (report.very_short.count, numbers(report.very_short)) == (2, [5, 6])
    assert (report.duplicate.count, numbers(report.duplicate)[:2]) == (41, [4, 8])
    assert len(report.duplicate.first) == SHOWN
    assert "1 row without text (row 3)." in report.warnings
    assert "2 rows with a very short text (rows 5, 6)." in report.warnings


def test_pictures_of_a_zip_are_matched_and_problems_named(tmp_path):
    decomposed = unicodedata.normalize("NFD", "café.png")
    members = {
        f"pics/{decomposed}": png("red"),
        "pics/UPPER.PNG": png("blue"),
        "pics/cut.png": png()[:40],
        "pics/a/same.png": png(),
        "pics/b/same.png": png(),
        "pics/unused.png": png(),
        "pics/readme.txt": b"hello",
    }
    names = ["café.png", "upper.png", "cut.png", "same.png", "a/same.png", "none.png", ""]
    rows = [["text", "image"], *[[f"a sentence with number {i}", n] for i, n in enumerate(names)]]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    intake = taken(
        table(tmp_path / "t.csv", rows), zipped(tmp_path / "p.zip", members), scratch=scratch
    )
    report = intake.report
    found = [row.image.read_bytes() if row.image else None for row in intake.rows]
    assert found == [png("red"), png("blue"), None, None, png(), None, None]
    assert (report.pictures, report.errors) == (6, ())
    assert [(one.row, one.what[:24]) for one in report.missing_pictures.first] == [
        (5, "'same.png' fits 2 pictur"),
        (7, "'none.png' was not found"),
    ]
    assert numbers(report.unreadable_pictures) == [4]
    assert "'cut.png' is damaged" in report.unreadable_pictures.first[0].what
    assert any("'pics/readme.txt' has no ending of a picture" in told for told in report.warnings)
    assert "2 of 6 pictures are named by no row." in report.warnings


def test_pictures_of_a_folder_and_names_that_clash(tmp_path):
    folder = tmp_path / "pics"
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "no.png").write_bytes(png())
    (folder / "a.png").write_bytes(png("red"))
    (folder / "b.jpg").write_text("not a picture")
    intake = taken(None, folder)
    assert [(row.id, row.text, row.number) for row in intake.rows] == [("a.png", "", 1)]
    assert numbers(intake.report.unreadable_pictures) == [2]
    assert intake.report.format == "" and intake.mapping is None
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    archive = zipped(tmp_path / "p.zip", {"x.png": png("red"), "X.png": png("blue")})
    rows = [["text", "image"], ["one more sentence", "X.png"], ["another sentence", "x.PNG"]]
    intake = taken(table(tmp_path / "t.csv", rows), archive, scratch=scratch)
    assert [row.image and row.image.read_bytes() for row in intake.rows] == [png("blue"), None]
    assert any("'x.png' and 'X.png' differ at most" in told for told in intake.report.warnings)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("text", "'text' is the text column, so it cannot be the label as well"),
        ("id", "'id' is the id column, so it cannot be the label as well"),
        ("number", "identifiers or measurements, not labels"),
        ("remark", "whole texts, not labels"),
    ],
)
def test_ids_and_texts_are_refused_as_labels(tmp_path, label, words):
    rows = [["id", "text", "number", "remark"]]
    rows += [[f"x{i}", f"a sentence {i}", str(i), f"{'longer ' * 6}{i}"] for i in range(60)]
    mapping = ColumnMapping("text", None, None, label, "id")
    intake = taken(table(tmp_path / "t.csv", rows), mapping=mapping)
    (error,) = intake.report.errors
    assert words in error
    assert len(intake.preview) == 10 and not any(row.label for row in intake.rows)


def test_languages_of_rows_and_of_all(tmp_path):
    turkish = "Bugün hava çok güzel ve ben çok mutluyum arkadaşlar"
    rows = [["text", "lang"], *[[turkish, ""]] * 12, ["Hello there my friend", "English"]]
    rows.append(["Hello there my friend again", "qq-nothing"])
    intake = taken(table(tmp_path / "t.csv", rows), language="fi")
    assert [row.language for row in intake.rows][-3:] == ["fi", "en", "fi"]
    assert numbers(intake.report.bad_languages) == [15]
    assert intake.report.languages.agree == 0
    assert any("look like Turkish (tr)" in told for told in intake.report.warnings)
    none = taken(table(tmp_path / "t.csv", [["text"], [turkish]]))
    assert none.rows[0].language is None and none.report.languages.agree is None


def test_the_tokenizer_is_a_function(tmp_path):
    def count(texts: Sequence[str]) -> list[TokenCount]:
        return [TokenCount(tokens=len(text.split()), unknown=text.count("x")) for text in texts]

    rows = [["text"], ["x two three four"], ["two three four five six seven eight nine ten"]]
    report = taken(table(tmp_path / "t.csv", rows), count_tokens=count).report
    tokens = report.tokens
    # 4 + 9 tokens, of which the two x in "x" and "six" are unknown
    assert (tokens.texts, tokens.longest, tokens.unknown) == (2, 9, pytest.approx(2 / 13))
    assert [(one.up_to, one.texts) for one in tokens.lengths if one.texts] == [(8, 1), (16, 1)]
    assert tokens.lengths[-1].up_to is None
    assert any(told.startswith("15% of the tokens are unknown") for told in report.warnings)


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("a,b\n1,2,3\n", {}, "1 of 1 rows cannot be read"),
        ("a,b\n1,2\n", {}, "which of its columns holds the text"),
        ("text\n", {}, "no row with a text or a readable picture"),
        ("text\nhello\n", {"language": "q-q-q"}, "is not a language"),
        ("text\nhello\n", {"mapping": ColumnMapping("x", None, None, None)}, "called 'x'"),
        ("text\na\nb\n", {"max_rows": 1}, "more than 1 rows"),
    ],
)
def test_errors_are_sentences_in_the_report(tmp_path, content, options, words):
    path = tmp_path / "t.csv"
    path.write_text(content, "utf-8")
    intake = taken(path, **options)
    assert intake.rows == () and len(intake.report.errors) == 1
    assert words in intake.report.errors[0]


def test_no_column_is_taken_for_labels_where_none_is_wanted(tmp_path):
    rows = [["text", "label"], ["so happy today", "joy"], ["so sad today", "sadness"]]
    path = table(tmp_path / "t.csv", rows)
    assert taken(path).mapping.label == "label"
    found = taken(path, labelled=False)
    assert found.mapping.label is None
    assert [row.label for row in found.rows] == [None, None] and not found.report.labels


def test_archives_that_are_refused_are_an_error(tmp_path):
    path = table(tmp_path / "t.csv", ROWS)
    (tmp_path / "bad.zip").write_text("no archive")
    empty = zipped(tmp_path / "empty.zip", {"a.txt": b"x"})
    for images in (tmp_path / "bad.zip", tmp_path / "none.zip", empty):
        (error,) = taken(path, images, scratch=tmp_path).report.errors
        assert error.startswith(images.name)


def test_progress_is_told_while_reading(tmp_path):
    path = table(tmp_path / "t.csv", [["text"], *[[f"sentence number {i}"] for i in range(1_200)]])
    *progress, _ = read_intake(path)
    assert [(one.stage, one.done, one.total) for one in progress if one.total] == [
        ("read", 500, 1200),
        ("read", 1000, 1200),
        ("read", 1200, 1200),
    ]


@pytest.mark.parametrize(("marked", "told"), [(3, True), (5, False), (10, False)])
def test_texts_without_end_marks_are_told_where_they_are_most(tmp_path, marked, told):
    """Of ten texts; of fewer nothing is said."""
    rows = [[f"Line number {i} goes on{'!' if i < marked else ''}"] for i in range(10)]
    report = taken(table(tmp_path / "x.csv", [["text"], *rows])).report
    said = [one for one in report.warnings if "no end mark" in one]
    assert bool(said) == told
    if told:
        assert said[0].startswith("70% of the texts have no end mark (. ! ?).")
    few = taken(table(tmp_path / "y.csv", [["text"], *rows[-9:]])).report
    assert not any("no end mark" in one for one in few.warnings)
