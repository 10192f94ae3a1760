"""What a checkpoint loses where "!" is written as ".": how much it reads from the mark alone.

Texts of the anchor language only, whose marks are its writers' own; translations often change them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lfdrt.data.records import read_labelled
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation import bootstrap
from lfdrt.evaluation.evaluate import predict_texts
from lfdrt.evaluation.measures import plain
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.suites import Suite, own_reading
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime

MEASURES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "weighted_f1": bootstrap.weighted_f1,
    "macro_f1": bootstrap.macro_f1,
}


@dataclass(frozen=True, kw_only=True)
class Calmed:
    """One file read as it is and with every "!" as "."; `changed`: texts that had one."""

    as_written: Predictions
    without: Predictions
    changed: int


def calm(text: str) -> str:
    """Every "!" as ".", one for one."""
    return text.replace("!", ".")


def calmed(
    model: LFDRT, tokenizer: TextTokenizer, data: Path, suites: Sequence[Suite], runtime: Runtime
) -> list[Calmed]:
    """The files of the anchor language among `suites`; errors as `predict_suite`."""
    anchor, found = model.config.anchor, []
    for suite in suites:
        if anchor not in suite.languages:
            continue
        rows = read_labelled(data, suite.source, anchor, suite.split)
        other = [replace(row, text=calm(row.text)) for row in rows]
        one, two = (
            predict_texts(model, tokenizer, texts, [own_reading(model, anchor)], runtime,
                          excluded=suite.excluded)[0]
            for texts in (rows, other)
        )  # fmt: skip
        changed = sum(a.text != b.text for a, b in zip(rows, other, strict=True))
        found.append(Calmed(as_written=one, without=two, changed=changed))
    return found


def punctuation_report(found: Sequence[Calmed]) -> dict[str, Any]:
    """Scores of each file both ways, and what is lost; plain JSON types."""
    return plain(
        {
            "about": 'the same texts as written and with every "!" as "."; difference: without '
            "minus as written, 95 % interval by a paired bootstrap over rows; nothing is selected "
            "by it",
            "sets": [_row(one) for one in found],
        }
    )


def _row(one: Calmed) -> dict[str, Any]:
    row: dict[str, Any] = {
        "set": one.as_written.name,
        "rows": len(one.as_written),
        "changed": one.changed,
    }
    for name, of in MEASURES.items():
        before, after = of(one.as_written.confusion), of(one.without.confusion)
        draws = of(one.without.resampled) - of(one.as_written.resampled)
        row[name] = {
            "as_written": before,
            "without": after,
            "difference": after - before,
            "interval": bootstrap.interval(draws),
        }
    return row
