"""Languages: the table against Glottolog, tags, glottocodes and names of every kind, bad ones."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lfdrt.errors import UserError
from lfdrt.glottolog import glottolog
from lfdrt.languages import (
    ALONE,
    FAMILIES,
    LANGUAGES,
    SLIPS,
    UNRECORDED,
    Family,
    family_index,
    is_trained,
    languoids,
    resolve,
)

PAPER_TABLE_3 = [
    "eo",
    "es",
    "et",
    "eu",
    "fi",
    "fr",
    "gl",
    "he",
    "hu",
    "id",
    "io",
    "ja",
    "jv",
    "ka",
    "ko",
    "ar",
    "mg",
    "ml",
    "oc",
    "sk",
    "sw",
    "ta",
    "te",
    "tg",
    "tl",
    "tr",
    "zh",
]
NAMES_IN_GLOTTOLOG = {"niger-congo": "Atlantic-Congo", "constructed": "Artificial Language"}


def test_thirteen_families_in_order() -> None:
    assert [f.code for f in FAMILIES] == [
        "indo-european",
        "uralic",
        "afro-asiatic",
        "austronesian",
        "dravidian",
        "niger-congo",
        "kartvelian",
        "koreanic",
        "japonic",
        "turkic",
        "sino-tibetan",
        "isolate",
        "constructed",
    ]
    assert [family_index(f.code) for f in FAMILIES] == list(range(13))


def test_table_holds_the_papers_languages_and_three_more() -> None:
    assert set(LANGUAGES) == {*PAPER_TABLE_3, "en", "tt", "lb"}
    assert {language.family.code for language in LANGUAGES.values()} == {f.code for f in FAMILIES}


@pytest.mark.parametrize("code", LANGUAGES)
def test_table_agrees_with_glottolog(code: str) -> None:
    """Macrolanguages too (et, ar, mg, sw, zh), of which Glottolog has the parts alone."""
    family = LANGUAGES[code].family
    above = glottolog().lineage(languoids(LANGUAGES[code])[0])
    expected = NAMES_IN_GLOTTOLOG.get(family.code, family.name)
    assert [one.name for one in above[:1]] == ([] if code == "eu" else [expected])


@pytest.mark.parametrize("code", LANGUAGES)
def test_table_agrees_with_langcodes(code: str) -> None:
    langcodes = pytest.importorskip("langcodes")
    known, language = langcodes.Language.get(code, normalize=False), LANGUAGES[code]
    assert known.to_alpha3() == language.iso3
    assert known.language_name("en") == language.name
    assert known.maximize().script == language.script
    assert language.rtl == (code in ("ar", "he"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_code_iso3_and_name_lead_to_the_row(code: str) -> None:
    row = LANGUAGES[code]
    for tag in (code, code.upper(), row.iso3, row.name, f"  {row.name.lower()} ", f"{code}_001"):
        assert resolve(tag) == row


@pytest.mark.parametrize(
    ("tag", "code", "family"),
    [
        ("fas", "fa", "indo-european"),
        ("pt-BR", "pt", "indo-european"),
        ("Deutsch", "de", "indo-european"),
        ("iw", "he", "afro-asiatic"),
        ("in", "id", "austronesian"),
        ("fil", "tl", "austronesian"),
        ("cmn", "zh", "sino-tibetan"),
        ("swh", "sw", "niger-congo"),
        ("ekk", "et", "uralic"),
        ("plt", "mg", "austronesian"),
        ("nb", "nb", "indo-european"),
        ("yor", "yo", "niger-congo"),
        ("日本語", "ja", "japonic"),
        ("kn", "kn", "dravidian"),
        ("Interlingua", "ia", "constructed"),
        ("kazakh", "kk", "turkic"),
    ],
)
def test_tags_and_names_of_trained_families(tag: str, code: str, family: str) -> None:
    language = resolve(tag)
    assert (language.code, language.family.code) == (code, family)
    assert language.family is FAMILIES[family_index(family)] and is_trained(language.family)


@pytest.mark.parametrize(
    ("tag", "family"),
    [
        ("th", Family("tai-kadai", "Tai-Kadai")),
        ("vi", Family("austroasiatic", "Austroasiatic")),
        ("qu", Family("quechuan", "Quechuan")),
        ("bm", Family("mande", "Mande")),
        ("ain", Family("ainu", "Ainu")),
        ("Sumerian", ALONE),
        ("fasu1242", ALONE),
        ("ase", Family("sign-language", "Sign Language")),
    ],
)
def test_other_families_are_named_and_untrained(tag: str, family: Family) -> None:
    assert resolve(tag).family == family and not is_trained(family)


@pytest.mark.parametrize(
    ("glottocode", "code", "family"),
    [
        ("kaza1248", "kk", "turkic"),
        ("STAN1318", "ar", "afro-asiatic"),
        ("basq1248", "eu", "isolate"),
        ("espe1235", "eo", "constructed"),
        ("egyp1253", "arz", "afro-asiatic"),
    ],
)
def test_a_glottocode_is_a_tag(glottocode: str, code: str, family: str) -> None:
    language = resolve(glottocode)
    assert (language.code, language.family.code) == (code, family)
    assert resolve(f"{glottocode}-Cyrl").script == "Cyrl"


def test_a_language_without_any_other_code_goes_by_its_glottocode() -> None:
    """752 of Glottolog's; by its name there too, which langcodes does not know."""
    found = next(one for i in range(len(glottolog())) if not (one := glottolog()[i]).iso3
                 and not one.is_family and glottolog().named(one.name))  # fmt: skip
    language = resolve(found.code)
    assert (language.code, language.iso3, language.name) == (found.code, "", found.name)
    assert languoids(language) == (found,)
    assert resolve(found.code.upper()) == language


