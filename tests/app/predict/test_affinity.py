"""Which families a text leans to, as the page shows it, and in a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from app.predict.affinity import leaning, shares
from lfdrt.affinity import Affinity
from lfdrt.output import Scores
from tests.app.predict.test_views import saved_table, words_of
from tests.app.samples import prediction, scores
from tests.app.visiting import TELEPHONE, App, expect_to_fit, visiting

SOURCE = "LFD-RT 9.9; checkpoint tiny"
LEANS = Affinity(
    families=("uralic", "turkic", "japonic"),
    gain=np.array([1.0, 2.0, -0.5]),
    low=np.array([0.5, 1.5, -1.0]),
    high=np.array([1.5, 2.5, 0.0]),
    won=np.array([1, 3, 0]),
    behind=np.array([False, False, True]),
    shares=np.array([0.20, 0.70, 0.02, 0.08]),
    share_low=np.array([0.1, 0.6, 0.0, 0.05]),
    share_high=np.array([0.3, 0.8, 0.1, 0.1]),
    words=4,
)


def mixed(given: np.ndarray) -> Scores:
    """The reading, which gets the families' shares alone."""
    assert given.tolist() == [0.20, 0.70, 0.02]
    return scores(5, 5, high=0.9)


def test_the_largest_shares_by_name_and_the_rest_together() -> None:
    assert (
        shares(LEANS).replace("\u00a0", " ")
        == "70 % Turkic, 20 % Uralic, 8 % no family, 2 % others"
    )
    even = replace(LEANS, shares=np.full(4, 0.25))
    assert shares(even).count("25") == 4 and "others" not in shares(even)


def test_families_stand_by_how_well_they_find_the_words() -> None:
    p = prediction("bugün hava güzel", language="tr", family="turkic")
    html = leaning(LEANS, p, mixed, SOURCE)
    assert "over the 4 words" in html
    said = words_of(html).replace("\u00a0", " ")
    assert re.search(
        r"Turkic own 2\.0 \[1\.5, 2\.5\] 3 70 % \[60 %, 80 %\] "
        r"Uralic 1\.0 \[0\.5, 1\.5\] not apart from the first 1 20 % .*"
        r"Japonic -0\.5 \[-1\.0, 0\.0\] 0 2 %",
        said,
    ), said
    assert "The mix sadness 90.0 %" in said
    assert "Own family shown above" in said
    assert saved_table(html)[1][:3] == ["Turkic", "2.0", "1.5"]


def test_a_language_without_a_family_is_never_given_the_nearest_in_silence() -> None:
    p = prediction("xin chào", language="vi", family=None)
    said = words_of(leaning(LEANS, p, mixed, SOURCE)).replace("\u00a0", " ")
    assert "No family was trained for Vietnamese, so the text is read through none" in said
    assert "70 % Turkic, 20 % Uralic" in said
    assert "No disentangler shown above" in said and "Own family" not in said
    unknown = prediction("xin", language=None, family=None)
    assert "The language is not known" in words_of(leaning(LEANS, unknown, mixed, SOURCE))


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_shows_the_mix_beside_none(app: App, browser: Browser) -> None:
    """In a language without a family, on a telephone too."""
    with visiting(browser, app.address, width=TELEPHONE) as page:
        _asks(page, "Oso pozik nago zu ikusteaz, laguna", "vi")
        leans = page.locator(".card.affinity")
        expect(leans).to_contain_text("No family was trained for Vietnamese")
        expect(leans.locator("table.leaning tbody tr")).to_have_count(13)
        expect(leans.get_by_role("row", name=re.compile("^The mix"))).to_be_visible()
        expect_to_fit(page)


def _asks(page: Page, text: str, language: str) -> None:
    page.get_by_label("Text", exact=True).fill(text)
    page.locator("#language input").fill(language)
    page.locator("#language input").press("Enter")
    page.get_by_role("button", name="Predict", exact=True).click()
