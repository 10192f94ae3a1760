"""Gradio as this page uses it: how its events are wired, how its own parts look, and whatever of
it is not its public interface: with another version, look here alone.

Among the last a picture input that hands over the uploaded file itself: Gradio's own would decode
it first, without the limits of `lfdrt.data.images`, and its complaint about a bad file is not a
sentence for a visitor. Fonts of the system and of served.py only, so that the browser asks no other
host for anything.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context, LocalContext
from gradio.data_classes import ImageData
from gradio.events import Dependency
from gradio.utils import get_upload_folder

from app.page import served, speech

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.state_holder import SessionState

__all__ = ["Dependency"]

log = logging.getLogger(__name__)

UPLOAD, FILE = "/gradio_api/upload", "/gradio_api/file="
"""Addresses of the server: where uploads go, and what a served file's begins with."""


def _request_of_event() -> Mapping[str, Any] | None:
    visit = LocalContext.request.get(None)
    return getattr(getattr(visit, "request", None), "scope", None)


speech.of_event = _request_of_event
TRIES = 5
"""Handlers that make a part of the page while it is built anew would add it there."""


class Page(gr.Blocks):
    """A page that every visitor gets in the language of the request. It is built once more in each
    language, when that is first asked for, and only what its components show is taken from there:
    events and their numbers stay those of the one page that runs. anew: builds it; before it is
    set, all is English."""

    anew: Callable[[], Page] | None = None

    def __init__(self, **settings: Any) -> None:
        self._shown: dict[str, dict[str, Any]] = {}
        self._building = threading.Lock()
        super().__init__(**settings)

    @property  # type: ignore[override]  # an attribute of gr.Blocks
    def config(self) -> dict[str, Any]:
        language = speech.current()
        if language == speech.ENGLISH or self.anew is None:
            return self._english
        with self._building:
            if language not in self._shown and (made := self._translated(self.anew)):
                self._shown[language] = made
            return self._shown.get(language, self._english)

    @config.setter
    def config(self, made: dict[str, Any]) -> None:
        self._english = made
        self._shown.clear()

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        """Without what Gradio keeps of it for links of its own kind: every part that an event
        builds anew under one more number, with all that it shows, for as long as the page is
        open (0.7 MB a prediction), and what its boxes hold."""
        shown = await super().postprocess_data(block_fn, predictions, state)
        if state is not None:
            for held in (state.config_values, state.blocks_config.blocks):
                for number in held.keys() - self.blocks.keys():
                    held.pop(number, None)
            for part in (*block_fn.inputs, *block_fn.outputs):
                state.config_values.get(part._id, {}).get("props", {}).pop("value", None)
        return shown

    def _translated(self, anew: Callable[[], Page]) -> dict[str, Any] | None:
        parts = self._english["components"]
        for _ in range(TRIES):
            own = anew()._english["components"]
            if [one["type"] for one in own] == [one["type"] for one in parts]:
                told = zip(parts, own, strict=True)
                return {
                    **self._english,
                    "components": [english | {"props": one["props"]} for english, one in told],
                }
        log.warning("the page was not built alike in %s; English is shown", speech.current())
        return None


def session_dropper(page: gr.Blocks) -> Callable[[str], None]:
    """What drops a session's states and the values that were set in its page, which Gradio itself
    keeps for an hour and more. Only once the page is launched."""
    held = page.state_holder

    def drop(session: str) -> None:
        with held.lock:
            held.session_data.pop(session, None)
            held.time_last_used.pop(session, None)

    return drop


CLOSED_FOR = timedelta(minutes=10)
"""After which a closed page is gone for good: one that only lost its connection is back by then, or
is asked for its answer anew."""
CLOSED = 20
"""Most of the closed ones that are kept, those that were used last: each holds 1 MB."""
SESSIONS = 1000
"""Most that are kept, each with the page's settings: 1 MB."""


def drop_closed(page: gr.Blocks) -> None:
    """Sessions of pages that were closed, whenever another one is: Gradio keeps 10,000 of them."""
    drop, held = session_dropper(page), page.state_holder
    before, closed = datetime.now() - CLOSED_FOR, []
    for session, used in list(held.time_last_used.items()):
        kept = held.session_data.get(session)
        if kept is None or (kept.is_closed and used < before):
            drop(session)
        elif kept.is_closed:
            closed.append((used, session))
    for _, session in sorted(closed)[:-CLOSED]:
        drop(session)


def _unread(self: gr.Image, payload: ImageData | None) -> Any:
    if payload is None or payload.path is None:  # nothing, or a camera's data address
        return gr.Image.preprocess(self, payload)
    return payload.path


