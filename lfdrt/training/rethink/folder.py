"""A rethinking run in its folder: begun, controlled, gone on with, and finished there.

The folder holds config.json (settings, checkpoint, hash of the rows, versions), events.jsonl, the
training state, encoded rows while it runs, and at the end the checkpoint, predictions.csv and, of
labelled rows, labelled.csv. A file `control` with the word pause, keep or discard steers a run from
outside.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from lfdrt.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from lfdrt.errors import UserError
from lfdrt.events import Event, Preparing, RunFinished, Warned
from lfdrt.inference.sample import Sample
from lfdrt.runs.files import write_json
from lfdrt.runs.log import follow
from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import FeatureStore, Row
from lfdrt.training.rethink.fused import FusedStore
from lfdrt.training.rethink.identity import about, refuse_another, rows_digest
from lfdrt.training.rethink.results import (
    Deciding,
    Decisions,
    ask_all,
    card,
    scores,
    write_labelled,
    write_predictions,
)
from lfdrt.training.rethink.rows import rows_of
from lfdrt.training.rethink.run import RethinkRun
from lfdrt.training.rethink.settings import RethinkSettings
from lfdrt.training.rethink.state import saved_step

CONTROL = "control"
ANSWERS = ("go", "pause", "keep", "discard")


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A sample with its label, which only reports."""

    id: str
    sample: Sample
    label: str


def rethink_in(
    folder: Path,
    settings: RethinkSettings,
    *,
    checkpoint: Path | Checkpoint,
    samples: Sequence[tuple[str, Sample]],
    labelled: Sequence[Labelled],
    runtime: Runtime,
    cached: bool,
    show: Callable[[Event], None],
) -> tuple[Path, RunFinished]:
    """Rethink `samples` in `folder`, from where it stands; the new checkpoint and how it ended.

    `checkpoint`: a folder, or a checkpoint that was loaded from one, whose model is then changed.
    Samples are gone through once. UserError: no samples, or a folder that holds
    another run.
    """
    if not len(samples):
        raise UserError("there is no row to learn from: every row was empty or unreadable.")
    folder.mkdir(parents=True, exist_ok=True)
    loaded = load_checkpoint(checkpoint) if isinstance(checkpoint, Path) else checkpoint
    run = FolderRun(folder, settings, loaded, runtime, cached=cached)
    run.samples, run.labelled = samples, labelled
    run.refuse_another()
    finished = follow(run, folder / "events.jsonl", show)
    return folder / "checkpoint", finished


