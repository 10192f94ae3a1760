"""A teaching as a ZIP: its model, the labels it learned from, and what it gained, as README.md says
it too.
"""

from __future__ import annotations

import json
from pathlib import Path

from app.finetune.archive import Packing
from app.finetune.card import plain
from app.finetune.data import language_name
from app.finetune.outcome import read_outcome
from app.finetune.spec import TeachSpec
from app.finetune.teach import words
from app.finetune.teach.kind import IMPORTED, LABELS, RESULT, Result, read_result
from app.jobs.kind import DONE
from app.jobs.store import JobRecord
from app.models.requests import Refused
from lfdrt.events import from_line
from lfdrt.training.teach.labels import read_labels

CARD = """# {name}

A model that reads the sentiment of a text, a picture, or both (LFD-RT). It was made from `{base}`
by *teaching*: a person said how often each class is in {rows:,} texts ({language}), and labelled
some of them.

## Is it better?

{verdict} Measured by cross-validation on the {labels:,} labelled rows, which are not all that the
person's texts hold: read some of its answers before you rely on it.

{mix}

## How to use it

Bring this ZIP back in the app (Fine-tune, Teach it), or unpack it and run

    python -m lfdrt predict --checkpoint checkpoint --text "..." [--prior flat]

## What is in here

- `checkpoint/`: the model (safetensors and JSON; nothing in it runs).
- `{label_file}`: every word that was said of a text.
- `predictions.csv`: every text, with its label before and after; `{result_file}`: what was gained.
- `events.jsonl`, `config.json`: the course of the learning and its settings; `run.json`: its name.

The tables hold the texts themselves: pass this ZIP on only where you may pass them on. The licence
of `{base}` and the rights in the texts go on to hold.
"""
MIX = "It expects this mix of classes, which `--prior flat` takes back: {mix}."
NO_MIX = "It expects no mix of classes."


def _card(folder: Path, record: JobRecord[TeachSpec]) -> str:
    """Markdown. Raises Refused where the result cannot be read."""
    found, spec = _result(folder), record.spec
    mix = ", ".join(f"{name} {share:.0%}" for name, share in (found.mix or {}).items())
    return CARD.format(
        name=plain(record.name),
        base=plain(spec.checkpoint.name),
        rows=spec.rows,
        language=language_name(spec.language),
        verdict=found.verdict,
        labels=found.labels,
        mix=MIX.format(mix=mix) if mix else NO_MIX,
        label_file=LABELS,
        result_file=RESULT,
    )


def _check(folder: Path, record: JobRecord[TeachSpec]) -> None:
    """Raises Refused or ValueError for what would not be shown."""
    for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines():
        from_line(line)
    json.dumps(vars(_result(folder)), default=str, allow_nan=False)
    read_outcome(folder, record.name, record.ended)
    if (folder / LABELS).is_file():
        read_labels(folder / LABELS)


def _result(folder: Path) -> Result:
    found = read_result(folder)
    if found is None:
        raise Refused(words.BAD_RESULT)
    return found


TEACHINGS = Packing(
    tables=(LABELS, RESULT, "predictions.csv", "events.jsonl", "config.json"),
    ends=(DONE, IMPORTED),
    imported=IMPORTED,
    fields=("language", "family", "aim", "mix", "rows"),
    spec=TeachSpec,
    words=words.JOB,
    card=_card,
    check=_check,
)
