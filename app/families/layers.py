"""What was measured of a checkpoint's families, as numbers of languages for map and tree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.families import words
from app.families.kind import fitting, read_bundled, recorded
from app.families.tab import starting
from app.models.requests import Refused, digest
from app.page import saving, say, speech
from app.page.atlas import Layer, layer

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.families import FamiliesRecording


def bundled(running: Path) -> Sequence[Layer]:
    """Of the checkpoint in `running`, or of another one where nothing was recorded of it; none
    where there is no recording that can be read."""
    names = recorded()
    if not names:
        return ()
    return _layers(starting(names, fitting(digest(running))), speech.current())


@cache
def _layers(name: str, language: str) -> tuple[Layer, ...]:
    """language: that they are named in."""
    try:
        return tuple(layers(read_bundled(name)))
    except Refused:
        return ()


def layers(r: FamiliesRecording) -> list[Layer]:
    """Without those that were not measured."""
    source = saving.cite_recording(r)
    heads = [one for group in r.words.values() for one in group.languages]
    sharp = {
        one.language: (one.sharpest, say.percent(one.sharpest))
        for one in heads
        if one.sharpest is not None
    }
    hidden = {
        one.language: (one.own.first, say.percent(one.own.first, 1))
        for one in heads
        if one.own is not None
    }
    gains = {
        g.language: (
            g.own_minus_none,
            words.POINTS_INTERVAL.format(
                value=say.points(g.own_minus_none),
                low=say.points(g.own_minus_none_interval[0]),
                high=say.points(g.own_minus_none_interval[1]),
            ),
        )
        for g in r.gains
    }
    scores = {g.language: (g.own, say.percent(g.own, 1)) for g in r.gains}
    found = [
        layer(words.LAYER_SHARP, sharp, source=source),
        layer(words.LAYER_HIDDEN, hidden, source=source),
        layer(words.LAYER_GAINS, gains, signed=True, source=source),
        layer(words.LAYER_SCORES, scores, source=source),
    ]
    return [one for one in found if one.values]
