"""Steps 1 and 2 of the Fine-tune tab: the bundled sample sets, what they are, presets in words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.finetune import settings_words, words
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


def introduction() -> Html:
    return Html(
        f'<section class="intro"><h2>{esc(words.INTRO_TITLE)}</h2><p>{esc(words.INTRO)}</p>'
        f"<p>{esc(words.INTRO_HONEST)}</p></section>"
    )


def sample_cards(sets: Sequence[SampleSet]) -> Html:
    cards = "".join(
        f'<button type="button" class="sample" data-sample="{esc(s.code)}"><b>{esc(s.language)}</b>'
        f"<small>{esc(s.family)} · {esc(say.rows(s.rows))}"
        f"{f' · {esc(words.SAMPLE_PICTURES)}' if s.images else ''}</small></button>"
        for s in sets
    )
    return Html(f'<div class="samples">{cards}</div>')


def empty() -> Html:
    return card(Html(f"<p>{esc(words.EMPTY_REPORT)}</p>"), kind="empty quiet")


def to_learn_from(intake: Intake) -> str:
    """How many rows teach, and how many only report."""
    with_label = sum(1 for row in intake.rows if row.label is not None)
    said = words.READY.format(rows=say.rows(len(intake.rows) - with_label))
    return said + (words.READY_LABELS.format(labelled=f"{with_label:,}") if with_label else "")


def language_name(code: str | None) -> str:
    return words.MANY_LANGUAGES if code is None else resolve(code).name


def presets() -> Html:
    lines = "".join(
        f"<li><b>{esc(settings_words.PRESETS[key])}</b> {esc(said)}</li>"
        for key, said in settings_words.PRESETS_INFO.items()
    )
    return Html(f'<ul class="presets">{lines}</ul>')
