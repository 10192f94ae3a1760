"""The sign of a job in the head: whose it is, what it says, and in a Chromium the way to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.jobs.badge import NOTHING, followed_now, line
from app.jobs.engine import Engines
from tests.app.jobs.kinds import KINDS, Driver, until
from tests.app.visiting import LONG, App, visiting
from tests.csv_files import write
from tests.tiny import SENTENCES


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_job_is_told_of_to_its_owner_alone(tmp_path: Path, kind: type[Driver[Any, Any]]) -> None:
    """While it is at work, and how it ended to whoever followed it."""
    driver = kind(tmp_path / "runs", single_user=False)
    jobs, at = Engines(driver.jobs.machine), (driver.kind, "x-head")
    try:
        driver.gate = 3
        run = driver.start("<b>mine</b>", "ann")
        driver.reaches(run, 3, "ann")
        found = followed_now(jobs, "ann", NOTHING)
        assert found is not None and found[0] is driver.jobs.kind
        live = found[1]
        assert live.info.id == run and live.active
        said = line(live, *at)
        assert "<b>mine" not in said and f'data-job="{run}"' in said and 'data-at="x-head"' in said
        assert driver.kind.words.states[live.info.shown] in said
        assert live.sums.share is not None and 0 < live.sums.share < 1, live.sums
        assert followed_now(jobs, "bob", NOTHING) is None
        driver.open_gate(run)
        until(lambda: not driver.live(run, "ann").active)
        until(lambda: followed_now(jobs, "ann", NOTHING) is None)
        ended = followed_now(jobs, "ann", (driver.kind.folder, run))
        assert ended is not None and not ended[1].active
        assert driver.kind.words.states[ended[1].info.shown] in line(ended[1], *at)
        driver.jobs.delete(run, "ann")
        assert followed_now(jobs, "ann", (driver.kind.folder, run)) is None
    finally:
        driver.end_all()


@pytest.mark.browser
@pytest.mark.slow
def test_a_job_is_seen_on_every_tab_and_a_click_goes_there(
    visit: Page, browser: Browser, app: App, tmp_path: Path
) -> None:
    """After a reload too, and to nobody else."""
    cells = [(f"{i:05}", SENTENCES[i % len(SENTENCES)], "joy") for i in range(LONG)]
    table = write(tmp_path / "long.csv", [("nr", "satz", "label"), *cells])
    badge = visit.locator("#job-now button")
    visit.get_by_role("tab", name="A whole table").click()
    visit.locator("#tab-table input[type=file]").set_input_files(table)
    expect(visit.locator("#tab-report")).to_contain_text("to predict")
    visit.locator("#tab-start").click()
    expect(badge).to_contain_text("long")
    expect(badge).to_contain_text("Predicting")
    visit.get_by_role("tab", name="Families").click()
    expect(badge).to_be_visible()
    with visiting(browser, app.address) as other:
        other.get_by_role("tab", name="Families").click()
        expect(other.get_by_role("tab", name="Families")).to_have_attribute("aria-selected", "true")
        expect(other.locator("#job-now button")).to_have_count(0)
    visit.reload()
    expect(badge).to_contain_text("Predicting")
    badge.click()
    expect(visit.locator("#tab-head .state")).to_be_in_viewport()
    expect(visit.locator("#tab-head")).to_contain_text("long")
    visit.locator("#tab-stop").click()
    expect(badge).to_contain_text("Stopped")
    visit.get_by_role("tab", name="Families").click()
    badge.click()
    expect(visit.locator("#tab-head .state")).to_have_text("Stopped")
    expect(badge).to_have_count(0)


@pytest.mark.browser
@pytest.mark.slow
def test_a_second_tab_learns_what_is_done_in_the_first(visit: Page, app: App) -> None:
    """Begun, ended, named and deleted in one of two that are open, without a reload."""
    second = visit.context.new_page()
    second.goto(app.address)
    for page in (visit, second):
        page.get_by_role("tab", name="Benchmark", exact=True).click()
        expect(page.locator("#play-now")).to_contain_text("of")
    visit.locator("#rec-panel").get_by_role("button", name="Record a new one").click()
    box = visit.locator("#rec-name input, #rec-name textarea").first
    box.fill("In two tabs")
    box.blur()
    visit.locator("#rec-start").click()
    expect(visit.locator("#rec-head h3")).to_have_text("In two tabs")
    expect(second.locator("#job-now button")).to_contain_text("In two tabs")
    expect(second.locator("#rec-head .state")).to_have_text("Complete")
    named = visit.locator("#rec-new-name input, #rec-new-name textarea").first
    expect(named).to_have_value("In two tabs")
    named.fill("Named anew")
    named.blur()
    visit.locator("#rec-save-name").click()
    expect(second.locator("#rec-mine")).to_contain_text("Named anew")
    expect(second.locator("#rec-head h3")).to_have_text("Named anew")
    button = visit.locator("#rec-mine [data-act=delete]")
    button.click()
    expect(button).to_have_text("Really delete?")
    button.click()
    expect(second.locator("#rec-mine")).to_contain_text("None yet.")
    expect(second.locator("#rec-head h3")).to_have_count(0)
    second.close()
