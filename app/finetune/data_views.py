"""Step 1 of the Fine-tune tab: bundled samples as cards, and what was found in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.finetune import settings_words, words
from app.page import say
from app.page.html import Html, card, esc
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from app.finetune.samples import SampleSet
    from lfdrt.data.intake.read import Intake


SAMPLES_ON_LOAD = """element.addEventListener('click', event => {
  const card = event.target.closest('[data-sample]');
  if (card) trigger('click', {code: card.dataset.sample});
});"""


def introduction() -> Html:
    return (
        f'<section class="intro"><h2>{esc(words.INTRO_TITLE)}</h2><p>{esc(words.INTRO)}</p>'
        f"<p>{esc(words.INTRO_HONEST)}</p></section>"
    )


def samples(sets: Sequence[SampleSet]) -> Html:
    cards = "".join(
        f'<button type="button" class="sample" data-sample="{esc(s.code)}"><b>{esc(s.language)}</b>'
        f"<small>{esc(s.family)} · {esc(say.rows(s.rows))}"
        f"{f' · {esc(words.SAMPLE_PICTURES)}' if s.images else ''}</small></button>"
        for s in sets
    )
    return f'<div class="samples">{cards}</div>'


def empty() -> Html:
    return card(f"<p>{esc(words.EMPTY_REPORT)}</p>", kind="empty quiet")


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
    return f'<ul class="presets">{lines}</ul>'
