"""Which sets are asked for: by label set, source and language."""

from __future__ import annotations

import pytest

from lfdrt.evaluation.suites import EKMAN_SUITES, suites_of


def test_all_some_sources_some_languages() -> None:
    assert suites_of("ekman7") == EKMAN_SUITES
    assert [suite.split for suite in suites_of("ekman7", ["meld"])] == ["dev", "test"]
    found = suites_of("ekman7", languages=["sw", "tr", "es"])
    assert [(suite.source, suite.languages) for suite in found] == [
        ("mmeld", ("es",)),
        ("brighter", ("sw", "es")),
        ("xed", ("es", "tr")),
    ]
    assert found[-1].excluded == ("neutral",)
    assert [suite.source for suite in suites_of("polarity3", languages=["sw"])] == ["afrisenti"]


def test_some_languages_of_one_source_and_all_of_another() -> None:
    found = suites_of("ekman7", ["xed:tr", "mmeld", "xed:ar"])
    assert [(suite.source, suite.languages) for suite in found] == [
        ("mmeld", ("es", "fr")),
        ("xed", ("ar", "tr")),
    ]
    assert [suite.split for suite in suites_of("ekman7", ["meld:en"])] == ["dev", "test"]
    with pytest.raises(ValueError, match="'sw' is no language of xed: choose from ar, es"):
        suites_of("ekman7", ["xed:sw"])


def test_what_there_is_not_is_told_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="no data sets for the label set 'sims5'"):
        suites_of("sims5")
    with pytest.raises(ValueError, match="'x' is no data set of ekman7: choose from meld, goem"):
        suites_of("ekman7", ["x"])
    with pytest.raises(ValueError, match="'tr' is no language of these data sets: .*tt, sw"):
        suites_of("ekman7", ["brighter"], ["tr"])
