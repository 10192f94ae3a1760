"""The format of a recording: what a round trip keeps, and that no damage goes unnoticed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfdrt.evaluation.recordings.files import (
    ROWS,
    RUN,
    list_recordings,
    read_recording,
    read_run,
    write_files,
)
from lfdrt.evaluation.recordings.recording import RecordingError, joined
from tests.evaluation.recorded import RUN as MADE
from tests.evaluation.recorded import by_hand, drawn, one_set

ROOT = Path(__file__).parents[3]
SETS = (one_set(2), one_set(1, "sw", read_through=None, excluded=("c",)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three rows of two sets."""
    path = tmp_path / "made"
    path.mkdir()
    write_files(path, by_hand([0, 1, 2], [0, 2, 1], [True, False, True], SETS))
    return path


def test_a_round_trip_keeps_every_number(folder: Path) -> None:
    given, read = by_hand([0, 1, 2], [0, 2, 1], [True, False, True], SETS), read_recording(folder)
    assert read.run == given.run
    assert read.ids == given.ids
    for name in ("gold", "predicted", "agree", "correct", "p_1", "p_2", "set_of"):
        np.testing.assert_array_equal(getattr(read, name), getattr(given, name))
    assert read.p_1.dtype == np.float32
    assert read.texts is None
    assert read.keys[2] == ("made", "dev", "sw", "row-2")
    assert read.values("family") == ("turkic", "niger-congo")


def test_other_programs_read_names_and_numbers(folder: Path) -> None:
    row = pq.read_table(folder / ROWS).to_pylist()[1]
    assert row["gold"] == "b"
    assert row["predicted"] == "c"
    assert (row["agree"], row["correct"]) == (False, False)
    assert row["p1_c"] == pytest.approx(0.8)
    assert row["read_through"] == "turkic"
    assert pq.read_table(folder / ROWS).to_pylist()[2]["read_through"] == "none"
    assert "text" not in row


def test_the_same_recording_is_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    write_files(again, read_recording(folder))
    for name in (RUN, ROWS):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_only_our_own_texts_are_carried(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="texts of made are not ours"):
        replace(MADE, carries=True, sets=SETS)
    ours = replace(MADE, carries=True, sets=(one_set(3, source="sample"),))
    plain = by_hand([0, 1, 2], [0, 2, 1], [True, False, True])
    carried = replace(plain, run=ours, texts=("x", "", "z"), pictures=("", "y.png", ""))
    write_files(tmp_path, carried)
    read = read_recording(tmp_path)
    assert read.texts == ("x", "", "z")
    assert read.pictures == ("", "y.png", "")


def test_joined_rows_stay_in_order() -> None:
    first, second = by_hand([0, 1], [0, 0], [True, True]), by_hand([2], [2], [False])
    sets = (one_set(2), one_set(1, "sw"))
    both = joined(replace(MADE, sets=sets), [first, second])
    assert both.gold.tolist() == [0, 1, 2]
    assert both.set_of.tolist() == [0, 0, 1]


def _column(name: str, values: list[object] | None) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        if values is None:
            return table.drop_columns([name])
        at = table.column_names.index(name) if name in table.column_names else table.num_columns
        without = table.drop_columns([name]) if name in table.column_names else table
        kind = pa.float32() if name.startswith("p1_") else None
        return without.add_column(at, name, pa.array(values, kind))

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_column("p1_b", None), "there is no column p1_b"),
        (_column("text", ["x", "y", "z"]), "column text is none of a recording"),
        (_column("gold", ["a", "b", "pride"]), "gold: 'pride' is no label"),
        (_column("gold", ["a", "b", None]), "column gold has empty cells"),
        (_column("agree", [1, 0, 1]), "column agree holds int64, not bool"),
        (_column("p1_b", [0.1, float("nan"), 0.1]), "not between 0 and 1"),
        (_column("correct", [True, True, False]), "column correct differs"),
        (_column("language", ["tt", "tt", "tt"]), "column language differs"),
        (_column("read_through", ["turkic", "none", "none"]), "read_through differs"),
        (lambda table: table.slice(0, 2), "2 rows, and run.json counts 3"),
    ],
)
def test_rows_that_do_not_fit_are_one_sentence(
    folder: Path, change: Callable[[pa.Table], pa.Table], sentence: str
) -> None:
    pq.write_table(change(pq.read_table(folder / ROWS)), folder / ROWS)
    with pytest.raises(RecordingError, match=sentence) as told:
        read_recording(folder)
    assert "record it again" in str(told.value)
    assert "\n" not in str(told.value)


