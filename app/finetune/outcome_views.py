"""After a training: the verdict in words, scores before and after, what changed; the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.finetune import words
from app.finetune.data import language_name
from app.finetune.run_views import distribution, sentence
from app.finetune.spec import TrainingSpec
from app.jobs.kind import Info
from app.page import say
from app.page.html import Html, card, esc, fine, folded, label_mark
from app.page.saving import Provenance, Rows, confusion, confusion_rows, drawn, table_file
from app.page.tables import rows_of, wide_table

if TYPE_CHECKING:
    from app.finetune.outcome import Outcome, Scored


def outcome(o: Outcome, reason: str, p: Provenance) -> Html:
    """reason: how the training ended."""
    if reason == "discarded":
        return _verdict("discarded", words.DISCARDED)
    note = words.OUTCOME_NOTES.get(reason, "")
    if o.scores is None:
        verdict = words.verdict_unlabelled(o.changed_count, o.rows)
    else:
        verdict = words.verdict(o.scores.before["macro_f1"], o.scores.after["macro_f1"],
                                o.scores.righted, o.scores.wronged, o.scores.chance)  # fmt: skip
    return _verdict(*verdict, note) + _scores(o, p) + _distribution(o, p) + _changed(o, p)


def _verdict(kind: str, said: str, note: str = "") -> Html:
    return card(
        Html(f"<h2>{esc(words.VERDICT_TITLES[kind])}</h2><p>{esc(said)}</p>{fine(note)}"),
        kind=f"outcome {kind}",
        attributes='role="status"',
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


def _distribution(o: Outcome, p: Provenance) -> Html:
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


def _changed(o: Outcome, p: Provenance) -> Html:
    if not o.changed_count:
        return card(fine(words.NOTHING_CHANGED), kind="changed", title=words.CHANGED_TITLE)
    lead = words.CHANGED_LEAD.format(changed=f"{o.changed_count:,}", rows=say.rows(o.rows))
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
