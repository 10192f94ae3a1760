"""The whole page, built in two languages: one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.page import speech
from app.page.wiring import Page
from tests.app.page.test_wiring import whole_page


def pages(folder: Path) -> tuple[Page, dict[str, Any], dict[str, Any]]:
    """The whole page with what it shows in English and in Spanish."""
    page = whole_page(folder)
    with speech.speaking("es"):
        return page, page._english, page.config


def test_a_page_in_another_language_is_the_same_page(tmp_path: Path) -> None:
    """Its events and places, its values and settings; texts alone differ."""
    page, english, spanish = pages(tmp_path)
    assert page.config is english, "the other one is for who asks for it"
    assert {k: v for k, v in spanish.items() if k != "components"} == {
        k: v for k, v in english.items() if k != "components"
    }
    pairs = zip(english["components"], spanish["components"], strict=True)
    changed = 0
    for one, other in pairs:
        assert (one["id"], one["type"]) == (other["id"], other["type"])
        changed += one["props"] != other["props"]
        for name, value in neutral(one["props"]).items():
            assert neutral(other["props"])[name] == value, (one["props"].get("elem_id"), name)
    assert changed > 100
    assert "Predecir" in str(spanish) and "Predecir" not in str(english)


def neutral(props: dict[str, Any]) -> dict[str, Any]:
    """What a handler is given or a rule of style names: none of it in any language."""
    values = sorted(str(value) for _, value in props.get("choices") or ())
    texts = ("label", "info", "placeholder", "choices")
    plain = isinstance(props.get("value"), str) and props.get("name") in ("html", "button")
    hidden = texts + ("value",) * plain
    told = {k: v for k, v in props.items() if k not in hidden}
    return told | {"values": values}


def test_what_is_not_built_alike_is_not_shown(tmp_path: Path) -> None:
    """A handler of a running page may make a part while the other one is built."""
    page = whole_page(tmp_path)
    build, tries = page.anew, []

    def disturbed() -> Page:
        tries.append(1)
        return Page() if len(tries) < 3 else build()

    page.anew = disturbed
    with speech.speaking("es"):
        assert "Predecir" in str(page.config)
        assert page.config is page.config
    assert len(tries) == 3
    page.config, page.anew = page._english, Page
    with speech.speaking("es"):
        assert page.config is page._english, "rather than none"
