"""A person at the texts of a teaching: what is asked next, what was answered, and the class mix.

Held in memory for as long as somebody answers; all that was said lies in the teaching's folder.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.finetune.spec import TeachSpec
from app.finetune.teach import words
from app.finetune.teach.kind import LABELS, TEXTS
from app.intake.reading import ROLES
from app.jobs.store import JobFolder
from app.models.requests import Refused
from app.models.shelf import labels_of
from lfdrt.data.label_names import guess_classes
from lfdrt.errors import UserError
from lfdrt.training.teach.labels import (
    GIVEN,
    LABEL,
    NONE,
    SKIP,
    UNDO,
    LabelStore,
    Word,
    read_labels,
)

if TYPE_CHECKING:
    from lfdrt.data.intake.rows import IntakeRow
    from lfdrt.training.teach.asking import Question

_ANSWERING = threading.Lock()
"""One word at a time: a visitor may have a teaching open twice."""
PICTURES = "shown"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the page shows. question: None when every row was asked for. given: labels by class.
    spoken: rows that were answered, skipped ones too."""

    classes: tuple[str, ...]
    question: Question | None
    row: IntakeRow | None
    given: dict[str, int]
    spoken: int

    @property
    def labels(self) -> int:
        return sum(self.given.values())


class Sitting:
    """Raises Refused: the texts are not read yet, or cannot be read any more."""

    def __init__(self, folder: Path, spec: TeachSpec) -> None:
        from lfdrt.training.teach.asking import Asking
        from lfdrt.training.teach.mix import estimate_mix, probabilities
        from lfdrt.training.teach.reading import Read

        if not (folder / TEXTS).is_file():
            raise Refused(words.NO_TEXTS)
        self._folder, self.classes = folder, labels_of(spec.checkpoint)
        try:
            self._read = Read.load(folder / TEXTS)
        except UserError as error:
            raise Refused(str(error)) from error
        self._asking = Asking(self._read, seed=0)
        self._rows = {row.id: row for row in _rows(folder, spec)}
        self._texts = {name: row.text for name, row in self._rows.items()}
        self._chance: dict[str, bool] = {}
        both = (probabilities(self._read.logits_1) + probabilities(self._read.logits_2)) / 2
        self.estimate = dict(zip(self.classes, estimate_mix(both).tolist(), strict=True))

    def now(self) -> Asked:
        with self._store() as store:
            return self._asked(store)

    def answer(self, act: str, row: str, label: str) -> Asked:
        """act: LABEL, SKIP, NONE or UNDO; any other says nothing. Refused: it cannot be written;
        what was said before is as it was."""
        with self._store() as store:
            if act == UNDO:
                store.undo()
            elif row in self._rows and (act in (SKIP, NONE) or label in self.classes):
                if row not in self._chance:  # the page was open before the app was started
                    self._asked(store)
                said = label if act == LABEL else ""
                chance = self._chance.get(row, False)
                store.say(self._word(row, said, act, chance))
            return self._asked(store)

    def own(self) -> tuple[dict[str, int], dict[str, str | None]]:
        """Labels of the table itself: rows by each, and the class that each seems to mean."""
        counts = Counter(row.label for row in self._rows.values() if row.label)
        return dict(counts), guess_classes(counts, self.classes)

    def take_own(self, meant: Mapping[str, str]) -> Asked:
        """Learn from the table's labels. meant: class by label; others are left out."""
        known = {value: name for value, name in meant.items() if name in self.classes}
        given = {
            row.id: known[row.label]
            for row in self._rows.values()
            if row.label and row.label in known
        }
        return self._take(given)

    def bring(self, file: Path) -> tuple[Asked, int]:
        """Labels from a CSV, and how many fit this table. Refused: none do, or it cannot be
        read."""
        try:
            found = read_labels(file, classes=self.classes, texts=self._texts)
        except UserError as error:
            raise Refused(str(error)) from error
        given = {one.id: one.label for one in found if one.label and one.id in self._rows}
        if not given:
            raise Refused(words.NONE_BROUGHT.format(name=file.name))
        return self._take(given, {one.id for one in found if one.random}), len(given)

    def _take(self, given: Mapping[str, str], chance: set[str] | None = None) -> Asked:
        """chance: rows that were drawn by it; None: all, since nobody says how they were chosen."""
        with self._store() as store:
            store.say(
                *(
                    self._word(row, label, GIVEN, chance is None or row in chance)
                    for row, label in given.items()
                )
            )
            return self._asked(store)

    def said(self, mix: Mapping[str, float] | None) -> tuple[dict[str, int], dict[str, int] | None]:
        """Rows by decided class: as the model is, and under the mix; None without one."""
        now = self._counts(None)
        return now, None if not mix else self._counts(shares(mix, self.classes))

    def _counts(self, mix: tuple[float, ...] | None) -> dict[str, int]:
        import numpy as np

        from lfdrt.training.teach.mix import decided

        found = decided(self._read.logits_1, self._read.logits_2, mix)
        counts = np.bincount(found, minlength=len(self.classes))
        return dict(zip(self.classes, counts.tolist(), strict=True))

    def _word(self, row: str, label: str, word: str, chance: bool) -> Word:
        return Word(id=row, label=label, word=word, random=chance, text=self._rows[row].text)

    def _asked(self, store: LabelStore) -> Asked:
        labels = store.labels
        asked = [one.id for one in labels]
        question = self._asking.next(asked)
        if question is not None:
            self._chance[question.id] = question.random
            self._look_ahead([*asked, question.id])
        given = Counter(one.label for one in labels if one.label)
        return Asked(
            classes=self.classes,
            question=question,
            row=None if question is None else self._rows.get(question.id),
            given={name: given[name] for name in self.classes},
            spoken=len(labels),
        )

    def _look_ahead(self, asked: list[str]) -> None:
        """Twenty questions are planned at a time, which takes 0.2 s: the next ones meanwhile."""
        from lfdrt.training.teach.asking import BLOCK

        def plan() -> None:
            with _ANSWERING:
                self._asking.next(asked)

        if len(asked) % BLOCK == 0:
            threading.Thread(target=plan, daemon=True).start()

    @contextmanager
    def _store(self) -> Iterator[LabelStore]:
        """The labels' file, for one visitor at a time. Refused: it cannot be written."""
        with _ANSWERING:
            try:
                path = self._folder / LABELS
                with LabelStore(path, texts=self._texts, classes=self.classes) as store:
                    yield store
            except UserError as error:
                raise Refused(str(error)) from error


