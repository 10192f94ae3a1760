"""The packed languages of the world: lineages, kin, places, damage; that they are the data's."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from assets import make_languages
from lfdrt import glottolog as module
from lfdrt.codes import codes_of
from lfdrt.errors import UserError
from lfdrt.glottolog import Languoid, glottolog

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"


def language(code: str) -> Languoid:
    found = glottolog().find(code)
    assert found is not None
    return found


def test_a_lineage_runs_from_the_family_down() -> None:
    kazakh = language("kaz")
    assert kazakh == language("kaza1248")
    names = [one.name for one in glottolog().lineage(kazakh)]
    assert names[:2] == ["Turkic", "Common Turkic"] and "Kipchak" in names
    assert [one.depth for one in glottolog().lineage(kazakh)] == list(range(kazakh.depth))
    assert glottolog().lineage(language("basq1248")) == ()


def test_languages_below_a_family_are_those_whose_lineage_holds_it() -> None:
    turkic = language("turk1311")
    below = {one.code for one in glottolog().languages(turkic)}
    around = range(turkic.index - 50, turkic.index + 150)
    whole = [glottolog()[i] for i in around]
    assert below == {one.code for one in whole
                     if not one.is_family and turkic in glottolog().lineage(one)}  # fmt: skip
    assert len(below) > 40 and [*glottolog().languages(language("eus"))] == [language("eus")]


def test_kin_is_nearest_first_and_only_what_is_related() -> None:
    others = [language(code) for code in ("tur", "kaz", "eng", "tat", "uzn", "eus")]
    found = [(one.iso3, shared.name) for one, shared in glottolog().kin(language("kaz"), others)]
    assert found == [("tat", "Kipchak"), ("uzn", "Kipchak-Turkestan"), ("tur", "Common Turkic")]
    assert not glottolog().kin(language("eus"), others)


def test_what_is_filed_together_is_not_kin() -> None:
    """Constructed languages, sign languages and so on have no ancestor in common."""
    assert not glottolog().kin(language("epo"), [language("ido"), language("tlh")])


def test_places_and_scripts() -> None:
    kazakh, ido = language("kaz"), language("ido")
    assert (kazakh.latitude, kazakh.longitude, kazakh.area) == (51.17, 71.45, "Eurasia")
    assert kazakh.scripts[0] == "Cyrl" and {"Arab", "Latn"} <= {*kazakh.scripts}
    assert ido.latitude is None and ido.longitude is None


def test_names_are_of_languages_and_in_whatever_case() -> None:
    assert glottolog().named("KAZAKH") == language("kaz")
    assert glottolog().named("Turkic") is None


def test_codes_and_other_names() -> None:
    german = codes_of(language("deu"))
    assert (german.iso1, german.iso2, german.bcp47, german.own) == (
        "de", ("deu", "ger"), "de", "Deutsch")  # fmt: skip
    assert "Letzeburgesch" in codes_of(language("ltz")).others
    assert codes_of(language("ekk")).whole == "Estonian (et)"
    assert codes_of(language("epo")).kind == "constructed"


def test_a_damaged_file_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKED", tmp_path / "atlas.json.gz")
    for content in (None, b"", module.PACKED.name.encode()):
        if content is not None:
            module.PACKED.write_bytes(content)
        with pytest.raises(UserError, match="atlas.json.gz in assets/languages is missing or dama"):
            module.glottolog.__wrapped__()


def test_the_file_is_small_and_made_of_the_data() -> None:
    assert make_languages.PACKED.stat().st_size < 500_000
    if not (DATA / "languages").is_dir():
        pytest.skip("the data folder of the project is not on this machine")
    made = make_languages.packed_bytes(DATA / "languages")
    assert gzip.decompress(made) == gzip.decompress(make_languages.PACKED.read_bytes())
