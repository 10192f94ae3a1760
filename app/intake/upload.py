"""A visitor's files in a tab: chosen, read, reported on, their columns told apart. What a tab makes
of them it says as `Wants`.

A job reads its files once more: it is a process of its own, which is given files and no rows, as
the command is that does the same without the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.intake import words
from app.intake.asking import ON_LOAD, formats, questions
from app.intake.reading import (
    endings,
    intake,
    limits,
    report,
)
from app.models.requests import Refused, languages
from app.models.service import Service
from app.page import say
from app.page.html import Html, failure
from app.page.wiring import NEWEST, READING, Dependency, Updates

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A visitor's data as read; paths as text, since a page's state is copied. roles: role to
    column. columns: all of the table's. read: answers to questions of the table's reader. rows:
    that the tab can use, total: with a text or a picture; 0 where something blocks."""

    name: str = ""
    table: str = ""
    images: str = ""
    labelled: str = ""
    language: str = ""
    roles: dict[str, str | None] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    read: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    total: int = 0
    pictures: int = 0


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What a tab makes of what was read. rows: that it can use. title: of the report where nothing
    blocks. labels: what is said of labels beside the table's own."""

    rows: int
    title: str
    labels: str = ""


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """files: what their boxes are called, by the upload's fields; hint: below them, with {rows} and
    {size}. language, language_info, detect: words of that box."""

    files: dict[str, str]
    hint: str
    language: str
    language_info: str
    detect: str


@dataclass(frozen=True, kw_only=True)
class Wants:
    """prefix: of the elements' ids. alone: whether pictures without a table will do. said: in the
    language of the moment. roles: of columns. empty: the report before there is anything. ready:
    may raise Refused."""

    prefix: str
    alone: bool = False
    said: Callable[[], Boxes]
    roles: tuple[str, ...]
    empty: Callable[[], Html]
    ready: Callable[[Service, Upload, Intake], Ready]


@dataclass(frozen=True, kw_only=True)
class Read:
    """upload: None while it is read. asked: by the reader of the table, as HTML."""

    report: Html
    upload: Upload | None = None
    asked: Html = Html("")


def read(service: Service, upload: Upload, wants: Wants) -> Iterator[Read]:
    """How far it is, and last of all the report and the upload as read. Columns in `upload.roles`
    are used, else guessed."""
    if not (upload.table or (wants.alone and upload.images)):
        yield Read(report=wants.empty(), upload=replace(upload, rows=0, total=0, columns=()))
        return
    files, labelled = (upload.table, upload.images), "label" in wants.roles
    try:
        for one in intake(
            service, *files, upload.language, upload.roles, labelled=labelled, read=upload.read
        ):
            if isinstance(one, Html):
                yield Read(report=one)
            else:
                found = one
        ready = wants.ready(service, upload, found)
        columns = {} if found.mapping is None else vars(found.mapping)
        yield Read(
            report=report(found, upload.name, ready.title, labelled=ready.labels),
            upload=replace(
                upload,
                roles={role: columns[role] for role in wants.roles if columns},
                columns=found.columns,
                rows=0 if found.report.errors else ready.rows,
                total=0 if found.report.errors else len(found.rows),
                pictures=found.report.pictures,
            ),
            asked=questions(found.questions),
        )
    except Refused as why:
        yield Read(report=failure(str(why)), upload=replace(upload, rows=0, total=0))
    except Exception:
        log.exception("reading a table failed")
        yield Read(report=failure(say.UNEXPECTED), upload=replace(upload, rows=0, total=0))


