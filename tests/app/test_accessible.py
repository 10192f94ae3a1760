"""The page for who cannot see it, has no mouse, or needs it large: every tab in both themes and in
the states that a visitor meets, looked through by axe-core; keys, what is told aloud, sizes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.finetune.teach.test_browser import begin
from tests.app.table.test_browser import written
from tests.app.test_browser import predict
from tests.app.visiting import LEAVING, LONG, App, end_jobs, example, expect_to_fit, visiting
from tests.csv_files import write
from tests.tiny import SENTENCES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = {
    "#place-table": ("Predict", "A whole table"),
    "#place-side": ("Predict", "Many languages"),
    "#teach-history": ("Fine-tune", "Teach it"),
    "#ft-history": ("Fine-tune", "Without labels"),
    "#place-recorded": ("Benchmark", "Recorded runs"),
    "#place-paper": ("Benchmark", "The paper's tables"),
    "world-map [role=application]": ("Languages",),
    "#place-families": ("Families",),
    "#place-about": ("About",),
}
"""What is seen there, and the names of the tabs that lead there; the first text is there at the
start."""
UNFOLD = """() => {
  document.querySelectorAll('details:not(.share)').forEach(fold => { fold.open = true; });
  [...document.querySelectorAll('.label-wrap:not(.open)')]
    .filter(fold => fold.checkVisibility()).forEach(fold => fold.click());
}"""
CLICK = """name => [...document.querySelectorAll('[role=tab], .overflow-dropdown button')]
  .filter(b => b.textContent.trim() === name).at(-1).click()"""
"""On a narrow page Gradio keeps the last tabs in a menu."""
SMALL = """() => [...document.querySelectorAll(
    'button, a[href], input, select, textarea, summary, [role=tab], [role=button], [tabindex="0"]')]
  .map(e => e.matches('label input') ? e.closest('label') : e)
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && getComputedStyle(e).display !== 'inline' && !e.closest('[aria-hidden=true], .skip')
    && !e.matches('.tab-container.visually-hidden *'))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 120)])
  .filter(([box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([box, html]) => `${box.width} × ${box.height}: ${html}`)"""
"""Links in a sentence may be as small as its words."""


def go(page: Page, place: str) -> None:
    for name in PLACES[place]:
        page.evaluate(CLICK, name)
    expect(page.locator(place)).to_be_visible()


def look(page: Page, where: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    expect(page.locator("[aria-label='Empty value']:visible")).to_have_count(0)  # charts
    page.evaluate(UNFOLD)
    page.wait_for_timeout(400)  # colours on their way would be measured in the middle
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    told = [(v["id"], v["impact"], n["target"], n["html"]) for v in found for n in v["nodes"]]
    assert not told, f"{where}: {json.dumps(told, indent=1)}"
    assert not page.evaluate(SMALL), where


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, app: App) -> Page:
    with visiting(browser, f"{app.address}?__theme={request.param}", forgiven=LEAVING) as page:
        yield page
    end_jobs(app.folder / "runs")


def test_nothing_is_wrong_with_an_answer_a_refusal_or_an_empty_page(themed: Page):
    look(themed, "empty")
    themed.locator("#predict").click()
    expect(themed.locator("#result [role=alert]")).to_be_visible()
    look(themed, "nothing given")
    example(themed, "Swahili · Niger-Congo")
    themed.locator(".sentence-words button").first.click()
    expect(themed.locator("#whatif-changed .shifts")).to_be_visible()
    look(themed, "answered and changed")
    language = themed.get_by_role("combobox", name="Language", exact=True)
    language.fill("xx-nonsense")
    language.press("Enter")
    predict(themed, "so happy today")
    expect(themed.locator("#result .failure")).to_be_visible()
    look(themed, "refused")


def test_nothing_is_wrong_with_the_other_tabs(themed: Page):
    for place in PLACES:
        go(themed, place)
        look(themed, place)
        if place == "#place-side":
            themed.locator("#side-compare").click()
            expect(themed.locator("#side table")).to_be_visible()
            look(themed, "compared")


def test_nothing_is_wrong_with_work_that_goes_on(themed: Page, tmp_path: Path):
    go(themed, "#place-table")
    themed.locator("#tab-table input[type=file]").set_input_files(written(tmp_path, "long", LONG))
    expect(themed.locator("#tab-report")).to_contain_text("to predict")
    themed.locator("#tab-start").click()
    expect(themed.locator("#tab-head .state")).to_have_text("Predicting")
    expect(themed.locator("#job-now button")).to_be_visible()
    look(themed, "predicting a table")
    themed.locator("#tab-stop").click()
    expect(themed.locator("#job-now button.stopped")).to_be_visible()
    look(themed, "stopped")


def test_nothing_is_wrong_with_a_question(themed: Page, tmp_path: Path):
    go(themed, "#teach-history")
    cells = [(f"{SENTENCES[i % 16]} {i}",) for i in range(60)]
    begin(themed, write(tmp_path / "sentences.csv", [("text",), *cells]))
    look(themed, "asked")


def test_the_text_is_a_few_keys_away_and_groups_are_one_stop(visit: Page):
    visit.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    visit.mouse.click(2, 2)
    seen = []
    while not visit.evaluate("document.activeElement.matches('#text textarea')"):
        visit.keyboard.press("Tab")
        seen.append(visit.evaluate("document.activeElement.textContent.trim()"))
        width = visit.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2, seen
        assert len(seen) <= 12, seen
    assert seen[0] == "Skip to the text"
    visit.keyboard.press("Shift+Tab")
    visit.keyboard.press("ArrowRight")
    visit.keyboard.press("End")
    last = visit.locator("[data-example]").last
    expect(last).to_be_focused()
    visit.keyboard.press("Enter")
    expect(visit.locator("#result .verdict")).to_be_visible()
    visit.get_by_role("tab", name="Predict").focus()
    visit.keyboard.press("ArrowRight")
    expect(visit.get_by_role("tab", name="Fine-tune")).to_be_focused()
    expect(visit.get_by_role("tab", name="Fine-tune")).to_have_attribute("tabindex", "0")
    expect(visit.get_by_role("tab", name="Predict")).to_have_attribute("tabindex", "-1")


def test_an_answer_is_told_once_and_numbers_that_change_seldom(browser: Browser, app: App):
    with visiting(browser, app.address, forgiven=LEAVING, clock=True) as page:
        page.evaluate(
            "window.heard = []; new MutationObserver(() => {"
            " const said = document.querySelector('.aloud').textContent;"
            " if (said.startsWith('The model') || /^[WR]/.test(said)) heard.push(said);"
            "}).observe(document.querySelector('.aloud'), {childList: true})"
        )
        example(page, "Tamil · Dravidian")
        expect(page.locator(".aloud")).to_contain_text("The model says")
        expect(page.locator("#export")).to_contain_text("Page as HTML")
        page.clock.fast_forward(1_000)
        assert len(page.evaluate("heard")) == 1
        for percent in (1, 2, 3):
            work(page, f"Working {percent} %")
            page.clock.run_for(1_500)
        assert page.evaluate("heard")[1:] == ["Working 1 %"]
        page.clock.run_for(3_500)
        work(page, "Working 4 %")
        expect(page.locator(".aloud")).to_have_text("Working 4 %")
        work(page, "Ready 4 %")
        expect(page.locator(".aloud")).to_have_text("Ready 4 %")


def work(page: Page, said: str) -> None:
    """As if a job said so in the head of the page."""
    page.evaluate(
        "said => { document.querySelector('#speaks').innerHTML ="
        " `<p data-aloud=state>${said}</p>`; }",
        said,
    )


def test_twice_as_large_it_still_fits_and_nothing_moves_for_who_wants_none(visit: Page):
    example(visit, "Arabic · Afro-Asiatic")
    visit.set_viewport_size({"width": 640, "height": 450})
    expect_to_fit(visit)
    for place in PLACES:
        go(visit, place)
        expect_to_fit(visit)
    visit.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e))
      .filter(s => parseFloat(s.transitionDuration) > .01
        || (s.animationName !== 'none' && parseFloat(s.animationDuration) > .01)).length"""
    assert visit.evaluate(moving) == 0
    assert visit.evaluate("lfdrt.motion") == "auto"


def test_a_curve_has_its_points_as_a_table(visit: Page):
    go(visit, "#place-recorded")
    expect(visit.locator("#play-curves .main-svg").first).to_be_visible()
    visit.locator(".points summary").click()
    expect(visit.locator(".points thead")).to_contain_text("samples")
    expect(visit.locator(".points tbody tr").first).to_contain_text("Accuracy")
