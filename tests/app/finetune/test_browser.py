"""The Fine-tune tab in a real Chromium, with trainings in processes of their own."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.visiting import App, saved, visiting
from tests.csv_files import write
from tests.data.zips import png, zipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ENDLESS = "100000"  # passes: it runs until it is stopped
NAME = "Kiswahili, jaribio la kwanza"
SENTENCES = (
    "Ninafurahi sana kukuona leo",
    "Sipendi chakula hiki",
    "Basi limechelewa tena",
    "Asante",
)


@pytest.fixture
def visit(visit: Page) -> Page:
    open_tab(visit)
    return visit


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Columns that no guess gets right: the longer one is not the text."""
    rows = [
        (
            f"{SENTENCES[i % 4]} {i}",
            f"note {i}: {'no sentence ' * 6}",
            ("joy", "anger")[i % 2] if i < 8 else "",
        )
        for i in range(60)
    ]
    return write(tmp_path / "sentensi zangu.csv", [("maneno", "maelezo", "hisia"), *rows])


@pytest.fixture
def learning(visit: Page, table: Path) -> Page:
    """A training that goes on until it is told to stop."""
    choose_columns(visit, table)
    setting(visit, "ft-epochs", ENDLESS)
    setting(visit, "ft-batch-rows", "4")
    visit.locator("#ft-start").click()
    expect(state(visit)).to_have_text("Learning")
    expect(visit.locator("#ft-agree b")).to_be_visible()
    return visit


def open_tab(page: Page) -> None:
    page.get_by_role("tab", name="Fine-tune").click()
    page.get_by_role("tab", name="Without labels").click()
    expect(page.locator("#ft-history")).to_be_visible()


def upload(page: Page, where: str, path: Path) -> None:
    """In the place of whatever lies there."""
    if (clear := page.locator(f"#{where}").get_by_label("Clear")).count():
        clear.click()
    page.locator(f"#{where} input[type=file]").set_input_files(path)


def choose(page: Page, where: str, option: str) -> None:
    box = page.locator(f"#{where} input")
    box.fill(option)
    box.press("Enter")
    expect(box).to_have_value(option)
    box.blur()


def setting(page: Page, where: str, value: str) -> None:
    fold = page.locator("#ft-advanced")
    if not page.locator(f"#{where}").is_visible():
        fold.get_by_role("button", name="Every setting").click()
    box = page.locator(f"#{where} input")
    box.fill(value)
    box.blur()


def choose_columns(page: Page, table: Path) -> None:
    """The labels are found; the text is not."""
    upload(page, "ft-table", table)
    expect(page.locator("#ft-report")).to_contain_text("Ready:")
    page.locator("#ft-columns").get_by_role("button", name="Columns").click()
    expect(page.locator("#ft-column-label input")).to_have_value("hisia")
    expect(page.locator("#ft-estimate code")).to_contain_text("--text-column maelezo")
    choose(page, "ft-column-text", "maneno")
    expect(page.locator("#ft-report")).to_contain_text(
        "Ready: 52 rows to learn from, 8 with a label to report on"
    )


def state(page: Page) -> Locator:
    return page.locator("#ft-head .state")


def expect_to_move(page: Page) -> None:
    progress = page.locator("#ft-head .progress")
    before = progress.inner_text()
    expect(progress).not_to_have_text(before)


def count(page: Page, tile: str) -> int:
    said = page.locator(f"#ft-{tile} b").inner_text()
    return int(said.replace(",", ""))


def test_a_table_is_read_and_its_columns_can_be_changed(visit: Page, table: Path):
    choose_columns(visit, table)
    expect(visit.locator("#ft-report")).to_contain_text("Ninafurahi sana kukuona leo 0")
    expect(visit.locator("#ft-estimate")).to_contain_text("on this machine for 52 rows")
    expect(visit.locator("#ft-estimate code")).to_contain_text("--text-column maneno")


