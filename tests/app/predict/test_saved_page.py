"""The answer saved as a page of its own, and the pictures of the examples, in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.predict.parts import gallery, read_examples
from tests.app.visiting import example, saved


def test_pictures_of_the_examples_are_files_and_not_in_the_page() -> None:
    html = gallery(read_examples())
    assert "data:image" not in html and 'src="examples/tr-lie.png"' in html
    assert len(html) < 40_000


@pytest.mark.browser
@pytest.mark.slow
def test_a_saved_page_has_its_title_and_its_sentence_on_top(visit: Page) -> None:
    example(visit, "Tamil · Dravidian")
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    shown = visit.locator(".example img").first
    assert shown.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    label = visit.locator("#result .label").text_content()
    sentence = visit.locator("#result .sentence").text_content()
    _, content = saved(visit, visit.locator("#export [data-download=html]"))
    page = content.decode("utf-8")
    head, _, body = page.partition("<body")
    assert f"<title>LFD-RT: {label}</title>" in head
    first = re.sub(r"<[^>]+>", " ", body.partition("<section")[0])
    assert f"LFD-RT: {label}" in first and sentence in first.replace("&nbsp;", "\u00a0")
