"""Rows of a training step: a function of the step, weighted, alike in length."""

import numpy as np
import pytest

from lfdrt.data.sampling import POOL, StepSampler


def sampler(**changes: object) -> StepSampler:
    settings = {"weights": [1.0] * 400, "lengths": list(range(400)), "rows": 16, "seed": 3}
    return StepSampler(**(settings | changes))


def test_a_step_reads_the_same_rows_whenever_it_is_asked() -> None:
    first, second = sampler(), sampler()
    later = [first(step) for step in range(20)]
    assert np.array_equal(second(17), later[17])
    assert not np.array_equal(later[16], later[17])


def test_rows_of_a_batch_are_alike_in_length() -> None:
    """Of 400 lengths a random batch of 16 spans about 350; one of a sorted pool an eighth."""
    spans = [np.ptp(sampler()(step)) for step in range(3 * POOL)]
    assert np.median(spans) < 80


def test_batches_of_a_pool_do_not_come_in_the_order_of_length() -> None:
    means = [sampler()(step).mean() for step in range(POOL)]
    assert means != sorted(means)


def test_weights_are_chances() -> None:
    """Weights 1 and 3: of 1,280 draws 960 are expected of the second, standard deviation 15."""
    s = StepSampler(weights=[1.0, 3.0], lengths=[5, 5], rows=16, seed=0)
    drawn = np.concatenate([s(step) for step in range(80)])
    assert abs((drawn == 1).sum() - 960) < 75


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to sample"):
        sampler(weights=[0.0, 0.0], lengths=[1, 1])
