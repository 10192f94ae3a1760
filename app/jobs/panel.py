"""A visitor's jobs of one kind on the page: the one that is shown with its buttons, and the list.

A job is a process of its own: the page only looks at it, so closing or reloading the page loses
nothing. A feature says what is to be read in the box, and adds its result and its own buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Literal
from weakref import WeakKeyDictionary

import gradio as gr

from app.jobs import history as views
from app.jobs import words
from app.jobs.engine import Engine
from app.jobs.kind import (  # fmt: skip
    ACTIVE,
    DISCARD,
    GO,
    GOES_ON,
    KEEP,
    PAUSE,
    STOP,
    Info,
    Live,
    P,
    S,
)
from app.models.requests import Refused
from app.page.html import Html
from app.page.wiring import (
    LIGHT,
    Dependency,
    Updates,
    on_file,
    on_load,
    page_being_built,
    served_folder,
)

TICK = 1.0  # s
RESUME = "resume"
VISIBLE = {
    PAUSE: ("running",),
    GO: ("paused",),
    STOP: ("starting", "running"),
    KEEP: ("running", "paused"),
    DISCARD: ("starting", "running", "paused", "lost", "failed"),
    RESUME: GOES_ON,
}
"""Buttons, in their order, and the states in which each is there."""
VARIANTS: dict[str, Literal["primary", "stop"]] = {
    GO: "primary",
    RESUME: "primary",
    DISCARD: "stop",
}
_BUILT: WeakKeyDictionary[gr.Blocks, list[Panel[Any, Any]]] = WeakKeyDictionary()
SHOW = "() => document.getElementById('{name}').scrollIntoView({{behavior: lfdrt.motion}})"


@dataclass(frozen=True)
class Seen:
    """What a page shows already. drawn: of the job, in the feature's own terms."""

    job: str = ""
    state: str = ""
    name: str = ""
    drawn: Any = None


NOTHING_SEEN = Seen()


@dataclass(frozen=True, kw_only=True)
class Shows(Generic[S, P]):
    """What a feature says of its jobs. prefix: of the elements' ids; the others are what ids end
    in. head: the box; nothing: what stands there where no job is shown. about: a line of the list;
    acts: its buttons beside Open and Delete. listed: below the list. usable: whether there is a
    result to take away; export: packs it into a folder."""

    prefix: str
    list_id: str = "mine"
    name_id: str = "name"
    pack_id: str = "download"
    head: Callable[[Live[S, P]], Html]
    nothing: Html = Html("")
    about: Callable[[Info[S]], str]
    acts: Callable[[Info[S]], Sequence[tuple[str, str]]] = lambda info: ()
    listed: Callable[[Sequence[Info[S]]], Html] = lambda infos: Html("")
    usable: Callable[[Live[S, P]], bool]
    export: Callable[[str, str, Path], Path]


@dataclass(kw_only=True)
class Adds(Generic[S, P]):
    """What a feature does besides. opens: what has to be open for the job to be seen. entered: what
    changes with a job's state, None: none is shown; followed: what changes at every look, from
    what is drawn already to what is then; shown: the components of both. acts: of its buttons in
    the list; gone: of a deleted job, after its id and owner with the values of `inputs`; both
    change `acting` too."""

    opens: Updates = field(default_factory=dict)
    entered: Callable[[Live[S, P] | None, str], Updates] = lambda live, owner: {}
    followed: Callable[[Live[S, P], Any], tuple[Updates, Any]] = lambda live, drawn: ({}, drawn)
    shown: list[Any] = field(default_factory=list)
    acts: dict[str, Callable[[str, str], Updates]] = field(default_factory=dict)
    acting: list[Any] = field(default_factory=list)
    gone: Callable[..., Updates] = lambda run, owner: {}
    inputs: list[Any] = field(default_factory=list)
    wiring: dict[str, Any] = field(default_factory=lambda: LIGHT)