def test_counts_move_while_it_learns_for_its_visitor_alone(
    learning: Page, browser: Browser, app: App
):
    """Through a pause and a reload, too; nobody starts a second one."""
    expect_to_move(learning)
    expect(learning.locator("#ft-agreement .main-svg").first).to_be_visible()
    expect(learning.locator("#ft-below")).to_contain_text("Where they disagree")
    assert count(learning, "agree") + count(learning, "disagree") <= 52
    with visiting(browser, app.address) as other:
        open_tab(other)
        expect(other.locator("#ft-history")).to_contain_text("None yet.")
        expect(other.locator("#ft-report")).to_contain_text("appears here")
        expect(other.locator("#ft-head")).to_contain_text("Nothing is being learned yet")
        other.locator('[data-sample="fi"]').click()
        expect(other.locator("#ft-report")).to_contain_text("Ready:")
        other.locator("#ft-start").click()
        expect(other.locator("#ft-notice")).to_contain_text("A training is running")
    learning.reload()
    open_tab(learning)
    expect(state(learning)).to_have_text("Learning")
    expect_to_move(learning)
    learning.locator("#ft-pause").click()
    expect(state(learning)).to_have_text("Paused")
    expect(learning.locator("#ft-pause")).to_be_hidden()
    learning.locator("#ft-go").click()
    expect(state(learning)).to_have_text("Learning")


def test_what_is_kept_has_a_verdict_and_a_name_and_is_taken_along(learning: Page, tmp_path: Path):
    """And predicts at once; brought back it is a second run, to be compared and deleted."""
    learning.locator("#ft-keep").click()
    expect(state(learning)).to_have_text("Stopped, kept")
    outcome = learning.locator("#ft-outcome")
    expect(outcome).to_contain_text("Macro-F1 went from")
    expect(outcome).to_contain_text("On 8 rows with a label")
    expect(outcome).to_contain_text("What it says of your sentences")
    for button in ("ft-pause", "ft-go", "ft-keep", "ft-discard", "ft-resume"):
        expect(learning.locator(f"#{button}")).to_be_hidden()
    go_through_the_passes(learning)
    learning.locator("#ft-name input, #ft-name textarea").first.fill(NAME)
    learning.locator("#ft-save-name").click()
    expect(learning.locator("#ft-history")).to_contain_text(NAME)
    expect(learning.locator("#ft-head h3")).to_have_text(NAME)
    bring_back(learning, tmp_path / "run.zip")
    learning.locator("#ft-use").click()
    expect(learning.get_by_role("tab", name="Predict")).to_have_attribute("aria-selected", "true")
    learning.get_by_role("textbox", name="Text", exact=True).fill("Ninafurahi sana kukuona leo")
    learning.get_by_role("button", name="Predict", exact=True).click()
    expect(learning.locator("#result")).to_contain_text(NAME)
    expect(learning.locator("#speaks")).to_contain_text(f"{NAME} answers here")
    open_tab(learning)
    compare_and_delete(learning)


def go_through_the_passes(page: Page) -> None:
    """Of the texts as dots: to any by the slider, and from the first by the button."""
    dots, said = page.locator("#ft-dots .texts i"), page.locator("#ft-dots [data-dots=said]")
    expect(dots).to_have_count(52)
    newest = said.inner_text()
    slider = page.locator("#ft-dots input")
    slider.focus()
    page.keyboard.press("Home")
    expect(said).to_contain_text("Pass 1:")
    expect(said).not_to_contain_text("Since the pass before")
    page.keyboard.press("End")
    expect(said).to_have_text(newest)
    page.keyboard.press("Home")
    expect(slider).to_have_value("1")
    page.locator("#ft-dots [data-dots=play]").click()
    expect(slider).not_to_have_value("1")


