"""How many steps fit the minutes, by hand; recipes that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfdrt.config import ConfigError, from_dict, to_dict
from lfdrt.kit.recipe import COMPACT, SHARES, SIDE_BY_SIDE, Recipe, fitted
from lfdrt.training.pretrain.ablation import ROWS


def test_steps_fit_their_share_of_the_minutes() -> None:
    """Ten minutes, a fifth for five seeds of the first stage: 120 s. At 0.1 s a step, five side by
    side 1.6 times as fast as one: 120 / (0.1 · 5 / 1.6) = 384 of 1,500 steps. The families' run
    alone, 72 s at 0.01 s: 7,200, more than its own 6,000. Heads, 36 / (0.01 · 5 / 1.6) = 1,152,
    more than their own 400."""
    assert (SHARES, SIDE_BY_SIDE) == ({"sentiment": 0.2, "families": 0.12, "heads": 0.06}, 1.6)
    found = fitted(COMPACT, {"sentiment": 0.1, "families": 0.01, "heads": 0.01})
    assert found.sentiment.steps == 384
    assert found.families == COMPACT.families and found.heads == COMPACT.heads
    assert fitted(COMPACT, {}) == COMPACT
    assert fitted(COMPACT, {"heads": 1e9}).heads.steps == 1


def test_it_is_read_as_it_was_written() -> None:
    assert from_dict(Recipe, to_dict(COMPACT)) == COMPACT


def test_rows_differ_from_the_first_stage() -> None:
    """A row that leaves out what the first stage does not have would be trained for nothing."""
    assert not [row for row in COMPACT.rows if ROWS[row](COMPACT.sentiment) == COMPACT.sentiment]


def test_wrong_recipes_are_refused() -> None:
    with pytest.raises(ConfigError, match="needs at least 2"):
        replace(COMPACT, seeds=1)
    with pytest.raises(ConfigError, match="without_magic.*rows are full"):
        replace(COMPACT, rows=("without_magic",))
