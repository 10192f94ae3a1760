"""Branches and languages below the families, of languages that are in Glottolog."""

from __future__ import annotations

from lfdrt.parts import (
    BRANCH,
    FAMILY,
    LANGUAGE,
    NO_PART,
    branches,
    levels_of,
    part_numbers,
    parts_of,
)

TRAINED = ("tr", "tt", "fi", "et", "hu", "ja", "eo", "io", "eu")
FINNIC, HUNGARIC, KIPCHAK, OGHUZ = "finn1317", "hung1287", "kipc1240", "oghu1243"


def test_a_branch_begins_where_its_family_parts() -> None:
    """Finnish and Estonian share a branch, whose own branches are of no account. Japanese and
    Basque have no relative here, and Esperanto and Ido no common ancestor."""
    assert branches(TRAINED) == {
        "tr": OGHUZ, "tt": KIPCHAK, "fi": FINNIC, "et": FINNIC, "hu": HUNGARIC,
    }  # fmt: skip
    assert branches(["fi", "et", "ja"]).keys() == {"fi", "et"}, "now Finnic itself parts"
    assert FINNIC not in branches(["fi", "et"]).values()


def test_parts_of_each_level() -> None:
    known = (FINNIC, HUNGARIC, KIPCHAK, OGHUZ)
    assert parts_of(TRAINED, FAMILY) == ()
    assert parts_of(TRAINED, BRANCH) == known
    assert parts_of(TRAINED, LANGUAGE) == (*known, *sorted(TRAINED))
    assert parts_of(["tur", "tr"], LANGUAGE) == ("tr",)


def test_levels_are_those_of_the_parts() -> None:
    assert levels_of(()) == (FAMILY,)
    assert levels_of((FINNIC,)) == (FAMILY, BRANCH)
    assert levels_of(("ja",)) == (FAMILY, LANGUAGE)
    assert levels_of((FINNIC, "fi")) == (FAMILY, BRANCH, LANGUAGE)
    assert levels_of(("kaza1248",)) == (FAMILY, LANGUAGE), "a language without another code"


def test_a_text_has_the_parts_that_were_trained_down_to_the_level() -> None:
    parts = (FINNIC, KIPCHAK, "fi", "tt", "ja")
    assert part_numbers("fi", parts, LANGUAGE) == (0, 2)
    assert part_numbers("fi", parts, BRANCH) == (0, NO_PART)
    assert part_numbers("fi", parts, FAMILY) == (NO_PART, NO_PART)
    assert part_numbers("ja", parts, LANGUAGE) == (NO_PART, 4)
    assert part_numbers("kk", parts, LANGUAGE) == (1, NO_PART), "Kazakh was never trained"
    assert part_numbers("tr", parts, LANGUAGE) == (NO_PART, NO_PART), "its branch neither"
    assert part_numbers("fi", (), LANGUAGE) == (NO_PART, NO_PART)


def test_the_lowest_branch_counts() -> None:
    """All of Finnic is Uralic; Glottolog names the larger one first."""
    assert part_numbers("fi", ("ural1272", FINNIC), BRANCH) == (1, NO_PART)
