"""What a rethinking run leaves beside its checkpoint: predictions before and after, its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lfdrt.checkpoint import Checkpoint
from lfdrt.config import to_dict
from lfdrt.data.export import Cell, CsvAppender
from lfdrt.evaluation.metrics import score
from lfdrt.events import RunFinished
from lfdrt.model.classifiers import decide
from lfdrt.runs.files import whole
from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import Row
from lfdrt.training.rethink.fused import FusedStore
from lfdrt.training.rethink.model import Rethinker
from lfdrt.training.rethink.settings import RethinkSettings

CHUNK = 256


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Shape: classes (N,), p (N, C), the mean of both classifiers; agree (N,) bool."""

    classes: Tensor
    p: Tensor
    agree: Tensor

    @classmethod
    def of(cls, p_1: Tensor, p_2: Tensor) -> Decisions:
        """Shape: p_1, p_2 (N, C)."""
        agree = p_1.argmax(-1) == p_2.argmax(-1)
        return cls(classes=decide(p_1, p_2), p=(p_1 + p_2) / 2, agree=agree)


class Deciding:
    """What both classifiers say of every row now. Iterate for the rows done, then read
    `probabilities` or `decisions`."""

    def __init__(self, rethinker: Rethinker, fused: FusedStore, runtime: Runtime) -> None:
        self._rethinker, self._fused, self._runtime = rethinker, fused, runtime
        self._parts: list[tuple[Tensor, ...]] = []

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self._fused), CHUNK):
            end = min(start + CHUNK, len(self._fused))
            self._parts.append(self._part(range(start, end)))
            yield end

    @torch.no_grad()
    def _part(self, numbers: Sequence[int]) -> tuple[Tensor, ...]:
        with self._runtime.autocast():
            logits = self._rethinker.classify(self._fused.read(numbers))
        return tuple(o.softmax(-1).cpu() for o in logits)

    @property
    def probabilities(self) -> tuple[Tensor, Tensor]:
        """Of both classifiers. Shape: (N, C), (N, C)."""
        p_1, p_2 = (torch.cat(parts) for parts in zip(*self._parts, strict=True))
        return p_1, p_2

    @property
    def decisions(self) -> Decisions:
        return Decisions.of(*self.probabilities)


def ask_all(rethinker: Rethinker, fused: FusedStore, runtime: Runtime) -> Deciding:
    """What both classifiers say of every row now."""
    deciding = Deciding(rethinker, fused, runtime)
    for _ in deciding:
        pass
    return deciding


def scores(found: Decisions, gold: Sequence[str], names: Sequence[str]) -> dict[str, float]:
    """Accuracy, F1 and the share of rows on which the classifiers agree."""
    s = score(gold, [names[c] for c in found.classes.tolist()])
    return {
        "accuracy": s.accuracy,
        "macro_f1": s.macro_f1,
        "weighted_f1": s.weighted_f1,
        "agreement": float(found.agree.float().mean()),
    }


def write_predictions(
    path: Path, rows: Sequence[Row], names: Sequence[str], before: Decisions, after: Decisions
) -> None:
    """One line a row: its id, text, both labels, agreement, and the new probabilities."""
    _write(
        path,
        [
            {
                "id": row.id,
                "text": row.text or "",
                "label_before": names[int(before.classes[i])],
                "label_after": names[int(after.classes[i])],
                "agree_before": bool(before.agree[i]),
                "agree_after": bool(after.agree[i]),
                **{f"p_{n}": round(float(p), 6) for n, p in zip(names, after.p[i], strict=True)},
            }
            for i, row in enumerate(rows)
        ],
    )


def write_labelled(
    path: Path,
    rows: Sequence[Row],
    gold: Sequence[str],
    names: Sequence[str],
    before: Decisions,
    after: Decisions,
) -> None:
    """One line a labelled row: its id, text, its own label, and the model's before and after."""
    _write(
        path,
        [
            {
                "id": row.id,
                "text": row.text or "",
                "label": gold[i],
                "label_before": names[int(before.classes[i])],
                "label_after": names[int(after.classes[i])],
            }
            for i, row in enumerate(rows)
        ],
    )


def _write(path: Path, lines: Sequence[Mapping[str, Cell]]) -> None:
    """A killed process leaves no half of a file."""
    with whole(path) as aside:
        aside.unlink(missing_ok=True)
        with CsvAppender(aside, tuple(lines[0])) as out:
            out.append(lines)


def card(
    loaded: Checkpoint, settings: RethinkSettings, finished: RunFinished, rows: int
) -> dict[str, Any]:
    """The base's card without its scores, which are not this model's, and what was done here."""
    kept = {k: v for k, v in loaded.card.items() if k != "scores"}
    return kept | {
        "rethought": {
            "from": loaded.folder.name,
            "rows": rows,
            "date": datetime.now(UTC).date().isoformat(),
            "steps": finished.step,
            "ended": finished.reason,
            "selection": "the last epoch that had not collapsed; no label chose anything",
            "settings": to_dict(settings),
        }
    }
