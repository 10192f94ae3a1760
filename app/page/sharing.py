"""Links to a view of the page: which boxes of a tab a link holds, the control that copies it, and
the two events that read and fill the boxes (share.js), both in the browser alone.

What stands after the # of an address is sent to no server. A text goes into a link on request
alone; pictures, and what lies on this machine alone, never do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.page import say
from app.page.html import Html, esc
from app.page.wiring import LIGHT, on_load

MEET = "Share.meet(element, trigger);"
"""gr.HTML's hook."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One box. name: in the link. values: all it may be set to; None for a text, of which there are
    at most so many characters. language: a language of the map is one of its values too."""

    tab: str
    name: str
    box: gr.components.Component
    values: tuple[Any, ...] | None
    most: int = 0
    language: bool = False

    @property
    def told(self) -> dict[str, Any]:
        many = bool(getattr(self.box, "multiselect", False))
        named = ("tab", "name", "values", "most", "language")
        return {name: getattr(self, name) for name in named} | {"many": many}


class Links:
    """Filled by the tabs as they are built, each with what it shares."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._after: list[tuple[Callable[..., Any], Any, Any, dict[str, Any]]] = []

    def share(self, tab: str, *, any_language: str = "", **boxes: gr.components.Component) -> None:
        """tab: the id of the tab, whose element is `tab-` and that id. any_language: the name of
        the box that takes any language. boxes: by their names in the link; of those that are no
        text, what they offer now is what a link may choose."""
        for name, box in boxes.items():
            self._parts.append(
                Part(
                    tab=tab,
                    name=name,
                    box=box,
                    values=_values(box),
                    most=getattr(box, "max_length", None) or 0,
                    language=name == any_language,
                )
            )

    def after(self, make: Callable[..., Any], inputs: Any, outputs: Any, **wiring: Any) -> None:
        """What follows when boxes were filled, where their `change` does not tell."""
        self._after.append((make, inputs, outputs, wiring or LIGHT))

    def wire(self, holders: Sequence[gr.Tabs], places: Mapping[str, Sequence[str | None]]) -> None:
        """In the page that is being built, when all tabs are. places: of each tab, what is selected
        in each of `holders` to get there; None: nothing."""
        boxes = [part.box for part in self._parts]
        told = {"tabs": places, "boxes": [part.told for part in self._parts], "words": say.SHARE}
        held = Html(f'<i hidden data-told="{esc(json.dumps(told))}"></i>')
        place = gr.HTML(held, js_on_load=MEET, elem_id="links")
        place.click(
            None, boxes, None, js="(...values) => Share.given(values)", api_visibility="private"
        )
        filled = place.submit(
            None, None, [*holders, *boxes], js="() => Share.restore()", api_visibility="private"
        )
        for make, inputs, outputs, wiring in self._after:
            filled = filled.then(make, inputs, outputs, **wiring)
        # when the page's other events of loading are on their way, or they would undo it
        on_load(lambda: None, None, None).then(
            None, js="() => Share.opened()", api_visibility="private"
        )


def control() -> Html:
    """The fold with the button that copies a link, for the head of the page."""
    s = say.SHARE
    return Html(
        f'<details class="share"><summary>{esc(s["share"])}</summary><div>'
        f"<p>{esc(s['about'])}</p>"
        f'<label><input type="checkbox" data-with-text> {esc(s["text"])}</label>'
        f'<button type="button" data-copy>{esc(s["copy"])}</button>'
        f'<input type="text" readonly hidden data-link dir="ltr" aria-label="{esc(s["link"])}">'
        '<p class="share-copied" role="status"></p></div></details>'
    )


def _values(box: gr.components.Component) -> tuple[Any, ...] | None:
    if isinstance(box, gr.Checkbox):
        return (True, False)
    if isinstance(box, gr.Dropdown | gr.Radio):
        return tuple(value for _, value in box.choices)
    return None
