"""What saves a table as CSV and a chart as SVG or PNG, with the line that every such file carries:
who made it, of which weights, selected how, on which data, when.

saving.js makes the files: a table's rows travel in the page, a chart is drawn from what is shown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import lfdrt
from app.page import say
from app.page.html import Html, esc, scroll
from app.page.tables import table

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.recording import Origin, RecordedRun


Cell = str | float | bool | None
Rows = Sequence[Sequence[Cell]]
FIGURES = ("svg", "png")


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a file says of itself. name: of the file, without its ending. title: above a figure.
    source: `cite`'s line."""

    name: str
    title: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What all files of one thing have in common. file: how their names begin."""

    file: str
    source: str

    def saved(self, name: str, title: str) -> Saved:
        return Saved(name=f"{self.file}-{name}", title=title, source=self.source)


def csv_text(rows: Rows, source: str) -> str:
    """With a BOM, for spreadsheets, which run none of it; the last line is the source."""
    from lfdrt.data.export import neutralise

    stream = io.StringIO()
    safe = cache(neutralise)  # of this table alone, where labels come again and again
    csv.writer(stream, lineterminator="\r\n").writerows(
        [safe(value) if isinstance(value, str) else value for value in row]
        for row in (*rows, [source])
    )
    return "\ufeff" + stream.getvalue()


def table_file(saved: Saved, rows: Rows) -> Html:
    """A table alone. `rows` begin with their head."""
    return _row(saved, _csv(saved, rows))


def plot_files(saved: Saved, plot: str, rows: Rows | None = None) -> Html:
    """A Plotly chart and its table; without `rows` the table is of the points that are drawn, and
    stands folded below too. `plot`: the id of its component."""
    where = Html(f'data-plot="{esc(plot)}"')
    table = _button(saved, "csv", where) if rows is None else _csv(saved, rows)
    buttons = table + Html("".join(_button(saved, kind, where) for kind in FIGURES))
    name = f"{saved.title}: {say.NUMBERS}"
    below = Html(
        f'<details class="points" {where}><summary>{esc(say.NUMBERS)}</summary>'
        f"{scroll(Html(''), name)}</details>"
    )
    return _row(saved, buttons) + (below if rows is None else Html(""))


def drawn(saved: Saved, body: Html, rows: Rows) -> Html:
    """A chart that is a part of the page, its files below it."""
    buttons = _csv(saved, rows) + Html("".join(_button(saved, kind) for kind in FIGURES))
    return _row(saved, buttons, Html(f"<div data-drawn>{body}</div>"))


def files(saved: Saved, contents: Mapping[str, str]) -> Html:
    """By kind, what each file holds; "html" is made of the page itself."""
    buttons = (
        _button(saved, k, Html(f'data-content="{esc(held)}"')) for k, held in contents.items()
    )
    return _row(saved, Html("".join(buttons)))


def _row(saved: Saved, buttons: Html, above: Html = Html("")) -> Html:
    named = esc(say.GROUP.format(title=saved.title))
    return Html(
        f'<div class="saved" data-title="{esc(saved.title)}" data-source="{esc(saved.source)}">'
        f'{above}<div class="downloads" role="group" aria-label="{named}">{buttons}</div></div>'
    )


def _csv(saved: Saved, rows: Rows) -> Html:
    return _button(saved, "csv", Html(f'data-content="{esc(csv_text(rows, saved.source))}"'))


def _button(saved: Saved, kind: str, rest: Html = Html("")) -> Html:
    return Html(
        f'<button type="button" data-download="{kind}" data-name="{esc(saved.name)}.{kind}" '
        f"{rest}>{esc(say.BUTTONS[kind])}</button>"
    )


DIGITS = 12
"""Of a hash: enough to tell any two checkpoints apart."""
BETWEEN = "; "


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A checkpoint as it is cited. sha256: of its weight files, "" where they are not at hand.
    selection: the rule by which it was selected; "" where there is nothing to tell yet."""

    name: str
    sha256: str
    selection: str
    seed: int | None


