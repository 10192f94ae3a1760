"""Languages: the table against the family database, tags and names of every kind, bad ones."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lfdrt import glottolog
from lfdrt.errors import UserError
from lfdrt.languages import (
    FAMILIES,
    LANGUAGES,
    SLIPS,
    UNRECORDED,
    Family,
    family_index,
    is_trained,
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
def test_table_agrees_with_the_family_database(code: str) -> None:
    language = LANGUAGES[code]
    recorded = glottolog.top_families().get(language.iso3)
    if code in ("eu", "io"):  # an isolate has no family there; Ido is not recorded
        assert recorded is None
    else:
        family = language.family
        assert recorded == NAMES_IN_GLOTTOLOG.get(family.code, family.name)


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
        ("Sumerian", UNRECORDED),
    ],
)
def test_other_families_are_named_and_untrained(tag: str, family: Family) -> None:
    assert resolve(tag).family == family and not is_trained(family)


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


def test_missing_database_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    glottolog._table_path.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install lang2vec"):
        glottolog._table_path()


def test_slips_are_sentences() -> None:
    assert len(SLIPS) >= 3 and all(slip.endswith(".") for slip in SLIPS)
    assert all(any(word in slip for slip in SLIPS) for word in ("(gl)", "Luxembourgish", "(tt)"))


def test_import_and_table_look_up_load_no_library() -> None:
    code = (
        "import sys; from lfdrt.languages import resolve; resolve('sw'); resolve('Swahili');"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'torch', 'langcodes', 'lang2vec')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
