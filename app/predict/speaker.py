"""Which model answers on the Predict tab, told in the head of every tab where it is not the one
that the app was started with, or where it expects a mix of classes; and the way back.
"""

from __future__ import annotations

import gradio as gr

from app.models.requests import Refused
from app.models.requests import model as asked
from app.models.service import Service
from app.models.shelf import BASE, Choice, mix_of
from app.page import say
from app.page.html import Html, esc
from app.page.wiring import LIGHT
from app.predict import words

ON_LOAD = """element.addEventListener('click', event => {
  if (event.target.closest('[data-back]')) trigger('click');
});"""


def build() -> gr.HTML:
    return gr.HTML("", js_on_load=ON_LOAD, elem_id="speaks")


def wire(service: Service, line: gr.HTML, model: gr.Dropdown) -> None:
    """model: the list of the Predict tab."""

    def told(key: str | None) -> Html:
        try:
            chosen = asked(service.choices([key or BASE]), key or BASE)
            return speaks(chosen, service.folder.name)
        except Refused:  # the answer says that it is gone
            return Html("")

    model.change(told, model, line, trigger_mode="always_last", **LIGHT)
    line.click(lambda: BASE, None, model, **LIGHT)


def speaks(choice: Choice, base: str) -> Html:
    """base: the name of the model that the app was started with."""
    mix = mix_of(choice.folder)
    if choice.key == BASE and not mix:
        return Html("")
    said = esc(words.SPEAKS.format(name=choice.name))
    if mix:
        shares = ", ".join(
            f"{say.class_name(label)} {say.percent(share)}" for label, share in mix.items()
        )
        said += Html(f'<span title="{esc(shares)}">{esc(words.SPEAKS_MIX)}</span>')
    back = esc(words.SPEAKS_BACK.format(name=base))
    button = "" if choice.key == BASE else f'<button type="button" data-back>{back}</button>'
    return Html(
        f'<p class="pill speaks" data-aloud="state"><i class="dot" aria-hidden="true"></i>{said}'
        f"{button}</p>"
    )
