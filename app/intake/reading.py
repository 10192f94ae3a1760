"""A visitor's table and pictures read in: how far it is, and last of all what was found, as HTML.

Leaves nothing on the disk: the pictures of a ZIP lie in a scratch folder meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.intake import words
from app.models.requests import Refused
from app.models.service import Service
from app.page import say
from app.page.html import Html, bar, card, esc, failure, fine, folded, foreign
from app.page.saving import Saved, cite_program, drawn
from app.page.tables import rows_of, table, wide_table
from lfdrt.errors import UserError
from lfdrt.runs.files import scratch

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake, IntakeProgress
    from lfdrt.data.intake.report import IntakeReport, Tokens


ROLES = ("text", "image", "lang", "label", "id")
"""Of columns, by which `words` names them."""
FINDINGS_SHOWN = 12
LANGUAGES_SHOWN = 4
LABELS_SHOWN = 10
CELL = 240
"""Characters of a preview's cell; the rest is cut, as the note below the table would be."""


def reading(progress: IntakeProgress) -> Html:
    share = progress.done / progress.total if progress.total else 0.0
    far = say.far(progress.done, progress.total) if progress.total else say.count(progress.done)
    said = f"{words.STAGES[progress.stage]}: {far}"
    return card(Html(f'<p data-aloud="state">{esc(said)}</p>{bar(share)}'), kind="quiet")


def report(intake: Intake, name: str, ready: str, *, labelled: str = "") -> Html:
    """What was found; errors first, since they block. `name`: of the data; `ready`: the title where
    nothing blocks; `labelled`: about the table of labels."""
    r, usable = intake.report, len(intake.rows)
    if r.errors:
        return Html("".join(failure(sentence) for sentence in r.errors))
    return card(
        Html(
            f"{_facts(r, usable, labelled)}{_findings(r)}{_lengths(r.tokens, name)}"
            f"{_preview(intake)}"
        ),
        kind="report",
        title=ready,
    )


def _facts(r: IntakeReport, usable: int, labelled: str) -> Html:
    facts = {
        "rows": say.far(usable, r.rows),
        "format": r.format or words.PICTURES_ALONE,
        "languages": _languages(r),
    }
    if r.tokens is not None and r.tokens.texts:
        facts["tokens"] = words.LONGEST.format(longest=say.count(r.tokens.longest))
        facts["unknown"] = say.percent(r.tokens.unknown, 1)
    if r.pictures:
        facts["pictures"] = say.count(r.pictures)
    found = [_label(one.value, one.rows, one.label) for one in r.labels[:LABELS_SHOWN]]
    found += ["…"] if len(r.labels) > LABELS_SHOWN else []
    if found or labelled:
        facts["labels"] = ", ".join([*found, *filter(None, [labelled])])
    lines = "".join(
        f'<div><dt>{esc(words.FACTS[name])}</dt><dd dir="auto">{esc(value)}</dd></div>'
        for name, value in facts.items()
        if value
    )
    return Html(f'<dl class="found">{lines}</dl>')


def _languages(r: IntakeReport) -> str:
    shown = [
        f"{say.language_name(d)} {say.percent(d.share)}"
        for d in r.languages.detected[:LANGUAGES_SHOWN]
    ]
    more = ["…"] if len(r.languages.detected) > LANGUAGES_SHOWN else []
    return ", ".join(shown + more)


def _label(value: str, rows: int, label: str | None) -> str:
    return f"{value} {say.count(rows)}" + ("" if label else f" ({words.UNRECOGNISED})")


def _bin(up_to: int | None) -> str:
    return words.LENGTH_LAST if up_to is None else words.LENGTH_BIN.format(up_to=up_to)


def _findings(r: IntakeReport) -> Html:
    """Warnings name their rows."""
    if not r.warnings:
        return fine(words.NO_FINDINGS)
    items = "".join(f'<li dir="auto">{esc(w)}</li>' for w in r.warnings[:FINDINGS_SHOWN])
    more = len(r.warnings) - FINDINGS_SHOWN
    items += f"<li>+ {more}</li>" if more > 0 else ""
    return Html(f'<h4>{esc(words.FINDINGS)}</h4><ul class="warnings">{items}</ul>')


def _lengths(tokens: Tokens | None, name: str) -> Html:
    if tokens is None or not tokens.texts:
        return Html("")
    most = max(one.texts for one in tokens.lengths)
    rows = (
        Html(
            f'<tr><th scope="row">{esc(_bin(one.up_to))}</th><td>{bar(one.texts / most)}</td>'
            f'<td class="number">{say.count(one.texts)}</td></tr>'
        )
        for one in tokens.lengths
        if one.texts
    )
    source = cite_program(say.DATA.format(data=name))
    saved = Saved(name="lengths", title=words.LENGTHS, source=source)
    full = [(_bin(one.up_to), one.texts) for one in tokens.lengths]
    shown = drawn(saved, table("bars", [], rows), [words.LENGTH_COLUMNS, *full])
    return folded(words.LENGTHS, shown)


def _preview(intake: Intake) -> Html:
    if not intake.preview:
        return Html("")
    named = {} if intake.mapping is None else {v: k for k, v in intake.mapping.roles().items()}
    head = [Html(f'<bdi dir="auto">{esc(c)}</bdi>{_role(named.get(c))}') for c in intake.columns]
    rows = rows_of(
        (say.count(row.number), *(_cell(row.values.get(name, "")) for name in intake.columns))
        for row in intake.preview
    )
    shown = wide_table("preview", ["", *head], rows, words.PREVIEW)
    return Html(f"<h4>{esc(words.PREVIEW)}</h4>{shown}")


def _role(role: str | None) -> Html:
    return Html(f' <span class="own">{esc(words.ROLES[role])}</span>' if role else "")


def _cell(value: str) -> Html:
    return foreign(value if len(value) <= CELL else value[:CELL] + "…", "")


def intake(
    service: Service,
    table: str,
    images: str,
    language: str,
    columns: Mapping[str, str | None],
    *,
    labelled: bool = True,
    read: Mapping[str, str] | None = None,
) -> Iterator[Html | Intake]:
    """How far the reading is, as HTML, and last of all what was read. table, images: paths, ""
    for none; language: "" for each row's own. columns: role to column; none at all: guessed.
    labelled: False takes no column for labels. read: answers to questions of the reader. Raises
    Refused: no file can be unpacked."""
    from lfdrt.data.columns import ColumnMapping
    from lfdrt.data.intake.read import Intake, read_intake

    mapping = ColumnMapping(**{role: columns.get(role) for role in ROLES}) if columns else None
    try:
        owner = scratch()
    except UserError as error:
        raise Refused(str(error)) from error
    with owner as folder:
        for one in read_intake(
            Path(table) if table else None,
            Path(images) if images else None,
            mapping,
            language or None,
            labels=service.loaded.labels if service.loaded else None,
            labelled=labelled,
            count_tokens=service.count_tokens if service.loaded else None,
            scratch=Path(folder),
            read=read,
        ):
            yield one if isinstance(one, Intake) else reading(one)


def limits() -> tuple[int, int]:
    """Most rows and most bytes of a table."""
    from lfdrt.data.tables import MAX_BYTES, MAX_ROWS

    return MAX_ROWS, MAX_BYTES


def endings() -> list[str]:
    """Of files that can be chosen."""
    from lfdrt.data.readers.registry import choosable

    return list(choosable())
