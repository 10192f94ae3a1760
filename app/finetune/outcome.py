"""What a finished run came to: before and after, from its predictions.csv and labelled.csv; and
as HTML the verdict in words, scores, what changed. The same for a run that was just trained,
reopened or brought back from a ZIP.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.finetune import words
from app.finetune.data import language_name
from app.finetune.run_views import distribution, sentence
from app.finetune.spec import TrainingSpec
from app.jobs.kind import Info
from app.models.requests import Refused
from app.page import say
from app.page.html import Html, card, esc, fine, folded, label_mark
from app.page.saving import Provenance, Rows, confusion, confusion_rows, drawn, table_file
from app.page.tables import rows_of, wide_table

CHANGED = 50
"""Changed rows that are handed out; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """counts[i][j]: rows of class i that were taken for class j."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Of the labelled rows. before, after: accuracy, macro_f1, weighted_f1. righted, wronged: rows
    that are right only after, and only before. chance: how often a fair coin splits these at least
    as unevenly (two-sided sign test); 1 where there are none."""

    rows: int
    before: dict[str, float]
    after: dict[str, float]
    confusion_before: Confusion
    confusion_after: Confusion
    righted: int
    wronged: int
    chance: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """scores: None where no labels were given. distribution: rows by decided label, in the label
    set's order. agreement: share of rows on which both classifiers agree. changed: the first rows
    with another label (id, text, label_before, label_after)."""

    rows: int
    distribution_before: dict[str, int]
    distribution_after: dict[str, int]
    agreement_before: float
    agreement_after: float
    changed: tuple[dict[str, str], ...]
    changed_count: int
    scores: Scored | None


def read_outcome(folder: Path, name: str, ended: str) -> Outcome:
    """folder, name, ended: of a training. Raises Refused: there are no predictions, or they were
    changed. 100,000 rows take 1 s."""
    predictions, labelled = folder / "predictions.csv", folder / "labelled.csv"
    if not predictions.is_file() and ended == "discarded":  # ended before it could write them
        return Outcome(rows=0, distribution_before={}, distribution_after={}, agreement_before=0.0,
                       agreement_after=0.0, changed=(), changed_count=0, scores=None)  # fmt: skip
    if not predictions.is_file():
        raise Refused(words.NO_OUTCOME.format(name=name))
    try:
        return _outcome(predictions, labelled)
    except (KeyError, ValueError, OSError, csv.Error) as error:
        raise Refused(words.BAD_OUTCOME.format(file=predictions.name)) from error


def _outcome(predictions: Path, labelled: Path) -> Outcome:
    columns, rows = _table(predictions)
    labels = tuple(c.removeprefix("p_") for c in columns if c.startswith("p_"))
    before, after = (
        Counter(r["label_before"] for r in rows),
        Counter(r["label_after"] for r in rows),
    )
    changed = [r for r in rows if r["label_before"] != r["label_after"]]
    shown = ("id", "text", "label_before", "label_after")
    return Outcome(
        rows=len(rows),
        distribution_before={label: before[label] for label in labels},
        distribution_after={label: after[label] for label in labels},
        agreement_before=_share(rows, "agree_before"),
        agreement_after=_share(rows, "agree_after"),
        changed=tuple({key: r[key] for key in shown} for r in changed[:CHANGED]),
        changed_count=len(changed),
        scores=_scored(labelled, labels) if labelled.is_file() else None,
    )


def _share(rows: Sequence[dict[str, str]], column: str) -> float:
    return sum(r[column] == "true" for r in rows) / max(1, len(rows))


def _scored(path: Path, labels: tuple[str, ...]) -> Scored | None:
    from scipy.stats import binomtest

    _, rows = _table(path)
    if not rows:
        return None
    gold = [r["label"] for r in rows]
    before, after = [r["label_before"] for r in rows], [r["label_after"] for r in rows]
    pairs = [(b == g, a == g) for g, b, a in zip(gold, before, after, strict=True)]
    righted, wronged = pairs.count((False, True)), pairs.count((True, False))
    moved = righted + wronged
    return Scored(
        rows=len(rows),
        before=_metrics(gold, before),
        after=_metrics(gold, after),
        confusion_before=_confusion(gold, before, labels),
        confusion_after=_confusion(gold, after, labels),
        righted=righted,
        wronged=wronged,
        chance=float(binomtest(righted, moved).pvalue) if moved else 1.0,
    )


