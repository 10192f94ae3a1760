"""A recording as a folder: run.json, and rows.parquet with a row a sample.

The format is described in assets/benchmarks/README.md. Torch-free. A damaged folder is one
sentence, and nothing in it is believed unchecked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lfdrt.config import from_dict
from lfdrt.evaluation.recordings.recording import RecordedRun, Recording, RecordingError
from lfdrt.runs.files import sealed, unsealed

RUN, ROWS = "run.json", "rows.parquet"
ROWS_SUM = "rows_sha256"
"""Entry of run.json."""
AGAIN = "Copy it again, or record it again with python -m lfdrt evaluate --record."
NO_DISENTANGLER = "none"
_OF_SETS = ("source", "split", "language", "family", "read_through")
_CARRIED = ("text", "picture")
_CLASSES = ("gold", "predicted")
_FLAGS = ("agree", "correct")


def list_recordings(folder: Path) -> list[Path]:
    """The recordings in a folder, by name; none where there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if is_recording(path))


def is_recording(folder: Path) -> bool:
    """Whether it has the files of one; they are not read."""
    return (folder / RUN).is_file() and (folder / ROWS).is_file()


def read_run(folder: Path) -> RecordedRun:
    """run.json alone, which takes 1 ms; RecordingError where it is none."""
    return _told(folder)[0]


def _told(folder: Path) -> tuple[RecordedRun, str | None]:
    """And the checksum of its rows, which older ones lack."""
    path = folder / RUN
    if not path.is_file():
        raise RecordingError(f"{folder} is not a recording: it has no {RUN}.")
    try:
        held: Any = unsealed(json.loads(path.read_text(encoding="utf-8")))
        rows = held.pop(ROWS_SUM, None) if isinstance(held, dict) else None
        return from_dict(RecordedRun, held), rows
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"{folder.name}: {RUN} cannot be used ({error}). {AGAIN}") from None


def read_recording(folder: Path) -> Recording:
    """All of it, checked. RecordingError: what is wrong, and what to do."""
    run, known = _told(folder)
    if not (folder / ROWS).is_file():
        raise RecordingError(f"{folder.name} is incomplete: {ROWS} is missing. {AGAIN}")
    try:
        table = pq.read_table(folder / ROWS)
    except Exception as error:  # whatever pyarrow raises at damaged bytes
        why = " ".join(str(error).replace(str(folder / ROWS), ROWS).split())
        raise RecordingError(f"{folder.name}: {ROWS} is damaged ({why}). {AGAIN}") from error
    try:
        recording = from_table(table, run)
    except (RecordingError, pa.ArrowException) as error:
        raise RecordingError(f"{folder.name}: {ROWS}: {error}. {AGAIN}") from None
    if known not in (None, _sum(folder / ROWS)):
        raise RecordingError(f"{folder.name}: {ROWS} was changed after it was written. {AGAIN}")
    return recording


def _sum(rows: Path) -> str:
    return hashlib.sha256(rows.read_bytes()).hexdigest()


def write_files(folder: Path, recording: Recording) -> None:
    """Both files into a folder that is there; the same bytes for the same recording."""
    table = to_table(recording)
    shares = _share_columns(recording.labels)
    pq.write_table(
        table,
        folder / ROWS,
        compression="zstd",
        compression_level=15,
        use_dictionary=[name for name in table.column_names if name not in shares],
        use_byte_stream_split=shares,
    )
    told = asdict(recording.run) | {ROWS_SUM: _sum(folder / ROWS)}
    words = json.dumps(sealed(told), indent=1, ensure_ascii=False)
    (folder / RUN).write_text(words + "\n", encoding="utf-8")


