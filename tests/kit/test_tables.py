"""What data the kit takes along, and how it comes out again."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from lfdrt.data.faces import read_split
from lfdrt.data.records import DataError, parallel_languages, read_labelled, read_parallel
from lfdrt.kit import tables
from lfdrt.kit.tables import (
    FEWEST_FACES,
    carried_tables,
    read_table,
    unpack_tables,
    write_archive,
    write_faces,
    write_few,
)
from tests.kit.made import RECIPE, made_data

ROOM = 1_000_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return made_data(tmp_path / "data")


def test_what_comes_out_is_what_went_in(data: Path, tmp_path: Path, monkeypatch) -> None:
    """Word for word, as the ordinary readers read it; target texts without labels stay at home, and
    of unseen languages go the sentences that the study reads."""
    monkeypatch.setattr(tables, "FEWEST_FACES", 1)
    held, out = tmp_path / "held", tmp_path / "out"
    held.mkdir()
    write_archive(held / "data.tar.xz", carried_tables(data, RECIPE))
    assert write_faces(data, held, ROOM) == 21
    unpack_tables(held, out)
    assert read_labelled(out, "made", "en", "train") == read_labelled(data, "made", "en", "train")
    assert read_labelled(out, "xed", "ar", "dev") == read_labelled(data, "xed", "ar", "dev")
    for split in ("train", "dev"):
        assert read_parallel(out, "ja", split) == read_parallel(data, "ja", split)
        faces, before = (read_split(folder / "images", split) for folder in (out, data))
        assert sorted(faces.labels.tolist()) == sorted(before.labels.tolist())
        assert sorted(faces.images.sum((1, 2, 3))) == sorted(before.images.sum((1, 2, 3)))
    assert parallel_languages(out, "parallel_subtitles") == ["tr"]
    assert not (out / "text/xed/ar.adapt.csv").exists()
    assert [len(read_table(d, "unseen/en-kk.csv").rows) for d in (data, out)] == [60, 40]


def test_every_column_of_words_is_a_text(data: Path) -> None:
    texts = list(read_table(data, "parallel/en-ja.csv").texts)
    assert len(texts) == 2 * len(read_table(data, "parallel/en-ja.csv").rows)
    assert "own" not in texts and "train" not in texts


def test_few_rows_are_the_first_of_every_split(data: Path, tmp_path: Path) -> None:
    write_few(data, tmp_path / "few", 2)
    for split in ("train", "dev"):
        assert read_parallel(tmp_path / "few", "ja", split) == read_parallel(data, "ja", split)[:2]
    assert len(read_labelled(tmp_path / "few", "made", "en", "train")) == 2


def test_faces_are_taken_in_turn(data: Path, tmp_path: Path, monkeypatch) -> None:
    """Two training faces and one for reporting of each class; room for fourteen of 21: in the first
    turn come 14, one of each class and split."""
    monkeypatch.setattr(tables, "FEWEST_FACES", 1)
    one = (data / "images" / "faces.zip").stat().st_size / 21
    count = write_faces(data, tmp_path, int(14.5 * (one + 100)))
    with (tmp_path / "faces.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count and 14 <= count < 21
    assert len({(row["label"], row["split"]) for row in rows[:14]}) == 14


def test_too_little_room_is_a_sentence(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"no room for {FEWEST_FACES} faces of each class"):
        write_faces(data, tmp_path, 100)


def test_a_table_that_is_missing_is_named(data: Path) -> None:
    (data / "text/made/en.train.csv").unlink()
    with pytest.raises(DataError, match="text/made/en.train.csv is not in"):
        carried_tables(data, RECIPE)
    other = replace(RECIPE, sentiment=RECIPE.heads)
    with pytest.raises(DataError, match="text/made"):
        carried_tables(data, other)
