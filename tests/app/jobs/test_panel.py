"""The panel of a kind: its buttons come with the job's state, its list does what a button says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from app.jobs.history import box, counted
from app.jobs.kind import ACTIVE, DONE, GOES_ON
from app.jobs.panel import NOTHING_SEEN, VISIBLE, Adds, Panel, Shows
from app.kinds import KINDS
from tests.app.jobs.kinds import Tables


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Tables]:
    made = Tables(tmp_path / "runs")
    yield made
    made.end_all()


@pytest.fixture
def panel(jobs: Tables) -> Panel[Any, Any]:
    shows = Shows[Any, Any](
        prefix="x",
        head=lambda live: box(live, jobs.kind.words, *counted(live, "Loading")),
        about=lambda info: info.created,
        usable=lambda live: live.info.state == DONE,
        export=lambda run, owner, folder: folder,
    )
    with gr.Blocks():
        made = Panel(jobs.jobs, gr.BrowserState(""), shows)
        made.build_notice()
        with made.build_box(), made.build_actions(named=True):
            pass
        made.build_list()
        made.wire(Adds())
    return made


def acted(panel: Panel[Any, Any], run: str, act: str, shown: str = "") -> dict[Any, Any]:
    event: Any = SimpleNamespace(run=run, act=act)
    seen = panel.shown(shown, "")[panel._seen]
    return panel._acted(event, shown, "", seen)


def test_an_act_that_nobody_knows_does_nothing(jobs: Tables, panel: Panel[Any, Any]) -> None:
    jobs.becomes(run := jobs.start(), "done")
    assert acted(panel, run, "explode") == acted(panel, run, "") == {panel.notice: ""}
    assert jobs.folder(run).exists()
    assert acted(panel, run, "open")[panel.run] == run
    acted(panel, run, "delete")
    assert not jobs.folder(run).exists()


def test_a_name_is_not_undone_while_it_is_typed(jobs: Tables, panel: Panel[Any, Any]) -> None:
    """By an answer that comes later and shows the same job once more."""
    jobs.becomes(run := jobs.start(), "done")
    jobs.becomes(other := jobs.start(), "done")
    assert panel._naming is not None
    name = panel._naming[0]
    assert name in acted(panel, run, "open", other)
    assert name not in acted(panel, run, "open", run)
    assert name not in acted(panel, other, "delete", run)
    assert name in acted(panel, run, "delete", run)


def test_a_name_is_not_undone_when_its_job_ends(jobs: Tables, panel: Panel[Any, Any]) -> None:
    jobs.gate = 3
    run = jobs.start()
    jobs.reaches(run, 3)
    assert panel._naming is not None
    name, at_work = panel._naming[0], panel.shown(run, "")
    assert name in at_work
    jobs.open_gate(run)
    jobs.becomes(run, "done")
    jobs.settled(run)
    ended = panel.shown(run, "", at_work[panel._seen])
    assert panel.actions in ended and name not in ended
    jobs.jobs.rename(run, "", "named in another tab")
    assert panel.shown(run, "", ended[panel._seen])[name] == "named in another tab"


def test_what_is_drawn_already_stays(jobs: Tables, panel: Panel[Any, Any]) -> None:
    jobs.becomes(run := jobs.start(), "done")
    first = panel.shown(run, "")
    again = panel.shown(run, "", first[panel._seen])
    assert panel.history in first and set(again) == {panel.head, panel._seen}
    assert "Complete" in first[panel.head] and "Really delete?" in first[panel.history]


def test_one_that_cannot_be_read_stands_in_the_list(jobs: Tables, panel: Panel[Any, Any]) -> None:
    jobs.becomes(run := jobs.start(), "done")
    jobs.settled(run)
    (jobs.folder(run) / "run.json").write_text("{")
    listed = panel.shown("", "")[panel.history]
    assert "A table that cannot be read" in listed and 'data-act="open"' not in listed
    acted(panel, run, "delete")
    assert "None yet." in panel.shown("", "")[panel.history]


def test_what_was_changed_elsewhere_is_drawn_and_nothing_else(
    jobs: Tables, panel: Panel[Any, Any]
) -> None:
    """A tab that looks at one of two: the other one is named and deleted, then its own."""
    jobs.becomes(other := jobs.start("other"), "done")
    jobs.settled(other)
    jobs.becomes(run := jobs.start("mine"), "done")
    jobs.settled(run)
    held = panel.shown(run, "")

    def looked() -> dict[Any, Any]:
        made = panel.refreshed("", run, held[panel._seen], held[panel._listing])
        held.update(made)
        return made

    assert set(looked()) == {panel._listing}
    jobs.jobs.rename(other, "", "another name")
    assert "another name" in looked()[panel.history] and set(looked()) == {panel._listing}
    jobs.jobs.rename(run, "", "my own")
    assert "my own" in (made := looked())[panel.head] and made[panel.run] == run
    jobs.jobs.delete(other, "")
    assert "another name" not in looked()[panel.history]
    jobs.jobs.delete(run, "")
    assert (made := looked())[panel.run] == "" and made[panel.head] == ""
    assert "None yet." in made[panel.history]


def test_what_was_begun_elsewhere_is_followed(jobs: Tables, panel: Panel[Any, Any]) -> None:
    jobs.gate = 3
    run = jobs.start()
    jobs.reaches(run, 3)
    made = panel.refreshed("", "", NOTHING_SEEN, "")
    assert made[panel.run] == run and made[panel._timer].active
    jobs.open_gate(run)
    jobs.becomes(run, "done")
    jobs.settled(run)
    made = panel.refreshed("", run, made[panel._seen], made[panel._listing])
    assert "Complete" in made[panel.head] and not made[panel._timer].active


@pytest.mark.parametrize("kind", KINDS, ids=[kind.words.noun for kind in KINDS])
def test_whatever_goes_on_or_ends_has_its_button_and_its_words(kind: Any) -> None:
    buttons = {word: VISIBLE[word] for word in kind.words.buttons}
    assert set(buttons) - {"resume"} == kind.obeys
    assert set(GOES_ON) <= set(buttons["resume"]), "a failed one too"
    for state in ("running", "starting"):
        assert any(state in buttons[word] for word in kind.ends)
    paused = () if kind.pauses else ("paused",)
    stopped = ("stopped",) if "stop" not in kind.ends else ()
    assert {*ACTIVE, *GOES_ON, DONE} - {*paused, *stopped} <= set(kind.words.states)
