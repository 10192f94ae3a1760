"""A language as a card: names, codes, lineage, scripts, place, what reads it, how the vocabulary
covers it, and which of its relatives have been measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.atlas import words
from app.page import say, speech
from app.page.atlas import Layer
from app.page.html import Html, card, esc, fine, foreign, scroll
from app.page.tables import rows_of, table
from lfdrt.codes import codes_of
from lfdrt.glottolog import NO_KIN, Languoid, glottolog
from lfdrt.languages import SPACELESS, is_trained, resolve

if TYPE_CHECKING:
    from lfdrt.data.intake.report import TokenCount

MOST_KIN = 12
"""Rows of measured relatives."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How a vocabulary cuts texts. words: 0 where the script has no spaces between them."""

    texts: int
    words: int
    tokens: int
    unknown: int


def covered(texts: Sequence[str], counts: Sequence[TokenCount]) -> Covered | None:
    """None for nothing to count."""
    whole = " ".join(texts)
    tokens = sum(one.tokens for one in counts)
    spaced = len(SPACELESS.findall(whole)) < len(whole) / 4
    if not tokens:
        return None
    return Covered(
        texts=len(texts),
        words=len(whole.split()) if spaced else 0,
        tokens=tokens,
        unknown=sum(one.unknown for one in counts),
    )


def said(found: Covered, of: str) -> str:
    """One sentence. of: on what it was measured."""
    unknown = say.percent(found.unknown / found.tokens, 1)
    if not found.words:
        return words.COVERED_SPACELESS.format(unknown=unknown, tokens=found.tokens, of=of)
    return words.COVERED.format(pieces=found.tokens / found.words, unknown=unknown, of=of)


def language_card(one: Languoid, layers: Sequence[Layer], vocabulary: str) -> Html:
    """vocabulary: a sentence on how it is covered, or why that is not known."""
    codes = codes_of(one)
    own = Html(
        f'<span class="itself">{foreign(codes.own, codes.bcp47)}</span>' if codes.own else ""
    )
    head = Html(f"<h2>{esc(one.name)}{own}</h2>")
    above = glottolog().lineage(one)
    names = [family.name for family in above]
    lineage = say.LINEAGE.join([*names, one.name]) if above else words.ISOLATE
    if above and above[0].code in NO_KIN:
        lineage = f"{lineage} {words.UNRELATED}"
    facts = {
        words.GLOTTOCODE: one.code,
        words.ISO3: codes.iso3 or one.iso3,
        words.ISO1: codes.iso1,
        words.ISO2: ", ".join(codes.iso2),
        words.TAG: codes.bcp47,
        words.OTHERS: ", ".join(codes.others),
        words.WHOLE: codes.whole,
        words.KIND: codes.kind,
        words.SCRIPT: _scripts(one),
        words.PLACE: place(one),
        words.READ: _read(one),
    }
    shown = "".join(
        f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>"
        for name, value in facts.items()
        if value
    )
    body = (
        head
        + Html(f'<p class="lineage">{esc(lineage)}</p><dl class="tongue-facts">{shown}</dl>')
        + Html(f"<h3>{esc(words.VOCABULARY)}</h3><p>{esc(vocabulary)}</p>")
        + fine(words.GOOD)
        + _kin(one, layers)
    )
    return card(body, kind="tongue", attributes=f'data-code="{esc(one.code)}"')


def place(one: Languoid) -> str:
    if one.latitude is None or one.longitude is None:
        return words.NO_PLACE
    way = f"{'S' if one.latitude < 0 else 'N'}{'W' if one.longitude < 0 else 'E'}"
    point = say.POINTS[way].format(
        latitude=say.number(abs(one.latitude), 2), longitude=say.number(abs(one.longitude), 2)
    )
    return f"{point}; {say.AREAS.get(one.area, one.area)}" if one.area else point


def _scripts(one: Languoid) -> str:
    import langcodes

    language = speech.current()
    names = [langcodes.Language.make(script=code).script_name(language) for code in one.scripts]
    if not names:
        return words.NO_SCRIPT
    if len(names) == 1:
        return words.USUALLY.format(first=names[0])
    return words.ALSO.format(first=names[0], rest=", ".join(names[1:]))


def _read(one: Languoid) -> str:
    language = resolve(one.code)
    if is_trained(language.family):
        read = words.THROUGH.format(family=say.family_of(language.family))
    elif glottolog().lineage(one):
        read = words.THROUGH_NONE.format(family=say.family_of(language.family))
    else:
        read = words.THROUGH_ALONE
    if language.name == one.name or language.iso3 in ("", one.iso3):
        return read
    return words.AS_PART.format(read=read, name=say.language_name(language), code=language.code)


def _kin(one: Languoid, layers: Sequence[Layer]) -> Html:
    """The language itself, where it was measured, and its relatives."""
    known = dict.fromkeys(code for layer in layers for code in layer.values)
    measured = [found for code in known if (found := glottolog().find(code)) is not None]
    rows = [(one, words.ITSELF)] if one.code in known else []
    rows += [(other, shared.name) for other, shared in glottolog().kin(one, measured)]
    title = Html(f"<h3>{esc(words.KIN)}</h3>")
    if not rows:
        return title + Html(f"<p>{esc(words.NO_KIN)}</p>")
    head = [words.LANGUAGE, words.KIN_SHARED, *(layer.title for layer in layers)]
    lines = [
        [_button(other), shared, *(_value(layer, other.code) for layer in layers)]
        for other, shared in rows[:MOST_KIN]
    ]
    return title + scroll(table("tongue-kin", head, rows_of(lines)), words.KIN)


def _button(one: Languoid) -> Html:
    return Html(f'<button type="button" data-language="{esc(one.code)}">{esc(one.name)}</button>')


def _value(layer: Layer, code: str) -> str:
    return layer.values[code][1] if code in layer.values else words.NOT_MEASURED
