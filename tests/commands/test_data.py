"""`data list`, `check` and `fetch`: what they print and how they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.data.sources.catalogue import SOURCES
from tests.data.sources.made import picture, write


def test_list_names_every_source_with_its_licence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "list"]) == 0
    told = capsys.readouterr().out
    for name, source in SOURCES.items():
        assert f"{name}\n  {source.title}" in told
        assert source.home in told and source.licence in told and source.size in told


def test_check_counts_and_shows_the_first_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        write(tmp_path / "train" / "joy" / f"{number}.jpg", "no picture")
    picture(tmp_path / "train" / "joy" / "good.jpg")
    picture(tmp_path / "test" / "fear" / "good.jpg")
    assert main(["data", "check", "image_folder", str(tmp_path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split() for line in told[:2]] == [
        ["test", "-", "fear", "1"],
        ["train", "-", "joy", "1"],
    ]
    assert told[2:4] == ["2 used, 5 left out", "  picture unreadable: 5"]
    assert len(told) == 7 and "train/joy/0.jpg" in told[4]


def test_check_counts_pairs_by_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "en-eo.csv", "en,eo\nyes,jes\nno,ne\n")
    assert main(["data", "check", "parallel_csv", str(tmp_path)]) == 0
    assert ["all", "eo", "pairs", "2"] in [
        line.split() for line in capsys.readouterr().out.splitlines()
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check", "melt", "."], "'melt' is not one of meld, ch_sims"),
        (["check", "meld", "{folder}/none"], "is not a folder"),
        (["check", "nusax", "{folder}"], "holds no row of nusax that can be used"),
        (["fetch", "xed", "--out", "."], "xed has no address that a program can fetch from"),
        (["fetch", "wikimatrix", "--out", "."], "needs --pair"),
        (["fetch", "wikimatrix", "--pair", "tr-en", "--out", "."], "alphabetical order"),
        (["fetch", "wikimatrix", "--pair", "../x", "--out", "."], "alphabetical order"),
        (["fetch", "meld", "--pair", "en-tr", "--out", "."], "--pair is of no use for meld"),
    ],
)
def test_faults_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    write(tmp_path / "english" / "train.csv", "id,text,label\n1,,positive\n")
    assert main(["data", *(word.format(folder=tmp_path) for word in words)]) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1


def test_a_file_that_is_there_is_not_fetched_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "WikiMatrix.en-tr.tsv.gz", "x")
    assert main(["data", "fetch", "wikimatrix", "--pair", "en-tr", "--out", str(tmp_path)]) == 0
    assert "is there already" in capsys.readouterr().out


def test_what_was_read_before_a_broken_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "english" / "dev.csv", "id,text,label\n1,a,positive\n")
    write(tmp_path / "english" / "train.csv", "id,text\n1,a\n")
    assert main(["data", "check", "nusax", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert "1 used" in told.out and "train.csv has no column label" in told.err
