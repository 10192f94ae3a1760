"""What the Fine-tune tab shows of data and settings: from uploads to a report and a job.

Knows the service, the jobs and the views; knows no components. Keeps nothing between calls.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.finetune import data_views, settings, settings_words, words
from app.finetune.estimates import estimate as seconds_of
from app.finetune.kind import TrainingJobs
from app.finetune.spec import TrainingSpec
from app.intake import words as intake_words
from app.intake.reading import intake, report
from app.models.requests import Refused
from app.models.service import Service
from app.page import say
from app.page.html import Html, esc, failure

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake


log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A visitor's data as read; paths as text, since a page's state is copied.

    `usable`: rows to learn from; `labelled_rows`: rows that only report.
    """

    name: str = ""
    table: str = ""
    images: str = ""
    labelled: str = ""
    language: str = ""
    columns: dict[str, str | None] = field(default_factory=dict)
    usable: int = 0
    labelled_rows: int = 0
    pictures: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.table or self.images)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What to show of the data. `columns`: of the table; empty while it is being read."""

    report: Html
    chosen: Chosen
    columns: tuple[str, ...] = ()
    over: bool = False


def sample(code: str) -> Chosen | None:
    """A bundled sample set as data that were chosen."""
    for one in data_views.samples():
        if one.code == code:
            return Chosen(
                name=one.language,
                table=str(one.table),
                images=str(one.images or ""),
                labelled=str(one.labelled or ""),
                language=one.code,
            )
    return None


def read(service: Service, chosen: Chosen) -> Iterator[Found]:
    """Progress, then the report. Mappings in `chosen.columns` are used, else guessed."""
    if not chosen.anything:
        yield Found(report=data_views.empty(), chosen=chosen, over=True)
        return
    try:
        for one in intake(service, chosen.table, chosen.images, chosen.language, chosen.columns):
            if isinstance(one, Html):
                yield Found(report=one, chosen=chosen)
            else:
                read_in = one
        yield _found(service, chosen, read_in)
    except Refused as refused:
        yield Found(report=failure(str(refused)), chosen=chosen, over=True)
    except Exception:
        log.exception("reading a table failed")
        yield Found(report=failure(say.UNEXPECTED), chosen=chosen, over=True)


def _found(service: Service, chosen: Chosen, intake: Intake) -> Found:
    with_label = sum(row.label is not None for row in intake.rows)
    labelled, said = _labelled(service, chosen)
    columns = {} if intake.mapping is None else {
        role: getattr(intake.mapping, role) for role in intake_words.ROLES
    }  # fmt: skip
    blocked = bool(intake.report.errors)
    return Found(
        report=report(intake, chosen.name, data_views.to_learn_from(intake), labelled=said),
        chosen=Chosen(
            name=chosen.name,
            table=chosen.table,
            images=chosen.images,
            labelled=chosen.labelled,
            language=chosen.language,
            columns=columns,
            usable=0 if blocked else len(intake.rows) - with_label,
            labelled_rows=with_label + labelled,
            pictures=intake.report.pictures,
        ),
        columns=intake.columns,
        over=True,
    )


def _labelled(service: Service, chosen: Chosen) -> tuple[int, str]:
    """Rows of the table of labels that the model knows, and a line about it."""
    if not chosen.labelled:
        return 0, ""
    name = Path(chosen.labelled).name
    for one in intake(service, chosen.labelled, chosen.images, chosen.language, {}):
        if not isinstance(one, Html):
            rows = sum(row.label is not None for row in one.rows)
            if one.report.errors:
                raise Refused(one.report.errors[0])
            if not rows:
                known = ", ".join(service.loaded.labels if service.loaded else ())
                raise Refused(words.LABELLED_NONE.format(name=name, labels=known))
    return rows, words.LABELLED_REPORT.format(rows=say.rows(rows), name=name)


def spec(
    service: Service, chosen: Chosen, preset: str, family: str, faces: bool,
    values: Mapping[str, object],
) -> TrainingSpec:  # fmt: skip
    """What would be started; Refused for settings that contradict each other."""
    return TrainingSpec(
        table=Path(chosen.table) if chosen.table else None,
        images=Path(chosen.images) if chosen.images else None,
        labelled=Path(chosen.labelled) if chosen.labelled else None,
        columns=dict(chosen.columns),
        language=chosen.language or None,
        family=family,
        faces=faces,
        preset=preset,
        changes=settings.changes(preset, values),
        checkpoint=service.folder,
        name=chosen.name or Path(chosen.table or chosen.images).stem,
        rows=chosen.usable,
    )


def estimate(jobs: TrainingJobs, job: TrainingSpec, pictures: int) -> Html:
    """How long it takes, and the command line that does the same."""
    if not job.rows:
        return esc(settings_words.ESTIMATE_NONE)
    seconds = seconds_of(jobs, job, pictures)
    said = settings_words.ESTIMATE.format(time=say.duration(seconds), rows=say.rows(job.rows))
    return Html(
        f'<p class="estimate">{esc(said)}</p><details class="command"><summary>'
        f"{esc(settings_words.COMMAND)}</summary><pre><code>{esc(job.command_line())}</code></pre></details>"
    )
