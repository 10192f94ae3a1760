"""A predicted table as HTML: how far it is, what came out, and a visitor's tables as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.jobs import views as lists
from app.jobs.resumable import ACTIVE
from app.page import say
from app.page.html import Html, bar, card, esc, foreign, label_mark, scroll, step, table
from app.page.saving import Provenance, drawn, files
from app.page.say import rows as counted
from app.table import words
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from app.table.board import TableLive
    from app.table.folder import TableInfo
    from app.table.results import TableResult

LANGUAGES_SHOWN = 15
CELL = 160
"""Characters of a cell that are shown."""


def lead() -> Html:
    return step(words.TITLE, words.LEAD)


def empty() -> Html:
    return card(f"<p>{esc(words.EMPTY)}</p>", kind="empty quiet")


def hints(sentences: Sequence[str]) -> Html:
    return "".join(f'<p class="hint" dir="auto">{esc(one)}</p>' for one in sentences)


def head(live: TableLive) -> Html:
    """State and how far it is; what ended it, and the next step."""
    info = live.info
    share = live.done / live.total if live.total else 0.0
    said = [words.LOADING]
    if info.state != "starting":
        said = words.progress(live.done, live.total, live.elapsed, live.remaining)
    body = lists.head(info.name, info.state, words.STATES[info.state])
    body += f'<p class="fine progress">{esc(" · ".join(said))}</p>{bar(share, "wide")}'
    return card(body + _ended(live), kind="run", attributes=f'data-state="{esc(info.state)}"')


def _ended(live: TableLive) -> Html:
    if live.info.state == "stopped":
        return f"<p>{esc(words.STOPPED)}</p>"
    if not live.failure:
        return ""
    next_step = words.FAILED_NEXT if live.info.state == "failed" else words.LOST_NEXT
    return (
        f'<div class="wrong" role="alert"><p dir="auto">{esc(live.failure)}</p>'
        f"<p>{esc(next_step)}</p></div>"
    )


def result(found: TableResult, prefix: str, made: Provenance) -> Html:
    """Numbers, labels, labels by language, and the first rows."""
    if not found.rows:
        return card(f"<p>{esc(words.NOTHING_YET)}</p>", kind="quiet")
    source = files(made.saved("source", words.SOURCE_TITLE), {"txt": made.source})
    body = _tiles(found) + _labels(found, made) + _languages(found, made)
    body += f"<h4>{esc(words.FIRST)}</h4>{_first(found, prefix)}{source}"
    return card(body, kind="predicted", title=words.RESULT)


def _tiles(found: TableResult) -> Html:
    said = found.rows - found.unread
    share = found.disagree / said if said else 0.0
    tiles = {
        words.ROWS_DONE: f"{found.rows:,}",
        words.DISAGREE: say.percent(share, 1),
        words.UNREAD: f"{found.unread:,}",
    }
    shown = "".join(
        f'<div class="tile"><b>{esc(value)}</b><span>{esc(name)}</span></div>'
        for name, value in tiles.items()
    )
    return f'<div class="tiles">{shown}</div>'


def _labels(found: TableResult, made: Provenance) -> Html:
    total = max(1, found.labels.total())
    lines = [(label, count, count / total) for label, count in found.labels.most_common()]
    rows = (
        f'<tr data-class="{esc(label)}"><th scope="row">{label_mark(label)}</th><td>{bar(share)}'
        f'</td><td class="number">{count:,}</td><td class="number">'
        f"{esc(say.percent(share, 1))}</td></tr>"
        for label, count, share in lines
    )
    head = (words.COLUMN_LABEL, words.COLUMN_ROWS, words.COLUMN_SHARE)
    numbers = [(label, count, round(share, 6)) for label, count, share in lines]
    shown = table("bars", [], rows)
    saved = drawn(made.saved("labels", words.LABELS), shown, [head, *numbers])
    return f"<h4>{esc(words.LABELS)}</h4>{saved}"


def _languages(found: TableResult, made: Provenance) -> Html:
    labels = [label for label, _ in found.labels.most_common()]
    order = sorted(found.languages, key=lambda code: -found.languages[code].total())
    lines = [
        [
            _language(code),
            found.languages[code].total(),
            *(found.languages[code][c] for c in labels),
        ]
        for code in order
    ]
    head = [words.COLUMN_LANGUAGE, words.COLUMN_ROWS, *labels]
    rows = (
        f'<tr><th scope="row">{esc(name)}</th>{"".join(f"<td>{n:,}</td>" for n in numbers)}</tr>'
        for name, *numbers in lines[:LANGUAGES_SHOWN]
    )
    shown = scroll(table("numbers", [esc(h) for h in head], rows), words.LANGUAGES)
    saved = drawn(made.saved("languages", words.LANGUAGES), shown, [head, *lines])
    more = len(lines) - LANGUAGES_SHOWN
    note = f'<p class="fine">{esc(words.MORE_LANGUAGES.format(count=more))}</p>' if more > 0 else ""
    return f"<h4>{esc(words.LANGUAGES)}</h4>{saved}{note}"


def _language(code: str) -> str:
    return resolve(code).name if code else words.NO_LANGUAGE


def _first(found: TableResult, prefix: str) -> Html:
    """The label first: a table of many columns would hide it."""
    label, language, note = (f"{prefix}{name}" for name in ("label", "language", "note"))
    own = found.columns[: found.columns.index(label)]
    others = (language, *own, note)
    head = [foreign(name, "") for name in (label, *others)]
    rows = (
        f"<tr><td>{label_mark(row[label]) if row[label] else '–'}</td>"
        + "".join(f"<td>{foreign(_cut(row[name]), '')}</td>" for name in others)
        + "</tr>"
        for row in found.first
    )
    return scroll(table("preview", head, rows), words.FIRST)


def _cut(cell: str) -> str:
    return cell if len(cell) <= CELL else cell[:CELL] + "…"


def mine(tables: Sequence[TableInfo], shown: str) -> Html:
    """`shown`: the id of the one that stands above."""
    entries = [_entry(one, one.id == shown) for one in tables]
    return lists.history(words.MINE, words.NONE_YET, entries)


def _entry(one: TableInfo, shown: bool) -> Html:
    about = words.ROW.format(
        model=one.spec.model,
        rows=counted(one.spec.rows),
        date=one.created[:16].replace("T", " "),
    )
    acts = [("open", words.OPEN, "")]
    if one.state not in ACTIVE:
        acts.append(("delete", words.DELETE, words.DELETE_SURE))
    buttons = [lists.button(one.id, one.name, *act) for act in acts]
    return lists.entry(one.name, one.state, words.STATES[one.state], about, buttons, shown=shown)
