"""The sample sets: complete, their own language, no repeats, and faces drawn by the script."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assets.make_samples import AGAINST, FACES, SIZE, make_picture, write_samples
from lfdrt.data.detect import detect_language
from lfdrt.data.intake.read import Intake, read_intake
from lfdrt.labels import EKMAN7
from lfdrt.languages import LANGUAGES

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SAMPLES = ASSETS / "samples"
CODES = ("es", "fi", "id", "ja", "sw", "ta", "tr")
HEADERS = {"": ["id", "text", "image"], ".labelled": ["id", "text", "label", "image"]}
LENGTH = {"ja": (16, 45)}  # characters, for want of spaces; words elsewhere
WORDS = (6, 16)
# The detector names 67 % of AfriSenti's Swahili of this length, 77 % of the parallel text's and
# 22 % of BRIGHTER's, so 90 % would ask for sentences made for the detector.
DETECTED = {"sw": 0.85}


def _cells(code: str, part: str) -> list[list[str]]:
    text = (SAMPLES / f"{code}{part}.csv").read_bytes().decode("utf-8")
    assert "\r" not in text and text.endswith("\n") and not text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text), strict=True))


@cache
def _rows(code: str) -> tuple[dict[str, str], ...]:
    """The rows of both files of a language; only those of the second have a label."""
    return tuple(
        dict(zip(cells[0], row, strict=True))
        for cells in (_cells(code, part) for part in HEADERS)
        for row in cells[1:]
    )


def _all() -> Iterator[dict[str, str]]:
    for code in CODES:
        yield from _rows(code)


def _pieces(text: str) -> set[str]:
    letters = "".join(c for c in text.casefold() if c.isalnum() or unicodedata.combining(c))
    return {letters[i : i + 3] for i in range(len(letters) - 2)}


def _pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB"), dtype=np.int16)


def test_the_folder_holds_these_files_and_no_others() -> None:
    tables = {f"{code}{part}.csv" for code in CODES for part in HEADERS}
    zips = {f"{code}.images.zip" for code in FACES}
    assert {path.name for path in SAMPLES.iterdir()} == tables | zips | {"README.md"}


def test_at_least_six_languages_of_five_families() -> None:
    assert len(CODES) >= 6 and len({LANGUAGES[code].family.code for code in CODES}) >= 5
    told = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for code in CODES:
        assert f"| {LANGUAGES[code].name} (`{code}`) | {LANGUAGES[code].family.name} |" in told


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("part", "count"), [("", 48), (".labelled", 14)])
def test_tables_are_complete(code: str, part: str, count: int) -> None:
    header, *rows = _cells(code, part)
    assert header == HEADERS[part] and len(rows) == count
    mark = "l" if part else ""
    assert [row[0] for row in rows] == [f"{code}-{mark}{n:02d}" for n in range(1, count + 1)]
    for _, text, *_ in rows:
        assert text == text.strip() and unicodedata.is_normalized("NFC", text)
        size = len(text) if code == "ja" else len(text.split())
        low, high = LENGTH.get(code, WORDS)
        assert low <= size <= high, text


@pytest.mark.parametrize("code", CODES)
def test_two_labelled_sentences_a_class(code: str) -> None:
    labels = Counter(row["label"] for row in _rows(code) if "label" in row)
    assert labels == dict.fromkeys(EKMAN7.labels, 2)


def test_no_sentence_twice_nor_among_the_examples() -> None:
    texts = [_plain(row["text"]) for row in _all()]
    examples = json.loads((ASSETS / "examples.json").read_text(encoding="utf-8"))
    texts += [_plain(example["text"]) for example in examples]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


@pytest.mark.parametrize("code", CODES)
def test_no_near_duplicates(code: str) -> None:
    examples = json.loads((ASSETS / "examples.json").read_text(encoding="utf-8"))
    texts = [row["text"] for row in _rows(code)]
    texts += [example["text"] for example in examples if example["lang"] == code]
    pieces = [(text, _pieces(text)) for text in texts]
    for (one, a), (other, b) in combinations(pieces, 2):
        assert len(a & b) / len(a | b) < 0.35, (one, other)


@pytest.mark.parametrize("code", CODES)
def test_languages_are_detected(code: str) -> None:
    found = [(row["text"], detect_language(row["text"])) for row in _rows(code)]
    wrong = [text for text, one in found if one is None or one.code != code]
    assert 1 - len(wrong) / len(found) >= DETECTED.get(code, 0.9), wrong


@pytest.mark.parametrize("code", CODES)
def test_a_third_of_the_rows_has_a_face_in_two_languages(code: str) -> None:
    named = {row["id"]: row["image"] for row in _rows(code) if row["image"]}
    assert named == {row: f"{row}.png" for row in FACES.get(code, {})}
    labelled = sum("label" in row for row in _rows(code) if row["image"])
    assert (len(named) - labelled, labelled) == ((16, 5) if code in FACES else (0, 0))


@pytest.mark.parametrize("code", FACES)
def test_the_zip_holds_what_the_script_draws(code: str) -> None:
    path = SAMPLES / f"{code}.images.zip"
    assert path.stat().st_size < 1_000_000
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"{row}.png" for row in FACES[code]]
        for row in FACES[code]:
            with archive.open(f"{row}.png") as file, Image.open(file) as image:
                assert image.format == "PNG" and image.size == (SIZE, SIZE)
                stored = _pixels(image)
            # another Pillow may round an edge differently
            assert np.abs(stored - _pixels(make_picture(code, row))).mean() < 0.5


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for run in ("a", "b"):
        write_samples(tmp_path / run)
    for code in FACES:
        first, second = (tmp_path / run / f"{code}.images.zip" for run in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


def test_a_face_contradicts_its_sentence_only_where_the_script_says_so() -> None:
    faces = {row: face for rows in FACES.values() for row, (face, _) in rows.items()}
    assert set(AGAINST) <= set(faces) and 2 <= len(AGAINST) < len(faces) / 4
    assert all(faces[row] != meant for row, meant in AGAINST.items())
    for row in _all():
        if row["id"] in faces and "label" in row:
            assert AGAINST.get(row["id"], faces[row["id"]]) == row["label"]


@pytest.mark.parametrize("part", HEADERS)
@pytest.mark.parametrize("code", CODES)
def test_the_intake_reads_every_row_and_picture(code: str, part: str, tmp_path: Path) -> None:
    images = SAMPLES / f"{code}.images.zip" if code in FACES else None
    *_, intake = read_intake(
        SAMPLES / f"{code}{part}.csv",
        images,
        language=code,
        labels=EKMAN7.labels,
        scratch=tmp_path,
    )
    assert isinstance(intake, Intake) and not intake.report.errors
    assert len(intake.rows) == (14 if part else 48) and intake.mapping is not None
    beside = "pictures are named by no row"  # those of the other table
    assert [w for w in intake.report.warnings if beside not in w] == []
