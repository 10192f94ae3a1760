"""What the Predict tab shows of whole tables: from an upload to a job, and what came of it.

Knows the service, the jobs and the views; knows no components. Keeps nothing between calls.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.intake.reading import intake, report
from app.jobs.store import slug
from app.models.requests import Refused, cited_from
from app.models.service import Service
from app.models.shelf import Choice
from app.page import say
from app.page.html import Html, failure
from app.page.saving import Provenance, cite
from app.page.say import family_name
from app.page.say import rows as counted
from app.table import views, words
from app.table.kind import ROLES, TableJobs, TableSpec, finished
from app.table.results import clash, prefix_for, read_result

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A visitor's table as read; paths as text, since a page's state is copied. roles: role to
    column. columns: all of the table. rows: that can be predicted; 0 where something blocks."""

    table: str = ""
    images: str = ""
    language: str = ""
    roles: dict[str, str | None] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, kw_only=True)
class Found:
    report: Html
    upload: Upload
    over: bool = False


def read(service: Service, upload: Upload) -> Iterator[Found]:
    """Progress, then the report. Mappings in `upload.roles` are used, else guessed."""
    if not upload.table:
        yield Found(report=views.empty(), upload=replace(upload, rows=0, columns=()), over=True)
        return
    try:
        for one in intake(
            service,
            upload.table,
            upload.images,
            upload.language,
            upload.roles,
            labelled=False,
        ):
            if isinstance(one, Html):
                yield Found(report=one, upload=upload)
                continue
            blocked = bool(one.report.errors)
            rows = 0 if blocked else one.report.rows
            roles = {} if one.mapping is None else {r: getattr(one.mapping, r) for r in ROLES}
            yield Found(
                report=report(
                    one, Path(upload.table).stem, words.READY.format(rows=counted(len(one.rows)))
                ),
                upload=replace(upload, roles=roles, columns=one.columns, rows=rows),
                over=True,
            )
    except Refused as refused:
        yield _failed(upload, str(refused))
    except Exception:
        log.exception("reading a table failed")
        yield _failed(upload, say.UNEXPECTED)


def _failed(upload: Upload, sentence: str) -> Found:
    return Found(report=failure(sentence), upload=replace(upload, rows=0), over=True)


def hints(upload: Upload, labels: Sequence[str]) -> Html:
    """What will be otherwise than one might expect: other names of columns, pictures not read."""
    said = []
    if prefix := prefix_for(upload.columns, labels):
        column = clash(upload.columns, labels)
        said.append(words.RENAMED.format(column=column, prefix=prefix))
    if pictures := _unread_pictures(upload):
        said.append(words.NO_PICTURES.format(column=pictures))
    return views.hints(said)


def _unread_pictures(upload: Upload) -> str | None:
    """The column that names pictures where no ZIP has them; its rows are read by their texts."""
    both = upload.roles.get("text") and upload.roles.get("image")
    return upload.roles["image"] if both and not upload.images else None


def spec(upload: Upload, chosen: Choice, family: str, *, faces: bool = True) -> TableSpec:
    """What would be predicted. Refused: nothing could be."""
    if not upload.table or not upload.rows:
        raise Refused(words.NO_TABLE)
    return TableSpec(
        table=Path(upload.table),
        images=Path(upload.images) if upload.images else None,
        columns=dict(upload.roles) | ({"image": None} if _unread_pictures(upload) else {}),
        language=upload.language or None,
        family=family,
        faces=faces,
        checkpoint=chosen.folder,
        model=chosen.name,
        name=Path(upload.table).stem,
        prefix=prefix_for(upload.columns, chosen.labels),
        rows=upload.rows,
    )


def result(jobs: TableJobs, run: str, owner: str) -> Html:
    """What is finished; "" where nothing is."""
    try:
        path, asked = finished(jobs, run, owner)
    except Refused:
        return Html("")
    try:
        found = read_result(path, asked.prefix)
    except (OSError, ValueError) as error:
        log.exception("the predictions of table %s cannot be read", run)
        return failure(words.UNREADABLE.format(why=error))
    return views.result(found, asked.prefix, _made(asked, found.rows))


def _made(asked: TableSpec, rows: int) -> Provenance:
    family = asked.family if asked.family == "own" else family_name(asked.family)
    about = words.SOURCE.format(name=asked.name, rows=counted(rows), family=family)
    source = cite(cited_from(asked.checkpoint, asked.model), about)
    return Provenance(file=f"{slug(asked.name)}-predictions", source=source)
