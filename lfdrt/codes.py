"""Codes and names of a language in Glottolog: ISO 639, BCP 47, other names, its own name.

From ISO 639-3's tables (python-iso639) and CLDR (langcodes), which are imported when first asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lfdrt.glottolog import Languoid

KINDS = {"A": "ancient", "C": "constructed", "E": "extinct", "H": "historical", "S": "special"}
"""ISO 639-3's types of languages; those that are spoken today have no word."""


@dataclass(frozen=True, kw_only=True)
class Codes:
    """ "" where a standard has none. iso2: ISO 639-2, two where the bibliographic code is another.
    bcp47: the shortest tag. own: the language's name for itself. others: more English names.
    whole: its macrolanguage, name and shortest code. kind: of `KINDS`, "" for a living language."""

    iso1: str = ""
    iso2: tuple[str, ...] = ()
    iso3: str = ""
    bcp47: str = ""
    own: str = ""
    others: tuple[str, ...] = ()
    whole: str = ""
    kind: str = ""


def codes_of(one: Languoid) -> Codes:
    """Of a language that ISO 639-3 has not, nothing."""
    import iso639

    if not one.iso3:
        return Codes()
    try:
        row = iso639.Language.from_part3(one.iso3)
    except iso639.LanguageNotFoundError:  # retired since Glottolog was made
        return Codes(iso3=one.iso3)
    tag = row.part1 or row.part3
    names = [row.name, *(name.print for name in row.other_names or ())]
    own = _own_name(tag)
    return Codes(
        iso1=row.part1 or "",
        iso2=tuple(dict.fromkeys(filter(None, (row.part2t, row.part2b)))),
        iso3=row.part3,
        bcp47=tag,
        own="" if own == one.name else own,
        others=tuple(dict.fromkeys(name for name in names if name != one.name)),
        whole=_named(row.macrolanguage) if row.macrolanguage else "",
        kind=KINDS.get(row.type or "", ""),
    )


def _own_name(tag: str) -> str:
    import langcodes

    language = langcodes.Language.get(tag, normalize=False)
    own = language.autonym()
    return "" if own in (tag, language.language_name("en")) else own


def _named(iso3: str) -> str:
    import iso639

    row = iso639.Language.from_part3(iso3)
    return f"{row.name.removesuffix(' (macrolanguage)')} ({row.part1 or row.part3})"
