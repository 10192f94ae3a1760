"""What labels teach about rows that are read: every way to learn tried on held-out folds, and the
best of them where it helps. Writes nothing and changes no model.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np

from lfdrt.config import to_dict
from lfdrt.errors import UserError
from lfdrt.events import EvalDone, Event, RunStarted, Tried, Warned
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.learn import FEWEST, STRENGTHS, Labelled, best, held_out, learn
from lfdrt.training.teach.reading import Read, hidden
from lfdrt.training.teach.rest import SHARES, Rest
from lfdrt.training.teach.results import Outcome, Said
from lfdrt.training.teach.settings import TeachSettings


@dataclass
class Lesson:
    """stopped: whether it is to end early. step: how many ways were tried."""

    model: LFDRT
    settings: TeachSettings
    stopped: Callable[[], bool] = lambda: False
    step: int = 0

    def taught(self, read: Read, labels: Sequence[Label]) -> Generator[Event, None, Outcome | None]:
        """labels: of rows, by their ids. None: stopped. UserError: a label that is no class."""
        known = yield from self._known(read, labels)
        learns = len(known) >= FEWEST
        steps = len(STRENGTHS) + len(SHARES) * self.settings.rest if learns else 1
        yield RunStarted(steps=steps, settings=to_dict(self.settings))
        if not learns and labels:
            said = f"{len(known)} labels are too few to learn from: give at least {FEWEST}."
            yield Warned(step=self.step, message=said)
        now = self._said(read)
        outcome = Outcome(labels=known, read=read, before=now, settings=self.settings)
        if learns and not (yield from self._learn(outcome)):
            return None
        return outcome

    def _known(
        self, read: Read, labels: Sequence[Label]
    ) -> Generator[Event, None, list[tuple[int, Label]]]:
        """Rows with a label, and it; labels of other rows are passed over, and it is said."""
        place = {name: n for n, name in enumerate(read.ids)}
        classes = self.model.config.label_set.labels
        given = [one for one in labels if one.label is not None]
        if foreign := [one for one in given if one.label not in classes]:
            raise UserError(
                f"the model has no class {foreign[0].label!r}, the label of row {foreign[0].id!r} "
                f"({', '.join(classes)})."
            )
        known = {place[one.id]: one for one in given if one.id in place}
        if missing := len(given) - len(known):
            said = f"{missing:,} of {len(given):,} labels are of no row of the table: left out."
            yield Warned(step=self.step, message=said)
        return list(known.items())

    def _said(self, read: Read) -> Said:
        """What the model says now, with the mix that it expects."""
        prior = self.model.config.class_prior
        return Said.of(read.logits_1, read.logits_2, prior)

    def _learn(self, outcome: Outcome) -> Generator[Event, None, bool]:
        """Tries all strengths and fills the outcome; False: stopped."""
        rows, s = self._labelled(outcome), self.settings
        mix = None if s.mix is None else np.asarray(s.mix)
        outcome.gold = rows.gold
        rest = self._rest(outcome) if s.rest else None
        found = held_out(rows, s.seed, rest)
        for one in found:
            if self.stopped():
                return False
            self.step += 1
            gain = outcome.against(one.predicted(s.aim, mix))
            yield Tried(step=self.step, name=one.name, gain=gain.gain, likelihood=one.likelihood)
        chosen = best(found)
        outcome.measure(chosen, chosen.predicted(s.aim, mix))
        if outcome.kept:
            outcome.change = learn(rows, s.aim, mix, chosen, rest)
        scores = {}
        if (told := outcome.gain) is not None:
            scores = {k: float(v) for k, v in told.as_dict().items() if k != "rows"}
        rule = "each row predicted by what the others taught; points of " + s.measure
        yield EvalDone(step=self.step, data="labelled rows", scores=scores, rule=rule)
        if not outcome.kept:
            yield Warned(step=self.step, message=outcome.verdict)
        return True

    def _labelled(self, outcome: Outcome) -> Labelled:
        read, rows = outcome.read, outcome.rows
        names = self.model.config.label_set.labels
        return Labelled(
            hidden=hidden(self.model, read.z[rows]),
            logits=np.stack([read.logits_1[rows], read.logits_2[rows]]),
            gold=np.array([names.index(str(one.label)) for _, one in outcome.labels]),
        )

    def _rest(self, outcome: Outcome) -> Rest | None:
        """The rows without a label; None: there is none."""
        read = outcome.read
        rows = np.setdiff1d(np.arange(len(read)), outcome.rows)
        if not len(rows):
            return None
        return Rest(
            hidden=hidden(self.model, read.z[rows]),
            logits=np.stack([read.logits_1[rows], read.logits_2[rows]]),
        )
