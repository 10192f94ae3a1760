"""Records `assets/capture.webp`, the moving picture in the README, from the app as it is.

    python -m assets.make_capture

Starts the app with the bundled model in a temporary folder, does in a Chromium what a visitor does,
and puts the pictures together. Needs tests/requirements.txt. Texts are the project's own.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.places import DEFAULT_CHECKPOINT
from tests.app.visiting import open_browser, running_app

PICTURE = Path(__file__).resolve().with_name("capture.webp")
WINDOW = {"width": 1280, "height": 800}
SIZE = (960, 600)  # as wide as a README shows it
QUALITY = 68
WAIT = 240_000  # ms, for whatever is waited for: a machine may be busy with other things
TYPED, SHORT, LONG = 350, 1_100, 2_400  # ms that a picture stands
SENTENCES = (
    ("Ninafurahi sana kukuona leo, rafiki yangu!", "Swahili"),
    ("أشتاق إلى جدتي كثيراً، فقد كان بيتها مليئاً بالدفء والحكايات.", "Arabic"),
)
MARGIN = 64  # pixels above what is shown


@dataclass
class Film:
    page: Page
    pictures: list[Image.Image] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def take(self, milliseconds: int, top: Locator | None = None) -> None:
        """One more picture. top: what stands at the upper edge; None: the page as it stands."""
        if top is not None:
            top.evaluate(
                "(one, above) => scrollTo({behavior: 'instant',"
                " top: one.getBoundingClientRect().top + scrollY - above})",
                MARGIN,
            )
        self.page.wait_for_timeout(400)  # transitions
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self.pictures.append(shot.resize(SIZE, Image.Resampling.LANCZOS))
        self.times.append(milliseconds)

    def save(self, path: Path) -> None:
        first, *rest = self.pictures
        settings = {"duration": self.times, "loop": 0, "quality": QUALITY, "method": 6}
        first.save(path, save_all=True, append_images=rest, **settings)


def predict(film: Film, text: str, language: str) -> None:
    page, box = film.page, film.page.get_by_label("Text", exact=True)
    page.locator("#clear").click()
    expect(box).to_have_value("")
    words = text.split()
    for shown in (len(words) // 3, 2 * len(words) // 3, len(words)):
        box.fill(" ".join(words[:shown]))
        film.take(TYPED, box)
    expect(page.locator("#spoken")).to_contain_text(language)
    page.get_by_role("button", name="Predict", exact=True).click()
    expect(page.locator("#result")).to_contain_text("Text only, no picture")
    film.take(LONG, box)
    film.take(LONG, page.get_by_role("heading", name="How each family reads it"))
    for family in ("Turkic", "No disentangler"):
        page.locator("#details").get_by_role("button", name=family, exact=True).click()
        expect(page.get_by_text(f"Read through {family}:".replace("No ", "no "))).to_be_visible()
        film.take(SHORT)
    expect(page.locator("#sharpness")).to_contain_text("KL from uniform")
    film.take(LONG, page.get_by_role("heading", name="Which family knows these words"))


def languages(film: Film) -> None:
    page = film.page
    page.get_by_role("tab", name="Languages", exact=True).click()
    expect(page.locator("world-map canvas")).to_be_visible()
    film.take(LONG, page.locator("#atlas-map"))
    page.get_by_role("combobox", name="Find a language or a family").fill("Tatar")
    page.get_by_role("combobox", name="Find a language or a family").press("Enter")
    expect(page.locator("#atlas-card h2")).to_contain_text("Tatar")
    film.take(LONG)
    film.take(LONG, page.locator("#atlas-card"))


def teach(film: Film) -> None:
    page = film.page
    page.get_by_role("tab", name="Fine-tune", exact=True).click()
    film.take(SHORT, page.locator("#ft-intro"))
    page.locator("#samples").get_by_role("button", name="Swahili").click()
    expect(page.locator("#ft-report")).to_contain_text("Ready:")
    film.take(SHORT, page.locator("#ft-report"))
    page.locator("#teach-begin").click()
    ask = page.locator("#teach-ask .ask")
    for _ in range(3):
        expect(ask).to_be_visible()
        row = ask.get_attribute("data-row") or ""
        film.take(SHORT, page.locator("#teach-work"))
        page.keyboard.press("5")
        expect(ask).not_to_have_attribute("data-row", row)
    page.locator("#teach-mix input[name=joy]").fill("20")
    page.locator("#teach-mix input[name=neutral]").fill("25")
    expect(page.locator("#teach-mix .left")).to_contain_text("55 left")
    film.take(SHORT, page.locator("#teach-work"))
    film.take(LONG, page.locator("#teach-mix"))


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(DEFAULT_CHECKPOINT, Path(folder)) as app,
        open_browser() as browser,
    ):
        expect.set_options(timeout=WAIT)
        page = browser.new_page(viewport=WINDOW, reduced_motion="reduce")
        page.set_default_timeout(WAIT)
        page.goto(app.address)
        expect(page.locator("#model-state")).to_contain_text("is ready on")
        film = Film(page)
        film.take(SHORT)
        for text, language in SENTENCES:
            predict(film, text, language)
        languages(film)
        teach(film)
        film.save(PICTURE)


if __name__ == "__main__":
    main()
