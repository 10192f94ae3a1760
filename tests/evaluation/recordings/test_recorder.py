"""Recording: events, stopping and going on, and that a kept set is only used where it is the same.

The predictions are made up: sure of the row's own label, or of the next one in `wrong` rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.data.records import DataError, LabelledText
from lfdrt.data.sources.sample import read_sample
from lfdrt.errors import UserError
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.recordings import recorder as module
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.evaluation.recordings.recorder import (
    Recorder,
    SetRows,
    predictions_of,
    recording_of,
    run_of,
)
from lfdrt.events import EvalDone, Event, Preparing, RunFinished, RunStarted
from lfdrt.runs.work import CONTROL, STOP
from lfdrt.runtime import resolve_runtime
from tests.evaluation.made import made
from tests.evaluation.recorded import LABELS
from tests.evaluation.recorded import RUN as MADE
from tests.tiny import tiny_checkpoint


def rows(language: str, labels: str, first: int = 0) -> tuple[LabelledText, ...]:
    return tuple(
        LabelledText(
            id=f"{i + first}", text=f"t{i}", label=label, language=language, source="made",
            split="dev",
        )
        for i, label in enumerate(labels)
    )  # fmt: skip


SETS = (
    SetRows(rows=rows("tt", "abcab"), read_through="turkic", excluded=()),
    SetRows(rows=rows("sw", "cc"), read_through=None, excluded=("a",)),
)


class Model:
    """Counts what it is asked; right about all rows but those of label b, which it calls c."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, one: SetRows) -> Predictions:
        self.asked.append(tuple(row.id for row in one.rows))
        gold = np.array([LABELS.index(row.label) for row in one.rows])
        p = torch.full((len(gold), 3), 0.1)
        p[range(len(gold)), np.where(gold == 1, 2, gold)] = 0.8
        return Predictions(
            source="made",
            language=one.rows[0].language,
            split="dev",
            read_through=one.read_through,
            labels=LABELS,
            excluded=one.excluded,
            ids=self.asked[-1],
            gold=gold,
            p_1=p,
            p_2=p / 2,
        )


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "CHUNK", 2)
    yield


def test_events_and_the_recording_that_comes_of_them(tmp_path: Path) -> None:
    model, folder = Model(), tmp_path / "new" / "made"
    recorder = Recorder(folder, MADE, SETS, model)
    events = list(recorder.events())
    assert isinstance(events[0], RunStarted)
    assert events[0].settings == {"name": "made", "rows": 7}
    assert [e.done for e in events if isinstance(e, Preparing)] == [2, 4, 5, 7]
    scored = [e for e in events if isinstance(e, EvalDone)]
    assert [e.data for e in scored] == ["made tt dev", "made sw dev"]
    assert scored[0].scores["accuracy"] == pytest.approx(3 / 5)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "done"
    assert not folder.exists()
    recorder.publish()
    read = read_recording(folder)
    assert [one.rows for one in read.run.sets] == [5, 2]
    assert read.run.sets[1].read_through is None
    assert read.correct.tolist() == [True, False, True, True, False, True, True]
    assert read.p_2[0].tolist() == pytest.approx([0.4, 0.05, 0.05])
    assert [p.name for p in folder.parent.iterdir()] == ["made"]
    again = predictions_of(read)
    assert [p.name for p in again] == ["made tt dev", "made sw dev"]
    assert again[0].predicted.tolist() == read.predicted[:5].tolist()
    assert again[1].excluded == ("a",)


def _until(events: Iterator[Event], kind: type[Event]) -> None:
    for event in events:
        if isinstance(event, kind):
            return


