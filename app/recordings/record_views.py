"""A recording in the making as HTML, and its line in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.jobs.history import box, counted
from app.jobs.kind import DONE, Info, Live
from app.page import say
from app.page.html import Html, esc
from app.recordings import words
from app.recordings.kind import Recorded, RecordSpec

if TYPE_CHECKING:
    from lfdrt.events import EvalDone


def lead() -> Html:
    return Html(f'<div class="step"><p>{esc(words.RECORD_LEAD)}</p></div>')


def head(live: Live[RecordSpec, Recorded]) -> Html:
    """State, how far it is, the newest scores; what ended it, and the next step."""
    sums, sets, body = live.sums, [], Html("")
    if live.info.state == DONE:
        body = Html(f'<p class="fine">{esc(words.COMPLETE)}</p>')
    else:
        if sums.sets > 1:
            sets.append(words.DONE_SETS.format(done=sums.sets_done, sets=sums.sets))
        if sums.newest is not None:
            body = _newest(sums.newest)
    progress = counted(live, words.STATE_LOADING, *sets)
    return box(live, words.JOB, *progress, body)


def _newest(one: EvalDone) -> Html:
    tiles = "".join(
        f'<div class="tile"><b>{esc(say.percent(one.scores[key], 1))}</b>'
        f"<span>{esc(said)}</span></div>"
        for key, said in words.SCORES.items()
        if key in one.scores
    )
    title = esc(words.NEWEST.format(set=one.data))
    return Html(f'<h4>{title}</h4><div class="tiles">{tiles}</div>')


def missing(sets: Sequence[str]) -> Html:
    return Html(f"<p>{esc(words.MISSING.format(sets=', '.join(sets)))}</p>" if sets else "")


def estimate(seconds: float, rows: int) -> Html:
    return Html(f'<p class="estimate">{esc(words.estimated(seconds, rows))}</p>')


def impossible(sentence: str) -> Html:
    return Html(f'<p class="wrong" role="alert">{esc(sentence)}</p>')


def about(one: Info[RecordSpec]) -> str:
    """Its line in the list."""
    spec = one.spec
    sources = dict.fromkeys(name.partition(":")[0] for name in spec.sets)
    inputs = words.INPUTS_SAID.get(spec.inputs, spec.inputs).lower()
    return words.ROW.format(
        model=spec.model,
        what=", ".join(sources) or words.OF_SAMPLE.format(inputs=inputs),
        rows=say.rows(spec.rows),
        date=one.created[:16].replace("T", " "),
    )


def acts(one: Info[RecordSpec]) -> list[tuple[str, str]]:
    return [("play", words.PLAY)] if one.state == DONE else []
