"""Whether Python's collector comes back, and when."""

from __future__ import annotations

import gc

import pytest

from lfdrt.uncollected import uncollected


def test_the_last_one_to_leave_lets_the_collector_in():
    with uncollected():
        with pytest.raises(ValueError, match="no checkpoint"), uncollected():
            raise ValueError("no checkpoint")
        assert not gc.isenabled()
    assert gc.isenabled()