def test_an_excluded_class_that_is_predicted_is_told(folder: Path) -> None:
    words = json.loads((folder / RUN).read_text(encoding="utf-8"))
    words["sets"][1]["excluded"] = ["b"]
    del words["checksum"]
    (folder / RUN).write_text(json.dumps(words), encoding="utf-8")
    with pytest.raises(RecordingError, match="made sw dev: b is excluded, yet predicted"):
        read_recording(folder)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (RUN, b"{", "run.json cannot be used"),
        (RUN, b"\xff\xfe", "run.json cannot be used"),
        (RUN, b'{"format": 1}', "run.json cannot be used"),
        (ROWS, b"PAR1 and nothing more", "rows.parquet is damaged"),
        (ROWS, b"", "rows.parquet is damaged"),
    ],
)
def test_damaged_files_are_one_sentence(
    folder: Path, name: str, content: bytes, sentence: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(RecordingError, match=sentence):
        read_recording(folder)


@pytest.mark.parametrize("name", [RUN, ROWS])
def test_another_good_file_in_its_place_is_told(folder: Path, tmp_path: Path, name: str) -> None:
    """Good by itself, and not what was written: as a turned bit may leave it."""
    other = tmp_path / "other"
    other.mkdir()
    run = replace(MADE, sets=SETS, prior=(0.2, 0.3, 0.5))
    given = by_hand([0, 1, 2], [0, 2, 1], [True, False, True], SETS)
    write_files(other, replace(given, run=run, p_1=given.p_1 * 0.9))
    if name == RUN:
        words = json.loads((folder / RUN).read_text(encoding="utf-8")) | {"note": "another"}
        (folder / RUN).write_text(json.dumps(words), encoding="utf-8")
    else:
        (folder / ROWS).write_bytes((other / ROWS).read_bytes())
    with pytest.raises(RecordingError, match=f"{name}.* changed after it was written"):
        read_recording(folder)


def test_a_newer_format_and_a_missing_file_are_told(folder: Path, tmp_path: Path) -> None:
    words = json.loads((folder / RUN).read_text(encoding="utf-8"))
    newer = {name: value for name, value in words.items() if name != "checksum"} | {"format": 2}
    (folder / RUN).write_text(json.dumps(newer), encoding="utf-8")
    with pytest.raises(RecordingError, match="format 2 is not the one"):
        read_run(folder)
    with pytest.raises(RecordingError, match="is not a recording"):
        read_run(tmp_path)
    (folder / RUN).write_text(json.dumps(words), encoding="utf-8")
    (folder / ROWS).unlink()
    with pytest.raises(RecordingError, match="rows.parquet is missing"):
        read_recording(folder)


def test_a_list_holds_recordings_only(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "made.part").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert list_recordings(tmp_path) == [folder]
    assert list_recordings(tmp_path / "nowhere") == []


def test_reading_and_playing_load_no_model_library() -> None:
    """The app's start reads recordings before anybody predicts."""
    code = (
        "import sys\n"
        "from lfdrt.data import lookup\n"
        "from lfdrt.evaluation.recordings import families, files, pair\n"
        "print(sorted({'torch', 'transformers', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "[]", told.stderr


def test_a_run_file_without_the_number_of_classifiers_has_two(tmp_path: Path) -> None:
    """Recordings made before baselines do not say it."""
    (tmp_path / "old").mkdir()
    write_files(tmp_path / "old", drawn(10))
    path = tmp_path / "old" / "run.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told.pop("classifiers") == 2 and told.pop("checksum")
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_recording(tmp_path / "old").run.classifiers == 2


def test_one_classifier_says_one_thing(tmp_path: Path) -> None:
    two = drawn(10)
    run = replace(two.run, classifiers=1)
    with pytest.raises(RecordingError, match="one classifier alone, and two different answers"):
        replace(two, run=run)
    one = replace(two, run=run, p_2=two.p_1, agree=two.agree | True)
    (tmp_path / "one").mkdir()
    write_files(tmp_path / "one", one)
    assert read_recording(tmp_path / "one").run.classifiers == 1
    with pytest.raises(ValueError, match="classifiers is 3; there are one or two"):
        replace(run, classifiers=3)
