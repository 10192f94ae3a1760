"""The Families tab as HTML and charts: how far apart families are, whether a translation finds its
original, which language belongs where; and what each such part is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.families import plots, words
from app.page import saving, say
from app.page.html import Html, card, esc, folded, notes, scroll
from app.page.plots import Series, bars
from app.page.saving import Saved, plot_files, table_file
from app.page.speech import t
from app.page.tables import Cell, Column, sortable
from lfdrt.languages import FAMILIES, LANGUAGES, resolve

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.evaluation.recordings.families import FamiliesRecording, SetName


Row = Sequence[str | int | float | None]


def family(code: str) -> str:
    return t(code) if code == "none" else say.family_name(code)


def language(code: str) -> str:
    """Its name; a recording of other data may have codes that nobody knows."""
    try:
        return say.language_name(resolve(code))
    except ValueError:
        return code


def sets(named: Iterable[SetName]) -> str:
    """ "BRIGHTER dev, XED dev": what stands second beside a language."""
    return ", ".join(f"{saving.set_name(one.source)} {one.split}" for one in named)


def saved(r: FamiliesRecording, name: str, title: str, data: str) -> Saved:
    """data: what the numbers were measured on, as the citation says it."""
    file = f"lfdrt-{r.checkpoint}-{name}"
    return Saved(name=file, title=title, source=saving.cite_recording(r, data))


def part(one: Saved, head: Row, rows: Sequence[Row], *, plot: str, lead: str = "") -> Html:
    """The table below a chart, folded, and what saves both."""
    table = scroll(_table(one.title, head, rows), one.title)
    files = plot_files(one, plot, [head, *(_rounded(row) for row in rows)])
    return card(folded(words.NUMBERS, table) + files, kind="family-part", lead=lead)


def _table(title: str, head: Row, rows: Sequence[Row]) -> Html:
    columns = [Column(html=esc(name), down=i > 0) for i, name in enumerate(head)]
    return sortable(
        columns, [[_cell(v) for v in row] for row in rows], kind="figures", caption=title
    )


def _cell(value: str | int | float | None) -> Cell:
    if value is None:
        return Cell(html=Html("–"), key=None)
    if isinstance(value, float):
        return Cell(html=esc(say.number(value)), key=round(value, 4))
    return Cell(html=Html(say.count(value) if isinstance(value, int) else esc(value)), key=value)


def _rounded(row: Row) -> list[str | int | float | None]:
    return [round(v, 4) if isinstance(v, float) else v for v in row]


def distances_chart(r: FamiliesRecording, kind: str) -> go.Figure:
    names = [family(name) for name in r.distances.readings]
    values = 100 * np.array(getattr(r.distances, kind), float)
    return plots.matrix(values, rows=names, columns=names, digits=1)


def distances(r: FamiliesRecording, kind: str) -> Html:
    d = r.distances
    of = words.DISTANCES_OF.format(tokens=d.tokens, texts=d.texts, about=d.about)
    names = [family(name) for name in d.readings]
    rows = [
        (name, *(100 * v for v in line)) for name, line in zip(names, getattr(d, kind), strict=True)
    ]
    title = f"{words.DISTANCES}: {words.DISTANCE_KINDS[kind]}, %"
    apart = saved(r, f"distances-{kind}", title, say.DATA.format(data=d.about))
    return part(apart, (words.FAMILY, *names), rows, plot="fam-distances", lead=of)


def retrieval_chart(r: FamiliesRecording) -> go.Figure:
    names = [language(one.language) for one in r.retrieval]
    series = [
        Series(name=name, values=[100 * getattr(one, field) for one in r.retrieval], look=i)
        for i, (field, name) in enumerate((("before", words.BEFORE), ("after", words.AFTER)))
    ]
    figure = bars(names, series, title="", x_title="%")
    figure.update_layout(margin_t=10, height=figure.layout.height - 46)
    return figure


def retrieval(r: FamiliesRecording) -> Html:
    head = (words.LANGUAGE, words.FAMILY, words.BEFORE, words.AFTER, words.PAIRS)
    rows = [
        (language(one.language), family(one.family), 100 * one.before, 100 * one.after, one.pairs)
        for one in r.retrieval
    ]
    held = say.DATA.format(data=words.RETRIEVAL_DATA.format(languages=len(r.retrieval)))
    return part(saved(r, "retrieval", words.RETRIEVAL, held), head, rows, plot="fam-retrieval")


def languages() -> Html:
    """A tree of families, and a table to sort."""
    tree = "".join(
        f"<li><b>{esc(say.family_of(one))}</b>"
        f"<span>{esc(', '.join(_members(one.code)))}</span></li>"
        for one in FAMILIES
    )
    rows = [
        (say.language_name(v), v.code, v.iso3, v.script, say.family_of(v.family), v.source)
        for v in LANGUAGES.values()
    ]
    columns = [Column(html=esc(name), down=False) for name in words.LANGUAGE_COLUMNS]
    cells = [[Cell(html=esc(value), key=value) for value in row] for row in rows]
    table = sortable(columns, cells, kind="figures", caption=words.LANGUAGES)
    source = saving.cite_program(say.DATA.format(data=words.LANGUAGES_DATA))
    saved = Saved(name="lfdrt-languages", title=words.LANGUAGES, source=source)
    save = table_file(saved, [words.LANGUAGE_COLUMNS, *rows])
    numbers = folded(words.NUMBERS, scroll(table, words.LANGUAGES))
    slips = folded(words.SLIPS, notes(say.PAPER_SLIPS))
    return card(
        Html(f'<ul class="tree">{tree}</ul>') + numbers + slips + save,
        kind="languages",
        title=words.LANGUAGES,
        lead=words.LANGUAGES_LEAD,
    )


def _members(family: str) -> list[str]:
    return [say.language_name(v) for v in LANGUAGES.values() if v.family.code == family]
