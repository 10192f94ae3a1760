"""A photograph in a real Chromium: its faces are marked, and another one is read at a click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.visiting import expect_to_fit
from tests.scenes import Put, scene, three

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    three().save(folder / "three.png")
    scene(640, 480, [], seed=4).save(folder / "none.png")
    scene(640, 480, [Put(x=60, y=200, side=180)], seed=4).save(folder / "one.png")
    return folder


def predict(page: Page, picture: Path) -> None:
    page.locator("#picture input[type=file]").set_input_files(str(picture))
    expect(page.locator("#picture img")).to_be_visible()
    page.locator("#predict").click()
    expect(page.locator("#result")).to_contain_text("The model says")


def box(page: Page, number: int) -> Locator:
    return page.locator("#faces").get_by_role("button", name=re.compile(f"^Face {number} of"))


def numbers(page: Page) -> str:
    return page.locator("#result .both").inner_text()


def test_three_faces_are_marked_and_another_is_read_at_a_click(
    visit: Page, photographs: Path
) -> None:
    predict(visit, photographs / "three.png")
    expect(visit.locator("#faces [data-face]")).to_have_count(3)
    expect(box(visit, 1)).to_have_attribute("aria-pressed", "true")
    expect(visit.locator("#result .notes")).to_contain_text("3 faces were found")
    of_the_first = numbers(visit)
    lefts = [box(visit, number).bounding_box()["x"] for number in (1, 2, 3)]
    assert lefts == sorted(lefts), "they lie where they were drawn: the largest on the left"
    box(visit, 2).click()
    expect(box(visit, 2)).to_have_attribute("aria-pressed", "true")
    expect(box(visit, 1)).to_have_attribute("aria-pressed", "false")
    expect(visit.locator("#result .notes")).to_contain_text("number 2 by size was read")
    assert numbers(visit) != of_the_first
    box(visit, 1).click()
    expect(box(visit, 1)).to_have_attribute("aria-pressed", "true")
    assert numbers(visit) == of_the_first


def test_a_picture_without_a_face_is_read_as_a_whole(visit: Page, photographs: Path) -> None:
    predict(visit, photographs / "none.png")
    expect(visit.locator("#result .notes")).to_contain_text(
        "No face was found in the picture: the whole picture was read."
    )
    expect(visit.locator("#faces [data-face]")).to_have_count(0)


def test_faces_can_be_left_alone(visit: Page, photographs: Path) -> None:
    predict(visit, photographs / "one.png")
    expect(visit.locator("#faces [data-face]")).to_have_count(1)
    of_the_face = numbers(visit)
    visit.get_by_label("Read the face in a photograph").uncheck()
    visit.locator("#predict").click()
    expect(visit.locator("#faces [data-face]")).to_have_count(0)
    expect(visit.locator("#result .notes")).to_have_count(0)
    assert numbers(visit) != of_the_face


def test_the_marks_lie_on_the_picture_of_a_telephone(telephone: Page, photographs: Path) -> None:
    predict(telephone, photographs / "three.png")
    picture = telephone.locator("#faces img").bounding_box()
    for number in (1, 2, 3):
        mark = box(telephone, number).bounding_box()
        assert mark["x"] >= picture["x"] and mark["y"] >= picture["y"]
        assert mark["x"] + mark["width"] <= picture["x"] + picture["width"] + 1
        assert mark["y"] + mark["height"] <= picture["y"] + picture["height"] + 1
        assert min(mark["width"], mark["height"]) >= 24
    expect_to_fit(telephone)
