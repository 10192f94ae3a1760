"""How many rows of the table a labelled one stands for.

A person is asked about what is rare and unclear more often than it occurs, so that F1 of the
labelled rows is not F1 of the table. Within a group that the model tells apart, though, labels are
near enough to a draw by chance (post-stratification, as in surveys).
"""

from __future__ import annotations

import numpy as np

BESIDES = 5.0
"""Rows, as frequent as in the table, that are taken to be labelled besides: of five labels none
stands for half of it."""


def stands_for(classes: np.ndarray, agree: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Weights of the labelled rows, 1 on average; the groups are predicted classes, with and
    without the classifiers' agreement.

    Shape: classes (N,) numbers, agree (N,) bool, rows (n,) numbers -> (n,).
    """
    groups = classes * 2 + agree
    share = np.bincount(groups) / len(groups)
    labelled = np.bincount(groups[rows], minlength=len(share)) + BESIDES * share
    weight = (share * labelled.sum() / np.maximum(labelled, 1e-9))[groups[rows]]
    return weight / weight.mean()
