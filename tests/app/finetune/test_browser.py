"""The Fine-tune tab in a real Chromium, with trainings in processes of their own.

The tests of a class go on from each other, as a visitor does.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.visiting import running_app, visiting
from tests.data.zips import png, zipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ENDLESS = "100000"  # passes: it runs until it is stopped
SENTENCES = (
    "Ninafurahi sana kukuona leo",
    "Sipendi chakula hiki",
    "Basi limechelewa tena",
    "Asante",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def address(tiny_folder: Path, folder: Path) -> Iterator[str]:
    with running_app(tiny_folder, folder, "--multi-user") as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address) as page:
        open_tab(page)
        yield page


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Columns that no guess gets right: the longer one is not the text."""
    path = tmp_path_factory.mktemp("data") / "sentensi zangu.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["maneno", "maelezo", "hisia"])
        for i in range(60):
            label = ("joy", "anger")[i % 2] if i < 8 else ""
            rows.writerow([f"{SENTENCES[i % 4]} {i}", f"note {i}: {'no sentence ' * 6}", label])
    return path


def open_tab(page: Page) -> None:
    page.get_by_role("tab", name="Fine-tune").click()
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


def count(page: Page, tile: str) -> int:
    said = page.locator(f"#ft-{tile} b").inner_text()
    return int(said.replace(",", ""))


class TestFromTheTableToTheDownload:
    def test_a_table_is_read_and_its_columns_can_be_changed(self, visit: Page, table: Path):
        upload(visit, "ft-table", table)
        report = visit.locator("#ft-report")
        expect(report).to_contain_text("Ready:")
        visit.locator("#ft-columns").get_by_role("button", name="Columns").click()
        expect(visit.locator("#ft-column-label input")).to_have_value("hisia")
        expect(visit.locator("#ft-estimate code")).to_contain_text("--text-column maelezo")
        choose(visit, "ft-column-text", "maneno")
        expect(report).to_contain_text("Ready: 52 rows to learn from, 8 with a label to report on")
        expect(report).to_contain_text("Ninafurahi sana kukuona leo 0")
        expect(visit.locator("#ft-estimate")).to_contain_text("on this machine for 52 rows")
        expect(visit.locator("#ft-estimate code")).to_contain_text("--text-column maneno")

    def test_counts_move_while_it_learns(self, visit: Page):
        setting(visit, "ft-epochs", ENDLESS)
        setting(visit, "ft-batch-rows", "4")
        visit.locator("#ft-start").click()
        expect(visit.locator("#ft-head .state")).to_have_text("Learning")
        expect(visit.locator("#ft-agree b")).to_be_visible()
        before = visit.locator("#ft-head .progress").inner_text()
        expect(visit.locator("#ft-head .progress")).not_to_have_text(before)
        expect(visit.locator("#ft-agreement .main-svg").first).to_be_visible()
        expect(visit.locator("#ft-below")).to_contain_text("Where they disagree")
        assert count(visit, "agree") + count(visit, "disagree") <= 52

    def test_another_visitor_sees_nothing_of_it_and_cannot_start_a_second(
        self, browser: Browser, address: str, visit: Page
    ):
        with visiting(browser, address) as other:
            open_tab(other)
            expect(other.locator("#ft-history")).to_contain_text("None yet.")
            expect(other.locator("#ft-report")).to_contain_text("appears here")
            expect(other.locator("#ft-head")).to_contain_text("Nothing is being learned yet")
            other.locator('[data-sample="fi"]').click()
            expect(other.locator("#ft-report")).to_contain_text("Ready:")
            other.locator("#ft-start").click()
            expect(other.locator("#ft-notice")).to_contain_text("A training is running")
        expect(visit.locator("#ft-head .state")).to_have_text("Learning")

    def test_a_reload_in_the_middle_loses_nothing(self, visit: Page):
        visit.reload()
        open_tab(visit)
        expect(visit.locator("#ft-head .state")).to_have_text("Learning")
        before = visit.locator("#ft-head .progress").inner_text()
        expect(visit.locator("#ft-head .progress")).not_to_have_text(before)

    def test_pause_holds_and_continue_goes_on(self, visit: Page):
        visit.locator("#ft-pause").click()
        expect(visit.locator("#ft-head .state")).to_have_text("Paused")
        expect(visit.locator("#ft-pause")).to_be_hidden()
        visit.locator("#ft-go").click()
        expect(visit.locator("#ft-head .state")).to_have_text("Learning")

    def test_stop_and_keep_gives_a_verdict_and_before_and_after(self, visit: Page):
        visit.locator("#ft-keep").click()
        expect(visit.locator("#ft-head .state")).to_have_text("Stopped, kept")
        outcome = visit.locator("#ft-outcome")
        expect(outcome).to_contain_text("Macro-F1 went from")
        expect(outcome).to_contain_text("On 8 rows with a label")
        expect(outcome).to_contain_text("What it says of your sentences")
        for button in ("ft-pause", "ft-go", "ft-keep", "ft-discard", "ft-resume"):
            expect(visit.locator(f"#{button}")).to_be_hidden()

    def test_it_gets_a_name_and_stands_in_the_history(self, visit: Page):
        visit.locator("#ft-name input, #ft-name textarea").first.fill(
            "Kiswahili, jaribio la kwanza"
        )
        visit.locator("#ft-save-name").click()
        expect(visit.locator("#ft-history")).to_contain_text("Kiswahili, jaribio la kwanza")
        expect(visit.locator("#ft-head h3")).to_have_text("Kiswahili, jaribio la kwanza")

    def test_the_zip_holds_model_card_and_predictions(self, visit: Page, tmp_path: Path):
        with visit.expect_download() as waited:
            visit.locator("#ft-download").click()
        waited.value.save_as(tmp_path / "run.zip")
        with zipfile.ZipFile(tmp_path / "run.zip") as archive:
            names = archive.namelist()
            predictions = next(n for n in names if n.endswith("predictions.csv"))
            assert "maneno" not in archive.read(predictions).decode("utf-8-sig").splitlines()[0]
            assert archive.read(predictions).count(b"\n") == 53
        assert any(n.endswith(".safetensors") for n in names)
        assert any(n.endswith("README.md") for n in names)

    def test_the_zip_is_brought_back_as_a_run(self, visit: Page, tmp_path: Path):
        with visit.expect_download() as waited:
            visit.locator("#ft-download").click()
        waited.value.save_as(tmp_path / "run.zip")
        entries = visit.locator("#ft-history li")
        before = entries.count()
        with visit.expect_file_chooser() as asked:
            visit.locator("#ft-import").click()
        asked.value.set_files(tmp_path / "run.zip")
        expect(visit.locator("#ft-head .state")).to_have_text("Brought in")
        expect(visit.locator("#ft-outcome")).to_contain_text("Macro-F1 went from")
        expect(entries).to_have_count(before + 1)

    def test_it_predicts_at_once(self, visit: Page):
        visit.locator("#ft-use").click()
        expect(visit.get_by_role("tab", name="Predict")).to_have_attribute("aria-selected", "true")
        visit.get_by_label("Text", exact=True).fill("Ninafurahi sana kukuona leo")
        visit.get_by_role("button", name="Predict", exact=True).click()
        expect(visit.locator("#result")).to_contain_text("Kiswahili, jaribio la kwanza")
        open_tab(visit)


