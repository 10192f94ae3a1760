"""Languages and their families: the paper's Tables 2 and 3, and any other language by its tag.

`LANGUAGES` and `FAMILIES` are literal tables (DESIGN §3; the paper's §4.1). `resolve` also names
languages outside them and says which family they belong to; whether a disentangler was trained for
that family is `is_trained`. `languoids` leads from a language to its place in Glottolog.

Importing it costs nothing; `langcodes` is imported when a tag is not in the table, and Glottolog is
read only for languages outside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.glottolog import Languoid


@dataclass(frozen=True)
class Family:
    code: str
    name: str


@dataclass(frozen=True)
class Language:
    """One language. `script` is ISO 15924; `rtl` says that it is written from right to left."""

    code: str  # ISO 639-1 where there is one, else ISO 639-3, else the glottocode
    iso3: str
    name: str
    family: Family
    script: str
    rtl: bool
    source: str  # where this project has the language from


FAMILIES: tuple[Family, ...] = (
    Family("indo-european", "Indo-European"),
    Family("uralic", "Uralic"),
    Family("afro-asiatic", "Afro-Asiatic"),
    Family("austronesian", "Austronesian"),
    Family("dravidian", "Dravidian"),
    Family("niger-congo", "Niger-Congo"),
    Family("kartvelian", "Kartvelian"),
    Family("koreanic", "Koreanic"),
    Family("japonic", "Japonic"),
    Family("turkic", "Turkic"),
    Family("sino-tibetan", "Sino-Tibetan"),
    Family("isolate", "Isolate (Basque)"),
    Family("constructed", "Constructed"),
)
# Neither an isolate's nor an unrecorded language's family is one that a head was trained for:
# the head `isolate` has only seen Basque, and isolates are not related to each other.
ALONE = Family("alone", "Isolate")
UNRECORDED = Family("unrecorded", "Not recorded")

_BY_CODE = {family.code: family for family in FAMILIES}
_INDEX = {family.code: k for k, family in enumerate(FAMILIES)}
# Glottolog's names of the same families. Its Atlantic-Congo is what Niger-Congo has as its core;
# Mande, Dogon and others are families of their own there, so they stay untrained.
_FROM_GLOTTOLOG = {
    **{family.name: family for family in FAMILIES if family.code not in ("constructed", "isolate")},
    "Atlantic-Congo": _BY_CODE["niger-congo"],
    "Artificial Language": _BY_CODE["constructed"],
}
_RTL_SCRIPTS = frozenset(
    ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"]
)

SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
"""A character of a script that is written without spaces between words."""

_BOTH, _T2, _T3 = "paper, Tables 2 and 3", "paper, Table 2", "paper, Table 3"
_ROWS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("en", "eng", "English", "indo-european", "Latn", _T2),
    ("es", "spa", "Spanish", "indo-european", "Latn", _BOTH),
    ("fr", "fra", "French", "indo-european", "Latn", _BOTH),
    ("gl", "glg", "Galician", "indo-european", "Latn", _T3),
    ("lb", "ltz", "Luxembourgish", "indo-european", "Latn", "paper, Table 5"),
    ("oc", "oci", "Occitan", "indo-european", "Latn", _BOTH),
    ("sk", "slk", "Slovak", "indo-european", "Latn", _BOTH),
    ("tg", "tgk", "Tajik", "indo-european", "Cyrl", _BOTH),
    ("et", "est", "Estonian", "uralic", "Latn", _BOTH),
    ("fi", "fin", "Finnish", "uralic", "Latn", _BOTH),
    ("hu", "hun", "Hungarian", "uralic", "Latn", _BOTH),
    ("ar", "ara", "Arabic", "afro-asiatic", "Arab", _BOTH),
    ("he", "heb", "Hebrew", "afro-asiatic", "Hebr", _BOTH),
    ("id", "ind", "Indonesian", "austronesian", "Latn", _BOTH),
    ("jv", "jav", "Javanese", "austronesian", "Latn", _BOTH),
    ("mg", "mlg", "Malagasy", "austronesian", "Latn", _BOTH),
    ("tl", "tgl", "Tagalog", "austronesian", "Latn", _BOTH),
    ("ml", "mal", "Malayalam", "dravidian", "Mlym", _BOTH),
    ("ta", "tam", "Tamil", "dravidian", "Taml", _BOTH),
    ("te", "tel", "Telugu", "dravidian", "Telu", _BOTH),
    ("sw", "swa", "Swahili", "niger-congo", "Latn", _BOTH),
    ("ka", "kat", "Georgian", "kartvelian", "Geor", _BOTH),
    ("ko", "kor", "Korean", "koreanic", "Kore", _BOTH),
    ("ja", "jpn", "Japanese", "japonic", "Jpan", _BOTH),
    ("tr", "tur", "Turkish", "turkic", "Latn", _BOTH),
    ("tt", "tat", "Tatar", "turkic", "Cyrl", _T2),
    ("zh", "zho", "Chinese", "sino-tibetan", "Hans", _BOTH),
    ("eu", "eus", "Basque", "isolate", "Latn", _BOTH),
    ("eo", "epo", "Esperanto", "constructed", "Latn", _BOTH),
    ("io", "ido", "Ido", "constructed", "Latn", _BOTH),
)
LANGUAGES: dict[str, Language] = {
    code: Language(code, iso3, name, _BY_CODE[family], script, script in _RTL_SCRIPTS, source)
    for code, iso3, name, family, script, source in _ROWS
}
_BY_KEY: dict[str, Language] = {
    key: language
    for language in LANGUAGES.values()
    for key in (language.name.casefold(), language.iso3, language.code)
}
_SAME = {"fil": "tl"}  # ISO 639-3 keeps Filipino apart; it is standardised Tagalog
_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx", "art"})
_LONGEST_TAG = 60
_GLOTTOCODE = 8  # characters: four letters or digits, four digits

SLIPS: tuple[str, ...] = (
    "Table 3 of the paper lists Galician (gl), which Table 2 does not.",
    "Table 5 of the paper reports Luxembourgish, which is in neither Table 2 nor Table 3.",
    (
        "Tatar (tt) and English (en) are in Table 2 of the paper but have no row in Table 3; "
        "they are filed here under Turkic and Indo-European."
    ),
    (
        "Table 3 of the paper gives Basque, Esperanto and Ido no family (“–”); here Basque is an "
        "isolate, and Esperanto and Ido are constructed."
    ),
)


FAMILY_NAMES: dict[str, str] = {family.code: family.name for family in FAMILIES}
"""Of the trained families, by code."""


def family_index(code: str) -> int:
    """The place of a trained family in `FAMILIES`, which is k of W^k (Eq. 5)."""
    if code not in _INDEX:
        raise UserError(f"No disentangler for the family {code!r}; choose one of {[*_INDEX]}.")
    return _INDEX[code]


def is_trained(family: Family) -> bool:
    """Whether there is a disentangler for this family."""
    return family.code in _INDEX


def resolve(tag: str) -> Language:
    """The language of a BCP 47 or ISO 639 tag, of a glottocode, or of a name ("fas", "pt-BR",
    "zh_Hant", "kaza1248", "Deutsch").

    A region is dropped; a script that the tag names replaces the usual one. Languages outside
    `LANGUAGES` get their family from Glottolog. UserError for what names no language.
    """
    given = " ".join(tag.split())
    key = given.replace("_", "-")
    if known := _BY_KEY.get(key.casefold()):
        return known
    first, *rest = key.split("-")
    if len(first) == _GLOTTOCODE and first[-4:].isdigit():
        return _by_glottocode(first.casefold(), rest)
    found = _parse(key)
    if found is None:
        return _by_name(given)
    code, iso3, name, script, usual = found
    language = LANGUAGES.get(code) or _outside(code, iso3, name, usual)
    return replace(language, script=script, rtl=script in _RTL_SCRIPTS) if script else language


def languoids(language: Language) -> tuple[Languoid, ...]:
    """What Glottolog has for a language. Several for a macrolanguage: the one that its code is
    mostly used for first (Mandarin for Chinese); none where nothing is recorded."""
    return _languoids(language.code, language.iso3)


def _languoids(code: str, iso3: str) -> tuple[Languoid, ...]:
    from lfdrt.glottolog import glottolog

    world = glottolog()
    if found := world.find(iso3) or world.find(code):
        return (found,)
    import langcodes
    from langcodes.data_dicts import MACROLANGUAGES, NORMALIZED_MACROLANGUAGES

    mostly = [part for part, whole in NORMALIZED_MACROLANGUAGES.items() if whole == code]
    parts = [part for part, whole in MACROLANGUAGES.items() if whole == code]
    kin = dict.fromkeys([*mostly, *parts] or [MACROLANGUAGES.get(code, code)])
    codes = (langcodes.Language.get(one, normalize=False).to_alpha3() for one in kin)
    return tuple(one for c in codes if (one := world.find(c)) is not None)


def _outside(code: str, iso3: str, name: str, usual: str) -> Language:
    """One that is not in the table. usual: a script that is likely, "" for none; GlotScript knows
    of extinct languages, which langcodes takes to be written in Latin."""
    found = _languoids(code, iso3)
    scripts = found[0].scripts if found else ()
    script = usual if usual in scripts else next(iter(scripts), usual or "Zyyy")
    family = _family(found[0]) if found else UNRECORDED
    return Language(code, iso3, name, family, script, script in _RTL_SCRIPTS, "Glottolog")


def _by_glottocode(code: str, rest: list[str]) -> Language:
    """rest: of the tag, a script say."""
    from lfdrt.glottolog import glottolog

    found = glottolog().find(code)
    if found is None:
        raise UserError(
            f"{code!r} is no glottocode of a language in Glottolog 5.1: give the code of the "
            "language, not of a dialect, such as 'kaza1248' for Kazakh."
        )
    if found.is_family:
        raise UserError(
            f"{code!r} is the family {found.name}, not a language: give the glottocode of one of "
            "its languages."
        )
    if found.iso3:
        return resolve("-".join([found.iso3, *rest]))
    return _outside(found.code, "", found.name, "")


def _by_name(given: str) -> Language:
    """By Glottolog's own name, where nobody else knows it."""
    from lfdrt.glottolog import glottolog

    found = glottolog().named(given.replace("_", "-")) if len(given) <= _LONGEST_TAG else None
    if found is not None:
        return _by_glottocode(found.code, [])
    shown = given if len(given) <= _LONGEST_TAG else given[:_LONGEST_TAG] + "…"
    raise UserError(
        f"{shown!r} is not a language that I know; give a code such as 'sw', 'pt-BR' or "
        "'kaza1248', or a name such as 'Swahili'."
    )


