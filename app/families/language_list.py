"""Which language belongs where: a tree, a table to sort, and any other language looked up."""

from __future__ import annotations

from app.families import words
from app.page import citation, say
from app.page.html import Html, card, esc, notes, scroll
from app.page.saving import Saved, table_file
from app.page.sortable import Cell, Column, sortable
from lfdrt.languages import FAMILIES, LANGUAGES, SLIPS, is_trained, resolve


def languages() -> Html:
    """A tree of families, and a table to sort."""
    tree = "".join(
        f"<li><b>{esc(family.name)}</b><span>{esc(', '.join(_members(family.code)))}</span></li>"
        for family in FAMILIES
    )
    rows = [(v.name, v.code, v.iso3, v.script, v.family.name, v.source) for v in LANGUAGES.values()]
    columns = [Column(html=esc(name), down=False) for name in words.LANGUAGE_COLUMNS]
    cells = [[Cell(html=esc(value), key=value) for value in row] for row in rows]
    table = sortable(columns, cells, kind="figures", caption=words.LANGUAGES)
    source = citation.cite_program(say.DATA.format(data=words.LANGUAGES_DATA))
    saved = Saved(name="lfdrt-languages", title=words.LANGUAGES, source=source)
    save = table_file(saved, [words.LANGUAGE_COLUMNS, *rows])
    slips = f"<details><summary>{esc(words.SLIPS)}</summary>{notes(SLIPS)}</details>"
    return card(
        f'<ul class="tree">{tree}</ul><details><summary>{esc(words.NUMBERS)}</summary>'
        f"{scroll(table, words.LANGUAGES)}</details>{slips}{save}",
        kind="languages",
        title=words.LANGUAGES,
        lead=words.LANGUAGES_LEAD,
    )


def _members(family: str) -> list[str]:
    return [v.name for v in LANGUAGES.values() if v.family.code == family]


def looked_up(asked: str) -> Html:
    """A language's family and what the app would do; a sentence for what is no language."""
    if not asked.strip():
        return ""
    try:
        found = resolve(asked)
    except ValueError as error:
        return f'<p class="wrong" role="alert" dir="auto">{esc(error)}</p>'
    said = words.TRAINED if is_trained(found.family) else words.UNTRAINED
    line = said.format(name=found.name, code=found.code, family=found.family.name)
    return f'<p role="status">{esc(line)}</p>'
