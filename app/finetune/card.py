"""README.md of a downloaded run: a model card for people, honest about what is not known."""

from __future__ import annotations

from pathlib import Path

from app.finetune.outcome import Outcome, Scored, read_outcome
from app.finetune.spec import TrainingSpec
from app.jobs.store import JobRecord
from app.models.requests import Refused
from lfdrt.languages import resolve

INTRODUCTION = """# {name}

A model that reads the sentiment of a text, a picture, or both (LFD-RT). It was made from
`{base}` by *rethinking fine-tuning*: two classifiers teach each other on sentences without
labels. No label had a part in its training or in choosing it.
"""
USE = """
## How to use it

Bring this ZIP back in the app (Fine-tune, Earlier trainings), or unpack it and run

    python -m lfdrt predict --checkpoint checkpoint --text "..."

## What is in here

- `checkpoint/`: the model (safetensors and JSON; nothing in it runs).
- `predictions.csv`: every sentence it learned from, with its label before and after.
- `labelled.csv`: the labelled sentences, where some were given.
- `events.jsonl`, `config.json`: the course of the training and its settings; `run.json`: its name.

The tables hold the sentences themselves: pass this ZIP on only where you may pass them on.
The licence of `{base}` and the rights in the sentences go on to hold.
"""
NO_SCORES = """
**No labels were given, so nobody knows whether it is better than `{base}`.** {changed:,} of
{rows:,} sentences get another label now. Read some of them before you use it.
"""
UNKNOWN = "\nThere are no predictions, so nothing can be said about how good it is.\n"
SCORES = """
On {rows:,} labelled sentences, which took no part in the training:

| | before | after |
|---|---|---|
{table}

{moved} One sentence is {one:.1f} points of accuracy.
"""
NONE_MOVED = "Not one of them changed between right and wrong."
MOVED = """{righted} of them became right and {wronged} became wrong. A fair coin splits them at
least so unevenly in {chance:.0%} of cases{verdict}."""
ENDS = {
    "done": "It ran to its end.",
    "kept": "It was stopped by hand; the model after its last whole pass was kept.",
    "collapsed": "It was stopped because its pseudo-labels collapsed into one class; the model "
    "before that was kept.",
}


def model_card(folder: Path, record: JobRecord[TrainingSpec]) -> str:
    """Markdown. Names that people chose stand in it without effect on its layout."""
    base = plain(record.spec.checkpoint.name)
    try:
        outcome = read_outcome(folder, record.name, record.ended)
    except Refused:
        outcome = None
    said = INTRODUCTION.format(name=plain(record.name), base=base)
    said += "\n## Is it better?\n" + _quality(outcome, base)
    said += "\n## What it was trained on\n\n" + _data(record, outcome)
    said += "\n## Settings\n\n" + _settings(record)
    return said + USE.format(base=base)


def _quality(outcome: Outcome | None, base: str) -> str:
    if outcome is None:
        return UNKNOWN
    if outcome.scores is None:
        return NO_SCORES.format(base=base, changed=outcome.changed_count, rows=outcome.rows)
    return _scores(outcome.scores)


def _scores(s: Scored) -> str:
    names = {"accuracy": "accuracy", "macro_f1": "macro-F1", "weighted_f1": "weighted F1"}
    lines = (f"| {said} | {s.before[k]:.3f} | {s.after[k]:.3f} |" for k, said in names.items())
    moved = NONE_MOVED
    if s.righted or s.wronged:
        luck = ": this may be luck" if s.chance > 0.05 else ""
        moved = MOVED.format(righted=s.righted, wronged=s.wronged, chance=s.chance, verdict=luck)
    return SCORES.format(rows=s.rows, table="\n".join(lines), moved=moved, one=100 / s.rows)


def _data(record: JobRecord[TrainingSpec], outcome: Outcome | None) -> str:
    spec = record.spec
    language = resolve(spec.language).name if spec.language else "each row's own, or detected"
    family = {"own": "each language's own", "none": "none"}.get(spec.family, spec.family)
    rows = outcome.rows if outcome is not None else spec.rows
    labelled = outcome.scores.rows if outcome is not None and outcome.scores else 0
    end = ENDS.get(record.ended) or ENDS.get(record.reason, record.reason)
    return (
        f"- Sentences without labels: {rows:,}\n- Labelled sentences, to report on: {labelled:,}\n"
        f"- Language: {language}\n- Read through the disentangler of: {plain(family)}\n"
        f"- Date: {plain(record.created[:10])}\n- End: {end}\n"
    )


def _settings(record: JobRecord[TrainingSpec]) -> str:
    spec = record.spec
    try:
        values = spec.settings()
    except Refused:
        values = dict(spec.changes)
    lines = (f"| {plain(str(name))} | {plain(str(value))} |" for name, value in values.items())
    head = f"Preset: {plain(spec.preset)}\n\n| setting | value |\n|---|---|\n"
    return head + "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Without the characters that mean something in Markdown or HTML."""
    return " ".join("".join(" " if c in "`*#[]()<>|\\" else c for c in text).split())
