"""The page: header, tabs, and the timer that follows the model while it loads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app import text, text_batch, text_benchmark, text_families, text_finetune
from app.examples import read_examples
from app.jobs import Jobs
from app.jobs.recordings import Recordings
from app.jobs.table_jobs import TableJobs
from app.kiosk import Kiosk
from app.service import Service
from app.tabs import about, batch, benchmark, families, finetune, predict
from app.tabs import kiosk as kiosk_events
from app.tabs.events import LIGHT
from app.views.about import checkpoint
from app.views.header import header, pill
from app.views.kiosk import start_over

TICK = 0.5  # s


def build(
    service: Service,
    jobs: Jobs,
    recordings: Recordings,
    tables: TableJobs,
    kiosk: Kiosk | None = None,
) -> gr.Blocks:
    """The whole page; nothing of it waits for the model. kiosk: where strangers use it."""
    examples = read_examples()
    with gr.Blocks(
        title=text.TITLE, analytics_enabled=False, delete_cache=(3600, 86400), fill_width=True
    ) as page:
        button = start_over(kiosk.idle, kiosk.apart) if kiosk is not None else ""
        gr.HTML(header(button), elem_id="header")
        state = gr.HTML(pill(service.status, None), elem_id="model-state")
        owner = gr.BrowserState("", storage_key="lfdrt-owner", secret=jobs.secret)
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab(text.TAB_PREDICT, id="predict"):
                with gr.Tabs(elem_id="predict-parts"):
                    with gr.Tab(text_batch.ONE, id="one"):
                        models = predict.build(service, examples)
                    with gr.Tab(text_batch.TAB, id="table"):
                        table_models = batch.build(
                            service, tables, owner, lambda visitor: tuning.tuned(visitor)
                        )
            with gr.Tab(text_finetune.TAB, id="finetune"):
                tuning = finetune.build(service, jobs, owner)
            with gr.Tab(text_benchmark.TAB, id="benchmark"):
                recordable = benchmark.build(service, recordings, owner, tuning.tuned)
            with gr.Tab(text_families.TAB, id="families"):
                families.build(service.folder)
            with gr.Tab(text.TAB_ABOUT, id="about", elem_id="tab-about"):
                card = about.build()
        timer = gr.Timer(TICK)

        def look() -> tuple[str, Any, Any]:
            status, loaded = service.status, service.loaded
            if not status.over:
                return pill(status, None), gr.skip(), gr.skip()
            return pill(status, loaded), checkpoint(loaded, status.failure), gr.Timer(active=False)

        gr.on([page.load, timer.tick], look, None, [state, card, timer], **LIGHT)
        _wire_models(service, tuning, models, [recordable, table_models], tabs)
        if kiosk is not None:
            kiosk_events.wire(kiosk, owner)
    return page


def _wire_models(
    service: Service,
    tuning: finetune.Finetune,
    models: gr.Dropdown,
    others: Sequence[gr.Dropdown],
    tabs: gr.Tabs,
) -> None:
    """Tuned models among those of the Predict tab, and of other lists of models."""
    kept = tuning.kept

    def listed(owner: str, chosen: str | None) -> gr.Dropdown:
        return predict.models(service, tuning.tuned(owner), chosen)

    def use(owner: str, run: str) -> tuple[gr.Dropdown, gr.Tabs]:
        return listed(owner, run), gr.Tabs(selected="predict")

    for box in (models, *others):
        tuning.history.change(listed, [kept.owner, box], box, **LIGHT)
    tuning.use.click(use, [kept.owner, kept.run], [models, tabs], **LIGHT).then(
        None, js="() => scrollTo(0, 0)", api_visibility="private"
    )
