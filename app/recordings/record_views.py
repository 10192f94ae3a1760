"""A recording in the making as HTML, and a visitor's recordings as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.jobs import views as lists
from app.jobs import words
from app.jobs.resumable import ACTIVE, DONE
from app.page import say
from app.page.html import Html, bar, card, esc
from app.recordings import words as player_words

if TYPE_CHECKING:
    from app.recordings.board import RecordingLive
    from app.recordings.folder import RecordingInfo
    from lfdrt.events import EvalDone


def lead() -> Html:
    return f'<div class="step"><p>{esc(player_words.RECORD_LEAD)}</p></div>'


def head(live: RecordingLive) -> Html:
    """State, how far it is, the newest scores; what ended it, and the next step."""
    info = live.info
    share = live.done / live.total if live.total else 0.0
    body = lists.head(info.name, info.state, player_words.STATES[info.state])
    body += f'<p class="fine progress">{esc(" · ".join(_how_far(live)))}</p>{bar(share, "wide")}'
    if live.newest is not None and info.state != DONE:
        body += _newest(live.newest)
    if info.state in (DONE, "stopped"):
        said = player_words.COMPLETE if info.state == DONE else player_words.STOPPED
        body += f'<p class="fine">{esc(said)}</p>'
    return card(body, kind="run", attributes=f'data-state="{esc(info.state)}"') + _failed(live)


def _how_far(live: RecordingLive) -> list[str]:
    if live.info.state == "starting":
        said = [player_words.STATE_LOADING]
    else:
        said = [player_words.far(live.done, live.total or live.info.spec.rows)]
    if live.sets > 1 and live.info.state != DONE:
        said.append(player_words.DONE_SETS.format(done=live.sets_done, sets=live.sets))
    if live.elapsed is not None:
        said.append(player_words.ELAPSED.format(time=say.duration(live.elapsed)))
    if live.remaining is not None and live.info.state == "running":
        said.append(player_words.REMAINING.format(time=say.duration(live.remaining)))
    return said


def _newest(one: EvalDone) -> Html:
    tiles = "".join(
        f'<div class="tile"><b>{esc(say.percent(one.scores[key], 1))}</b>'
        f"<span>{esc(said)}</span></div>"
        for key, said in player_words.SCORES.items()
        if key in one.scores
    )
    title = esc(player_words.NEWEST.format(set=one.data))
    return f'<h4>{title}</h4><div class="tiles">{tiles}</div>'


def _failed(live: RecordingLive) -> Html:
    if not live.failure:
        return ""
    step = player_words.FAILED_NEXT if live.info.state == "failed" else player_words.LOST_NEXT
    said = f'<div role="alert"><p dir="auto">{esc(live.failure)}</p><p>{esc(step)}</p></div>'
    return card(said, kind="failure")


def missing(sets: Sequence[str]) -> Html:
    return f"<p>{esc(player_words.MISSING.format(sets=', '.join(sets)))}</p>" if sets else ""


def estimate(seconds: float, rows: int) -> Html:
    return f'<p class="estimate">{esc(player_words.estimated(seconds, rows))}</p>'


def impossible(sentence: str) -> Html:
    return f'<p class="wrong" role="alert">{esc(sentence)}</p>'


def mine(recordings: Sequence[RecordingInfo], shown: str) -> Html:
    """`shown`: the id of the one that stands above."""
    entries = [_entry(one, one.id == shown) for one in recordings]
    return lists.history(player_words.MINE, player_words.NONE_YET, entries)


def _entry(one: RecordingInfo, shown: bool) -> Html:
    spec = one.spec
    sources = dict.fromkeys(name.partition(":")[0] for name in spec.sets)
    inputs = player_words.INPUTS_SAID.get(spec.inputs, spec.inputs).lower()
    about = player_words.ROW.format(
        model=spec.model,
        what=", ".join(sources) or player_words.OF_SAMPLE.format(inputs=inputs),
        rows=say.rows(spec.rows),
        date=one.created[:16].replace("T", " "),
    )
    acts = [("play", player_words.PLAY, "")] if one.state == DONE else []
    acts.append(("open", words.OPEN, ""))
    if one.state not in ACTIVE:
        acts.append(("delete", words.DELETE, words.DELETE_SURE))
    buttons = [lists.button(one.id, one.name, *act) for act in acts]
    return lists.entry(
        one.name, one.state, player_words.STATES[one.state], about, buttons, shown=shown
    )
