"""The Families tab as HTML and charts, from one recording; every chart has its table.

The answer comes first: whether the own family's disentangler helps, in words computed from numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app import plots_families as plots
from app import text
from app import text_families as words
from app.plots_bars import Series, bars
from app.views.html import Html, card, esc, scroll
from app.views.sortable import Cell, Column, sortable
from lfdrt.languages import FAMILIES, resolve

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.evaluation.families_recording import FamiliesRecording, Gain

NAMES = {family.code: family.name for family in FAMILIES} | {"none": "none"}


def verdict(r: FamiliesRecording) -> Html:
    """Whether it helps: by whether the interval of own minus none excludes 0."""
    if r.summary is None:
        return card(f"<p>{esc(words.NO_SUMMARY)}</p>{_cited(r)}", kind="outcome")
    s = r.summary
    said = words.VERDICT.format(
        own=text.percent(s.own, 1),
        none=text.percent(s.none, 1),
        others=text.percent(s.others, 1),
        difference=text.points(s.own_minus_none),
        low=text.points(s.own_minus_none_interval[0]),
        high=text.points(s.own_minus_none_interval[1]),
        difference_others=text.points(s.own_minus_others),
        low_others=text.points(s.own_minus_others_interval[0]),
        high_others=text.points(s.own_minus_others_interval[1]),
        over=s.over,
    )
    kind = {"helps": "helped", "hurts": "hurt", "unclear": "unknown"}[answer(s)]
    title = words.VERDICTS[answer(s)]
    return card(f"<h2>{esc(title)}</h2><p>{esc(said)}</p>{_cited(r)}", kind=f"outcome {kind}")


def answer(gain: Gain) -> str:
    low, high = gain.own_minus_none_interval
    return "helps" if low > 0 else "hurts" if high < 0 else "unclear"


def _cited(r: FamiliesRecording) -> Html:
    about = words.ABOUT.format(
        checkpoint=r.checkpoint,
        trained=r.trained,
        date=r.date[:10],
        device=r.device,
        selection=r.selection,
    )
    return f'<p class="fine">{esc(about)}</p><p class="fine">{esc(cite(r))}</p>'


def other_weights(r: FamiliesRecording, running: str, digest: str, fitting: Sequence[str]) -> Html:
    """What to know where the numbers are not of the checkpoint that the app runs, else "".

    `digest`: of its weights; "" where it has none. `fitting`: recordings of it, by name."""
    if digest in ("", r.weights_sha256):
        return ""
    said = words.OTHER_WEIGHTS.format(recorded=r.checkpoint, running=running)
    there = words.FITTING.format(names=", ".join(fitting)) if fitting else words.RECORD_IT
    return card(f"<p>{esc(said)} {esc(there)}</p>", kind="other-weights")


def cite(r: FamiliesRecording) -> str:
    return words.CITE.format(
        version=r.versions.get("lfdrt", "–"),
        checkpoint=r.checkpoint,
        hash=r.weights_sha256[:12],
        date=r.date[:10],
    )


def gains_chart(r: FamiliesRecording) -> go.Figure:
    order = sorted(r.gains, key=lambda g: -g.own_minus_none)
    figure = plots.dots(
        [f"{resolve(g.language).name} ({NAMES[g.family]})" for g in order],
        [100 * g.own_minus_none for g in order],
        [(100 * g.own_minus_none_interval[0], 100 * g.own_minus_none_interval[1]) for g in order],
        x_title=words.GAINS_AXIS,
    )
    return plots.printed(figure, words.GAINS, cite(r))


def gains(r: FamiliesRecording) -> Html:
    head = (words.LANGUAGE, words.FAMILY, *words.READS.values(), "own − none", words.INTERVAL,
            words.ROWS)  # fmt: skip
    rows = [
        (
            resolve(g.language).name,
            NAMES[g.family],
            *(100 * getattr(g, reading) for reading in words.READS),
            100 * g.own_minus_none,
            f"{text.points(g.own_minus_none_interval[0])} to "
            f"{text.points(g.own_minus_none_interval[1])}",
            g.rows,
        )
        for g in r.gains
    ]
    return _part(r, "gains", words.GAINS, head, rows)


def transfer_chart(r: FamiliesRecording, mode: str) -> go.Figure:
    columns = (*r.families, "none")
    values = np.array(
        [[*(row.by_family[f] for f in r.families), row.none] for row in r.transfer], float
    )
    if mode == "difference":
        values = values - values[:, -1:]
    marked = [(i, columns.index(row.family)) for i, row in enumerate(r.transfer)
              if row.family in columns]  # fmt: skip
    figure = plots.matrix(
        100 * values,
        rows=[row.set for row in r.transfer],
        columns=[NAMES[c] for c in columns],
        marked=marked,
        digits=1,
        signed=mode == "difference",
    )
    title = f"{words.TRANSFER}: {words.TRANSFER_MODES[mode]}"
    return plots.printed(figure, title, cite(r))


def transfer(r: FamiliesRecording) -> Html:
    head = (words.SET, words.FAMILY, words.ROWS, *(NAMES[f] for f in r.families), "none")
    rows = [
        (row.set, NAMES[row.family], row.rows, *(100 * v for v in row.by_family.values()),
         100 * row.none)
        for row in r.transfer
    ]  # fmt: skip
    return _part(r, "transfer", words.TRANSFER, head, rows)


def distances_chart(r: FamiliesRecording, kind: str) -> go.Figure:
    d = r.distances
    names = [NAMES[name] for name in d.readings]
    values = 100 * np.array(getattr(d, kind), float)
    figure = plots.matrix(values, rows=names, columns=names, digits=1)
    title = f"{words.DISTANCES}: {words.DISTANCE_KINDS[kind]}, %"
    return plots.printed(figure, title, cite(r))


def distances(r: FamiliesRecording, kind: str) -> Html:
    d = r.distances
    of = words.DISTANCES_OF.format(tokens=d.tokens, texts=d.texts, about=d.about)
    names = [NAMES[name] for name in d.readings]
    rows = [
        (name, *(100 * v for v in line)) for name, line in zip(names, getattr(d, kind), strict=True)
    ]
    return _part(r, "distances", words.DISTANCES, (words.FAMILY, *names), rows, lead=of)


def retrieval_chart(r: FamiliesRecording) -> go.Figure:
    names = [resolve(one.language).name for one in r.retrieval]
    series = [
        Series(name=name, values=[100 * getattr(one, field) for one in r.retrieval], look=i)
        for i, (field, name) in enumerate((("before", words.BEFORE), ("after", words.AFTER)))
    ]
    figure = bars(names, series, title="", x_title="%")
    figure.update_layout(margin_t=10, height=figure.layout.height - 46)
    return plots.printed(figure, words.RETRIEVAL, cite(r))


def retrieval(r: FamiliesRecording) -> Html:
    head = (words.LANGUAGE, words.FAMILY, words.BEFORE, words.AFTER, words.PAIRS)
    rows = [
        (resolve(one.language).name, NAMES[one.family], 100 * one.before, 100 * one.after,
         one.pairs)
        for one in r.retrieval
    ]  # fmt: skip
    return _part(r, "retrieval", words.RETRIEVAL, head, rows)


def _part(
    r: FamiliesRecording,
    name: str,
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str | float]],
    *,
    lead: str = "",
) -> Html:
    """The table below a chart, folded, and what saves both."""
    table = scroll(_table(title, head, rows), title)
    file = f"lfdrt-{r.checkpoint}-{name}"
    figures = "".join(
        f'<button type="button" data-download="{kind}" data-plot="fam-{name}" '
        f'data-name="{esc(file)}.{kind}">{esc(words.SAVE[kind])}</button>'
        for kind in ("svg", "png")
    )
    table_file = (
        f'<button type="button" data-download="csv" data-name="{esc(file)}.csv" '
        f'data-content="{esc(_csv(r, head, rows))}">{esc(words.SAVE["csv"])}</button>'
    )
    return card(
        f"<details><summary>{esc(words.NUMBERS)}</summary>{table}</details>"
        f'<div class="downloads">{table_file}{figures}</div>',
        kind="family-part",
        lead=lead,
    )


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str | float]]) -> Html:
    columns = [Column(html=esc(name), down=i > 0) for i, name in enumerate(head)]
    return sortable(
        columns, [[_cell(v) for v in row] for row in rows], kind="figures", caption=title
    )


def _cell(value: str | float) -> Cell:
    if isinstance(value, float):
        return Cell(html=f"{value:.1f}".replace("-", "−"), key=round(value, 4))
    return Cell(html=f"{value:,}" if isinstance(value, int) else esc(value), key=value)


def _csv(r: FamiliesRecording, head: Sequence[str], rows: Sequence[Sequence[str | float]]) -> str:
    """With a BOM, for spreadsheets; the last line says where the numbers come from."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([round(v, 4) if isinstance(v, float) else v for v in row] for row in rows)
    writer.writerow([cite(r)])
    return "\ufeff" + stream.getvalue()