class TestFaults:
    def test_a_training_that_fails_says_why_and_leaves_the_buttons_right(
        self, visit: Page, table: Path
    ):
        upload(visit, "ft-table", table)
        expect(visit.locator("#ft-report")).to_contain_text("Ready:")
        setting(visit, "ft-epochs", "50")
        setting(visit, "ft-rate", "1e30")
        visit.locator("#ft-start").click()
        expect(visit.locator("#ft-head .state")).to_have_text("Failed")
        expect(visit.locator("#ft-head")).to_contain_text("Lower the learning rate")
        for button in ("ft-pause", "ft-go", "ft-keep"):
            expect(visit.locator(f"#{button}")).to_be_hidden()
        for button in ("ft-discard", "ft-resume"):
            expect(visit.locator(f"#{button}")).to_be_visible()
        expect(visit.locator("#ft-start")).to_be_enabled()
        setting(visit, "ft-rate", "0.0001")

    def test_two_runs_are_compared(self, visit: Page):
        box = visit.locator("#ft-compare input")
        for name in ("Kiswahili, jaribio la kwanza", "sentensi zangu"):
            box.click()
            visit.get_by_role("option", name=re.compile(name)).first.click()
        box.blur()
        expect(visit.locator("#ft-compared .main-svg").first).to_be_visible()

    def test_a_run_is_deleted_only_when_asked_twice(self, visit: Page):
        button = visit.locator("#ft-history [data-act=delete]").first
        entries = visit.locator("#ft-history li")
        before = entries.count()
        button.click()
        expect(button).to_have_text("Really delete?")
        assert entries.count() == before
        button.click()
        expect(entries).to_have_count(before - 1)

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("noise.csv", bytes(range(256)) * 40, "noise.csv"),
            ("comma.csv", b"text,label\nfine,joy\nthis, has one more,anger\n", "row"),
            ("half.xlsx", b"PK\x03\x04 cut off", "half.xlsx"),
        ],
    )
    def test_a_table_that_cannot_be_used_gets_a_sentence(
        self, visit: Page, tmp_path: Path, name: str, content: bytes, said: str
    ):
        (tmp_path / name).write_bytes(content)
        upload(visit, "ft-table", tmp_path / name)
        expect(
            visit.locator("#ft-report [role=alert], #ft-report .warnings").first
        ).to_contain_text(said)

    def test_archives_and_pictures_that_cannot_be_used_get_sentences(
        self, visit: Page, tmp_path: Path
    ):
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