def bring_back(page: Page, path: Path) -> None:
    """What was taken along: model, card and predictions."""
    _, content = saved(page, page.locator("#ft-download"))
    path.write_bytes(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        predictions = archive.read(next(n for n in names if n.endswith("predictions.csv")))
    assert "maneno" not in predictions.decode("utf-8-sig").splitlines()[0]
    assert predictions.count(b"\n") == 53
    assert any(n.endswith(".safetensors") for n in names)
    assert any(n.endswith("README.md") for n in names)
    with page.expect_file_chooser() as asked:
        page.locator("#ft-import").click()
    asked.value.set_files(path)
    expect(state(page)).to_have_text("Brought in")
    expect(page.locator("#ft-outcome")).to_contain_text("Macro-F1 went from")
    expect(page.locator("#ft-history li")).to_have_count(2)


def compare_and_delete(page: Page) -> None:
    """The newer of two runs, only when asked twice."""
    box = page.locator("#ft-compare input")
    for place in (0, 1):
        box.click()
        page.get_by_role("option", name=NAME).nth(place).click()
    box.blur()
    expect(page.locator("#ft-compared .main-svg").first).to_be_visible()
    button, entries = (
        page.locator("#ft-history [data-act=delete]").first,
        page.locator("#ft-history li"),
    )
    button.click()
    expect(button).to_have_text("Really delete?")
    assert entries.count() == 2
    button.click()
    expect(entries).to_have_count(1)


def test_a_training_that_fails_says_why_and_leaves_the_buttons_right(visit: Page, table: Path):
    upload(visit, "ft-table", table)
    expect(visit.locator("#ft-report")).to_contain_text("Ready:")
    setting(visit, "ft-epochs", "50")
    setting(visit, "ft-rate", "1e30")
    visit.locator("#ft-start").click()
    expect(state(visit)).to_have_text("Failed")
    expect(visit.locator("#ft-head")).to_contain_text("Lower the learning rate")
    for button in ("ft-pause", "ft-go", "ft-keep"):
        expect(visit.locator(f"#{button}")).to_be_hidden()
    for button in ("ft-discard", "ft-resume"):
        expect(visit.locator(f"#{button}")).to_be_visible()
    expect(visit.locator("#ft-start")).to_be_enabled()


def test_a_table_that_cannot_be_used_gets_a_sentence(visit: Page, tmp_path: Path):
    for name, content, said in (
        ("noise.csv", bytes(range(256)) * 40, "noise.csv"),
        ("comma.csv", b"text,label\nfine,joy\nthis, has one more,anger\n", "row"),
        ("half.xlsx", b"PK\x03\x04 cut off", "half.xlsx"),
    ):
        (tmp_path / name).write_bytes(content)
        upload(visit, "ft-table", tmp_path / name)
        wrong = visit.locator("#ft-report [role=alert], #ft-report .warnings").first
        expect(wrong).to_contain_text(said)


def test_archives_and_pictures_that_cannot_be_used_get_sentences(visit: Page, tmp_path: Path):
    table = tmp_path / "pictures.csv"
    table.write_text("text,image\nAsante sana,a.png\nHapana kabisa,b.png\n", encoding="utf-8")
    bomb = b"\x89PNG" + b"\0" * 20_000_000
    archive = zipped(
        tmp_path / "pictures.zip",
        {
            "a.png": png()[:40],
            "b.png": b"GIF89a, or so it says",
            "../c.png": png(),
            "d.png": bomb,
        },
    )
    upload(visit, "ft-table", table)
    expect(visit.locator("#ft-report")).to_contain_text("Ready: 2 rows")
    upload(visit, "ft-images", archive)
    report = visit.locator("#ft-report")
    expect(report).to_contain_text("a.png")
    expect(report).to_contain_text("b.png")
    expect(report).to_contain_text("d.png")
    (tmp_path / "no.zip").write_bytes(b"this is no archive")
    upload(visit, "ft-images", tmp_path / "no.zip")
    expect(report).to_contain_text("no.zip")
    expect(visit.locator("#ft-estimate")).to_contain_text("Choose data")
