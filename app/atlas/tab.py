"""The Languages tab: the map, what is known of the language that is chosen on it, and its tree.

Map and tree draw themselves (worldmap.js, tree.js); the server is asked for the card alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import gradio as gr

from app.atlas import views, words
from app.models.requests import Refused
from app.models.service import Service
from app.page import say
from app.page.atlas import Layer, family_tree, world_map
from app.page.html import Html, card, esc
from app.page.wiring import LIGHT, READING, on_load
from lfdrt.errors import UserError
from lfdrt.glottolog import Languoid, glottolog
from lfdrt.languages import languoids, resolve

MOST_TEXT = 5_000  # characters
ON_LOAD = """const ask = detail => trigger('click', detail);
const chosen = code => code && ask({code});
document.addEventListener('atlas-chosen', event => chosen(event.detail.code));
chosen(Atlas.state.chosen); // by a link, before this was there
element.addEventListener('atlas-ask', event => ask({asked: event.detail.asked}));"""
CARD_ON_LOAD = """element.addEventListener('click', event => {
  const hit = event.target.closest('[data-language]');
  if (hit) Atlas.choose(hit.dataset.language);
});"""
SAME = """() => {
  const code = document.querySelector('#atlas-card [data-code]')?.dataset.code;
  if (code && code !== Atlas.state.chosen) Atlas.choose(code);
}"""
"""A name that the server alone knew: map and tree go to it."""
Layers = Callable[[], Sequence[Layer]]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """use: the button that takes the chosen language to where texts are read. code: its tag."""

    use: gr.Button
    code: gr.State


def build(service: Service, layers: Layers) -> Chosen:
    """Fills the current tab. layers: the numbers that are shown at languages."""
    shown = gr.HTML("", js_on_load=ON_LOAD, elem_id="atlas-map", elem_classes="atlas")
    code = gr.State("")
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320):
            about = gr.HTML(_nothing(), js_on_load=CARD_ON_LOAD, elem_id="atlas-card")
            use = gr.Button(words.USE, variant="primary", interactive=False, elem_id="atlas-use")
            with gr.Column(elem_classes="inputs"):
                text = gr.Textbox(
                    label=words.TEXT,
                    info=words.TEXT_INFO,
                    lines=2,
                    max_length=MOST_TEXT,
                    elem_id="atlas-text",
                )
                measure = gr.Button(words.MEASURE, elem_id="atlas-measure")
                counted = gr.HTML("", elem_id="atlas-counted")
        with gr.Column(scale=6, min_width=320):
            tree = gr.HTML("", elem_id="atlas-tree")
    on_load(lambda: _parts(layers()), None, [shown, tree])

    def choose(before: str, event: gr.EventData) -> tuple[Html, str, gr.Button]:
        told = getattr(event, "code", None), getattr(event, "asked", None)
        return _chosen(service, layers(), before, *told)

    # "always_last" would send what was asked before again, with its event's data
    shown.click(choose, code, [about, code, use], trigger_mode="multiple", **LIGHT).then(
        None, js=SAME, api_visibility="private"
    )
    gr.on([measure.click, text.submit], partial(_counted, service), text, counted, **READING)
    return Chosen(use=use, code=code)


def _nothing() -> Html:
    return card(Html(f"<p>{esc(words.NOTHING)}</p>"), kind="tongue")


def _parts(layers: Sequence[Layer]) -> tuple[Html, Html]:
    head = Html(f'<h2>{esc(words.TITLE)}</h2><p class="lead">{esc(words.LEAD)}</p>')
    tree = Html(f"<h2>{esc(say.TREE_TITLE)}</h2>") + family_tree("tree", layers)
    return card(head + world_map("world", layers), kind="atlas"), card(tree, kind="atlas")


def _chosen(
    service: Service, layers: Sequence[Layer], before: str, code: object, asked: object
) -> tuple[Html, str, gr.Button]:
    """The card, and the tag of the language; those of `before` stay where none is found."""
    try:
        one = _asked(code, asked)
    except UserError as error:
        said = Html(f'<p class="wrong" role="alert" dir="auto">{esc(error)}</p>')
        return card(said, kind="tongue"), before, gr.Button(interactive=bool(before))
    made = views.language_card(one, layers, _vocabulary(service, one))
    return made, one.iso3 or one.code, gr.Button(interactive=True)


def _asked(code: object, asked: object) -> Languoid:
    """UserError: it is no language."""
    if isinstance(asked, str):
        language = resolve(asked)
        found = languoids(language)
        if not found:
            raise UserError(words.NOT_ONE.format(code=language.name))
        return found[0]
    one = glottolog().find(code) if isinstance(code, str) else None
    if one is None or one.is_family:
        raise UserError(words.NOT_ONE.format(code=repr(code)[:40]))
    return one


def _vocabulary(service: Service, one: Languoid) -> str:
    from lfdrt.data.sources.sample import read_sample, sample_languages

    code = resolve(one.code).code
    if code not in sample_languages() or languoids(resolve(code))[0].code != one.code:
        return words.NO_SAMPLE
    if service.loaded is None:
        return words.LOADING
    texts = [row.text for row in read_sample(code)]
    found = views.covered(texts, service.count_tokens(texts))
    return views.said(found, words.OF_SAMPLE.format(texts=len(texts))) if found else words.NO_SAMPLE


def _counted(service: Service, text: str) -> Html:
    if not text.strip():
        return _line(words.NO_TEXT)
    try:
        found = views.covered([text], service.count_tokens([text]))
    except Refused as refused:
        return Html(f'<p class="wrong" role="alert">{esc(refused)}</p>')
    if found is None:
        return _line(words.NO_TEXT)
    of = words.OF_YOURS.format(count=found.words) if found.words else words.OF_YOURS_SPACELESS
    return _line(views.said(found, of))


def _line(sentence: str) -> Html:
    return Html(f'<p data-aloud="each">{esc(sentence)}</p>')
