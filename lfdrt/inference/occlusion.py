"""Occlusion: what an answer loses when a word is left out. Attention says where a model looked,
this what changed its answer. W counts words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lfdrt.output import Scores

Others = Callable[[Sequence[str]], list[Scores]]
"""The scores of one sample with other texts in its place, as `Answered.others`."""


def left_out(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without the characters [start, end) of each span, in any order; spaces close up."""
    left, place = "", 0
    for start, end in sorted(spans):
        left += text[place : max(start, place)]
        place = max(end, place)
    return " ".join((left + text[place:]).split())


def each_left_out(text: str, spans: Sequence[tuple[int, int]], others: Others) -> list[Scores]:
    """Scores of the sample without each span in turn, as one batch."""
    return others([left_out(text, [span]) for span in spans])


def support(whole: Scores, without: Sequence[Scores], labels: Sequence[str]) -> np.ndarray:
    """How much of the answer's probability, the mean of both classifiers, each word carries: what
    it has with the word minus what it has without. Below 0 the word speaks against the answer.

    Shape: (W,), -1 to 1.
    """
    c = labels.index(whole.label)
    return np.array([whole.mean[c] - one.mean[c] for one in without], dtype=float)