def _metrics(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    from lfdrt.evaluation.metrics import score

    s = score(gold, predicted)
    return {"accuracy": s.accuracy, "macro_f1": s.macro_f1, "weighted_f1": s.weighted_f1}


def _confusion(gold: Sequence[str], said: Sequence[str], labels: tuple[str, ...]) -> Confusion:
    counts = Counter(zip(gold, said, strict=True))
    return Confusion(
        labels=labels,
        counts=tuple(tuple(counts[g, s] for s in labels) for g in labels),
    )


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Columns, and rows with their texts as they were before they were made safe for export."""
    from lfdrt.data.export import restore

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = [{k: restore(v) for k, v in row.items() if k is not None} for row in reader]
    return list(reader.fieldnames or ()), rows


def outcome(o: Outcome, reason: str, p: Provenance) -> Html:
    """reason: how the training ended."""
    if reason == "discarded":
        return _verdict("discarded", words.DISCARDED)
    note = words.OUTCOME_NOTES.get(reason, "")
    if o.scores is None:
        said = words.verdict_unlabelled(o.changed_count, o.rows)
    else:
        said = words.verdict(o.scores.before["macro_f1"], o.scores.after["macro_f1"],
                                o.scores.righted, o.scores.wronged, o.scores.chance)  # fmt: skip
    return _verdict(*said, note) + _scores(o, p) + label_counts(o, p) + changed_rows(o, p)


def _verdict(kind: str, said: str, note: str = "") -> Html:
    return verdict(kind, words.VERDICT_TITLES[kind], said, note)


def verdict(kind: str, title: str, said: str, note: str = "") -> Html:
    """kind: a class name of page.css."""
    return card(
        Html(f"<h2>{esc(title)}</h2><p>{esc(said)}</p>{fine(note)}"),
        kind=f"outcome {kind}",
        attributes='data-aloud="each"',
    )


def _scores(o: Outcome, p: Provenance) -> Html:
    if o.scores is None:
        return Html("")
    before, after = o.scores.before, o.scores.after
    names = {k: said for k, said in words.SCORE_NAMES.items() if k in before and k in after}
    columns = (words.BEFORE, words.AFTER, words.CHANGE)
    rows = rows_of(
        (said, say.percent(before[key], 1), say.percent(after[key], 1),
         say.points(after[key] - before[key]))
        for key, said in names.items()
    )  # fmt: skip
    full: Rows = [
        (said, *(round(v, 6) for v in (before[key], after[key], after[key] - before[key])))
        for key, said in names.items()
    ]
    lead = words.SCORES_LEAD.format(rows=say.rows(o.scores.rows))
    shown = wide_table("numbers", ["", *columns], rows, words.SCORES_TITLE)
    files = table_file(p.saved("scores", words.SCORES_TITLE), [("", *columns), *full])
    pairs = Html(f'{fine(words.CONFUSION_LEAD)}<div class="pairs">{_confusions(o.scores, p)}</div>')
    body = shown + files + folded(words.CONFUSION, pairs)
    return card(body, kind="scores", title=words.SCORES_TITLE, lead=lead)


def _confusions(scores: Scored, p: Provenance) -> Html:
    return Html(
        "".join(
            drawn(
                p.saved(f"confusion-{name.lower()}", f"{words.CONFUSION}: {name}"),
                confusion(f"{words.CONFUSION}: {name}", one.labels, one.counts),
                confusion_rows(one.labels, one.counts),
            )
            for name, one in (
                (words.BEFORE, scores.confusion_before),
                (words.AFTER, scores.confusion_after),
            )
        )
    )


def label_counts(o: Outcome, p: Provenance) -> Html:
    both = {words.BEFORE: o.distribution_before, words.AFTER: o.distribution_after}
    agreed = words.AGREED.format(
        before=say.percent(o.agreement_before), after=say.percent(o.agreement_after)
    )
    rows = [
        (label, count, o.distribution_after.get(label, 0))
        for label, count in o.distribution_before.items()
    ]
    saved = p.saved("labels", words.DISTRIBUTION)
    body = drawn(saved, distribution(both), [words.DISTRIBUTION_COLUMNS, *rows])
    return card(body, kind="pseudo", title=words.DISTRIBUTION, lead=agreed)


def changed_rows(o: Outcome, p: Provenance) -> Html:
    if not o.changed_count:
        return card(fine(words.NOTHING_CHANGED), kind="changed", title=words.CHANGED_TITLE)
    lead = words.CHANGED_LEAD.format(changed=say.count(o.changed_count), rows=say.rows(o.rows))
    rows = (
        Html(
            f'<tr><td class="sentence">{sentence(str(row["text"]))}</td>'
            f"<td>{label_mark(row['label_before'])}</td><td>{label_mark(row['label_after'])}</td></tr>"
        )
        for row in o.changed
    )
    shown = wide_table("said", words.CHANGED_COLUMNS, rows, words.CHANGED_TITLE)
    full = [(row["text"], row["label_before"], row["label_after"]) for row in o.changed]
    files = table_file(p.saved("changed", words.CHANGED_TITLE), [words.CHANGED_COLUMNS, *full])
    shown += fine(words.ALL_CHANGED if o.changed_count > len(full) else "")
    return card(shown + files, kind="changed", title=words.CHANGED_TITLE, lead=lead)


def runs_table(infos: Sequence[Info[TrainingSpec]], p: Provenance) -> Html:
    """What saves the list."""
    if not infos:
        return Html("")
    rows = [
        (i.name, words.JOB.states[i.shown], language_name(i.spec.language), i.spec.rows,
         i.spec.preset, i.spec.checkpoint.name, i.created)
        for i in infos
    ]  # fmt: skip
    return table_file(p.saved("history", words.JOB.mine), [words.RUN_COLUMNS, *rows])


def about(info: Info[TrainingSpec]) -> str:
    """Its line in the list."""
    spec = info.spec
    return words.HISTORY_ROW.format(
        language=language_name(spec.language),
        rows=say.rows(spec.rows),
        preset=words.PRESETS.get(spec.preset, spec.preset),
        date=info.when,
    )
