"""The page: header, tabs, and the timer that follows the model while it loads."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.about import tab as about
from app.api import calls
from app.api.pace import Pace
from app.atlas import tab as atlas
from app.families import tab as families
from app.families.kind import STUDY
from app.families.layers import bundled
from app.finetune import tab as finetune
from app.finetune.kind import TRAINING
from app.finetune.teach.kind import TEACHING
from app.jobs.badge import Badge
from app.jobs.engine import Engines
from app.jobs.store import browser_secret
from app.kiosk import page as kiosk_events
from app.kiosk.kiosk import Kiosk
from app.models.requests import Loaded
from app.models.service import Service
from app.models.shelf import Status
from app.page import say, speech
from app.page.html import Html, esc
from app.page.sharing import Links, control
from app.page.wiring import LIGHT, Page, drop_closed
from app.paper import tab as paper
from app.predict import side_tab, speaker
from app.predict import tab as predict
from app.predict.parts import read_examples
from app.recordings import tab as recorded
from app.recordings.kind import RECORDING
from app.recordings.recordings import Recordings
from app.table import tab as table
from app.table.kind import TABLE

TICK = 0.5  # s
PLACES: dict[str, tuple[str | None, ...]] = {
    "one": ("predict", "one", None),
    "table": ("predict", "table", None),
    "side": ("predict", "side", None),
    "finetune": ("finetune", None, None),
    "recorded": ("benchmark", None, "recorded"),
    "paper": ("benchmark", None, "paper"),
    "languages": ("languages", None, None),
    "families": ("families", None, None),
    "about": ("about", None, None),
}
"""Of each tab, what is selected to get there: of the whole page, of Predict, of Benchmark."""


def build(
    service: Service,
    jobs: Engines,
    recordings: Recordings,
    kiosk: Kiosk | None = None,
) -> Page:
    """The whole page; nothing of it waits for the model. kiosk: where strangers use it."""
    page = _build(service, jobs, recordings, kiosk)
    page.anew = lambda: _build(service, jobs, recordings, kiosk)
    return page


def _build(service: Service, jobs: Engines, recordings: Recordings, kiosk: Kiosk | None) -> Page:
    """In the current language."""
    examples, links = read_examples(), Links()
    with Page(
        title=say.TITLE, analytics_enabled=False, delete_cache=(3600, 86400), fill_width=True
    ) as page:
        over = None if kiosk is None else kiosk_events.start_over(kiosk.idle, kiosk.apart)
        with gr.Row(elem_id="head"):
            gr.HTML(header(), elem_id="header")
            state = gr.HTML(pill(service.status, None), elem_id="model-state")
            speaks, badge = speaker.build(), Badge()
            more = control() if over is None else over
            gr.HTML(Html(f"{more}{languages()}{theme()}"), elem_id="head-buttons")
        owner = gr.BrowserState(
            "", storage_key="lfdrt-owner", secret=browser_secret(jobs.machine.runs)
        )
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab(predict.words.TAB, id="predict"):
                with gr.Tabs(elem_id="predict-parts") as predict_parts:
                    with gr.Tab(predict.words.ONE, id="one", elem_id="place-one"):
                        asked = predict.build(service, examples, links)
                    with gr.Tab(table.words.TAB, id="table", elem_id="place-table"):
                        table_models = table.build(
                            service, jobs.of(TABLE), owner, lambda visitor: tuning.tuned(visitor)
                        )
                    with gr.Tab(side_tab.said.TAB, id="side", elem_id="place-side"):
                        side_models = side_tab.build(service, links)
            with gr.Tab(finetune.words.TAB, id="finetune", elem_id="place-finetune"):
                tuning = finetune.build(service, jobs.of(TRAINING), jobs.of(TEACHING), owner)
            with gr.Tab(say.TAB_BENCHMARK, id="benchmark"):
                with gr.Tabs(elem_id="benchmark-parts") as benchmark_parts:
                    with gr.Tab(recorded.words.TAB, id="recorded", elem_id="place-recorded"):
                        recordable = recorded.build(service, recordings, owner, tuning.tuned, links)
                    with gr.Tab(paper.words.TAB, id="paper", elem_id="place-paper"):
                        paper.build(service.folder, links)
            with gr.Tab(say.TAB_LANGUAGES, id="languages", elem_id="place-languages"):
                chosen = atlas.build(service, lambda: bundled(service.folder))
            with gr.Tab(families.words.TAB, id="families", elem_id="place-families"):
                studied = families.build(
                    service, jobs.of(STUDY), owner, tuning.tuned, recordings.data, links
                )
            with gr.Tab(say.TAB_ABOUT, id="about", elem_id="place-about"):
                card = about.build()
        if kiosk is not None:
            gr.HTML(kiosk_events.codes(kiosk.codes), elem_id="kiosk-codes")
        timer = gr.Timer(TICK)

        def look() -> tuple[str, Any, Any]:
            status, loaded = service.status, service.loaded
            if not status.over:
                return pill(status, None), gr.skip(), gr.skip()
            return (
                pill(status, loaded),
                about.checkpoint(loaded, status.failure),
                gr.Timer(active=False),
            )

        gr.on([page.load, timer.tick], look, None, [state, card, timer], **LIGHT)
        page.unload(lambda: drop_closed(page))
        if not jobs.machine.single_user:
            page.load(lambda known: known or secrets.token_hex(16), owner, owner, **LIGHT)
        places = {
            TABLE.folder: {tabs: "predict", predict_parts: "table"},
            TEACHING.folder: {tabs: "finetune", tuning.tabs: "teach"},
            TRAINING.folder: {tabs: "finetune", tuning.tabs: "rethink"},
            RECORDING.folder: {tabs: "benchmark", benchmark_parts: "recorded"},
            STUDY.folder: {tabs: "families"},
        }
        badge.wire(jobs, owner, places)
        speaker.wire(service, speaks, asked.model)
        others = [recordable, table_models, studied, side_models]
        _wire_models(service, tuning, asked.model, others, tabs, owner)
        chosen.use.click(
            lambda code: (code, gr.Tabs(selected="predict")),
            chosen.code,
            [asked.language, tabs],
            **LIGHT,
        ).then(None, js="() => scrollTo(0, 0)", api_visibility="private")
        calls.build(service, None if kiosk is None else Pace())
        if kiosk is not None:
            kiosk_events.wire(kiosk, owner)
        else:
            links.wire([tabs, predict_parts, benchmark_parts], PLACES)
    return page


def _wire_models(
    service: Service,
    tuning: finetune.Finetune,
    models: gr.Dropdown,
    others: Sequence[gr.Dropdown],
    tabs: gr.Tabs,
    owner: gr.BrowserState,
) -> None:
    """Tuned models among those of the Predict tab, and of other lists of models."""

    def listed(owner: str, chosen: str | None) -> gr.Dropdown:
        return predict.models(service, tuning.tuned(owner), chosen)

    def use(owner: str, run: str) -> tuple[gr.Dropdown, gr.Tabs]:
        used = predict.models(service, tuning.tuned(owner), run, choose=True)
        return used, gr.Tabs(selected="predict")

    for way in tuning.ways:
        for box in (models, *others):
            way.history.change(listed, [owner, box], box, **LIGHT)
        way.use.click(use, [owner, way.run], [models, tabs], **LIGHT).then(
            None, js="() => scrollTo(0, 0)", api_visibility="private"
        )


def header() -> Html:
    skip = (
        f'<a class="skip" href="#text" data-skip="predict" '
        f'data-tab-name="{esc(predict.words.TAB)}">{esc(say.SKIP)}</a>'
    )
    return Html(
        f'{skip}<header class="masthead"><h1>{esc(say.TITLE)}</h1><p>{esc(say.TAGLINE)}</p>'
        '</header><p class="share-said" role="status"></p>'
        '<p class="aloud" role="status" aria-atomic="true"></p>'
    )


def theme() -> Html:
    said = esc(say.THEME_BUTTON)
    return Html(
        f'<button type="button" class="theme" data-theme-switch aria-label="{said}"'
        f' title="{said}">◐</button>'
    )


def languages() -> Html:
    """The chooser of the page's language (language.js), each by its own name."""
    chosen, said = speech.current(), esc(say.PAGE_LANGUAGE)
    offered = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == chosen else ""}>{esc(name)}'
        "</option>"
        for code, name in speech.LANGUAGES.items()
    )
    return Html(
        f'<select class="languages" data-page-language aria-label="{said}" '
        f'title="{esc(say.PAGE_LANGUAGE_HINT)}">{offered}</select>'
    )


def pill(status: Status, loaded: Loaded | None) -> Html:
    """Loading with its seconds, ready with checkpoint and device, or the sentence of a failure."""
    if status.phase == "failed":
        said = f"{say.PHASES['failed']}: {status.failure} {say.FAILED_NEXT}"
    elif loaded is not None:
        said = say.READY.format(name=loaded.weights.name, device=loaded.device)
    else:
        said = say.phase(status.phase, status.seconds)
    told = 'role="alert"' if status.phase == "failed" else 'data-aloud="state"'
    return Html(
        f'<p class="pill {esc(status.phase)}" {told}><i class="dot" aria-hidden="true"></i>'
        f"{esc(said)}</p>"
    )
