"""WikiMatrix and plain tables of two languages."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from lfdrt.data.records import DataError
from lfdrt.data.sources.parallel import read_parallel_csv, read_wikimatrix
from tests.data.sources.made import parted, write


def wikimatrix(folder: Path, pair: str, *lines: str) -> Path:
    path = folder / f"WikiMatrix.{pair}.tsv.gz"
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wikimatrix(
        tmp_path,
        "en-tr",
        '1.25\tA "cat\tBir "kedi',
        "1.04\tTwo\tİki",
        "1.0399\tThree\tBeş",
        "\tx\ty",
        "1.2\tonly one",
    )
    wikimatrix(tmp_path, "ar-en", "1.1\tقطة\tA cat")
    wikimatrix(tmp_path, "ar-tr", "1.1\tقطة\tKedi")
    return tmp_path


def test_margins_sides_and_broken_lines(folder: Path) -> None:
    used, left_out = parted(read_wikimatrix(folder))
    assert {(one.anchor, one.translation, one.language) for one in used} == {
        ("A cat", "قطة", "ar"),
        ('A "cat', 'Bir "kedi', "tr"),
        ("Two", "İki", "tr"),
    }
    assert [item.why for item in left_out] == [
        "margin below 1.04",
        "no margin score",
        "wrong number of cells",
    ]


def test_files_that_pair_others_alone_are_named(tmp_path: Path) -> None:
    wikimatrix(tmp_path, "ar-tr", "1.1\tقطة\tKedi")
    with pytest.raises(DataError, match="no WikiMatrix file pairs en"):
        list(read_wikimatrix(tmp_path))


def test_a_file_is_streamed_and_a_cut_one_named(tmp_path: Path) -> None:
    lines = [f"1.1\tsentence {i} {hash(i * 7919)}\tcümle {i}" for i in range(30_000)]
    path = wikimatrix(tmp_path, "en-tr", *lines)
    assert next(read_wikimatrix(tmp_path)).translation == "cümle 0"
    path.write_bytes(path.read_bytes()[:-2_000])
    reader = read_wikimatrix(tmp_path)
    assert next(reader).translation == "cümle 0", "read before the damage is met"
    with pytest.raises(DataError, match=r"WikiMatrix\.en-tr\.tsv\.gz is damaged or cut off"):
        list(reader)


def test_plain_tables(tmp_path: Path) -> None:
    write(tmp_path / "en-eo.csv", 'en,eo,split\n"Yes, I do",Jes,dev\nno,,dev\n')
    write(tmp_path / "en-sw.tsv", "sw\ten\nNdiyo\tYes\n")
    used, left_out = parted(read_parallel_csv(tmp_path))
    assert [(one.anchor, one.translation, one.language) for one in used] == [
        ("Yes, I do", "Jes", "eo"),
        ("Yes", "Ndiyo", "sw"),
    ]
    assert [item.where for item in left_out] == ["en-eo.csv, row 3"]
    write(tmp_path / "en-tr.csv", "en,turkish\na,b\n")
    with pytest.raises(DataError, match=r"en-tr\.csv needs the columns en and tr"):
        list(read_parallel_csv(tmp_path))
