"""Many languages, a part of the Predict tab: lines of one sentence, and what comes of them side by
side.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from app.models.requests import Refused
from app.models.requests import models as models_of
from app.models.service import Service
from app.models.shelf import BASE
from app.page import say
from app.page.html import Html, esc, failure, step
from app.page.saving import cite
from app.page.sharing import Links
from app.page.wiring import ESTIMATING, LIGHT, PRIVATE
from app.predict import side, side_views
from app.predict import side_words as said
from app.predict.whatif_views import MOST_TEXT

log = logging.getLogger(__name__)


def compared(service: Service, text: str | None, key: str | None) -> Iterator[Html]:
    """What the page shows, failures included."""
    try:
        lines = side.lines(text or "")
        model = service.open(key or BASE)
        if not model.wait(0):
            yield side_views.waiting()
        whose = said.SOURCE if side.all_bundled(text or "") else said.SOURCE_OWN
        found, weights = model.side_by_side(lines)
        yield side_views.comparison(side.sides(found), cite(weights, whose))
    except Refused as refused:
        yield failure(str(refused))
    except Exception:
        log.exception("a comparison of languages failed")
        yield failure(say.UNEXPECTED)


def build(service: Service, links: Links) -> gr.Dropdown:
    """Fills the current tab. Returns the list of models."""
    bundled = list(side.sentences())
    gr.HTML(step(said.TITLE, said.LEAD))
    with gr.Column(elem_classes="inputs"):
        with gr.Row():
            sentence = gr.Dropdown(
                [*bundled, (said.OWN_LINES, "")],
                value=bundled[0],
                label=said.SENTENCE,
                filterable=False,
                elem_id="side-sentence",
            )
            languages = gr.Dropdown(
                side.names(),
                value=[*side.FIRST],
                multiselect=True,
                label=said.LANGUAGES,
                info=said.LANGUAGES_INFO,
                elem_id="side-languages",
            )
        lines = gr.Textbox(
            side.written(bundled[0], side.FIRST),
            label=said.LINES,
            info=said.LINES_INFO,
            lines=7,
            max_lines=14,
            max_length=MOST_TEXT,
            elem_id="side-lines",
        )
        note = gr.HTML(esc(said.BUNDLED), elem_id="side-note", elem_classes="hint")
        offered = models_of(service.choices())
        model = gr.Dropdown(
            offered, value=offered[0][1], label=said.MODEL_LABEL, elem_id="side-model"
        )
        go = gr.Button(said.COMPARE, variant="primary", elem_id="side-compare")
    result = gr.HTML(side_views.empty(), elem_id="side")

    def chosen(sentence: str | None, codes: Sequence[str] | None) -> Any:
        return side.written(sentence, codes or ()) if sentence else gr.skip()  # one's own stay

    gr.on([sentence.input, languages.change], chosen, [sentence, languages], lines, **LIGHT)

    def changed(text: str | None) -> tuple[Any, Html]:
        if side.all_bundled(text or ""):
            return gr.skip(), esc(said.BUNDLED)
        return "", Html("")

    lines.change(changed, lines, [sentence, note], **ESTIMATING)

    def compare(text: str | None, key: str | None) -> Iterator[Html]:
        yield from compared(service, text, key)

    go.click(
        compare,
        [lines, model],
        result,
        **{**PRIVATE, "show_progress": "minimal", "concurrency_limit": 3},
        concurrency_id="predict",
    )
    links.share("side", sentence=sentence, languages=languages, model=model, text=lines)
    links.after(chosen, [sentence, languages], lines)
    return model
