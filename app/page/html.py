"""Small pieces of HTML that every view is made of, and tables that a visitor sorts."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from html import escape as _escape
from itertools import chain, repeat
from typing import Self

from PIL import Image

from app.page import say


class Html(str):
    """What goes into the page as it is; whatever came from outside went through `esc`. A plain
    string does not check in its place, so nothing unescaped gets there unseen."""

    __slots__ = ()

    def __new__(cls, html: str) -> Self:
        """Of a string alone: the list of one's pieces would be written out with its brackets."""
        return str.__new__(cls, html)

    def __add__(self, other: Html) -> Html:  # type: ignore[override]
        return Html(str.__add__(self, other))


def esc(text: object) -> Html:
    """Any text as HTML, fit for attributes too."""
    return Html(_escape(str(text), quote=True))


def foreign(text: str, lang: str) -> Html:
    """A visitor's text: escaped, in its own direction whatever stands around it."""
    return Html(f'<bdi dir="auto" lang="{esc(lang)}">{esc(text)}</bdi>')


def card(body: Html, *, kind: str, title: str = "", lead: str = "", attributes: str = "") -> Html:
    """A panel of the page. `kind` is a class name; `attributes` is HTML."""
    head = f"<h3>{esc(title)}</h3>" if title else ""
    head += f'<p class="lead">{esc(lead)}</p>' if lead else ""
    return Html(f'<section class="card {esc(kind)}" {attributes}>{head}{body}</section>')


def step(title: str, lead: str = "") -> Html:
    """The head of a part of a tab that holds components."""
    lead = f"<p>{esc(lead)}</p>" if lead else ""
    head = f"<h2>{esc(title)}</h2>" if title else ""
    return Html(f'<header class="step">{head}{lead}</header>')


def lead(said: str) -> Html:
    """What a part of a tab is for."""
    return Html(f'<section class="intro"><p>{esc(said)}</p></section>')


def label_mark(label: str) -> Html:
    """A class with its colour; the name stands beside it."""
    return Html(
        f'<span class="label-mark" data-class="{esc(label)}"><i class="dot" aria-hidden="true"></i>'
        f"{esc(say.class_name(label))}</span>"
    )


def scroll(body: Html, label: str) -> Html:
    """A part that scrolls inside its panel; reachable by keyboard, as it must be to be scrolled."""
    return Html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(label)}">{body}</div>'
    )


def fine(sentence: str) -> Html:
    """In small letters; "" for nothing to say."""
    return Html(f'<p class="fine">{esc(sentence)}</p>' if sentence else "")


def folded(title: str, body: Html) -> Html:
    return Html(f"<details><summary>{esc(title)}</summary>{body}</details>")


def sourced(line: str, rest: Html) -> Html:
    """Where numbers come from in one line; the rest behind "Source"."""
    return Html(
        f'<details class="source"><summary><span>{esc(line)}</span> <u>{esc(say.SOURCE)}</u>'
        f"</summary>{rest}</details>"
    )


def tiles(told: Iterable[tuple[str, str]], ids: Iterable[str] = ()) -> Html:
    """Numbers large, each with its word. ids: of the numbers."""
    named = chain((f' id="{esc(name)}"' for name in ids), repeat(""))
    shown = "".join(
        f'<div class="tile"><b{name}>{esc(number)}</b><span>{esc(said)}</span></div>'
        for (number, said), name in zip(told, named, strict=False)
    )
    return Html(f'<div class="tiles">{shown}</div>')


def notes(sentences: Iterable[str]) -> Html:
    items = "".join(f'<li dir="auto">{esc(s)}</li>' for s in sentences)
    return Html(f'<ul class="notes">{items}</ul>' if items else "")


def switch(name: str, options: dict[str, str], chosen: str, label: str) -> Html:
    """A group of buttons that set `data-NAME` of the panel (page.js)."""
    buttons = "".join(
        f'<button type="button" data-set="{esc(name)}" data-to="{esc(value)}" '
        f'aria-pressed="{str(value == chosen).lower()}">{esc(words)}</button>'
        for value, words in options.items()
    )
    return Html(f'<div class="switch" role="group" aria-label="{esc(label)}">{buttons}</div>')


def later(place: int) -> Html:
    """Of a button in a group with `data-arrows`: the first alone is a stop of the tab key."""
    return Html(' tabindex="-1"' if place else "")


def bar(share: float, kind: str = "") -> Html:
    """A bar of `share` (0 to 1) of its room; the number stands beside it, not in it."""
    width = 100 * min(max(share, 0.0), 1.0)
    fill = f'<i style="width:{width:.1f}%"></i>'
    return Html(f'<span class="bar {esc(kind)}" aria-hidden="true">{fill}</span>')


def picture_data(image: Image.Image) -> str:
    """A picture as a data address, so that no file of it is kept. JPEG, without metadata."""
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def failure(sentence: str) -> Html:
    body = f'<h3>{esc(say.NOT_READY)}</h3><p dir="auto">{esc(sentence)}</p>'
    return card(Html(f'<div role="alert">{body}</div>'), kind="failure")
