"""The paper's tables as HTML and as charts: always marked as the paper's, with their setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.page import saving, say
from app.page.html import Html, card, esc, fine, notes, scroll
from app.page.plots import Series, bars, number
from app.page.saving import Rows, Saved, plot_files, table_file
from app.page.tables import Cell, Column, rows_of, sortable, table, wide_table
from app.paper import words
from app.paper.tables import (
    ANCHORS,
    WHOLE,
    Grid,
    PaperTable,
    compares_systems,
    families,
    family_of,
    grid,
    is_computed,
)
from lfdrt.languages import FAMILIES, LANGUAGES, Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

BY_NAME: Mapping[str, say.Named] = {
    **{one.name: one for one in LANGUAGES.values()},
    **{one.name: one for one in FAMILIES},
}
COMPARED = (WHOLE, "M2SA", "GPT-4o")
"""In the chart until a visitor chooses: the paper's model, the latest rival, the strongest."""
CHART_ID = "paper-chart"


def chart(t: PaperTable, view: str, systems: Sequence[str]) -> go.Figure:
    """`systems` that are shown, the paper's own model where none is chosen; without effect where
    measures are compared."""
    g = grid(t, view)
    if compares_systems(view):
        groups = [_name(c) for c in g.columns]
        order = [*COMPARED, *(r for r in g.rows if r not in COMPARED)]
        series = [
            Series(name=r, values=g.values[g.rows.index(r)], look=i)
            for i, r in enumerate(order)
            if r in (systems or [WHOLE])
        ]
    else:
        groups = [_part(t, r) for r in g.rows]
        series = [
            Series(name=_name(c), values=[row[i] for row in g.values], look=i)
            for i, c in enumerate(g.columns)
        ]
    return bars(
        groups,
        series,
        title=words.VIEW_TITLES[t.number, view],
        subtitle=_said(t, view, words.SUBTITLE, words.SUBTITLE_COMPUTED),
        x_title=_unit(g),
        signed=g.difference,
    )


def figures(t: PaperTable, view: str) -> Html:
    """The table that twins the chart, with what it stands on and buttons that save both."""
    g = grid(t, view)
    title = words.VIEW_TITLES[t.number, view]
    mark = _said(t, view, words.MARK, words.MARK_COMPUTED)
    caption = words.CAPTION.format(title=title, mark=mark)
    body = (
        f'<p class="mark">{esc(mark)}</p>{_sortable(t, g, caption, title)}'
        f"{_below(t, view, g)}{_downloads(t, view)}"
    )
    return card(Html(body), kind="paper", title=title)


def _sortable(t: PaperTable, g: Grid, caption: str, title: str) -> Html:
    corner = words.LEFT_OUT_HEAD if t.number == 7 else words.SYSTEM_HEAD
    columns = [Column(html=esc(corner), down=False), *(_head(t, c) for c in g.columns)]
    best = [g.best(c) for c in range(len(g.columns))]
    rows = [
        [
            Cell(html=_row_head(t, name), key=i),
            *(_cell(v, g.notes[i][c], best[c], g.difference) for c, v in enumerate(g.values[i])),
        ]
        for i, name in enumerate(g.rows)
    ]
    return scroll(sortable(columns, rows, kind="figures", caption=caption), title)


def _head(t: PaperTable, column: str) -> Column:
    """A family stands under its language, languages under their family, the anchor is named."""
    below = ", ".join(map(_name, families(t).get(column, ()))) or _name(family_of(column))
    if column == ANCHORS[t.setting]:
        below += f", {words.ANCHOR}"
    small = f"<small>{esc(below)}</small>" if below else ""
    return Column(html=esc(_name(column)), below=Html(small))


def _row_head(t: PaperTable, name: str) -> Html:
    part = words.PARTS[name] if t.number == 7 else ""
    shown = f"<b>{esc(name)}</b>" if name == WHOLE else esc(name)
    return Html(shown + (f"<small>{esc(part)}</small>" if part else ""))


def _cell(value: float | None, note: str, best: float | None, difference: bool) -> Cell:
    """The highest by weight, a star and a word; a note by a mark whose sentence stands below."""
    if value is None:
        return Cell(html=Html(f"<small>{esc(words.UNREADABLE)}</small>"), key=None)
    shown = number(value, signed=difference)
    if value == best:
        shown = (
            f'<b>{shown}</b><span class="star" title="{esc(words.BEST)}" role="img" '
            f'aria-label="{esc(words.BEST)}">★</span>'
        )
    mark = f'<sup title="{esc(note)}">{words.NOTE_MARK}</sup>' if note else ""
    return Cell(html=Html(shown + mark), key=round(value, 6))


