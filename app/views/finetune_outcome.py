"""After a training: the verdict in words, scores before and after, what changed; the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app import text, text_settings
from app import text_finetune as words
from app.jobs.runs import ACTIVE
from app.views import history as lists
from app.views.confusion import confusion
from app.views.finetune_data import language_name
from app.views.finetune_run import distribution, sentence
from app.views.html import Html, card, esc, label_mark, scroll, table

if TYPE_CHECKING:
    from app.jobs.outcome import Outcome
    from app.jobs.runs import RunInfo


def outcome(o: Outcome, state: str) -> Html:
    if state == "discarded":
        return _verdict("discarded", words.DISCARDED)
    note = words.OUTCOME_NOTES.get(state, "")
    if o.scores is None:
        verdict = words.verdict_unlabelled(o.changed_count, o.rows)
    else:
        verdict = words.verdict(o.scores.before["macro_f1"], o.scores.after["macro_f1"],
                                o.scores.righted, o.scores.wronged, o.scores.chance)  # fmt: skip
    return _verdict(*verdict, note) + _scores(o) + _distribution(o) + _changed(o)


def _verdict(kind: str, said: str, note: str = "") -> Html:
    notes = f'<p class="fine">{esc(note)}</p>' if note else ""
    return card(
        f"<h2>{esc(words.VERDICT_TITLES[kind])}</h2><p>{esc(said)}</p>{notes}",
        kind=f"outcome {kind}",
        attributes='role="status"',
    )


def _scores(o: Outcome) -> Html:
    if o.scores is None:
        return ""
    before, after = o.scores.before, o.scores.after
    head = ["", *map(esc, (words.BEFORE, words.AFTER, words.CHANGE))]
    rows = (
        f'<tr><th scope="row">{esc(name)}</th><td>{esc(text.percent(before[key], 1))}</td>'
        f"<td>{esc(text.percent(after[key], 1))}</td>"
        f"<td>{esc(text.points(after[key] - before[key]))}</td></tr>"
        for key, name in words.SCORE_NAMES.items()
        if key in before and key in after
    )
    lead = words.SCORES_LEAD.format(rows=words.rows(o.scores.rows))
    pair = "".join(
        confusion(f"{words.CONFUSION}: {name}", one.labels, one.counts)
        for name, one in (
            (words.BEFORE, o.scores.confusion_before),
            (words.AFTER, o.scores.confusion_after),
        )
    )
    shown = scroll(table("numbers", head, rows), words.SCORES_TITLE)
    body = (
        f"{shown}<details><summary>{esc(words.CONFUSION)}</summary>"
        f'<p class="fine">{esc(words.CONFUSION_LEAD)}</p><div class="pairs">{pair}</div></details>'
    )
    return card(body, kind="scores", title=words.SCORES_TITLE, lead=lead)


def _distribution(o: Outcome) -> Html:
    both = {words.BEFORE: o.distribution_before, words.AFTER: o.distribution_after}
    agreed = words.AGREED.format(
        before=text.percent(o.agreement_before), after=text.percent(o.agreement_after)
    )
    return card(distribution(both), kind="pseudo", title=words.DISTRIBUTION, lead=agreed)


def _changed(o: Outcome) -> Html:
    if not o.changed_count:
        body = f'<p class="fine">{esc(words.NOTHING_CHANGED)}</p>'
        return card(body, kind="changed", title=words.CHANGED_TITLE)
    lead = words.CHANGED_LEAD.format(changed=f"{o.changed_count:,}", rows=words.rows(o.rows))
    rows = (
        f'<tr><td class="sentence">{sentence(str(row["text"]))}</td>'
        f"<td>{label_mark(row['label_before'])}</td><td>{label_mark(row['label_after'])}</td></tr>"
        for row in o.changed
    )
    shown = table("said", [*map(esc, words.CHANGED_COLUMNS)], rows)
    return card(
        scroll(shown, words.CHANGED_TITLE), kind="changed", title=words.CHANGED_TITLE, lead=lead
    )


def history(runs: Sequence[RunInfo], shown: str) -> Html:
    """`shown`: the run that stands above."""
    entries = [_run(r, r.id == shown) for r in runs]
    return lists.history(words.HISTORY_TITLE, words.HISTORY_EMPTY, entries)


def _run(r: RunInfo, shown: bool) -> Html:
    about = words.HISTORY_ROW.format(
        language=language_name(r.language),
        rows=words.rows(r.rows),
        preset=text_settings.PRESETS.get(r.preset, r.preset),
        date=r.created[:16].replace("T", " "),
    )
    buttons = [lists.button(r.id, r.name, "open", words.OPEN)]
    if r.state not in ACTIVE:
        buttons.append(lists.button(r.id, r.name, "delete", words.DELETE, words.DELETE_SURE))
    return lists.entry(r.name, r.state, words.STATES[r.state], about, buttons, shown=shown)
