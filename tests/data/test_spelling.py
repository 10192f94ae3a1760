"""A guess is not confirmed by a text that is not spelled as its language."""

from __future__ import annotations

import pytest

from lfdrt.data.spelling import may_be_spelled


@pytest.mark.parametrize(
    ("words", "code", "may_be"),
    [
        ("ninakupenda sana rafiki yangu wa karibu", "sw", True),
        ("rais donald trump alisema kuwa atarudi kesho asubuhi", "sw", True),  # two names
        ("ningkal mutal varicaiyil utkarntu parpatarku nalaiku", "id", False),  # no b, d or h
        ("she told them that ninakupenda sana", "sw", False),  # English words do not end so
        ("enakku romba santhosham inge vela illai", "sn", False),  # Shona has no l
        ("muñaydılar bügen dä", "tr", False),
        ("bugün washington'dan bir haber geldi", "tr", True),
        ("min bügen bik şat", "tt", False),  # written in Cyrillic
        ("мин бүген бик шат", "tt", True),
        ("danas sam veoma srećan", "sr", True),
        ("anything at all quite quickly", "en", True),
    ],
)
def test_a_language_has_its_spelling(words: str, code: str, may_be: bool) -> None:
    assert may_be_spelled(words, code) == may_be