class Uploads:
    """The components, built where a tab wants them, then wired; holds nothing of any visitor."""

    start: gr.Button
    any_row: gr.Button | None = None

    def __init__(self, service: Service, wants: Wants) -> None:
        self._service, self._wants, self.upload = service, wants, gr.State(Upload())

    def build_files(self) -> None:
        w, said, (rows, size) = self._wants, self._wants.said(), limits()
        with gr.Row():
            self.files = [
                gr.File(
                    label=label,
                    file_types=[".zip"] if name == "images" else endings(),
                    height=150,
                    min_width=220,
                    elem_id=f"{w.prefix}-{name}",
                )
                for name, label in said.files.items()
            ]
        self._names = tuple(said.files)
        hint = said.hint.format(rows=rows, size=size // 1_000_000)
        gr.HTML(hint, elem_classes="hint", elem_id=f"{w.prefix}-limits")
        gr.HTML(formats(), elem_classes="hint", elem_id=f"{w.prefix}-formats")

    def build_language(self) -> None:
        said = self._wants.said()
        self.language = gr.Dropdown(
            languages(said.detect),
            value="",
            allow_custom_value=True,
            label=said.language,
            info=said.language_info,
            min_width=180,
            elem_id=f"{self._wants.prefix}-language",
        )

    def build_columns(self) -> None:
        w = self._wants
        with gr.Accordion(
            words.COLUMNS, open=False, visible=False, elem_id=f"{w.prefix}-columns"
        ) as self.fold:
            gr.HTML(words.COLUMNS_INFO, elem_classes="hint")
            with gr.Row():
                self.roles = [
                    gr.Dropdown(
                        [(words.NO_COLUMN, "")],
                        value="",
                        label=words.ROLES[role],
                        min_width=130,
                        elem_id=f"{w.prefix}-column-{role}",
                    )
                    for role in w.roles
                ]

    def build_report(self) -> None:
        self.asked = gr.HTML("", js_on_load=NEWEST + ON_LOAD, elem_id=f"{self._wants.prefix}-asked")
        self.report = gr.HTML(self._wants.empty(), elem_id=f"{self._wants.prefix}-report")

    @property
    def shown(self) -> list[Any]:
        """What `found` changes."""
        starts = [self.start] if self.any_row is None else [self.start, self.any_row]
        return [self.report, self.asked, *self.roles, self.fold, *starts, self.upload]

    def wire(self, start: gr.Button, any_row: gr.Button | None = None) -> list[Dependency]:
        """start: what can be pressed where there are rows that the tab can use; any_row: where
        there are any. Returns what happens when other files, another language or other columns are
        chosen."""
        self.start, self.any_row = start, any_row
        given = [self.upload, *self.files, self.language]
        uploads = [event for file in self.files for event in (file.upload, file.clear)]
        chosen = [self.upload, self.language, *self.roles]
        changes = [box.input for box in chosen[1:]]  # type: ignore[attr-defined]
        return [
            gr.on(uploads, self._uploaded, given, self.shown, **READING),
            gr.on(changes, self._remapped, chosen, self.shown, **READING),
            self.asked.click(self._answered, self.upload, self.shown, **READING),
        ]

    def _uploaded(self, old: Upload, *given: str | None) -> Iterator[Updates]:
        *paths, language = (one or "" for one in given)
        files: dict[str, Any] = dict(zip(self._names, paths, strict=True))
        name = Path(files["table"] or files["images"]).stem
        roles = old.roles if files["table"] == old.table else {}
        yield from self.found(Upload(name=name, language=language, roles=roles, **files))

    def _remapped(
        self, old: Upload, language: str | None, *columns: str | None
    ) -> Iterator[Updates]:
        roles = dict(zip(self._wants.roles, (c or None for c in columns), strict=True))
        new = replace(old, language=language or "", roles=roles if old.table else {})
        yield from self.found(new)

    def _answered(self, old: Upload, event: gr.EventData) -> Iterator[Updates]:
        """Another format has other questions, and another reading may have other columns."""
        name, value = str(getattr(event, "name", "")), str(getattr(event, "value", ""))
        kept = {} if name == "format" else old.read
        yield from self.found(replace(old, read={**kept, name: value}, roles={}))

    def found(self, upload: Upload) -> Iterator[Updates]:
        """While it is read, and then."""
        for said in read(self._service, upload, self._wants):
            made = said.upload
            usable, total = (0, 0) if made is None else (made.rows, made.total)
            shown: Updates = {
                self.report: said.report,
                self.start: gr.Button(interactive=usable > 0),
            }
            if self.any_row is not None:
                shown[self.any_row] = gr.Button(interactive=total > 0)
            if made is not None:
                shown[self.asked] = said.asked
                choices = [(words.NO_COLUMN, ""), *((name, name) for name in made.columns)]
                for role, box in zip(self._wants.roles, self.roles, strict=True):
                    shown[box] = gr.Dropdown(choices, value=made.roles.get(role) or "")
                shown[self.fold] = gr.Accordion(visible=bool(made.columns))
                shown[self.upload] = made
            yield shown
