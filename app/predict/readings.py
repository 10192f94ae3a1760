"""What each language family makes of a sample: heat map, one family up close, all predictions.

All families are in the page from the start, one shown at a time (page.js): choosing one is
instant and asks the server nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.page import say
from app.page.html import Html, card, esc, folded, scroll, switch
from app.page.saving import Rows, Saved, drawn
from app.page.say import family_name
from app.page.tables import HeatMap, heat_table, rows_of, wide_table
from app.predict import words as text
from app.predict.result import pair
from lfdrt.languages import resolve
from lfdrt.words import Units, Word, after_marks, summed

if TYPE_CHECKING:
    from lfdrt.output import FamilyReading, Prediction


def families(p: Prediction, cut: Units, source: str) -> Html:
    """The whole section; empty where the families' readings were not asked for. cut: the text, as
    `units` cuts it."""
    if not p.families:
        return Html("")
    own = own_index(p)
    lead = text.FAMILIES_LEAD if p.tokens else text.FAMILIES_LEAD_IMAGE
    body = f'<p class="truth">{esc(text.spread(*spread(p.families)))}</p>'
    tools, heat = _heat(p, own, cut, source) if p.tokens else ("", "")
    panels = "".join(_panel(p, k, own, cut) for k in range(len(p.families)))
    body += f'{tools}<div class="readings">{heat}<div class="panels">{panels}</div></div>'
    body += _table(p, own)
    body += (
        f'<p class="fine">{esc(text.ATTENTION_IS)} '
        f'<a href="#tab=about" data-tab="about" data-tab-name="{esc(say.TAB_ABOUT)}">'
        f"{esc(text.ABOUT_POINTER)}</a></p>"
    )
    unit = next(iter(cut))
    state = f'data-unit="{unit}" data-mode="attention" data-numbers="off" data-family="{own}"'
    return card(Html(body), kind="families", title=text.FAMILIES_TITLE, lead=lead, attributes=state)


def own_index(p: Prediction) -> int:
    """Position among `p.families` of the reading that was used."""
    return next(k for k, r in enumerate(p.families or ()) if r.family == p.family)


def spread(readings: Sequence[FamilyReading]) -> tuple[float, bool]:
    """The largest difference of a mean probability between two families, no disentangler left
    out, and whether their labels differ."""
    families = [r for r in readings if r.family is not None]
    means = np.stack([r.scores.mean for r in families])  # (K, C)
    return float(np.ptp(means, axis=0).max()), len({r.scores.label for r in families}) > 1


def is_rtl(p: Prediction) -> bool:
    return p.language is not None and resolve(p.language).rtl


def heat_map(p: Prediction, words: Sequence[Word]) -> HeatMap:
    """Attention of the image query, families (and none) by words. Shape: (K + 1, W)."""
    attention = np.stack([r.attention for r in p.families or ()])
    return HeatMap(
        values=summed(attention, words),
        columns=[w.text for w in words],
        rows=[family_name(r.family) for r in p.families or ()],
        marked=own_index(p),
        rtl=is_rtl(p),
        lang=p.language or "",
    )


def _heat(p: Prediction, own: int, cut: Units, source: str) -> tuple[Html, Html]:
    """The switches, and the heat map over words and over tokens, one of which is shown."""
    readings = p.families or ()
    heads = [_family_button(k, r.family, k == own) for k, r in enumerate(readings)]
    beside = [_says(p, r) for r in readings]
    maps = {unit: heat_map(p, words) for unit, words in cut.items()}
    tables = legends = ""
    for unit, heat in maps.items():
        table = heat_table(heat, corner=text.COLUMN_FAMILY, heads=heads, beside=beside,
                           beside_head=text.COLUMN_SAYS)  # fmt: skip
        tables += f'<div class="unit-{unit}">{scroll(table, text.FAMILIES_TITLE)}</div>'
        legends += f'<p class="legend unit-{unit}">{_legend(heat)}</p>'
    choices = {unit: text.UNIT[unit] for unit in cut}
    tools = switch("unit", choices, next(iter(cut)), text.UNIT_LABEL) if len(choices) > 1 else ""
    tools += switch("mode", text.MODE, "attention", text.MODE_LABEL)
    tools += switch("numbers", {"on": text.NUMBERS}, "off", text.NUMBERS)
    saved = Saved(name="attention", title=text.ATTENTION_TITLE, source=source)
    figure = drawn(saved, Html(f"{tables}{legends}"), _heat_rows(next(iter(maps.values()))))
    return Html(f'<div class="tools">{tools}</div>'), Html(f'<div class="map">{figure}</div>')


def _heat_rows(heat: HeatMap) -> Rows:
    """Shares of attention over the words that are shown first, the head before them."""
    rows = zip(heat.rows, np.round(heat.values.astype(float), 6).tolist(), strict=True)
    return [[text.COLUMN_FAMILY, *heat.columns], *([name, *line] for name, line in rows)]


def _legend(heat: HeatMap) -> Html:
    plain = text.LEGEND.format(top=say.percent(heat.top, 1))
    difference = text.LEGEND_DIFFERENCE.format(top=say.number(100 * heat.largest_difference))
    return Html(
        f'<span class="of-attention">{esc(plain)}</span>'
        f'<span class="of-difference">{esc(difference)}</span>'
    )


def _family_button(k: int, code: str | None, own: bool) -> Html:
    return Html(
        f'<button type="button" data-choose="{k}" aria-pressed="{str(own).lower()}">'
        f"{named(code, own)}</button>"
    )


def named(code: str | None, own: bool) -> Html:
    """A family, the text's own with a mark."""
    mark = f' <span class="own">{esc(text.OWN_MARK)}</span>' if own else ""
    return Html(f"{esc(family_name(code))}{mark}")