def _below(t: PaperTable, view: str, g: Grid) -> Html:
    hint = words.SORT_HINT_DIFFERENCES if g.difference else words.SORT_HINT
    said = [
        f"{words.NOTE_MARK} {g.rows[r]}, {_name(g.columns[c])}: {note}"
        for r, row in enumerate(g.notes)
        for c, note in enumerate(row)
        if note
    ]
    said += [words.FAMILIES_NOTE] if view == "families" else []
    return Html("".join(map(fine, (hint, *said))))


def _downloads(t: PaperTable, view: str) -> Html:
    """The view with its chart, and the whole table."""
    title = words.VIEW_TITLES[t.number, view]
    printed, computed = (saving.cite_paper(t.number, t.setting, computed=c) for c in (False, True))
    name = f"paper-table{t.number}"
    shown = Saved(
        name=f"{name}-{view}", title=title, source=computed if is_computed(view) else printed
    )
    whole = Saved(name=name, title=words.TABLES[t.number], source=printed)
    return Html(
        f"{plot_files(shown, CHART_ID, grid_rows(t, view))}"
        f"{fine(words.WHOLE.format(number=t.number))}{table_file(whole, table_rows(t))}"
    )


def grid_rows(t: PaperTable, view: str) -> Rows:
    """The view as it stands, its head first."""
    g = grid(t, view)
    rows = ([None if v is None else round(v, 2) for v in row] for row in g.values)
    return [["system", *g.columns], *([name, *row] for name, row in zip(g.rows, rows, strict=True))]


def table_rows(t: PaperTable) -> Rows:
    """Every figure of the table, one a row, the head first."""
    head = ["table", "setting", "system", "group", "measure", "value", "note"]
    rows = ([t.number, t.setting, f.system, f.group, f.measure, f.value, f.note] for f in t.figures)
    return [head, *rows]


def setting(t: PaperTable) -> Html:
    """What the figures were measured on, and what in them or about them does not add up."""
    told = words.SETTINGS[t.setting] | words.SETTING_COMMON
    facts = rows_of((words.SETTING_HEADS[name], said) for name, said in told.items())
    return card(table("facts", [], facts), kind="paper", title=words.SETTING_TITLE) + card(
        notes(words.ODD[t.number]), kind="paper odd", title=words.ODD_TITLE
    )


def ours(name: str, facts: Mapping[str, str]) -> Html:
    """Why a score of ours must not be set beside one of these. `facts`: of the checkpoint in use,
    by the keys of `OURS`; where its pairs are constructed, they say so."""
    head = [column.format(name=name) for column in words.OURS_HEAD]
    full = [(what, theirs, facts[key]) for key, (what, theirs) in words.OURS.items()]
    saved = Saved(name="paper-and-ours", title=words.OURS_TITLE, source=saving.cite_program(name))
    shown = wide_table("apart", head, rows_of(full), words.OURS_TITLE)
    return card(
        shown + fine(words.OURS_END) + table_file(saved, [("", *words.OURS_HEAD[1:]), *full]),
        kind="paper ours",
        title=words.OURS_TITLE,
        lead=words.OURS_LEAD,
    )


def heading() -> Html:
    return Html(f'<div class="intro"><h2>{esc(words.TITLE)}</h2><p>{esc(words.LEAD)}</p></div>')


def _name(group: str) -> str:
    """A group, measure or family as it is written on the page."""
    if group in words.GROUPS:
        return words.GROUPS[group]
    named = BY_NAME.get(group)
    if isinstance(named, Family):
        return say.family_of(named)
    said = say.class_name(group) if named is None else say.language_name(named)
    return said[:1].upper() + said[1:]


def _part(t: PaperTable, name: str) -> str:
    """A system in a chart; what was left out stands on a line of its own (Plotly's <br>)."""
    return f"{name}<br>{words.PARTS[name]}" if t.number == 7 else name


def _said(t: PaperTable, view: str, printed: str, computed: str) -> str:
    said = computed if is_computed(view) else printed
    return said.format(setting=t.setting, number=t.number, unit=_unit(grid(t, view)))


def _unit(g: Grid) -> str:
    return words.UNIT["difference" if g.difference else "score"]