# A class, since Gradio builds a component anew from its class whenever an event updates it. Made by
# `type.__new__`, since a class statement would have Gradio write a `.pyi` file beside this one.
# `is_template` gives it gr.Image's front end.
_PictureInput = type.__new__(
    type(gr.Image),
    "PictureInput",
    (gr.Image,),
    {"preprocess": _unread, "is_template": True, "__module__": __name__},
)


def picture_input(**settings: Any) -> gr.Image:
    """A gr.Image whose value in Python is the path of the visitor's file, unread."""
    return _PictureInput(type="filepath", **settings)


PRIVATE: dict[str, Any] = {"api_visibility": "private", "queue": True}
"""No event is part of a public interface."""
LIGHT: dict[str, Any] = {**PRIVATE, "show_progress": "hidden", "concurrency_limit": None}
"""For what takes milliseconds: any number at once, and no sign that something is going on."""
READING: dict[str, Any] = {
    **PRIVATE,
    "show_progress": "hidden",
    "concurrency_limit": 2,
    "trigger_mode": "always_last",
}
"""For a visitor's files, which may take seconds: two at once."""
VISITORS = 10_000


ASKED = "x-lfdrt-asked"
"""In which place of the page's requests one was sent (page.js): they may arrive, and their handlers
begin, in another order."""
PATIENCE = 60.0
"""Seconds that an answer waits until what an older one told is sent; for one that was given up."""


class Turn:
    """One of a visitor's requests."""

    def __init__(self, place: float, live: Callable[[Turn], bool], telling: threading.Lock) -> None:
        self.place, self._live, self._telling = place, live, telling

    def live(self) -> bool:
        """It still is the newest."""
        return self._live(self)

    @contextmanager
    def telling(self) -> Iterator[bool]:
        """Around a `yield` of an event's handler: whether this may be told. What an older request
        told is sent by then: Gradio goes on with a handler when it has sent what that yielded, and
        a picture takes longer than a word."""
        held = self._telling.acquire(timeout=PATIENCE)
        try:
            yield self.live()
        finally:
            if held:
                self._telling.release()


class Newest:
    """Of each visitor's requests the newest alone is answered: the last one wins, whatever was
    still being computed, and no click is lost."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._newest: OrderedDict[str, Turn] = OrderedDict()

    def begin(self, visit: gr.Request) -> Turn:
        """A new request, the newest unless its page has sent a later one."""
        session = visit.session_hash or ""
        with self._guard:
            before = self._newest.get(session)
            place = _place(visit)
            if place is None:
                place = before.place if before else 0.0
            turn = Turn(
                place,
                lambda one: self._newest.get(session) is one,
                before._telling if before else threading.Lock(),
            )
            if before is None or place >= before.place:
                self._newest[session] = turn
                self._newest.move_to_end(session)
            while len(self._newest) > VISITORS:
                self._newest.popitem(last=False)
        return turn

    def now(self, visit: gr.Request) -> Callable[[], bool]:
        """Whether the request that was begun last still is the newest: for what is added to its
        answer."""
        session = visit.session_hash or ""
        turn = self._newest.get(session)
        return lambda: self._newest.get(session) is turn


def _place(visit: gr.Request) -> float | None:
    try:
        place = float(visit.headers[ASKED])
    except (KeyError, ValueError):  # another program's, or made up
        return None
    return place if math.isfinite(place) else None


Updates = dict[Any, Any]
"""What a handler gives back: new values or properties by component."""
ESTIMATING: dict[str, Any] = {**LIGHT, "trigger_mode": "always_last"}
"""The last of several changes is the one that must be told; by default it would be dropped."""
NEWEST = """trigger = ((send, told) => (event, data) => {
  for (const name of Object.keys(told)) delete told[name];
  send(event, Object.assign(told, data));
})(trigger, {});
"""
"""Before the script of a gr.HTML whose events go with "always_last": what Gradio sends at the end
is the call that it was told of first, so all calls share what they tell."""
_SAVE = """(file) => {
  if (!file) return;
  const link = document.createElement("a");
  link.href = file.url;
  link.download = file.orig_name;
  link.click();
}"""


def on_file(
    event: Callable[..., Dependency],
    make: Callable[..., Updates],
    inputs: Any,
    file: gr.DownloadButton,
    others: list[Any],
) -> Dependency:
    """What `make` puts into `file` is saved by the browser at once: from the value itself, since
    the button may be drawn later, or be hidden again before. Without one nothing is saved, an
    earlier file neither. others: what else `make` may change."""

    def made(*given: Any) -> Updates:
        return {file: gr.DownloadButton(value=None, visible=False), **make(*given)}

    done = event(made, inputs, [file, *others], **PRIVATE)
    saved: Dependency = done.success(None, file, js=_SAVE, api_visibility="private")
    return saved


def on_load(make: Callable[..., Any], inputs: Any, outputs: Any, **wiring: Any) -> Dependency:
    """Whenever the page that is being built is loaded. A callable as a component's value would run
    at building too, and the start would wait for it."""
    return page_being_built().load(make, inputs, outputs, **(wiring or LIGHT))


def on_first_sight() -> Callable[..., Dependency]:
    """The event that the tab that is being built is looked at first since the page was loaded, for
    what nobody waits for who looks at another: its charts would take their time from the model."""
    seen = gr.State(False)
    gr.on([tab.select for tab in _tabs_around()], lambda: True, None, seen, **LIGHT)
    return seen.change


def _tabs_around() -> list[gr.Tab]:
    found, block = [], Context.block
    while block is not None:
        found += [block] if isinstance(block, gr.Tab) else []
        block = block.parent
    return found


def page_being_built() -> gr.Blocks:
    if Context.root_block is None:
        raise RuntimeError("no page is being built")
    return Context.root_block


def served_folder() -> Path:
    """A new one among Gradio's own served files, which it clears after a day."""
    folder = Path(get_upload_folder()) / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder


