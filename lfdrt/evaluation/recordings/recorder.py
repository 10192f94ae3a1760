"""Records a checkpoint on sets of samples: progress as events, stopped at any time, gone on with.

Each finished set is kept in the work folder as a small recording of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from lfdrt.checkpoint import Checkpoint
from lfdrt.data.records import DataError, LabelledText, read_labelled
from lfdrt.data.sources.sample import SampleRow
from lfdrt.evaluation import bootstrap
from lfdrt.evaluation.predictions import Predictions, joined_predictions
from lfdrt.evaluation.recordings.files import read_recording, write_files
from lfdrt.evaluation.recordings.provenance import provenance
from lfdrt.evaluation.recordings.recording import (
    FORMAT,
    RecordedRun,
    RecordedSet,
    Recording,
    RecordingError,
    joined,
)
from lfdrt.evaluation.suites import Suite
from lfdrt.events import EvalDone, Event, Preparing, RunFinished, RunStarted
from lfdrt.runs.files import replacing
from lfdrt.runs.work import WorkFolder
from lfdrt.runtime import Runtime

CHUNK = 512
"""Rows between two looks at the control file: 1 to 2 s for the compact model on one core."""
Row = LabelledText | SampleRow


@dataclass(frozen=True, kw_only=True)
class SetRows:
    """The rows of one file: all of one source, split and language. read_through: the family whose
    disentangler reads them; None for none. excluded: classes that they do not have."""

    rows: Sequence[Row]
    read_through: str | None
    excluded: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.rows[0].source} {self.rows[0].language} {self.rows[0].split}"


def suite_sets(
    data: Path, suites: Sequence[Suite], through: Callable[[str], str | None] = lambda _: None
) -> list[SetRows]:
    """Every file of the suites. through: the family that reads a language. DataError: a file that
    there is not."""
    return [
        SetRows(
            rows=read_labelled(data, suite.source, language, suite.split),
            read_through=through(language),
            excluded=suite.excluded,
        )
        for suite in suites
        for language in suite.languages
    ]


Predict = Callable[[SetRows], Predictions]


def run_of(
    checkpoint: Checkpoint, runtime: Runtime, *, name: str, note: str, inputs: str, carries: bool
) -> RecordedRun:
    """Where the numbers come from, before any set is recorded."""
    return RecordedRun(
        format=FORMAT,
        name=name,
        note=note,
        inputs=inputs,
        carries=carries,
        labels=checkpoint.model.config.label_set.labels,
        sets=(),
        prior=checkpoint.model.config.class_prior,
        **provenance(checkpoint, runtime),
    )


def recording_of(run: RecordedRun, one: Predictions, rows: Sequence[Row]) -> Recording:
    """A set's predictions as a recording of that set alone."""
    recorded = RecordedSet(
        source=one.source,
        split=one.split,
        language=one.language,
        family=one.family,
        read_through=one.read_through,
        excluded=one.excluded,
        rows=len(one),
    )
    carried = {}
    if run.carries:
        carried["texts"] = tuple(row.text for row in rows)
        carried["pictures"] = tuple(row.image.name for row in rows if isinstance(row, SampleRow))
    return Recording(
        run=replace(run, sets=(recorded,)),
        ids=one.ids,
        gold=one.gold,
        predicted=one.predicted,
        agree=one.agreed,
        p_1=one.p_1.numpy(),
        p_2=one.p_2.numpy(),
        **carried,
    )


def predictions_of(recording: Recording) -> list[Predictions]:
    """A recording's sets as predictions, for reports; exact, since it holds them unrounded."""
    found = []
    for k, one in enumerate(recording.run.sets):
        rows = np.flatnonzero(recording.set_of == k)
        found.append(
            Predictions(
                source=one.source,
                language=one.language,
                split=one.split,
                read_through=one.read_through,
                labels=recording.labels,
                excluded=one.excluded,
                ids=tuple(recording.ids[row] for row in rows),
                gold=recording.gold[rows],
                p_1=torch.from_numpy(recording.p_1[rows]),
                p_2=torch.from_numpy(recording.p_2[rows]),
            )
        )
    return found