def _parse(key: str) -> tuple[str, str, str, str | None, str] | None:
    """Code, ISO 639-3 code, English name, script if the tag has one, the usual script if known."""
    if len(key) > _LONGEST_TAG or not key.isprintable() or not any(map(str.isalpha, key)):
        return None
    import langcodes  # 50 ms, and only for tags outside the table

    try:
        tag = langcodes.Language.get(key)
    except langcodes.LanguageTagError:
        tag = None
    try:
        if tag is None or not tag.is_valid() or not tag.language:
            tag = langcodes.find(key)
        tag = tag.prefer_macrolanguage()
        code = _SAME.get(tag.language or "", tag.language or "")
        if code in _NO_LANGUAGE or re.fullmatch("q[a-t][a-z]", code) or not code:
            return None
        bare = langcodes.Language.get(code, normalize=False)
        usual = bare.maximize().script or ""
        return code, bare.to_alpha3(), bare.language_name("en"), tag.script, usual
    except (LookupError, UnicodeDecodeError):  # the latter: a name its index trips over
        return None


@cache  # a table asks for the same few again and again
def _family(one: Languoid) -> Family:
    from lfdrt.glottolog import glottolog

    above = glottolog().lineage(one)
    if not above:
        return ALONE
    name = above[0].name
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return _FROM_GLOTTOLOG.get(name) or Family(slug, name)
