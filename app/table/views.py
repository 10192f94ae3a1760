"""A predicted table as HTML: how far it is, what came out, and its line in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.jobs.follow import Counted
from app.jobs.history import box, counted
from app.jobs.kind import Info, Live
from app.page import say
from app.page.html import Html, bar, card, esc, fine, foreign, label_mark, tiles
from app.page.saving import Provenance, drawn, files
from app.page.tables import rows_of, table, wide_table
from app.table import words
from app.table.kind import TableSpec
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from app.table.kind import TableResult

LANGUAGES_SHOWN = 15
CELL = 160
"""Characters of a cell that are shown."""


def empty() -> Html:
    return card(Html(f"<p>{esc(words.EMPTY)}</p>"), kind="empty quiet")


def hints(sentences: Sequence[str]) -> Html:
    return Html("".join(f'<p class="hint" dir="auto">{esc(one)}</p>' for one in sentences))


def head(live: Live[TableSpec, Counted]) -> Html:
    """State and how far it is; what ended it, and the next step."""
    return box(live, words.JOB, *counted(live, words.LOADING))


def result(found: TableResult, prefix: str, made: Provenance, note: str = "") -> Html:
    """Numbers, labels, labels by language, and the first rows. note: what to know of all."""
    if not found.rows:
        return card(Html(f"<p>{esc(words.NOTHING_YET)}</p>"), kind="quiet")
    source = files(made.saved("source", words.SOURCE_TITLE), {"txt": made.source})
    body = _tiles(found) + _labels(found, made) + _languages(found, made)
    body += Html(f"<h4>{esc(words.FIRST)}</h4>{_first(found, prefix)}{source}")
    return card(body, kind="predicted", title=words.RESULT, lead=note)


def _tiles(found: TableResult) -> Html:
    said = found.rows - found.unread
    share = found.disagree / said if said else 0.0
    return tiles(
        [
            (say.count(found.rows), words.ROWS_DONE),
            (say.percent(share, 1), words.DISAGREE),
            (say.count(found.unread), words.UNREAD),
        ]
    )


def _labels(found: TableResult, made: Provenance) -> Html:
    total = max(1, found.labels.total())
    lines = [(label, count, count / total) for label, count in found.labels.most_common()]
    rows = (
        Html(
            f'<tr data-class="{esc(label)}"><th scope="row">{label_mark(label)}</th>'
            f'<td>{bar(share)}</td><td class="number">{say.count(count)}</td><td class="number">'
            f"{esc(say.percent(share, 1))}</td></tr>"
        )
        for label, count, share in lines
    )
    head = (words.COLUMN_LABEL, words.COLUMN_ROWS, words.COLUMN_SHARE)
    numbers = [(label, count, round(share, 6)) for label, count, share in lines]
    shown = table("bars", [], rows)
    saved = drawn(made.saved("labels", words.LABELS), shown, [head, *numbers])
    return Html(f"<h4>{esc(words.LABELS)}</h4>{saved}")


def _languages(found: TableResult, made: Provenance) -> Html:
    labels = [label for label, _ in found.labels.most_common()]
    order = sorted(found.languages, key=lambda code: -found.languages[code].total())
    lines: list[list[Any]] = [
        [_language(code), counts.total(), *(counts[label] for label in labels)]
        for code, counts in ((code, found.languages[code]) for code in order)
    ]
    head = [words.COLUMN_LANGUAGE, words.COLUMN_ROWS, *labels]
    rows = rows_of(
        (name, *(say.count(n) for n in counts)) for name, *counts in lines[:LANGUAGES_SHOWN]
    )
    shown = wide_table("numbers", head, rows, words.LANGUAGES)
    saved = drawn(made.saved("languages", words.LANGUAGES), shown, [head, *lines])
    more = len(lines) - LANGUAGES_SHOWN
    note = words.MORE_LANGUAGES.format(count=more) if more > 0 else ""
    return Html(f"<h4>{esc(words.LANGUAGES)}</h4>{saved}{fine(note)}")


def _language(code: str) -> str:
    return say.language_name(resolve(code)) if code else words.NO_LANGUAGE


def _first(found: TableResult, prefix: str) -> Html:
    """The label first: a table of many columns would hide it."""
    label, language, note = (f"{prefix}{name}" for name in ("label", "language", "note"))
    own = found.columns[: found.columns.index(label)]
    others = (language, *own, note)
    head = [foreign(name, "") for name in (label, *others)]
    rows = (
        Html(
            f"<tr><td>{label_mark(row[label]) if row[label] else '–'}</td>"
            + "".join(f"<td>{foreign(_cut(row[name]), '')}</td>" for name in others)
            + "</tr>"
        )
        for row in found.first
    )
    return wide_table("preview", head, rows, words.FIRST)


def _cut(cell: str) -> str:
    return cell if len(cell) <= CELL else cell[:CELL] + "…"


def about(one: Info[TableSpec]) -> str:
    """Its line in the list."""
    return words.ROW.format(model=one.spec.model, rows=say.rows(one.spec.rows), date=one.when)
