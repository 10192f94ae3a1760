"""Teaching in a real Chromium, from a table to a model that expects the visitor's class mix."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.visiting import App, expect_to_fit, saved, visiting
from tests.csv_files import write
from tests.data.zips import png, zipped
from tests.tiny import SENTENCES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "Bu çok uzun bir cümle. " * 60
ARABIC = "أنا سعيد جدا اليوم لأنك هنا يا صديقي"


def open_tab(page: Page) -> None:
    page.get_by_role("tab", name="Fine-tune").click()
    expect(page.locator("#teach-history")).to_be_visible()


def begin(page: Page, table: Path, images: Path | None = None) -> None:
    page.locator("#ft-table input[type=file]").set_input_files(table)
    expect(page.locator("#ft-report")).to_contain_text("Ready:")
    if images is not None:
        page.locator("#ft-images input[type=file]").set_input_files(images)
        expect(page.locator("#ft-report")).not_to_contain_text("was not found")
    page.locator("#teach-begin").click()
    expect(page.locator("#teach-ask .ask")).to_be_visible()


def row(page: Page) -> str:
    return page.locator("#teach-ask .ask").get_attribute("data-row") or ""


def press(page: Page, *keys: str) -> list[str]:
    """The rows that each key answered; it waits for the next text."""
    rows = []
    page.locator("#teach-ask .ask").scroll_into_view_if_needed()  # keys are of what is seen
    for key in keys:
        rows.append(row(page))
        page.keyboard.press(key)
        expect(page.locator("#teach-ask .ask")).not_to_have_attribute("data-row", rows[-1])
    return rows


def status(page: Page) -> Locator:
    return page.locator("#teach-ask .strip-of-labels p")


def state(page: Page) -> Locator:
    return page.locator("#teach-head .state")


def test_from_a_table_to_a_model_that_knows_the_mix(
    visit: Page, browser: Browser, app: App, tmp_path: Path
):
    """A mix, twelve labels by keyboard with a reload in their middle, learning, a verdict, Predict;
    then taken along, deleted and brought back; another visitor sees nothing of it."""
    open_tab(visit)
    expect(visit.get_by_role("tab", name="Teach it")).to_have_attribute("aria-selected", "true")
    expect(visit.locator("#ft-intro li").first).to_contain_text("Teach it")
    cells = [(f"{SENTENCES[i % 16]} {i}",) for i in range(60)]
    begin(visit, write(tmp_path / "sentensi.csv", [("text",), *cells]))
    set_mix(visit)
    rows = press(visit, *"444414")
    expect(status(visit)).to_contain_text("6 labelled · 14 more")
    undo_and_skip(visit)
    visit.reload()
    open_tab(visit)
    expect(status(visit)).to_contain_text("6 labelled")
    expect(visit.locator("#teach-mix output").nth(3)).to_have_text("60")
    rows += press(visit, *"444444")
    assert len(set(rows)) == 12
    expect(status(visit)).to_contain_text("12 labelled")
    with visiting(browser, app.address) as other:
        open_tab(other)
        expect(other.locator("#teach-history")).to_contain_text("None yet.")
        expect(other.locator("#teach-work")).to_be_hidden()
    learn(visit)
    use_it(visit)
    open_tab(visit)
    back_again(visit, tmp_path / "taught.zip")


def set_mix(page: Page) -> None:
    """What it says of the texts moves with the sliders, which never hold more than a hundred."""
    says = page.locator("#teach-says")
    expect(says).not_to_contain_text("With your mix")
    page.locator("#teach-mix input[name=joy]").fill("80")
    expect(says).to_contain_text("With your mix")
    expect(page.locator("#teach-mix .left")).to_contain_text("20 left")
    now, with_mix = (says.get_by_role("row", name="joy").get_by_role("cell").nth(n) for n in (0, 1))
    assert now.inner_text() != with_mix.inner_text()
    page.locator("#teach-mix input[name=neutral]").fill("40")
    expect(page.locator("#teach-mix .left")).to_contain_text("all 100 given")
    expect(page.locator("#teach-mix output").nth(3)).to_have_text("60")


def undo_and_skip(page: Page) -> None:
    last = row(page)
    press(page, "ArrowRight")
    press(page, "ArrowLeft")
    assert row(page) == last


def learn(page: Page) -> None:
    page.get_by_label("Most texts right").check()
    page.locator("#teach-learn").click()
    expect(page.locator("#teach-outcome .outcome")).to_contain_text("on your 12 labels")
    expect(page.locator("#teach-outcome")).to_contain_text("Measured by cross-validation")
    expect(page.locator("#teach-outcome")).to_contain_text("Feeling by feeling")
    expect(state(page)).to_have_text("Learned")


def use_it(page: Page) -> None:
    """Every prediction says that it expects the mix, and can do without."""
    page.locator("#teach-use").click()
    expect(page.get_by_role("tab", name="Predict")).to_have_attribute("aria-selected", "true")
    page.get_by_role("textbox", name="Text", exact=True).fill("Ninafurahi sana kukuona leo!")
    page.get_by_role("button", name="Predict", exact=True).click()
    result = page.locator("#result")
    expect(result.locator(".with-mix")).to_contain_text("With your mix")
    expect(page.locator("#speaks")).to_contain_text("answers here, with your mix of classes")
    told = result.locator(".both").inner_text()
    page.get_by_role("button", name="Read it without").click()
    expect(result.locator(".with-mix")).to_contain_text("Without your mix")
    expect(result.locator(".both")).not_to_have_text(told, use_inner_text=True)
    page.get_by_role("button", name="Read it with your mix").click()
    expect(result.locator(".both")).to_have_text(told, use_inner_text=True)


def back_again(page: Page, file: Path) -> None:
    name, content = saved(page, page.locator("#teach-download"))
    assert name == "sentensi.zip"
    file.write_bytes(content)
    delete = page.locator("#teach-history [data-act=delete]")
    delete.click()
    delete.click()
    expect(page.locator("#teach-history")).to_contain_text("None yet.")
    expect(page.locator("#teach-work")).to_be_hidden()
    with page.expect_file_chooser() as asked:
        page.locator("#teach-import").click()
    asked.value.set_files(file)
    expect(state(page)).to_have_text("Brought in")
    expect(page.locator("#teach-head .progress")).to_contain_text("12 labelled")
    expect(page.locator("#teach-outcome")).to_contain_text("on your 12 labels")


def test_every_script_length_and_picture_on_a_telephone(telephone: Page, tmp_path: Path):
    cells = [(ARABIC, "a.png"), (LONG, "b.png"), ("", "c.png")]
    table = write(tmp_path / "three.csv", [("text", "image"), *cells])
    pictures = {f"{name}.png": png("teal", (900, 300)) for name in "abc"}
    open_tab(telephone)
    begin(telephone, table, zipped(tmp_path / "pictures.zip", pictures))
    seen = set()
    for _ in cells:
        text = telephone.locator("#teach-ask blockquote")
        expect(telephone.locator("#teach-ask img")).to_be_visible()
        said = text.inner_text().strip()
        seen.add(said)
        if said == ARABIC:
            assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
        expect_to_fit(telephone)
        telephone.get_by_role("button", name="joy").click()
        if len(seen) < len(cells):
            expect(text).not_to_have_text(said)
    expect(telephone.locator("#teach-ask")).to_contain_text("You have answered for every text")
    assert seen == {ARABIC, LONG.strip(), "(a picture without words)"}


def test_labels_of_the_table_are_learned_from_after_a_look(visit: Page, tmp_path: Path):
    words = ("neşe", "öfke", "banana")
    cells = [(f"{SENTENCES[i % 16]} {i}", words[i % 3] if i < 15 else "") for i in range(24)]
    open_tab(visit)
    begin(visit, write(tmp_path / "own.csv", [("text", "duygu"), *cells]))
    own = visit.locator("#teach-own")
    expect(own.get_by_label("neşe")).to_have_value("joy")
    expect(own.get_by_label("banana")).to_have_value("")
    own.get_by_label("banana").select_option("fear")
    own.get_by_role("button", name="Take these labels").click()
    expect(status(visit)).to_contain_text("15 labelled")
    name, content = saved(visit, visit.locator("#teach-save-labels"))
    assert name == "own-labels.csv" and content.count(b",given,") == 15