def test_a_macrolanguage_has_several_places_the_usual_one_first() -> None:
    chinese = languoids(resolve("zh"))
    assert chinese[0].name == "Mandarin Chinese"
    assert "Hakka Chinese" in {one.name for one in chinese}
    assert [languoids(resolve(tag))[0].iso3 for tag in ("et", "ar", "mg", "sw")] == [
        "ekk", "arb", "plt", "swh"]  # fmt: skip
    assert languoids(resolve("hr")) == languoids(resolve("sh"))


@pytest.mark.parametrize(
    ("code", "said"),
    [("turk1311", "is the family Turkic"), ("xxxx0000", "no glottocode of a language")],
)
def test_glottocodes_that_are_no_languages_are_told(code: str, said: str) -> None:
    with pytest.raises(UserError, match=f"'{code}' .*{said}"):
        resolve(code)


def test_what_nobody_recorded_has_no_family() -> None:
    language = resolve("act")  # Achterhoeks, which Glottolog has as a dialect
    assert not languoids(language) and language.family == UNRECORDED


def test_a_script_in_the_tag_replaces_the_usual_one() -> None:
    assert resolve("zh_Hant").script == "Hant" and resolve("zh").script == "Hans"
    assert resolve("tg-Arab").rtl and not resolve("tg").rtl
    assert resolve("ur").rtl and resolve("yi").script == "Hebr"


BAD = ["", "  ", "xx", "und", "mul", "qaa", "x-foo", "nonsense tongue", "\x00", "12", "a" * 100_000]


@pytest.mark.parametrize("tag", BAD, ids=lambda tag: repr(tag[:12]))
def test_unknown_tag_is_named_with_an_example(tag: str) -> None:
    with pytest.raises(ValueError, match="not a language that I know; .*'sw'") as caught:
        resolve(tag)
    assert type(caught.value) is UserError and len(str(caught.value)) < 250
    assert tag.strip()[:10].encode("unicode_escape").decode() in str(caught.value)


def test_family_index_names_the_choices() -> None:
    with pytest.raises(ValueError, match="'tai-kadai'.*uralic"):
        family_index("tai-kadai")


def test_slips_are_sentences() -> None:
    assert len(SLIPS) >= 3 and all(slip.endswith(".") for slip in SLIPS)
    assert all(any(word in slip for slip in SLIPS) for word in ("(gl)", "Luxembourgish", "(tt)"))


def test_import_and_table_look_up_load_no_library() -> None:
    code = (
        "import sys; from lfdrt.languages import resolve; resolve('sw'); resolve('Swahili');"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'torch', 'langcodes', 'gzip')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