FOLDER = Path(__file__).resolve().parent
SCRIPTS = ("language.js", "page.js", "aloud.js", "lit.js", "saving.js", "share.js", "atlas.js",
           "projection.js", "mapview.js", "worldmap.js", "tree.js")  # fmt: skip
STYLES = ("page.css", "atlas.css")
FROM_THE_RIGHT = f"<style>{(FOLDER / 'rtl.css').read_text(encoding='utf-8')}</style>"
WALL = (
    "<style>@media (min-width: 2400px) { :root { zoom: 1.5 } }"
    "@media (min-width: 3200px) { :root { zoom: 2 } }</style>"
)
"""On a screen of the size of a wall everything is as large as it is far away. Apart from STYLES,
since Gradio keeps what depends on a screen's width within its own part of the page."""

SANS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "sans-serif", served.FAMILY)
MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono", "monospace", served.FAMILY)

_INK = gr.themes.Color(
    *("#f7f6f3 #efede8 #dfdcd4 #c6c2b8 #9b968b #706b62 "
      "#57534b #3d3a35 #262521 #1a1917 #121110 ink").split()
)  # fmt: skip
_TEAL = gr.themes.Color(
    *("#eef8f8 #d3eeee #a7dcdc #72c4c5 #3fa6a9 #1c888c "
      "#0b6e75 #0a585e #0b464b #0b3a3e #052125 teal").split()
)  # fmt: skip
_SETTINGS = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "body_text_color_subdued": "*neutral_500",
    "body_text_color_subdued_dark": "*neutral_400",
    "input_placeholder_color": "*neutral_500",
    "input_placeholder_color_dark": "*neutral_400",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_label_background_fill": "transparent",
    "block_label_background_fill_dark": "transparent",
    "block_label_border_width": "0px",
    "block_label_text_color": "*neutral_600",
    "block_label_text_color_dark": "*neutral_300",
    "block_title_text_color": "*neutral_700",
    "block_title_text_color_dark": "*neutral_200",
    "block_title_text_weight": "600",
    "block_info_text_color": "*neutral_500",
    "block_info_text_color_dark": "*neutral_400",
    "block_padding": "0px",
    "form_gap_width": "0px",
    "layout_gap": "16px",
    "input_background_fill": "white",
    "input_background_fill_dark": "*neutral_900",
    "input_border_color": "*neutral_300",
    "input_border_color_dark": "*neutral_700",
    "input_border_color_focus": "*primary_500",
    "input_border_color_focus_dark": "*primary_400",
    "input_border_width": "1px",
    "input_shadow_focus": "0 0 0 3px color-mix(in srgb, *primary_400 25%, transparent)",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_dark": "*primary_600",
    "button_primary_background_fill_hover_dark": "*primary_700",
    "button_primary_text_color": "white",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_dark": "transparent",
    "button_secondary_border_color": "*neutral_300",
    "button_secondary_border_color_dark": "*neutral_700",
    "button_border_width": "1px",
}
"""Flat parts without boxes of their own: the page draws the panels they lie in."""


def launch_options(css: str = "", script: str = "") -> dict[str, Any]:
    """`theme`, `css` and `head` for `launch()`, where Gradio 6 takes them, and what it may keep.
    css, script: more of each."""
    scripts = [(FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS]
    scripts += [script] if script else []
    return {
        "theme": _theme(),
        "state_session_capacity": SESSIONS,
        "css": "".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES) + css,
        "head": "".join(
            [served.LINK, WALL, FROM_THE_RIGHT, *(f"<script>{one}</script>" for one in scripts)]
        ),
    }


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=_TEAL,
        secondary_hue=_TEAL,
        neutral_hue=_INK,
        radius_size=gr.themes.sizes.radius_lg,
        font=list(SANS),
        font_mono=list(MONO),
    ).set(**_SETTINGS)
