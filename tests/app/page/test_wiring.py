"""The last of several events wins, as Gradio is used here, in a real Chromium."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import gradio as gr
import pytest
from gradio.state_holder import SessionState, StateHolder
from playwright.sync_api import Browser, expect

from app.page.wiring import CLOSED, CLOSED_FOR, ESTIMATING, NEWEST, Page, drop_closed

PRESS = """element.addEventListener('click', event => {
  if (event.target.dataset.n) trigger('click', {n: event.target.dataset.n});
});"""


class Held:
    """A page whose first answer waits until it is let go. told: what reached the server."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.begun, self.go_on = threading.Event(), threading.Event()
        with gr.Blocks() as self.page:
            numbers = "".join(f'<button data-n="{n}">press {n}</button>' for n in range(4))
            asked = gr.HTML(numbers, js_on_load=NEWEST + PRESS)
            shown = gr.HTML("", elem_id="shown")
            asked.click(self._answer, None, shown, **ESTIMATING)

    def _answer(self, event: gr.EventData) -> str:
        self.told.append(event.n)
        self.begun.set()
        assert self.go_on.wait(60)
        return f"answered {event.n}"


@pytest.fixture
def held() -> Iterator[tuple[Held, str]]:
    one = Held()
    _, address, _ = one.page.launch(prevent_thread_lock=True, quiet=True)
    yield one, address
    one.go_on.set()
    one.page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_of_several_events_the_last_is_told(held: tuple[Held, str], browser: Browser) -> None:
    """0 is being answered when 1, 2 and 3 are pressed: then 3 goes, not 0 again."""
    one, address = held
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("button", name="press 0").click()
    assert one.begun.wait(60)
    for n in (1, 2, 3):
        page.get_by_role("button", name=f"press {n}").click()
    one.go_on.set()
    expect(page.locator("#shown")).to_have_text("answered 3", timeout=60_000)
    assert one.told == ["0", "3"]
    page.close()


def whole_page(folder: Path) -> gr.Blocks:
    from app.kinds import engines
    from app.models.service import Service
    from app.recordings.kind import RECORDING
    from app.recordings.recordings import Recordings
    from app.ui import build

    jobs = engines(folder, device="cpu", single_user=True)
    jobs.open()
    return build(Service(Path("absent")), jobs, Recordings(None, jobs.of(RECORDING)))


def test_whatever_answers_the_last_event_is_told_of_the_last(tmp_path: Path) -> None:
    """On the whole page: each handler that reads its event and is called for the last one alone."""
    page = whole_page(tmp_path)
    found = [
        page.blocks[target]
        for one in page.fns.values()
        if one.trigger_mode == "always_last" and one.collects_event_data
        for target, _ in one.targets
    ]
    assert {"teach-mix", "whatif", "samples"} <= {box.elem_id for box in found}
    assert [box.elem_id for box in found if not box.js_on_load.startswith(NEWEST)] == []


def test_no_two_parts_of_the_page_have_one_id(tmp_path: Path) -> None:
    ids = [box.elem_id for box in whole_page(tmp_path).blocks.values() if box.elem_id]
    assert [one for one in set(ids) if ids.count(one) > 1] == []


def test_of_closed_pages_nothing_is_kept(tmp_path: Path) -> None:
    """Those that are open stay, however long they rest, and those whose connection is lost just
    now."""
    page = whole_page(tmp_path)
    assert any(kind == "unload" for one in page.fns.values() for _, kind in one.targets)
    held = StateHolder()
    held.set_blocks(page)
    long_ago = datetime.now() - CLOSED_FOR - timedelta(seconds=1)
    for name in ("open", "resting", "lost", "gone"):
        held[name].is_closed = name in ("lost", "gone")
        if name in ("resting", "gone"):
            held.time_last_used[name] = long_ago
    drop_closed(page)
    assert set(held.session_data) == set(held.time_last_used) == {"open", "resting", "lost"}
    for n in range(CLOSED):
        held[f"closed {n}"].is_closed = True
    drop_closed(page)
    assert set(held.session_data) == {"open", "resting", *(f"closed {n}" for n in range(CLOSED))}


def test_gradio_keeps_nothing_of_what_is_asked_and_shown() -> None:
    """A value alone, and a part that is built anew with other settings, which Gradio numbers anew
    each time."""
    with Page() as page:
        asked, shown, step = gr.Textbox(), gr.HTML(), gr.HTML()
        asked.change(
            lambda text: (f"<p>{text}</p>", gr.HTML(visible=True) if text else gr.skip()),
            asked,
            [shown, step],
        )
        asked.submit(lambda text: [f"<b>{text}</b>"] * 2, asked, [shown, step])
    state = SessionState(page)
    parts = len(state.config_values), len(state.blocks_config.blocks)

    async def asked_twice() -> None:
        for event in (0, 1, 0, 1):
            found = await page.process_api(page.fns[event], ["a secret"], state=state)
            assert "a secret" in found["data"][0]

    with ThreadPoolExecutor(1) as beside:  # the browser's loop runs in this thread
        beside.submit(asyncio.run, asked_twice()).result()
    assert (len(state.config_values), len(state.blocks_config.blocks)) == parts
    assert "a secret" not in repr(state.config_values)