def test_a_stopped_run_keeps_finished_sets_and_goes_on(tmp_path: Path) -> None:
    folder, first = tmp_path / "made", Model()
    recorder = Recorder(folder, MADE, SETS, first)
    events = recorder.events()
    _until(events, EvalDone)
    (recorder.work.path / CONTROL).write_text(STOP + "\n", encoding="utf-8")
    last = list(events)[-1]
    assert isinstance(last, RunFinished)
    assert (last.reason, last.step) == ("stopped", 1)
    with pytest.raises(AssertionError):
        recorder.publish()
    assert not folder.exists()

    second = Model()
    going_on = Recorder(folder, replace(MADE, date="2026-11-26T00:00:00+00:00"), SETS, second)
    assert isinstance(list(going_on.events())[-1], RunFinished)
    assert second.asked == [("0", "1")]  # the second set alone
    assert len(going_on.publish()) == 7


@pytest.mark.parametrize(
    "other",
    [
        (replace(MADE, weights_sha256="1" * 64), SETS),
        (replace(MADE, device="cuda"), SETS),
        (MADE, (replace(SETS[0], read_through=None), SETS[1])),
        (MADE, (replace(SETS[0], excluded=("c",)), SETS[1])),
        (MADE, (replace(SETS[0], rows=rows("tt", "abcab", first=1)), SETS[1])),
        (MADE, (replace(SETS[0], rows=rows("tt", "abcaa")), SETS[1])),
    ],
)
def test_what_was_kept_of_anything_else_is_recorded_anew(
    tmp_path: Path, other: tuple[object, Sequence[SetRows]]
) -> None:
    _until(Recorder(tmp_path / "made", MADE, SETS, Model()).events(), EvalDone)
    model = Model()
    list(Recorder(tmp_path / "made", other[0], other[1], model).events())
    assert sum(map(len, model.asked)) == 7


def test_a_damaged_part_is_recorded_anew(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "made", MADE, SETS, Model())
    _until(recorder.events(), EvalDone)
    (part,) = recorder.work.path.glob("000-*/rows.parquet")
    part.write_bytes(part.read_bytes()[:-20])
    model = Model()
    list(Recorder(tmp_path / "made", MADE, SETS, model).events())
    assert sum(map(len, model.asked)) == 7


def test_the_maker_says_how_many_rows_at_once_and_what_is_only_known_at_the_end(
    tmp_path: Path,
) -> None:
    model = Model()
    recorder = Recorder(tmp_path / "made", replace(MADE, note="A try."), SETS, model, chunk=4)
    list(recorder.events())
    assert [len(ids) for ids in model.asked] == [4, 1, 2]
    recorder.publish(note="Two rows failed.")
    assert read_recording(tmp_path / "made").run.note == "A try. Two rows failed."


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(UserError, match="is there already"):
        Recorder(tmp_path / "made", MADE, SETS, Model())


def test_ids_are_unique(tmp_path: Path) -> None:
    twice = replace(SETS[0], rows=(*SETS[0].rows, SETS[0].rows[0]))
    with pytest.raises(DataError, match="made tt dev: two rows have the id '0'"):
        Recorder(tmp_path / "made", MADE, [twice], Model())


def test_our_own_texts_and_names_of_pictures_are_carried() -> None:
    given = read_sample("tt")[:2]
    p = [[0.8, 0.1, 0.1]] * 2
    one = recording_of(replace(MADE, carries=True), made(p, p, [0, 1], source="sample"), given)
    assert one.texts == (given[0].text, given[1].text)
    assert one.pictures == ("tt-b01.png", "tt-b02.png")


def test_a_run_says_which_weights_and_hides_the_folders_above(tmp_path: Path) -> None:
    """A run's checkpoint is named by the run, since its card keeps the base's name."""
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "english_only-0" / "checkpoint"))
    runtime = resolve_runtime("cpu", "float32")
    run = run_of(checkpoint, runtime, name="x", note="", inputs="text", carries=False)
    assert (run.checkpoint, run.selection, run.device) == ("english_only-0", "none", "cpu, float32")
    assert len(run.weights_sha256) == 64
    assert run.seed is None
    assert str(tmp_path) not in str(run)