class FolderRun:
    """A run from reading its pictures to saving its checkpoint, as one stream of events.

    `step`: where it stands. RunFinished comes when everything is written.
    """

    samples: Sequence[tuple[str, Sample]] = ()
    labelled: Sequence[Labelled] = ()

    def __init__(
        self,
        folder: Path,
        settings: RethinkSettings,
        loaded: Checkpoint,
        runtime: Runtime,
        *,
        cached: bool,
    ) -> None:
        self._folder, self._settings, self._loaded = folder, settings, loaded
        self._runtime, self._cached = runtime, cached
        self._names = loaded.model.config.label_set.labels
        self._about = about(settings, loaded, runtime)
        self.step = saved_step(folder / "state.pt")

    def refuse_another(self) -> None:
        """UserError: the folder holds a run of another checkpoint, settings or rows."""
        refuse_another(self._folder, self._about)

    def events(self) -> Iterator[Event]:
        """UserError as `refuse_another`; TrainingFailed."""
        rows, report = yield from self._rows()
        self._about |= {"rows": len(rows), "rows_sha256": rows_digest(rows)}
        self.refuse_another()
        write_json(self._folder / "config.json", self._about)
        run, parts = self._run(rows, report)
        before = yield from self._before(run, parts)
        run.before = before[0].probabilities
        if run.state_file.is_file():
            run.load_state()
        for event in run.events():
            if not isinstance(event, RunFinished):
                yield event
        if not isinstance(event, RunFinished):
            raise AssertionError("a run ends with RunFinished")
        yield from self._save(run, parts, [b.decisions for b in before], event)
        yield event

    def _rows(self) -> Generator[Event, None, tuple[list[Row], list[Row]]]:
        """Returns the rows to learn from, and those that report."""
        pairs = [(one.id, one.sample) for one in self.labelled]
        total = len(self.samples) + len(pairs)
        found: tuple[list[Row], list[Row]] = [], []
        for place, samples in enumerate((self.samples, pairs)):
            model, tokenizer = self._loaded.model, self._loaded.tokenizer
            for row in rows_of(model.to(self._runtime.device), tokenizer, samples, self._runtime):
                found[place].append(row)
                if (done := len(found[0]) + len(found[1])) % 64 == 0 or done == total:
                    yield Preparing(step=self.step, stage="pictures", done=done, total=total)
        return found

    def _run(
        self, rows: Sequence[Row], report: Sequence[Row]
    ) -> tuple[RethinkRun, list[FusedStore]]:
        """The run, and the rows that learn and those that report, as the classifiers read them."""
        model, s = self._loaded.model, self._settings
        if s.through == "encoder":
            torch.manual_seed(s.seed)
            model.add_adapter(s.adapter_width)
        run = RethinkRun(
            model=model,
            store=self._store(rows, "features"),
            settings=s,
            runtime=self._runtime,
            state_file=self._folder / "state.pt",
            ask=lambda: _control(self._folder / CONTROL),
        )
        parts = [run.fused]
        if report:
            parts.append(FusedStore(run.rethinker, self._store(report, "labelled"), self._runtime))
            gold, names = [one.label for one in self.labelled], self._names
            run.evaluate = lambda: scores(self._ask(run, parts[1]).decisions, gold, names)
        return run, parts

    def _ask(self, run: RethinkRun, part: FusedStore) -> Deciding:
        return ask_all(run.rethinker, part, self._runtime)

    def _store(self, rows: Sequence[Row], name: str) -> FeatureStore:
        return FeatureStore(
            self._loaded.model,
            self._loaded.tokenizer,
            rows,
            self._runtime,
            mask_rate=self._settings.mask_rate,
            seed=self._settings.seed,
            folder=self._folder / name if self._cached else None,
        )

    def _before(
        self, run: RethinkRun, parts: Sequence[FusedStore]
    ) -> Generator[Event, None, list[Deciding]]:
        """Encodes; returns what the model says of each part's rows before the run."""
        total, behind = sum(map(len, parts)), 0
        found: list[Deciding] = []
        for part in parts:
            if part.store.damaged:
                said = f"{part.store.damaged:,} kept rows are damaged and encoded again"
                yield Warned(step=self.step, message=said)
            deciding = Deciding(run.rethinker, part, self._runtime)
            # Without a cache it is the deciding that encodes.
            for done in part.store.encode_all() if self._cached else deciding:
                yield Preparing(step=self.step, stage="encoding", done=behind + done, total=total)
            if self._cached:
                deciding = self._ask(run, part)
            found.append(deciding)
            behind += len(part)
        return found

    def _save(
        self,
        run: RethinkRun,
        parts: Sequence[FusedStore],
        before: Sequence[Decisions],
        finished: RunFinished,
    ) -> Iterator[Event]:
        total = sum(map(len, parts))
        yield Preparing(step=run.step, stage="saving", done=0, total=total)
        after = [self._ask(run, part).decisions for part in parts]
        rows = [[part.store.row(n) for n in range(len(part))] for part in parts]
        names, folder = self._names, self._folder
        write_predictions(folder / "predictions.csv", rows[0], names, before[0], after[0])
        if len(parts) > 1:
            gold = [one.label for one in self.labelled]
            write_labelled(folder / "labelled.csv", rows[1], gold, names, before[1], after[1])
        made = card(self._loaded, self._settings, finished, len(rows[0]))
        model = run.model.requires_grad_(False)
        save_checkpoint(folder / "checkpoint", model, self._loaded.tokenizer, made)
        for part, name in zip(parts, ("features", "labelled"), strict=False):
            part.store.close()
            shutil.rmtree(folder / name, ignore_errors=True)
        yield Preparing(step=run.step, stage="saving", done=total, total=total)


def _control(path: Path) -> str:
    """The word in the control file; "go" where there is none or it is no word of ours."""
    try:
        word = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return "go"
    return word if word in ANSWERS else "go"