def to_table(recording: Recording) -> pa.Table:
    """One row a sample; classes by their names."""
    run, labels = recording.run, np.array(recording.labels, dtype=object)
    columns: dict[str, pa.Array] = {"id": pa.array(recording.ids, pa.string())}
    for name in _OF_SETS:
        values = [getattr(one, name) or NO_DISENTANGLER for one in run.sets]
        columns[name] = pa.array(np.array(values, dtype=object)[recording.set_of], pa.string())
    for name in _CLASSES:
        columns[name] = pa.array(labels[getattr(recording, name)], pa.string())
    for name in _FLAGS:
        columns[name] = pa.array(getattr(recording, name), pa.bool_())
    shares = np.concatenate([recording.p_1, recording.p_2], axis=1)  # (N, 2 C)
    for c, name in enumerate(_share_columns(recording.labels)):
        columns[name] = pa.array(shares[:, c], pa.float32())
    if run.carries:
        columns["text"] = pa.array(recording.texts, pa.string())
        columns["picture"] = pa.array(recording.pictures, pa.string())
    return pa.table(columns)


def from_table(table: pa.Table, run: RecordedRun) -> Recording:
    """The rows of `run`; RecordingError for columns, labels or sets that are not those of it."""
    shares = _share_columns(run.labels)
    names = ["id", *_OF_SETS, *_CLASSES, *_FLAGS, *shares, *(_CARRIED if run.carries else ())]
    _check_columns(table, names, shares)
    C = len(run.labels)
    p = np.stack([table[name].to_numpy() for name in shares], axis=1)  # (N, 2 C)
    if not ((p >= 0) & (p <= 1.00001)).all():  # NaN fails too; a softmax can exceed 1 by rounding
        raise RecordingError("a probability is not between 0 and 1")
    recording = Recording(
        run=run,
        ids=tuple(table["id"].to_pylist()),
        gold=_class_numbers(table, "gold", run.labels),
        predicted=_class_numbers(table, "predicted", run.labels),
        agree=table["agree"].to_numpy(),
        p_1=p[:, :C],
        p_2=p[:, C:],
        texts=tuple(table["text"].to_pylist()) if run.carries else None,
        pictures=tuple(table["picture"].to_pylist()) if run.carries else None,
    )
    _check_rows(table, recording)
    return recording


def _share_columns(labels: tuple[str, ...]) -> list[str]:
    return [f"p{k}_{name}" for k in (1, 2) for name in labels]


def _check_columns(table: pa.Table, names: list[str], shares: list[str]) -> None:
    if missing := [name for name in names if name not in table.column_names]:
        raise RecordingError(f"there is no column {', '.join(missing)}")
    if more := [name for name in table.column_names if name not in names]:
        raise RecordingError(f"column {', '.join(more)} is none of a recording")
    for name in names:
        wanted = pa.string()
        if name in shares:
            wanted = pa.float32()
        elif name in _FLAGS:
            wanted = pa.bool_()
        column = table[name]
        if column.type != wanted:
            raise RecordingError(f"column {name} holds {column.type}, not {wanted}")
        if column.null_count:
            raise RecordingError(f"column {name} has empty cells")


def _class_numbers(table: pa.Table, name: str, labels: tuple[str, ...]) -> np.ndarray:
    """Shape: (N,)."""
    numbers = pc.index_in(table[name], pa.array(labels))
    if numbers.null_count:
        strange = pc.unique(table[name].filter(pc.is_null(numbers))).to_pylist()
        raise RecordingError(f"{name}: {', '.join(map(repr, strange))} is no label of run.json")
    return numbers.to_numpy().astype(np.int64)


def _check_rows(table: pa.Table, recording: Recording) -> None:
    """What a row says twice, it says alike."""
    for name in _OF_SETS:
        values = [getattr(one, name) or NO_DISENTANGLER for one in recording.run.sets]
        expected = pa.array(np.array(values, dtype=object)[recording.set_of], pa.string())
        if not table[name].combine_chunks().equals(expected):
            raise RecordingError(f"column {name} differs from the sets of run.json")
    if not (table["correct"].to_numpy() == recording.correct).all():
        raise RecordingError("column correct differs from gold and predicted")
    for k, one in enumerate(recording.run.sets):
        chosen = {recording.labels[c] for c in set(recording.predicted[recording.set_of == k])}
        if wrong := sorted(chosen & set(one.excluded)):
            raise RecordingError(f"{one.name}: {', '.join(wrong)} is excluded, yet predicted")
