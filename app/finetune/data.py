"""Data and settings of a training, as the Fine-tune tab shows them: the bundled sample sets, what
is made of a table that was read, the job that it comes to, and how long that will take.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.finetune import words
from app.finetune.kind import TrainingJobs
from app.finetune.kind import estimate as seconds_of
from app.finetune.spec import TrainingSpec, changes
from app.intake.reading import intake
from app.intake.upload import Ready, Upload
from app.jobs.pace import Pace
from app.models.requests import Refused
from app.models.service import Service
from app.page import say
from app.page.html import Html, card, esc
from app.places import SAMPLES
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake

SAMPLES_ON_LOAD = """element.addEventListener('click', event => {
  const card = event.target.closest('[data-sample]');
  if (card) trigger('click', {code: card.dataset.sample});
});"""


@dataclass(frozen=True, kw_only=True)
class SampleSet:
    """code: of its language; language, family: their names. rows: of the unlabelled table."""

    code: str
    language: str
    family: str
    rows: int
    table: Path
    labelled: Path | None
    images: Path | None

    def upload(self) -> Upload:
        """As if a visitor had chosen its files."""
        return Upload(
            name=self.language,
            table=str(self.table),
            images=str(self.images or ""),
            labelled=str(self.labelled or ""),
            language=self.code,
        )


@cache
def samples(folder: Path = SAMPLES) -> tuple[SampleSet, ...]:
    """In the order of their languages' names."""
    found = [_sample(folder, path) for path in folder.glob("*.csv") if "." not in path.stem]
    return tuple(sorted(found, key=lambda one: one.language))


def _sample(folder: Path, table: Path) -> SampleSet:
    code = table.stem
    language = resolve(code)
    labelled, images = folder / f"{code}.labelled.csv", folder / f"{code}.images.zip"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    return SampleSet(
        code=code,
        language=language.name,
        family=language.family.name,
        rows=rows,
        table=table,
        labelled=labelled if labelled.is_file() else None,
        images=images if images.is_file() else None,
    )


def ready(service: Service, upload: Upload, found: Intake) -> Ready:
    """Rows with a label only report. Raises Refused for a table of labels without any."""
    with_label = sum(1 for row in found.rows if row.label is not None)
    usable = len(found.rows) - with_label
    said = words.READY_LABELLED if with_label else words.READY
    title = said.format(rows=say.rows(usable), labelled=say.count(with_label))
    return Ready(rows=usable, title=title, labels=_labelled(service, upload))


def _labelled(service: Service, upload: Upload) -> str:
    """A line about the table of labels."""
    if not upload.labelled:
        return ""
    name, known = Path(upload.labelled).name, service.loaded.labels if service.loaded else ()
    rows = _labels_in(service, upload.labelled, upload.images, upload.language, known)
    if not rows:
        raise Refused(words.LABELLED_NONE.format(name=name, labels=", ".join(known)))
    return words.LABELLED_REPORT.format(rows=say.rows(rows), name=name)


@lru_cache(maxsize=16)
def _labels_in(
    service: Service, table: str, images: str, language: str, known: tuple[str, ...]
) -> int:
    """Rows with a label, one of `known` where any are. An upload's path goes with its content, so
    that other columns of the other table do not have this one read again. Raises Refused."""
    found: Any = [*intake(service, table, images, language, {})][-1]
    if found.report.errors:
        raise Refused(found.report.errors[0])
    return sum(1 for row in found.rows if row.label is not None)


def spec(
    service: Service, upload: Upload, preset: str, family: str, faces: bool,
    values: Mapping[str, object],
) -> TrainingSpec:  # fmt: skip
    """What would be started; Refused for settings that contradict each other."""
    return TrainingSpec(
        table=Path(upload.table) if upload.table else None,
        images=Path(upload.images) if upload.images else None,
        labelled=Path(upload.labelled) if upload.labelled else None,
        columns=dict(upload.roles),
        read=dict(upload.read),
        language=upload.language or None,
        family=family,
        faces=faces,
        preset=preset,
        changes=changes(preset, values),
        checkpoint=service.folder,
        name=upload.name,
        rows=upload.rows,
    )


def estimate(jobs: TrainingJobs, job: TrainingSpec, pictures: int, known: Pace) -> Html:
    """How long it takes, and the command line that does the same."""
    if not job.rows:
        return esc(words.ESTIMATE_NONE)
    seconds = seconds_of(jobs, job, pictures, known)
    said = words.ESTIMATE.format(time=say.span(seconds), rows=say.rows(job.rows))
    return Html(
        f'<p class="estimate">{esc(said)}</p><details class="command"><summary>'
        f"{esc(words.COMMAND)}</summary><pre><code>{esc(job.command_line())}</code></pre></details>"
    )


def introduction(ways: Mapping[str, str]) -> Html:
    """ways: what each gained in our tests, by its name."""
    told = "".join(f"<li><b>{esc(name)}</b> {esc(said)}</li>" for name, said in ways.items())
    return Html(
        f'<section class="intro"><h2>{esc(words.INTRO_TITLE)}</h2><p>{esc(words.INTRO)}</p>'
        f'<ol class="ways">{told}</ol></section>'
    )


def sample_cards(sets: Sequence[SampleSet]) -> Html:
    cards = "".join(
        f'<button type="button" class="sample" data-sample="{esc(s.code)}"><b>'
        f"{esc(language_name(s.code))}</b>"
        f"<small>{esc(say.family_of(resolve(s.code).family))} · {esc(say.rows(s.rows))}"
        f"{f' · {esc(words.SAMPLE_PICTURES)}' if s.images else ''}</small></button>"
        for s in sets
    )
    return Html(f'<div class="samples">{cards}</div>')


def empty() -> Html:
    return card(Html(f"<p>{esc(words.EMPTY_REPORT)}</p>"), kind="empty quiet")


def language_name(code: str | None) -> str:
    return words.MANY_LANGUAGES if code is None else say.language_name(resolve(code))


def presets() -> Html:
    lines = "".join(
        f"<li><b>{esc(words.PRESETS[key])}</b> {esc(said)}</li>"
        for key, said in words.PRESETS_INFO.items()
    )
    return Html(f'<ul class="presets">{lines}</ul>')
