"""Which families a text leans to: a ranked bar with its interval, and the mix of readings that
follows, beside the readings through none and through the own family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from app.page import say
from app.page.atlas import Layer, family_layer, on_map
from app.page.html import Html, card, esc
from app.page.saving import Cell, Rows, Saved, drawn
from app.page.say import family_name
from app.page.tables import rows_of, wide_table
from app.predict import affinity_words as text
from app.predict.readings import named
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.affinity import Affinity
    from lfdrt.output import Prediction, Scores

NAMED = 0.05
"""Share of the mix from which on a family is named."""


def leaning(
    found: Affinity, p: Prediction, mixed: Callable[[np.ndarray], Scores], source: str
) -> Html:
    """mixed: the reading through a mix, by the shares of the families."""
    saved = Saved(name="affinity", title=text.TITLE, source=source)
    own = resolve(p.language).family.code if p.language else None
    lead = text.LEAD.format(words=found.words) if found.words > 1 else text.ONE_WORD
    body = f'<p class="truth">{esc(_said(found, p))}</p>'
    body += drawn(saved, _ranked(found, own), _rows(found))
    body += on_map(_layer(found, source), text.ON_MAP)
    return card(
        Html(f"{body}{_read(p, mixed(found.shares[:-1]))}"),
        kind="affinity",
        title=text.TITLE,
        lead=lead,
    )


def _layer(found: Affinity, source: str) -> Layer:
    values = {
        found.families[k]: (
            float(found.gain[k]),
            text.INTERVAL.format(value=found.gain[k], low=found.low[k], high=found.high[k]),
        )
        for k in found.order
    }
    return family_layer(text.LAYER, values, signed=True, source=source)


def _said(found: Affinity, p: Prediction) -> str:
    told = shares(found)
    if p.language is None:
        return text.UNKNOWN.format(shares=told)
    language = resolve(p.language)
    if language.family.code not in found.families:
        return text.WITHOUT.format(language=say.language_name(language), shares=told)
    return text.MIX.format(shares=told)


def shares(found: Affinity) -> str:
    """ "45 % Turkic, 20 % Uralic, …": the largest first."""
    names = [*map(family_name, found.families), text.NO_FAMILY]
    order: list[int] = np.argsort(-found.shares, kind="stable").tolist()
    told = [k for k in order if found.shares[k] >= NAMED] or order[:1]
    parts = [
        text.SHARE.format(share=say.percent(float(found.shares[k])), family=names[k]) for k in told
    ]
    if (rest := 1 - float(found.shares[told].sum())) >= 0.005:
        parts.append(text.SHARE.format(share=say.percent(rest), family=text.OTHERS))
    return ", ".join(parts)


def _ranked(found: Affinity, own: str | None) -> Html:
    """All families, the one whose head finds the words best first."""
    top = max(float(found.high.max()), 1e-9)
    lines = []
    for place, k in enumerate(found.order):
        gain = text.INTERVAL.format(value=found.gain[k], low=found.low[k], high=found.high[k])
        apart = "" if place == 0 or found.behind[k] else f" <small>{esc(text.NOT_APART)}</small>"
        code = found.families[k]
        share = text.SHARE_INTERVAL.format(
            share=say.percent(float(found.shares[k])),
            low=say.percent(float(found.share_low[k])),
            high=say.percent(float(found.share_high[k])),
        )
        lines.append((
            named(code, code == own),
            Html(f"{_span(found, k, top)} {esc(gain)}{apart}"),
            int(found.won[k]),
            share,
        ))  # fmt: skip
    return wide_table("numbers leaning", text.COLUMNS, rows_of(lines), text.TITLE)


def _span(found: Affinity, k: int, top: float) -> Html:
    """A bar to the mean with its interval as a line; below chance it is empty."""
    at, low, high = (
        100 * float(np.clip(v[k] / top, 0, 1)) for v in (found.gain, found.low, found.high)
    )
    return Html(
        f'<span class="span" aria-hidden="true"><i style="width:{at:.1f}%"></i>'
        f'<b style="inset-inline-start:{low:.1f}%;width:{high - low:.1f}%"></b></span>'
    )


def _read(p: Prediction, mix: Scores) -> Html:
    """The decision through none, the mix and the own family; which one stands above."""
    each: Mapping[str | None, Scores] = {r.family: r.scores for r in p.families or ()}
    own = resolve(p.language).family.code if p.language else None
    read = {"none": each.get(None), "mix": mix, "own": each.get(own) if own else None}
    used = "none" if p.family is None else "own" if p.family == own else ""
    lines = []
    for name, scores in read.items():
        if scores is None:
            continue
        mark = f' <span class="own">{esc(text.USED)}</span>' if name == used else ""
        sure = float(scores.mean[p.labels.index(scores.label)])
        lines.append(
            (
                Html(f"{esc(text.THROUGH[name])}{mark}"),
                say.class_name(scores.label),
                say.percent(sure, 1),
            )
        )
    return wide_table("numbers", text.READ_COLUMNS, rows_of(lines), text.READ)


def _rows(found: Affinity) -> Rows:
    return [text.SAVED, *(_row(found, k) for k in found.order)]


def _row(found: Affinity, k: int) -> tuple[Cell, ...]:
    return (
        family_name(found.families[k]),
        *_rounded(found.gain[k], found.low[k], found.high[k]),
        str(bool(found.behind[k])).lower(),
        int(found.won[k]),
        *_rounded(found.shares[k], found.share_low[k], found.share_high[k]),
    )


def _rounded(*values: float) -> tuple[float, ...]:
    return tuple(round(float(v), 4) for v in values)
