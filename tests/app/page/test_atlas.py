"""Numbers of languages as they are put on the map and the tree, and the route of the languages."""

from __future__ import annotations

import gzip
import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.page.atlas import ADDRESS, family_layer, family_tree, layer, on_map, route, world_map
from lfdrt.errors import UserError
from lfdrt.glottolog import PACKED


def test_numbers_go_by_any_code_and_stand_at_one_place() -> None:
    """A macrolanguage's at the language that its code is mostly used for."""
    values = {"kaza1248": (0.5, "50 %"), "zh": (0.25, "25 %"), "et": (1.0, "100 %")}
    placed = layer("Share", values).values
    assert placed == {
        "kaza1248": (0.5, "50 %"), "mand1415": (0.25, "25 %"), "esto1258": (1.0, "100 %")
    }  # fmt: skip
    with pytest.raises(UserError, match="not a language"):
        layer("Share", {"nonsense": (1.0, "1")})


@pytest.mark.parametrize("part", [world_map, family_tree])
def test_titles_and_values_stay_text(part) -> None:
    made = part("one", [layer("<b>1</b>", {"tr": (1.0, '"><i>')})], "nucl1301")
    assert "<b>1" not in made and "<i>" not in made and 'id="one"' in made
    assert 'data-chosen="nucl1301"' in made and "Glottolog 5.1" in made


def test_the_languages_are_given_packed() -> None:
    client = TestClient(Starlette(routes=[route()]))
    answer = client.get(ADDRESS)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json() == json.loads(gzip.decompress(PACKED.read_bytes()))


def test_numbers_of_families_stand_at_their_roots() -> None:
    """Of an isolate's family at its one language."""
    values = {"turkic": (1.5, "1.5"), "niger-congo": (0.0, "0.0"), "isolate": (-1.0, "-1.0"),
              "constructed": (0.2, "0.2")}  # fmt: skip
    placed = family_layer("Text", values, signed=True)
    assert placed.signed and placed.values == {
        "turk1311": (1.5, "1.5"), "atla1278": (0.0, "0.0"), "basq1248": (-1.0, "-1.0"),
        "arti1236": (0.2, "0.2"),
    }  # fmt: skip
    made = on_map(placed, '"><b>')
    assert "<b>" not in made and "turk1311" in made
