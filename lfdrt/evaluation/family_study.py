"""Measures what a checkpoint's families do, as events with a recording at the end.

Distances between the disentanglers need texts only; the transfer matrix and retrieval need the data
folder. Target languages' labels only report.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lfdrt.checkpoint import Checkpoint
from lfdrt.config import from_dict
from lfdrt.data.records import (
    DataError,
    LabelledText,
    parallel_languages,
    read_labelled,
    read_parallel,
)
from lfdrt.evaluation.distances import DistanceSums, text_distances
from lfdrt.evaluation.evaluate import predict_texts
from lfdrt.evaluation.predictions import Predictions, joined_predictions
from lfdrt.evaluation.recordings.families import (
    FAMILIES,
    Distances,
    FamiliesRecording,
    HeadWordsGroup,
    LanguageGain,
    Retrieved,
    Summary,
    TransferRow,
)
from lfdrt.evaluation.recordings.provenance import provenance
from lfdrt.evaluation.recordings.recording import FORMAT
from lfdrt.evaluation.retrieval import retrieval
from lfdrt.evaluation.suites import Suite
from lfdrt.evaluation.transfer import gains_by_language, transfer_report
from lfdrt.evaluation.words import HeadWords, measured, words_report
from lfdrt.events import Event, Preparing, RunFinished, RunStarted
from lfdrt.languages import resolve
from lfdrt.runs.files import sealed, write_json
from lfdrt.runs.work import WorkFolder
from lfdrt.runtime import Runtime

TEXTS_EACH = 30
"""Sentences of each language that distances are measured on; all 28 take about 20 s on one core."""
CHUNK = 256
"""Rows between two looks at the control file; each is read through every family."""
DIGITS = 7  # of distances, which are small where matrices stay near the identity


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What distances are measured on. about: where they come from; by_language: its texts."""

    about: str
    by_language: Mapping[str, Sequence[str]]


def held_out_texts(data: Path, anchor: str) -> Texts:
    """The first held-out translations of every parallel file, and their originals once.

    DataError: there are none.
    """
    found: dict[str, list[str]] = {}
    for language in parallel_languages(data):
        pairs = read_parallel(data, language, "dev")[:TEXTS_EACH]
        found.setdefault(anchor, [pair.anchor for pair in pairs])
        found[language] = [pair.translation for pair in pairs]
    if not found:
        raise DataError(f"{data / 'parallel'} has no parallel files: name the folder with --data.")
    about = (
        f"the first {TEXTS_EACH} held-out translations of each language and one set of originals"
    )
    return Texts(about=about, by_language=found)