def _says(p: Prediction, r: FamilyReading) -> Html:
    mean = float(r.scores.mean[p.labels.index(r.scores.label)])
    return Html(f"{esc(say.class_name(r.scores.label))} <small>{esc(say.percent(mean))}</small>")


def _panel(p: Prediction, k: int, own: int, cut: Units) -> Html:
    """One family up close: its sentence, its strip, its probabilities beside those used."""
    readings = p.families or ()
    reading, used = readings[k], readings[own]
    lang = esc(p.language or "")
    strips = "".join(
        f'<p class="strip unit-{unit}" dir="auto" lang="{lang}">{_strip(p, words, reading)}</p>'
        for unit, words in cut.items()
        if p.tokens
    )
    table = _beside_used(p, reading, used)
    return Html(
        f'<div class="panel" data-panel="{k}"{"" if k == own else " hidden"}>'
        f"<p>{esc(_sentence(p, reading, used))}</p>{strips}"
        f"<details open><summary>{esc(text.TABLE_ONE)}</summary>{table}</details></div>"
    )


def _sentence(p: Prediction, reading: FamilyReading, used: FamilyReading) -> str:
    scores, (p_1, p_2) = reading.scores, pair(p, reading.scores)
    if reading.family is None:
        verdict = text.no_disentangler_verdict(scores.label, p_1, p_2)
    else:
        verdict = text.family_verdict(family_name(reading.family), scores.label, p_1, p_2)
    if reading is used:
        return f"{verdict} {text.USED_READING}"
    change = scores.mean - used.scores.mean
    most = int(np.abs(change).argmax())
    compared = text.compared(scores.label, used.scores.label, p.labels[most], float(change[most]))
    return f"{verdict} {compared}"


def _beside_used(p: Prediction, reading: FamilyReading, used: FamilyReading) -> Html:
    """Every class: mean probability of this reading, of the one used, and the difference."""
    means = zip(p.labels, reading.scores.mean.tolist(), used.scores.mean.tolist(), strict=True)
    names = ["", family_name(reading.family)]
    if reading is not used:
        names += [family_name(used.family), text.COLUMN_DIFFERENCE]
    rows = rows_of(
        [say.class_name(label), say.percent(a, 1), say.percent(b, 1), say.points(a - b)][
            : len(names)
        ]
        for label, a, b in means
    )
    return wide_table("numbers", names, rows, names[1])


def _strip(p: Prediction, words: Sequence[Word], reading: FamilyReading) -> Html:
    """The text itself, each unit shaded by its attention, spaces where the text has them."""
    weights = summed(reading.attention, words)
    top = max((float(r.attention.max()) for r in p.families or ()), default=1.0) or 1.0
    top = max(top, float(weights.max(initial=0.0)))
    marks = [
        Html(
            f'{" class=unknown" if word.unknown else ""} style="--v:{weight / top:.2f}" '
            f'title="{esc(say.percent(weight, 1))}"'
        )
        for word, weight in zip(words, weights.tolist(), strict=True)
    ]
    return strip(p.text or "", words, marks)


def strip(whole: str, words: Sequence[Word], marks: Sequence[Html]) -> Html:
    """A text with spaces where it has them, each of `words` in a span with its mark: HTML of
    attributes."""
    parts, place = [], 0
    for w, (word, mark) in enumerate(zip(words, marks, strict=True)):
        start, end = max(word.start, place), after_marks(whole, max(word.end, place))
        parts += [
            esc(whole[place:start]),
            Html(f'<span data-w="{w}"{mark}>{esc(whole[start:end])}</span>'),
        ]
        place = end
    return Html("".join(parts) + esc(whole[place:]))


def _table(p: Prediction, own: int) -> Html:
    """All families and their predictions, folded away."""
    rows = rows_of(_table_row(p, k, own) for k in range(len(p.families or ())))
    names = (text.COLUMN_FAMILY, text.COLUMN_SAYS, text.COLUMN_FIRST, text.COLUMN_SECOND,
             text.COLUMN_LARGEST, text.COLUMN_ON_TEXT)  # fmt: skip
    return folded(text.TABLE_TITLE, wide_table("numbers", names, rows, text.TABLE_TITLE))


def _table_row(p: Prediction, k: int, own: int) -> tuple[str, ...]:
    readings = p.families or ()
    r = readings[k]
    change = r.scores.mean - readings[own].scores.mean
    most = int(np.abs(change).argmax())
    return (
        named(r.family, k == own),
        say.class_name(r.scores.label),
        f"{say.class_name(r.scores.label_1)} {say.percent(float(r.scores.probabilities_1.max()))}",
        f"{say.class_name(r.scores.label_2)} {say.percent(float(r.scores.probabilities_2.max()))}",
        "–" if k == own else f"{say.class_name(p.labels[most])} {say.points(float(change[most]))}",
        say.percent(r.mass, 1) if p.tokens else "–",
    )