class Recorder:
    """One recording in the making. `step`: where its events begin, for a log of them."""

    step = 0

    def __init__(
        self,
        folder: Path,
        run: RecordedRun,
        sets: Sequence[SetRows],
        predict: Predict,
        *,
        chunk: int | None = None,
    ) -> None:
        """chunk: rows that are predicted together, in place of `CHUNK`.

        RecordingError: the folder is there already. DataError: an id that is not unique."""
        for one in sets:
            _check_ids(one)
        self.work = WorkFolder(folder)
        self._run, self._sets, self._predict = run, sets, predict
        self._chunk = CHUNK if chunk is None else chunk
        self._parts: list[Recording] = []

    def events(self) -> Iterator[Event]:
        """Sets that an earlier, stopped process finished are taken as they are."""
        begun, done = time.monotonic(), 0
        total = sum(len(one.rows) for one in self._sets)
        yield RunStarted(steps=len(self._sets), settings={"name": self._run.name, "rows": total})
        for k, one in enumerate(self._sets):
            part = self._kept(k)
            if part is None:
                chunks: list[Predictions] = []
                for start in range(0, len(one.rows), self._chunk):
                    if self.work.told_to_stop():
                        yield _finished(k, "stopped", begun)
                        return
                    rows = one.rows[start : start + self._chunk]
                    chunks.append(self._predict(replace(one, rows=rows)))
                    far = done + sum(map(len, chunks))
                    yield Preparing(step=k, stage="recording", done=far, total=total)
                part = recording_of(self._run, joined_predictions(chunks), one.rows)
                with replacing(self._part(k)) as aside:
                    write_files(aside, part)
            self._parts.append(part)
            done += len(part)
            yield _scored(k + 1, part)
        yield _finished(len(self._sets), "done", begun)

    def publish(self, *, note: str = "") -> Recording:
        """The whole recording in its folder, once `events` has ended with "done". note: what is
        only known then, put behind the run's own."""
        if len(self._parts) < len(self._sets):
            raise AssertionError("sets are missing: exhaust events() first")
        sets = tuple(part.run.sets[0] for part in self._parts)
        note = f"{self._run.note} {note}".strip()
        whole = joined(replace(self._run, sets=sets, note=note), self._parts)
        self.work.publish(lambda folder: write_files(folder, whole))
        return whole

    def _part(self, k: int) -> Path:
        return self.work.path / f"{k:03d}-{self._sets[k].name.replace(' ', '-')}"

    def _kept(self, k: int) -> Recording | None:
        """A set as an earlier process recorded it; None where it was of anything else."""
        try:
            part = read_recording(self._part(k))
        except RecordingError:
            return None
        rows, (recorded,) = self._sets[k].rows, part.run.sets
        same = (
            replace(part.run, date=self._run.date, sets=()) == self._run
            and recorded.excluded == self._sets[k].excluded
            and recorded.read_through == self._sets[k].read_through
            and part.ids == tuple(row.id for row in rows)
            and [part.labels[c] for c in part.gold] == [row.label for row in rows]
        )
        return part if same else None


def _check_ids(one: SetRows) -> None:
    seen: set[str] = set()
    for row in one.rows:
        if row.id in seen:
            raise DataError(f"{one.name}: two rows have the id {row.id!r}; give each its own.")
        seen.add(row.id)


def _scored(step: int, part: Recording) -> EvalDone:
    C = len(part.labels)
    confusion = np.bincount(part.gold * C + part.predicted, minlength=C * C).reshape(C, C)
    scores = {
        "accuracy": float(bootstrap.accuracy(confusion)),
        "macro_f1": float(bootstrap.macro_f1(confusion)),
        "weighted_f1": float(bootstrap.weighted_f1(confusion)),
    }
    return EvalDone(step=step, data=part.run.sets[0].name, scores=scores, rule=part.run.selection)


def _finished(step: int, reason: str, begun: float) -> RunFinished:
    return RunFinished(step=step, reason=reason, seconds=time.monotonic() - begun)