class FamilyStudy:
    """One recording of families in the making. `step`: where its events begin."""

    step = 0

    def __init__(
        self,
        folder: Path,
        checkpoint: Checkpoint,
        runtime: Runtime,
        texts: Texts,
        *,
        data: Path | None,
        suites: Sequence[Suite],
        note: str,
    ) -> None:
        """data: None measures distances alone. RecordingError or DataError: a folder that is there
        already, a file that is not."""
        self._model, self._tokenizer = checkpoint.model, checkpoint.tokenizer
        self._checkpoint, self._runtime, self._texts, self._data = checkpoint, runtime, texts, data
        self._files: list[tuple[list[LabelledText], Suite]] = []
        self._pairs: list[str] = []
        if data is not None:
            self._pairs = parallel_languages(data)
            self._files = [
                (read_labelled(data, suite.source, language, suite.split), suite)
                for suite in suites
                for language in suite.languages
            ]
        self.work = WorkFolder(folder)
        self._name, self._note = folder.name, note
        self._sums: DistanceSums | None = None
        self._retrieved: list[Retrieved] = []
        self._predictions: list[Predictions] = []
        self._heads: dict[str, list[HeadWords]] = {}

    def events(self) -> Iterator[Event]:
        """Four stages: distances, retrieval, words, transfer; `done` counts texts, languages,
        languages, rows."""
        begun = time.monotonic()
        stages = (self._distances, self._retrieval, self._words, self._transfer)
        yield RunStarted(steps=len(stages), settings={"name": self._name})
        for step, stage in enumerate(stages):
            for done, total in stage():
                name = stage.__name__.removeprefix("_")
                yield Preparing(step=step, stage=name, done=done, total=total)
                if self.work.told_to_stop():
                    yield _finished(step, "stopped", begun)
                    return
        yield _finished(len(stages), "done", begun)

    def _distances(self) -> Iterator[tuple[int, int]]:
        total, done = sum(map(len, self._texts.by_language.values())), 0
        for texts in self._texts.by_language.values():
            sums = text_distances(self._model, self._tokenizer, list(texts), self._runtime)
            self._sums = sums if self._sums is None else self._sums + sums
            done += len(texts)
            yield done, total

    def _retrieval(self) -> Iterator[tuple[int, int]]:
        for n, language in enumerate(self._pairs, 1):
            assert self._data is not None  # there are pairs
            one = retrieval(self._model, self._tokenizer, self._data, language, self._runtime)
            family = resolve(language).family.code
            self._retrieved.append(
                Retrieved(
                    language=language,
                    family=family,
                    pairs=one.pairs,
                    before=round(one.before, 4),
                    after=round(one.after, 4),
                )
            )
            yield n, len(self._pairs)

    def _words(self) -> Iterator[tuple[int, int]]:
        """10 s of a core for each language with 13 families."""
        if self._data is None or len(self._model.config.families) < 2:
            return
        total = len(self._pairs) + len(list((self._data / "unseen").glob("en-*.csv")))
        for n, (group, heads) in enumerate(
            measured(self._model, self._tokenizer, self._data, self._runtime), 1
        ):
            self._heads.setdefault(group, []).append(heads)
            yield n, total

    def _transfer(self) -> Iterator[tuple[int, int]]:
        """Every file through none and all families, encoded once."""
        readings = (None, *self._model.config.families)
        total, done = sum(len(rows) for rows, _ in self._files), 0
        for rows, suite in self._files:
            chunks: list[list[Predictions]] = []
            for start in range(0, len(rows), CHUNK):
                part = rows[start : start + CHUNK]
                chunks.append(
                    predict_texts(self._model, self._tokenizer, part, readings, self._runtime,
                                  excluded=suite.excluded)
                )  # fmt: skip
                done += len(part)
                yield done, total
            self._predictions += [joined_predictions(one) for one in zip(*chunks, strict=True)]

    def publish(self) -> FamiliesRecording:
        """The recording in its folder, once `events` has ended with "done"."""
        recording = self._recording()
        told = sealed(asdict(recording))
        self.work.publish(lambda folder: write_json(folder / FAMILIES, told))
        return recording

    def _recording(self) -> FamiliesRecording:
        config = self._model.config
        return FamiliesRecording(
            format=FORMAT,
            name=self._name,
            note=self._note,
            label_set=config.label_set.name,
            anchor=config.anchor,
            families=config.families,
            distances=self._measured(),
            retrieval=tuple(self._retrieved),
            words={
                group: from_dict(HeadWordsGroup, words_report(heads, config.families))
                for group, heads in self._heads.items()
            },
            **_transferred(self._predictions, resolve(config.anchor).family.code),
            **provenance(self._checkpoint, self._runtime),
        )

    def _measured(self) -> Distances:
        sums = self._sums
        if sums is None:
            raise AssertionError("nothing was measured: exhaust events() first")

        def mean(total: Any) -> tuple[tuple[float, ...], ...]:
            return tuple(
                tuple(round(v, DIGITS) for v in row) for row in (total / sums.tokens).tolist()
            )

        return Distances(
            about=self._texts.about,
            languages=tuple(self._texts.by_language),
            texts=sum(map(len, self._texts.by_language.values())),
            tokens=sums.tokens,
            readings=(*self._model.config.families, "none"),
            one_minus_cosine=mean(sums.one_minus_cosine),
            relative_l2=mean(sums.relative_l2),
        )


def _transferred(predictions: Sequence[Predictions], anchor_family: str) -> dict[str, Any]:
    """The fields transfer, summary and gains; empty without predictions."""
    if not predictions:
        return {"transfer": (), "summary": None, "gains": ()}
    report = transfer_report(predictions, anchor_family)
    summary = report["summary"]
    return {
        "transfer": tuple(TransferRow(**row) for row in report["sets"]),
        "summary": None if summary is None else Summary(**summary),
        "gains": tuple(LanguageGain(**row) for row in gains_by_language(predictions)),
    }


def _finished(step: int, reason: str, begun: float) -> RunFinished:
    return RunFinished(step=step, reason=reason, seconds=time.monotonic() - begun)
