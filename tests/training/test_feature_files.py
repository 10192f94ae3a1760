"""Kept features: what is damaged is not kept any more, and never read as zeros."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lfdrt.training.feature_files import NAMES, SUMS, FeatureFiles, rows_digest

LENGTHS, D = (3, 2, 4), 5
ROWS = [np.full((length, D), n + 1, np.float16) for n, length in enumerate(LENGTHS)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = FeatureFiles(tmp_path, LENGTHS, D)
    files.put([0, 2], [ROWS[0], ROWS[2]], 0)
    files.put([1], [ROWS[1]], 1)
    files.close()
    return tmp_path


def test_rows_come_back_as_they_were(folder: Path) -> None:
    files = FeatureFiles(folder, LENGTHS, D)
    assert files.holds([0, 1, 2], 0).tolist() == [True, False, True]
    assert files.holds([0, 1, 2], 1).tolist() == [False, True, False]
    assert files.damaged == 0
    found = files.gather([2, 0], np.array([[True] * 4, [True] * 3 + [False]]), 0)
    assert (found[0] == 3).all() and (found[1, :3] == 1).all()


def test_a_cut_off_file_is_begun_anew(folder: Path) -> None:
    path = folder / NAMES[0]
    path.write_bytes(path.read_bytes()[:20])
    files = FeatureFiles(folder, LENGTHS, D)
    assert not files.holds([0, 1, 2], 0).any() and files.holds([1], 1).all()
    assert files.damaged == 2
    files.put([0], [ROWS[0]], 0)
    assert (files.gather([0], np.ones((1, 3), bool), 0) == 1).all()


def test_a_flipped_bit_costs_its_row_alone(folder: Path) -> None:
    path = folder / NAMES[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 64
    path.write_bytes(content)
    files = FeatureFiles(folder, LENGTHS, D)
    assert files.holds([0, 1, 2], 0).tolist() == [True, False, False]
    assert files.damaged == 1


@pytest.mark.parametrize("content", [b"", b"\1" * 7, b"\1" * 4 * 2 * len(LENGTHS)])
def test_strange_checksums_keep_nothing(content: bytes, folder: Path) -> None:
    (folder / SUMS).write_bytes(content)
    files = FeatureFiles(folder, LENGTHS, D)
    assert not any(files.holds([0, 1, 2], view).any() for view in (0, 1))


def test_other_rows_of_the_same_lengths_have_another_digest() -> None:
    rows = [(1, 2), (3,)]
    assert rows_digest(rows) == rows_digest([np.array([1, 2]), np.array([3])])
    assert (
        len({rows_digest(r) for r in (rows, [(1, 4), (3,)], [(1,), (2, 3)], [(3,), (1, 2)])}) == 4
    )
    assert rows_digest(rows, rows) != rows_digest(rows)
