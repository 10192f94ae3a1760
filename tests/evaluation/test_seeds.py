"""Means over seeds, with the arithmetic done by hand."""

from __future__ import annotations

import pytest

from lfdrt.evaluation.seeds import difference, spread


def test_by_hand() -> None:
    """(1, 2, 3): mean 2, deviation 1; t(0.975, 2) = 4.3027, so the half width is 4.3027 / √3."""
    found = spread([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.interval == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-4)


def test_one_seed_has_no_interval() -> None:
    assert spread([0.3]).interval is None
    with pytest.raises(ValueError, match="no seeds"):
        spread([])


def test_differences_pair_the_same_seeds() -> None:
    """Seed 7 has no partner. 0.5 - 0.2 and 0.6 - 0.5: mean 0.2."""
    found = difference({0: 0.5, 1: 0.6, 7: 9.0}, {0: 0.2, 1: 0.5})
    assert found.seeds == 2
    assert found.mean == pytest.approx(0.2)
