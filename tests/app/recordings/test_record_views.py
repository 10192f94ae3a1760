"""What is said of a recording in the making, in words and escaped."""

from __future__ import annotations

import pytest

from app.jobs.resumable import ACTIVE, DONE, GOES_ON
from app.recordings import record_views as views
from app.recordings import words
from app.recordings.board import RecordingLive
from app.recordings.folder import RecordingInfo
from lfdrt.events import EvalDone
from tests.app.record_runs import spec_of

NAME = "<b>mine</b>"


def info(state: str, **changes: object) -> RecordingInfo:
    spec = spec_of(NAME, **changes)
    return RecordingInfo(
        id="0" * 16, name=NAME, state=state, created="2026-11-25T10:20:30.000+00:00", spec=spec
    )


def live(state: str, failure: str = "") -> RecordingLive:
    scores = {"accuracy": 0.5, "macro_f1": 0.412, "weighted_f1": 0.3}
    return RecordingLive(
        info=info(state),
        done=98,
        total=392,
        sets_done=7,
        sets=28,
        elapsed=65.0,
        remaining=120.0,
        newest=EvalDone(step=7, data="sample <i>he</i> all", scores=scores, rule="none"),
        failure=failure,
    )


def test_every_state_has_its_words() -> None:
    assert set(words.STATES) == {*ACTIVE, *GOES_ON, DONE}
    for state, said in words.STATES.items():
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
        ("stopped", words.STOPPED),
        ("lost", words.LOST_NEXT),
        ("failed", words.FAILED_NEXT),
        (DONE, words.COMPLETE),
    ],
)
def test_an_end_says_what_to_do(state: str, next_step: str) -> None:
    why = words.RECORDING_LOST if state in ("lost", "failed") else ""
    shown = views.head(live(state, why))
    assert views.esc(next_step) in shown


def test_the_list_offers_what_can_be_done() -> None:
    acts = {
        "running": ["open"],
        "stopped": ["open", "delete"],
        DONE: ["play", "open", "delete"],
    }
    for state, expected in acts.items():
        shown = views.mine([info(state)], "")
        assert [
            act for act in ("play", "open", "delete") if f'data-act="{act}"' in shown
        ] == expected
    shown = views.mine([info(DONE, sets=("xed:ar", "xed:fr", "meld:en"), inputs="text")], "0" * 16)
    assert "compact · xed, meld · 392 rows · 2026-11-25 10:20" in shown and "aria-current" in shown
    assert "our sample set, text and picture" in views.mine([info(DONE)], "")
