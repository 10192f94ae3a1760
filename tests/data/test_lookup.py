"""Texts by their ids: found, not found, and not on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lfdrt.data.lookup import texts_of
from lfdrt.data.records import DataError

HEADER = "id,text,label\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "text" / "made").mkdir(parents=True)
    _write(tmp_path, HEADER + '7,"Ja, gern",joy\n8,Nein,anger\n')
    return tmp_path


def _write(folder: Path, content: str) -> Path:
    path = folder / "text" / "made" / "de.dev.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_texts_by_id(folder: Path) -> None:
    assert texts_of(folder, "made", "dev", "de", ["8", "7"]) == {"8": "Nein", "7": "Ja, gern"}
    assert texts_of(folder, "made", "dev", "de", ["8", "9"]) == {"8": "Nein"}


def test_a_changed_file_is_read_again(folder: Path) -> None:
    texts_of(folder, "made", "dev", "de", ["8"])
    path = _write(folder, HEADER + "8,Nie!,anger\n")
    os.utime(path, (1, 1))
    assert texts_of(folder, "made", "dev", "de", ["7", "8"]) == {"8": "Nie!"}


def test_what_is_not_here_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="texts of made fr dev are not on this machine") as told:
        texts_of(folder, "made", "dev", "fr", ["8"])
    assert str(folder) not in str(told.value)
    _write(folder, "id,words\n8,Nein\n")
    with pytest.raises(DataError, match=r"de.dev.csv has no column text, label"):
        texts_of(folder, "made", "dev", "de", ["8"])
