"""Recordings as HTML: what was recorded, the current sample, and one in the making."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.jobs.history import box, counted
from app.jobs.kind import DONE, Info, Live
from app.page import saving, say
from app.page.html import Html, card, esc, fine, foreign, label_mark, sourced, tiles
from app.page.say import family_name
from app.page.tables import rows_of, table
from app.recordings import words
from app.recordings.kind import Recorded, RecordSpec
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.playback import PlayedSample
    from lfdrt.evaluation.recordings.recording import RecordedRun
    from lfdrt.events import EvalDone


def about(runs: Sequence[RecordedRun]) -> Html:
    """Where the answers come from in a line for each, and how the checkpoint was selected."""
    lines = ""
    for run in runs:
        made = saving.constructed(run)
        short = (
            words.SHORT.format(name=run.name, inputs=run.inputs, rows=say.count(run.rows)),
            say.date(run.date),
            *([words.DEMO] if run.carries else []),
            *([made.partition(":")[0]] if made else []),
        )
        said = words.ABOUT.format(
            checkpoint=saving.checkpoint(saving.weights_of(run)),
            inputs=run.inputs,
            rows=say.count(run.rows),
            date=say.date(run.date),
            device=run.device,
        )
        rule = words.SELECTED.format(rule=run.selection.rstrip("."))
        demo = f" {words.DEMONSTRATION}" if run.carries else ""
        demo += f" {words.ONE_CLASSIFIER}" if run.classifiers == 1 else ""
        pairs = f" <b>{esc(made)}</b>" if made else ""
        rest = Html(f"<p>{esc(run.note)} {esc(said)}. {esc(rule)}{esc(demo)}{pairs}</p>")
        lines += sourced(" · ".join(short), rest)
    return Html(lines)


def nothing() -> Html:
    return card(Html(f"<p>{esc(words.NOTHING)}</p>"), kind="empty quiet")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What was read of a sample. said: its text, or "" with the sentence `missing` that says why.
    picture, english, against: of our own set alone; against: face and sentence contradict."""

    said: str = ""
    missing: str = ""
    picture: bytes | None = None
    english: str = ""
    against: bool = False


def sample(ones: Sequence[PlayedSample], names: Sequence[str], content: Content) -> Html:
    """The newest sample, as one recording answered it or as several did."""
    body = _text(ones[0], content)
    body += Html(f'<p class="fine" lang="en">{esc(content.english)}</p>' if content.english else "")
    body += fine(words.AGAINST if content.against else "")
    if content.picture is not None:
        data = base64.b64encode(content.picture).decode("ascii")
        body = Html(
            f'<img class="face" alt="" src="data:image/png;base64,{data}"><div>{body}</div>'
        )
    return Html(f'<div class="sample-now">{body}</div>{_answers(ones, names)}{_where(ones[0])}')


def _text(one: PlayedSample, content: Content) -> Html:
    if content.missing:
        return Html(
            f'<p class="said-now"><code>{esc(one.id)}</code></p>'
            f'<p class="fine">{esc(content.missing)}</p>'
        )
    shown = foreign(content.said, one.language) if content.said else esc(words.NO_TEXT)
    return Html(f'<p class="said-now">{shown}</p>')


def _where(one: PlayedSample) -> Html:
    parts = [
        one.source,
        one.split,
        say.language_name(resolve(one.language)),
        words.READ_THROUGH.format(family=family_name(one.read_through)),
        one.id,
    ]
    never = (
        words.EXCLUDED.format(labels=", ".join(map(say.class_name, one.excluded)))
        if one.excluded
        else ""
    )
    return fine(" · ".join(parts)) + fine(never)


def _answers(ones: Sequence[PlayedSample], names: Sequence[str]) -> Html:
    """A column of answers for each recording; one alone needs no name."""
    columns = "".join(
        f"<div>{f'<h4>{esc(name)}</h4>' if len(ones) > 1 else ''}{_answer(one)}</div>"
        for one, name in zip(ones, names, strict=True)
    )
    return Html(f'<div class="answer-columns">{columns}</div>')


def _answer(one: PlayedSample) -> Html:
    verdict = words.RIGHT if one.correct else words.WRONG
    agreed = words.AGREE if one.agree else words.DISAGREE
    first, second = (
        Html(f"{label_mark(label)} {esc(say.percent(float(p.max())))}")
        for label, p in ((one.first, one.p_1), (one.second, one.p_2))
    )
    mark = "✓" if one.correct else "✗"
    said = Html(
        f'{label_mark(one.predicted)} <b class="{"right" if one.correct else "wrong"}-mark">{mark} '
        f"{esc(verdict)}</b>"
    )
    rows = [(words.GOLD, label_mark(one.gold)), (words.SAYS, said)]
    if one.classifiers == 1:
        rows.append((words.ONLY_CLASSIFIER, first))
    else:
        second += Html(f" <small>{esc(agreed)}</small>")
        rows += [(words.FIRST, first), (words.SECOND, second)]
    return table("answers", [], rows_of(rows))


def now(body: Html, n: int, total: int) -> Html:
    shown = fine(words.position(n, total)) + body
    return card(shown, kind="now", attributes='aria-live="off"')


def lead() -> Html:
    return Html(f'<div class="step"><p>{esc(words.RECORD_LEAD)}</p></div>')


def head(live: Live[RecordSpec, Recorded]) -> Html:
    """State, how far it is, the newest scores; what ended it, and the next step."""
    sums, sets, body = live.sums, [], Html("")
    if live.info.state == DONE:
        body = fine(words.COMPLETE)
    else:
        if sums.sets > 1:
            sets.append(words.DONE_SETS.format(done=sums.sets_done, sets=sums.sets))
        if sums.newest is not None:
            body = _newest(sums.newest)
    progress = counted(live, words.STATE_LOADING, *sets)
    return box(live, words.JOB, *progress, body)


def _newest(one: EvalDone) -> Html:
    scores = one.scores
    told = ((say.percent(scores[k], 1), said) for k, said in words.SCORES.items() if k in scores)
    return Html(f"<h4>{esc(words.NEWEST.format(set=one.data))}</h4>{tiles(told)}")


def missing(sets: Sequence[str]) -> Html:
    return Html(f"<p>{esc(words.MISSING.format(sets=', '.join(sets)))}</p>" if sets else "")


def estimate(seconds: float, rows: int) -> Html:
    return Html(f'<p class="estimate">{esc(words.estimated(seconds, rows))}</p>')


def impossible(sentence: str) -> Html:
    return Html(f'<p class="wrong" role="alert">{esc(sentence)}</p>')


def line(one: Info[RecordSpec]) -> str:
    """Its line in the list."""
    spec = one.spec
    sources = dict.fromkeys(name.partition(":")[0] for name in spec.sets)
    inputs = words.INPUTS_SAID.get(spec.inputs, spec.inputs).lower()
    return words.ROW.format(
        model=spec.model,
        what=", ".join(sources) or words.OF_SAMPLE.format(inputs=inputs),
        rows=say.rows(spec.rows),
        date=one.when,
    )


def acts(one: Info[RecordSpec]) -> list[tuple[str, str]]:
    return [("play", words.PLAY)] if one.state == DONE else []
