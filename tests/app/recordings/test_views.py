"""What is said of a recording in the making, in words and escaped."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.history import entry
from app.jobs.kind import ACTIVE, DONE, GOES_ON, Info, Live
from app.page.html import esc
from app.recordings import views, words
from app.recordings.kind import Recorded
from lfdrt.events import EvalDone
from tests.app.jobs.kinds import recorded

NAME = "<b>mine</b>"


def info(state: str, **changes: object) -> Info:
    spec = recorded(NAME, **{"rows": 392, **changes})
    reason = state if state == DONE else ""
    return Info(id="0" * 16, name=NAME, owner="", state=state, reason=reason, spec=spec,
                created="2026-11-25T10:20:30.000+00:00", folder=Path())  # fmt: skip


def live(state: str, failure: str = "") -> Live:
    scores = {"accuracy": 0.5, "macro_f1": 0.412, "weighted_f1": 0.3}
    sums = Recorded()
    newest = EvalDone(step=7, data="sample <i>he</i> all", scores=scores, rule="none")
    vars(sums).update(done=98, total=392, sets_done=7, sets=28, newest=newest)
    sums.speed._marks.extend([(0.0, 57), (16.7, 98)])  # 294 rows are left: 120 s
    elapsed = 65.0 if state in ACTIVE else None
    return Live(info=info(state), sums=sums, elapsed=elapsed, failure=failure)


def test_every_state_has_its_words() -> None:
    assert set(words.JOB.states) == {*ACTIVE, *GOES_ON, DONE} - {"paused"}
    for state, said in words.JOB.states.items():
        shown = views.head(live(state, "why" if state in ("failed", "lost") else ""))
        assert said in shown and "&lt;b&gt;mine" in shown and NAME not in shown


def test_progress_and_newest_scores() -> None:
    shown = views.head(live("running"))
    for said in ("98 of 392", "7 of 28 sets", "65", "about 2", "41.2"):
        assert said in shown
    assert "width:25.0%" in shown
    assert "&lt;i&gt;he" in shown and "Agreement" not in shown, "the event has no agreement"
    assert "left" not in views.head(live("stopping"))


@pytest.mark.parametrize(
    ("state", "next_step"),
    [
        ("stopped", words.JOB.stopped),
        ("lost", words.JOB.lost_next),
        ("failed", words.JOB.failed_next),
        (DONE, words.COMPLETE),
    ],
)
def test_an_end_says_what_to_do(state: str, next_step: str) -> None:
    why = words.JOB.lost if state in ("lost", "failed") else ""
    shown = views.head(live(state, why))
    assert esc(next_step) in shown


def line(one: Info) -> str:
    return entry(one, words.JOB, views.line(one), views.acts(one), current=True)


def test_the_list_offers_what_can_be_done() -> None:
    acts = {
        "running": ["open"],
        "stopped": ["open", "delete"],
        DONE: ["play", "open", "delete"],
    }
    for state, expected in acts.items():
        shown = line(info(state))
        assert [
            act for act in ("play", "open", "delete") if f'data-act="{act}"' in shown
        ] == expected
    shown = line(info(DONE, sets=("xed:ar", "xed:fr", "meld:en"), inputs="text"))
    assert "compact · xed, meld · 392 rows · 25 Nov 2026 10:20" in shown and "aria-current" in shown
    assert "our sample set, text and picture" in line(info(DONE))