@lru_cache(maxsize=4)
def sitting(folder: Path) -> Sitting:
    """Of the teaching in `folder`. Raises Refused."""
    record = JobFolder(folder, TeachSpec).record()
    if record is None:
        raise Refused(words.JOB.none)
    return Sitting(folder, record.spec.below(folder))


def shares(mix: Mapping[str, float], classes: tuple[str, ...]) -> tuple[float, ...]:
    """As the command reads them: what is left of a hundred is shared by the classes at 0."""
    from lfdrt.training.teach.mix import parse_mix

    found = parse_mix(",".join(f"{name}={share:g}" for name, share in mix.items()), classes)
    assert found is not None, "something is named"
    return found


def told_mix(given: object, classes: tuple[str, ...]) -> dict[str, float] | None:
    """The sliders as a mix: of a hundred, by class, without those at 0. None: nothing was told."""
    if not isinstance(given, dict):
        return None
    named = {
        name: float(given[name])
        for name in classes
        if isinstance(given.get(name), int | float) and 0 < given[name] <= 100
    }
    total = sum(named.values())
    if total > 100 or (len(named) == len(classes) and total < 100):  # nobody is left to share
        named = {name: round(100 * share / total, 1) for name, share in named.items()}
    return named or None


def labels_in(folder: Path) -> int:
    """Rows with a label in a teaching's folder."""
    path = folder / LABELS
    if not path.is_file():
        return 0
    try:
        return sum(1 for one in read_labels(path) if one.label)
    except UserError:
        return 0


def _rows(folder: Path, spec: TeachSpec) -> list[IntakeRow]:
    """As the job has read them, each label as it is written; pictures lie in the folder."""
    from lfdrt.data.columns import ColumnMapping
    from lfdrt.data.intake.read import Intake, read_intake

    scratch = folder / PICTURES
    shutil.rmtree(scratch, ignore_errors=True)  # an earlier app's
    if spec.images is not None:
        scratch.mkdir()
    mapping = (
        ColumnMapping(**{role: spec.columns.get(role) for role in ROLES}) if spec.columns else None
    )
    *_, found = read_intake(
        spec.table, spec.images, mapping, spec.language, scratch=scratch, read=spec.read
    )
    assert isinstance(found, Intake), "the last one is"
    return list(found.rows)