def cite(weights: Weights, *more: str) -> str:
    """What this program makes today with a checkpoint. `more`: data and whatever else is known."""
    return BETWEEN.join([_program(), *_weights(weights), *filter(None, more), made()])


def cite_recording(run: Origin, *more: str) -> str:
    """Numbers of a recording, whichever version of this program shows them."""
    recorded = say.RECORDED.format(
        date=run.date[:10],
        version=run.versions.get("lfdrt", say.UNKNOWN),
        device=run.device,
    )
    return BETWEEN.join([_program(), *_weights(weights_of(run)), *filter(None, more), recorded])


def weights_of(run: Origin) -> Weights:
    return Weights(
        name=run.checkpoint, sha256=run.weights_sha256, selection=run.selection, seed=run.seed
    )


def cite_paper(number: int, setting: str, *, computed: bool) -> str:
    """computed: the numbers are made here, of the paper's."""
    paper = say.PAPER.format(number=number, setting=setting)
    said = say.PAPER_COMPUTED if computed else say.PAPER_PRINTED
    return said.format(paper=paper, version=lfdrt.__version__)


def cite_program(*more: str) -> str:
    """What stands on no checkpoint."""
    return BETWEEN.join([_program(), *more, made()])


def made() -> str:
    return say.MADE.format(date=datetime.now(UTC).date().isoformat())


def checkpoint(weights: Weights) -> str:
    """Name and first digits of the hash."""
    said = say.CHECKPOINT.format(name=weights.name)
    if not weights.sha256:
        return said
    return f"{said} ({say.HASH.format(digits=weights.sha256[:DIGITS])})"


def data_of(sets: Iterable[tuple[str, str, str]]) -> str:
    """`sets` are (source, language, split): "data: MELD dev, test (en), XED dev (ar, fi)"."""
    languages: dict[tuple[str, str], dict[str, None]] = {}
    for source, language, split in sets:
        languages.setdefault((source, split), {})[language] = None
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (source, split), codes in languages.items():
        grouped.setdefault((source, tuple(codes)), []).append(split)
    said = [
        f"{set_name(source)} {', '.join(splits)} ({', '.join(codes)})"
        for (source, codes), splits in grouped.items()
    ]
    return say.DATA.format(data=", ".join(said)) if said else ""


def set_name(source: str) -> str:
    return say.SETS.get(source, source)


def chosen(choices: Sequence[str]) -> str:
    """Which part of the data is shown; "" for all of it."""
    return say.SHOWN.format(choice=", ".join(choices)) if choices else ""


def constructed(run: RecordedRun) -> str:
    """The sentence that pairs of text and face were put together here; "" where none were read."""
    pairs = "image" in run.inputs and "text" in run.inputs
    ours = any(one.source not in say.PAIRED for one in run.sets)
    return say.CONSTRUCTED if pairs and ours else ""


def _program() -> str:
    return say.PROGRAM.format(version=lfdrt.__version__)


def _weights(w: Weights) -> list[str]:
    seed = say.UNKNOWN if w.seed is None else w.seed
    told = [checkpoint(w), say.SEED.format(seed=seed)]
    return [*told, say.SELECTED.format(rule=w.selection.rstrip("."))] if w.selection else told


def confusion(title: str, labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Html:
    """Rows: the true label; columns: what the model said. Shape: counts (C, C)."""
    top = max(1, max((max(row) for row in counts), default=1))
    rows = (
        Html(
            f'<tr><th scope="row">{esc(say.class_name(name))}</th>'
            + "".join(
                f'<td class="{"right" if i == j else ""}" style="--v:{n / top:.2f}">{n or "·"}</td>'
                for j, n in enumerate(row)
            )
            + "</tr>"
        )
        for i, (name, row) in enumerate(zip(labels, counts, strict=True))
    )
    head = [Html(""), *(Html(f"<span>{esc(say.class_name(name))}</span>") for name in labels)]
    return scroll(table("confusion", head, rows, caption=title), title)


def confusion_rows(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Rows:
    """The same as a table to be saved."""
    rows: list[list[Cell]] = [[name, *row] for name, row in zip(labels, counts, strict=True)]
    return [[say.TRUE_BY_SAID, *labels], *rows]
