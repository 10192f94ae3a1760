"""What of a visitor's jobs is at work, told in the head of every tab: its name, how far it is, and
the way to it. One that has ended is told of until it was looked at, or the page is left.

The same look finds what another tab of the visitor has changed: a tab tells the others of its
browser, and looks when it is come back to. Asking the server again and again instead would take a
sixth of a core for every page that lies open. Follows the jobs that
the machine's lock and the page's panels tell of; knows no kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

import gradio as gr

from app.jobs import words
from app.jobs.engine import Engines
from app.jobs.kind import Kind, Live
from app.jobs.panel import panels
from app.models.requests import Refused
from app.page.html import Html, esc
from app.page.say import duration, percent
from app.page.wiring import ESTIMATING, LIGHT, Updates, on_load

TICK = 2.0  # s
Followed = tuple[str, str]
NOTHING: Followed = ("", "")
"""The folder of a kind, and the id of a job or ""."""
Places = Mapping[str, Mapping[gr.Tabs, str]]
"""By the folder of a kind, which tabs are to be open to see a job of it."""

ON_LOAD = """element.addEventListener('click', event => {
  const job = event.target.closest('[data-job]');
  if (job) trigger('click', {kind: job.dataset.kind, job: job.dataset.job});
});
const tabs = new BroadcastChannel('lfdrt-jobs'), look = () => document.hidden || trigger('focus');
tabs.onmessage = () => trigger('focus');
document.addEventListener('visibilitychange', look);
addEventListener('focus', look);
lfdrt.jobsChanged = () => tabs.postMessage('');"""
TELL = "() => lfdrt.jobsChanged()"
SCROLL = """() => {
  const name = document.querySelector('#job-now [data-at]')?.dataset.at;
  const until = performance.now() + 3000;  // ms; a tab is drawn when it is opened
  const look = () => {
    const at = document.getElementById(name);
    if (at?.offsetParent) at.scrollIntoView({behavior: lfdrt.motion, block: 'center'});
    else if (name && performance.now() < until) requestAnimationFrame(look);
  };
  look();
}"""


class Badge:
    """Its line is built where the page wants it. Holds nothing of any visitor."""

    def __init__(self) -> None:
        self._line = gr.HTML("", js_on_load=ON_LOAD, elem_id="job-now")
        self._timer = gr.Timer(TICK, active=False)
        self._followed, self._listings = gr.State(NOTHING), gr.State("")

    def wire(self, jobs: Engines, owner: gr.BrowserState, places: Places) -> None:
        """Once all tabs are built."""
        shown = {panel.jobs.kind.folder: panel for panel in panels()}

        def look(owner: str, followed: Followed) -> tuple[Html, gr.Timer, Followed]:
            found = followed_now(jobs, owner, followed)
            if found is None:
                return Html(""), gr.Timer(active=False), NOTHING
            kind, live = found
            said = line(live, kind, shown[kind.folder].id_of("head"))
            return said, gr.Timer(active=live.active), (kind.folder, live.info.id)

        def look_again(owner: str, followed: Followed) -> tuple[Html, gr.Timer, Followed, str]:
            listings = "\n\n".join(panel.told_of(owner) for panel in shown.values())
            return *look(owner, followed), listings

        def refresh(owner: str, *looked_at: Any) -> Updates:
            updates, given = Updates(), iter(looked_at)
            for panel in shown.values():
                updates |= panel.refreshed(owner, *islice(given, len(panel.looked_at)))
            return updates

        def go(event: gr.EventData, owner: str) -> Updates:
            kind, run = str(getattr(event, "kind", "")), str(getattr(event, "job", ""))
            if kind not in shown:
                return {self._followed: NOTHING}
            opened = {one: gr.Tabs(selected=name) for one, name in places[kind].items()}
            panel = shown[kind]
            return {**opened, panel.run: run, **panel.shown(run, owner), **panel.opens}

        outputs = [self._line, self._timer, self._followed]
        changes = [panel.history.change for panel in shown.values()]
        looks = [self._timer.tick, self._line.focus, *changes]
        of, found = [owner, self._followed], [*outputs, self._listings]
        gr.on(looks, look_again, of, found, **ESTIMATING)
        gr.on(changes, None, js=TELL, api_visibility="private")
        on_load(lambda owner: look(owner, NOTHING), owner, outputs)
        changed: list[Any] = list({one: None for opened in places.values() for one in opened})
        for panel in shown.values():
            changed += [panel.run, *panel.outputs]
        looked_at = [one for panel in shown.values() for one in panel.looked_at]
        self._listings.change(refresh, [owner, *looked_at], changed, **ESTIMATING)
        self._line.click(go, owner, [*changed, self._followed], **LIGHT).success(
            None, js=SCROLL, api_visibility="private"
        ).then(lambda owner: look(owner, NOTHING), owner, outputs, **LIGHT)


def followed_now(
    jobs: Engines, owner: str, followed: Followed
) -> tuple[Kind[Any, Any], Live[Any, Any]] | None:
    """The visitor's job that holds the machine; without one, that which was followed."""
    held = jobs.machine.lock.holder()
    looked_at = [(engine.kind.folder, held.run) for engine in jobs] if held is not None else []
    for kind, run in (*looked_at, followed):
        for engine in jobs:
            if engine.kind.folder == kind:
                with suppress(Refused):  # of another kind or visitor, or deleted
                    return engine.kind, engine.live(run, owner)
    return None


def line(live: Live[Any, Any], kind: Kind[Any, Any], at: str) -> Html:
    """at: the id of where it is shown."""
    info, sums, said = live.info, live.sums, kind.words
    told = [said.states[info.shown]]
    if live.active and sums.share is not None:
        told.append(percent(sums.share))
    if info.state == "running" and sums.remaining is not None:
        told.append(words.REMAINING.format(time=duration(sums.remaining)))
    return Html(
        f'<button type="button" class="pill job {esc(info.shown)}" data-kind="{esc(kind.folder)}" '
        f'data-job="{esc(info.id)}" data-aloud="state" data-at="{esc(at)}" '
        f'title="{esc(words.GO_THERE)}"><i class="dot" aria-hidden="true"></i>'
        f'<b dir="auto">{esc(info.name)}</b>'
        f"<span>{esc(' · '.join(told))}</span></button>"
    )