class Panel(Generic[S, P]):
    """Its parts are built where the feature wants them, then wired; holds nothing of any visitor.
    run: the job that is shown. seen: what the page shows of it. listing: what the list tells of, so
    that another look knows whether it still is so."""

    notice: gr.HTML
    head: gr.HTML
    history: gr.HTML
    actions: gr.Row

    def __init__(self, jobs: Engine[S, P], owner: gr.BrowserState, shows: Shows[S, P]) -> None:
        self.jobs, self.owner, self._shows = jobs, owner, shows
        self._said, self._adds = jobs.kind.words, Adds[S, P]()
        self.run, self._seen, self._listing = gr.State(""), gr.State(NOTHING_SEEN), gr.State("")
        self._timer = gr.Timer(TICK, active=False)
        self._buttons: dict[str, gr.Button] = {}
        self._naming: tuple[gr.Textbox, gr.Button] | None = None

    def build_notice(self) -> None:
        self.notice = gr.HTML("", elem_id=self.id_of("notice"))

    @contextmanager
    def build_box(self) -> Iterator[None]:
        """The job that is shown; what is built inside comes and goes with it."""
        shows = self._shows
        with gr.Column(visible=bool(shows.nothing)) as self._box:
            self.head = gr.HTML(shows.nothing, elem_id=self.id_of("head"))
            with gr.Row(elem_classes="run-actions"):
                said = self._said.buttons
                for word in (word for word in VISIBLE if word in said):
                    self._buttons[word] = gr.Button(
                        said[word],
                        variant=VARIANTS.get(word, "secondary"),
                        visible=False,
                        min_width=120,
                        elem_id=self.id_of(word),
                    )
            yield

    @contextmanager
    def build_actions(self, *, named: bool) -> Iterator[None]:
        """What can be done with a result: its name, where `named`, what the feature builds inside,
        and the download."""
        shows = self._shows
        kind = "inputs actions" if named else "run-actions"
        with gr.Row(visible=False, elem_classes=kind) as self.actions:
            if named:
                box = gr.Textbox(label=words.NAME, max_length=120, scale=3, min_width=180,
                                 elem_id=self.id_of(shows.name_id))  # fmt: skip
                save = gr.Button(words.SAVE_NAME, min_width=90, elem_id=self.id_of("save-name"))
                self._naming = box, save
            yield
            self._pack = gr.Button(
                self._said.download, min_width=120, elem_id=self.id_of(shows.pack_id)
            )
            self._file = gr.DownloadButton(
                self._said.save_file, visible=False, elem_id=self.id_of("file")
            )

    def build_list(self) -> None:
        self.history = gr.HTML(
            views.history(self._said, []),
            js_on_load=views.ON_LOAD,
            elem_id=self.id_of(self._shows.list_id),
        )

    def id_of(self, name: str) -> str:
        return f"{self._shows.prefix}-{name}"

    def wire(self, adds: Adds[S, P]) -> Dependency:
        """Once everything is built. Returns what happens when the page is loaded."""
        self._adds = adds
        _BUILT.setdefault(page_being_built(), []).append(self)
        of, shown = [self.run, self.owner], self.outputs
        for word, button in self._buttons.items():
            inputs = [*of, self._seen]
            button.click(self._say(word), inputs, [self.notice, *shown], **LIGHT)
        self._timer.tick(self.shown, [*of, self._seen], shown, **LIGHT)
        outputs = [self.notice, self.run, *shown, *adds.acting]
        self.history.click(self._acted, [*of, self._seen, *adds.inputs], outputs, **adds.wiring)
        on_file(self._pack.click, self._packed, of, self._file, [self.notice])
        if self._naming is not None:
            name, save = self._naming
            save.click(self._renamed, [*of, name], [self.notice, *shown], **LIGHT)
        return on_load(self._arrived, self.owner, [self.run, *shown])

    def wire_start(
        self,
        event: Callable[..., Dependency],
        start: Callable[..., str],
        inputs: Sequence[Any],
        cleared: Updates | None = None,
        show: str = "head",
    ) -> Dependency:
        """start: the new job's id, from the owner and the inputs; Refused is a sentence in the
        notice. cleared: what changes besides. show: the end of the id of what is scrolled to."""
        cleared = cleared or {}

        def started(owner: str, *given: Any) -> Updates:
            try:
                run = start(owner, *given)
            except Refused as why:
                return {self.notice: views.refused(str(why))}
            return {self.notice: "", **cleared, self.run: run, **self.shown(run, owner)}

        outputs = [self.notice, self.run, *cleared, *self.outputs]
        done = event(started, [self.owner, *inputs], outputs, **LIGHT)
        shown: Dependency = done.success(
            None, js=SHOW.format(name=self.id_of(show)), api_visibility="private"
        )
        return shown

    @property
    def opens(self) -> Updates:
        return self._adds.opens

    @property
    def outputs(self) -> list[Any]:
        """What a look at a job may change."""
        name = [self._naming[0]] if self._naming is not None else []
        own = [self._box, self.head, *self._buttons.values(), self.actions, *name, self._file,
               self.history, self._listing, self._seen, self._timer]  # fmt: skip
        return own + [one for one in self._adds.shown if one not in own]

    def shown(
        self, run: str, owner: str, seen: Seen = NOTHING_SEEN, *, changed: bool = False
    ) -> Updates:
        """The job as it stands; what is seen already stays, and so does the name that is being
        typed unless it was changed. changed: something was, with the job in its state."""
        live = self._live(run, owner)
        if live is None:
            nothing: Updates = {self.head: self._shows.nothing, self._seen: NOTHING_SEEN}
            return nothing | self._entered(None, run, owner) | self._named("")
        info = live.info
        more, drawn = self._adds.followed(live, seen.drawn if seen.job == run else None)
        now = Seen(run, info.shown, info.name, drawn)
        made = {self.head: self._shows.head(live), self._seen: now, **more}
        if (now.job, now.name) != (seen.job, seen.name):
            made |= self._named(now.name)
        elif now.state == seen.state and not changed:
            return made
        return made | self._entered(live, run, owner)

    def _named(self, name: str) -> Updates:
        return {} if self._naming is None else {self._naming[0]: name}

    @property
    def looked_at(self) -> list[Any]:
        """What `refreshed` takes after the owner."""
        return [self.run, self._seen, self._listing]

    def told_of(self, owner: str) -> str:
        """All that the list tells of a visitor's jobs, which another of its tabs may change."""
        return _told(*self._found(owner))

    def refreshed(self, owner: str, run: str, seen: Seen, listing: str) -> Updates:
        """The same after something was begun, named, ended or deleted elsewhere."""
        if self.told_of(owner) == listing:
            return {self._listing: listing}
        if self._live(run, owner) is None:  # gone, or there was none
            at_work = (info.id for info in self.jobs.history(owner) if info.state in ACTIVE)
            run = next(at_work, "")
        return {self.run: run, **self.shown(run, owner, seen, changed=True)}

    def _live(self, run: str, owner: str) -> Live[S, P] | None:
        """None: there is no such job (any more)."""
        try:
            return self.jobs.live(run, owner) if run else None
        except Refused:
            return None

    def _entered(self, live: Live[S, P] | None, run: str, owner: str) -> Updates:
        """What changes with a job's state, and not with its steps."""
        state = "" if live is None else live.info.state
        infos, damaged = self._found(owner)
        made: Updates = {
            self._box: gr.Column(visible=live is not None or bool(self._shows.nothing)),
            self._timer: gr.Timer(active=live is not None and live.active),
            self.actions: gr.Row(visible=live is not None and self._shows.usable(live)),
            self._file: gr.DownloadButton(visible=False),
            self.history: self._listed(run, infos, damaged),
            self._listing: _told(infos, damaged),
        }
        for word, button in self._buttons.items():
            made[button] = gr.Button(visible=state in VISIBLE[word])
        return made | self._adds.entered(live, owner)

    def _found(self, owner: str) -> tuple[Sequence[Info[S]], list[str]]:
        """What the list tells of: the visitor's jobs, and the ids of those that cannot be read."""
        damaged = self.jobs.store.damaged(owner)
        return self.jobs.history(owner), [folder.id for folder in damaged]

    def _listed(self, run: str, infos: Sequence[Info[S]], damaged: Sequence[str]) -> Html:
        shows = self._shows
        entries = [
            views.entry(
                info, self._said, shows.about(info), shows.acts(info), current=info.id == run
            )
            for info in infos
        ]
        entries += [views.damaged(one, self._said) for one in damaged]
        return views.history(self._said, entries) + shows.listed(infos)

    def _say(self, word: str) -> Callable[[str, str, Seen], Updates]:
        def said(run: str, owner: str, seen: Seen) -> Updates:
            try:
                if word == RESUME:
                    self.jobs.resume(run, owner)
                else:
                    self.jobs.say(run, owner, word)
            except Refused as why:
                return {self.notice: views.refused(str(why))}
            return {self.notice: "", **self.shown(run, owner, seen, changed=True)}

        return said

    def _arrived(self, owner: str) -> Updates:
        """After a load of the page: one that goes on, else what ended last."""
        infos = self.jobs.history(owner)
        at_work = [info for info in infos if info.state in ACTIVE]
        run = next((info.id for info in (*at_work, *infos)), "")
        return {self.run: run, **self.shown(run, owner)}

    def _acted(self, event: gr.EventData, run: str, owner: str, seen: Seen, *more: Any) -> Updates:
        """A button of the list; one that is not known does nothing."""
        chosen, act = str(getattr(event, "run", "")), str(getattr(event, "act", ""))
        if act == "delete":
            return self._deleted(chosen, run, owner, seen, *more)
        if act not in ("open", *self._adds.acts):
            return {self.notice: ""}
        own = self._adds.acts[act](chosen, owner) if act in self._adds.acts else {}
        opened = self.shown(chosen, owner, replace(seen, drawn=None), changed=True)
        return {self.notice: "", self.run: chosen, **opened, **own}

    def _deleted(self, chosen: str, run: str, owner: str, seen: Seen, *more: Any) -> Updates:
        try:
            self.jobs.delete(chosen, owner)
        except Refused as why:
            return {self.notice: views.refused(str(why))}
        left = "" if chosen == run else run
        kept = self.shown(left, owner, seen, changed=True)
        return {self.notice: "", self.run: left, **kept} | self._adds.gone(chosen, owner, *more)

    def _renamed(self, run: str, owner: str, name: str) -> Updates:
        try:
            self.jobs.rename(run, owner, name)
        except Refused as why:
            return {self.notice: views.refused(str(why))}
        return {self.notice: "", **self.shown(run, owner)}

    def _packed(self, run: str, owner: str) -> Updates:
        try:
            path = self._shows.export(run, owner, served_folder())
        except Refused as why:
            return {self.notice: views.refused(str(why))}
        return {self._file: gr.DownloadButton(value=str(path), visible=True)}


def _told(infos: Sequence[Info[Any]], damaged: Sequence[str]) -> str:
    return "\n".join([*(f"{info.id} {info.shown} {info.name}" for info in infos), *sorted(damaged)])


def panels() -> list[Panel[Any, Any]]:
    """Those that were wired on the page that is being built."""
    return _BUILT.get(page_being_built(), [])
