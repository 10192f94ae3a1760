"""Jobs as HTML, of whichever kind: the box of the one that is shown, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.jobs import words
from app.jobs.kind import ACTIVE, DONE, Info, Live
from app.page.html import Html, bar, card, esc, fine
from app.page.say import duration

ON_LOAD = """element.addEventListener('click', event => {
  const button = event.target.closest('[data-run]');
  if (!button) return;
  if (button.dataset.sure && button.textContent !== button.dataset.sure) {
    button.textContent = button.dataset.sure;
    return;
  }
  trigger('click', {run: button.dataset.run, act: button.dataset.act});
});"""
"""gr.HTML's hook. The first click on a button that asks, asks; the second acts."""


def counted(live: Live[Any, Any], loading: str, *more: str) -> tuple[float, list[str]]:
    """The share of the rows that is done, and how far that is in words. loading: before the first
    row; more: what a kind knows besides."""
    info, sums = live.info, live.sums
    total = sums.total or info.spec.rows
    done = total if info.state == DONE else sums.done
    said = [loading] if info.state == "starting" else [words.far(done, total)]
    said += more
    if live.elapsed is not None:
        said.append(words.ELAPSED.format(time=duration(live.elapsed)))
    if info.state == "running" and sums.remaining is not None:
        said.append(words.REMAINING.format(time=duration(sums.remaining)))
    return (done / total if total else 0.0), said


def box(
    live: Live[Any, Any],
    said: words.JobWords,
    share: float,
    progress: Sequence[str],
    body: Html = Html(""),
) -> Html:
    """Name, state and how far it is; what ended it, and the next step. share: of the work that is
    done. body: what a kind adds."""
    info = live.info
    head = (
        f'<div class="run-head"><h3 dir="auto">{esc(info.name)}</h3>'
        f"{_state(info.shown, said.states[info.shown])}</div>"
        f'<p class="fine progress">{esc(" · ".join(progress))}</p>{bar(share, "wide")}'
    )
    if info.state == "stopped":
        body += fine(said.stopped)
    shown = card(Html(head + body), kind="run", attributes=f'data-state="{esc(info.shown)}"')
    if info.state not in ("failed", "lost"):
        return shown
    failure = f'<p dir="auto">{esc(live.failure)}</p>' if live.failure else ""
    step = said.failed_next if info.state == "failed" else said.lost_next
    return shown + card(
        Html(f'<div role="alert">{failure}<p>{esc(step)}</p></div>'), kind="failure"
    )


def _state(shown: str, said: str) -> Html:
    """shown: a class name of page.css; said: its words."""
    return Html(
        f'<span class="state {esc(shown)}"><i class="dot" aria-hidden="true"></i>{esc(said)}</span>'
    )


def refused(sentence: str) -> Html:
    return card(Html(f'<div role="alert"><p dir="auto">{esc(sentence)}</p></div>'), kind="failure")


def history(said: words.JobWords, entries: Sequence[Html]) -> Html:
    """entries: of `entry` and `damaged`."""
    body = Html(f'<ul class="history">{"".join(entries)}</ul>')
    return card(body if entries else fine(words.NONE_YET), kind="history", title=said.mine)


def entry(
    info: Info[Any],
    said: words.JobWords,
    about: str,
    acts: Sequence[tuple[str, str]],
    *,
    current: bool,
) -> Html:
    """acts: what a kind can do with it beside opening and deleting, each with its words. current:
    whether it is the one that stands above the list."""
    buttons = [_button(info.id, info.name, *act) for act in (*acts, ("open", words.OPEN))]
    if info.state not in ACTIVE:
        buttons.append(_button(info.id, info.name, "delete", words.DELETE, words.DELETE_SURE))
    state = _state(info.shown, said.states[info.shown])
    return _line(state, info.name, about, buttons, Html(' aria-current="true"' if current else ""))


def damaged(job: str, said: words.JobWords) -> Html:
    """One whose run.json cannot be read; job: its id."""
    button = _button(job, said.damaged, "delete", words.DELETE, words.DELETE_SURE)
    state = _state("failed", words.DAMAGED)
    return _line(state, said.damaged, words.DAMAGED_ABOUT, [button])


def _line(
    state: Html, name: str, about: str, buttons: Sequence[Html], attributes: Html = Html("")
) -> Html:  # fmt: skip
    return Html(
        f'<li{attributes}>{state}<span class="what"><b dir="auto">{esc(name)}</b>'
        f"<small>{esc(about)}</small></span>{''.join(buttons)}</li>"
    )


def _button(job: str, name: str, act: str, said: str, sure: str = "") -> Html:
    """job: its id. sure: what it asks before it acts."""
    asks = f' data-sure="{esc(sure)}"' if sure else ""
    return Html(
        f'<button type="button" data-run="{esc(job)}" data-act="{esc(act)}"{asks} '
        f'aria-label="{esc(f"{said}: {name}")}">{esc(said)}</button>'
    )
