"""Whether reading through the own family pays, in words, charts and tables from one recording: the
answer first, computed from numbers; languages before the sets that they were scored on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.families import plots, words
from app.families.views import family, language, part, saved, sets
from app.page import saving, say
from app.page.html import Html, card, esc, fine, sourced
from lfdrt.languages import FAMILY_NAMES

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.evaluation.recordings.families import (
        FamiliesRecording,
        Gain,
        Interval,
        TransferRow,
    )

INTERVALS = ("own_minus_none_interval", "own_minus_others_interval")


def difference_head() -> tuple[str, ...]:
    return tuple(
        f"{name}{end}"
        for name in (words.OWN_MINUS_NONE, words.OWN_MINUS_OTHERS)
        for end in ("", *words.INTERVAL_ENDS)
    )


def verdict(r: FamiliesRecording) -> Html:
    """Whether it helps: by whether the interval of own minus none excludes 0."""
    if r.summary is None:
        return card(Html(f"<p>{esc(words.NO_SUMMARY)}</p>{_cited(r)}"), kind="outcome")
    s = r.summary
    said = words.VERDICT.format(
        own=say.percent(s.own, 1),
        none=say.percent(s.none, 1),
        others=say.percent(s.others, 1),
        difference=say.points(s.own_minus_none),
        low=say.points(s.own_minus_none_interval[0]),
        high=say.points(s.own_minus_none_interval[1]),
        difference_others=say.points(s.own_minus_others),
        low_others=say.points(s.own_minus_others_interval[0]),
        high_others=say.points(s.own_minus_others_interval[1]),
        over=say.family_named(s.over),
    )
    kind = {"helps": "helped", "hurts": "hurt", "unclear": "unknown"}[answer(s)]
    title = words.VERDICTS[answer(s)]
    return card(Html(f"<h2>{esc(title)}</h2><p>{esc(said)}</p>{_cited(r)}"), kind=f"outcome {kind}")


def answer(gain: Gain) -> str:
    low, high = gain.own_minus_none_interval
    return "helps" if low > 0 else "hurts" if high < 0 else "unclear"


def _cited(r: FamiliesRecording) -> Html:
    about = words.ABOUT.format(checkpoint=r.checkpoint, trained=say.date(r.trained))
    cited = saving.cite_recording(r, saving.data_of(_named(r)))
    return sourced(about, fine(r.note) + fine(cited))


def other_weights(r: FamiliesRecording, running: str, digest: str, fitting: Sequence[str]) -> Html:
    """What to know where the numbers are not of the checkpoint that the app runs, else "".

    `digest`: of its weights; "" where it has none. `fitting`: recordings of it, by name."""
    if digest in ("", r.weights_sha256):
        return Html("")
    said = words.OTHER_WEIGHTS.format(recorded=r.checkpoint, running=running)
    there = words.FITTING.format(names=", ".join(fitting)) if fitting else words.RECORD_IT
    return card(Html(f"<p>{esc(said)} {esc(there)}</p>"), kind="other-weights")


def _named(r: FamiliesRecording) -> list[tuple[str, str, str]]:
    return [row.named for row in r.transfer]


def gains_chart(r: FamiliesRecording) -> go.Figure:
    order = sorted(r.gains, key=lambda g: -g.own_minus_none)
    return plots.dots(
        [f"{language(g.language)} ({family(g.family)})" for g in order],
        [sets(g.named) for g in order],
        [100 * g.own_minus_none for g in order],
        [_percent(g.own_minus_none_interval) for g in order],
        x_title=words.GAINS_AXIS,
    )


def gains(r: FamiliesRecording) -> Html:
    head = (words.LANGUAGE, words.SETS, words.FAMILY, *words.READS.values(), *difference_head(),
            words.ROWS)  # fmt: skip
    rows = [
        (
            language(g.language),
            sets(g.named),
            family(g.family),
            *(100 * getattr(g, reading) for reading in words.READS),
            *_difference(g.own_minus_none, g.own_minus_none_interval),
            *_difference(g.own_minus_others, g.own_minus_others_interval),
            g.rows,
        )
        for g in r.gains
    ]
    gained = saved(r, "gains", words.GAINS, saving.data_of(_named(r)))
    return part(gained, head, rows, plot="fam-gains")


def transfer_chart(r: FamiliesRecording, mode: str) -> go.Figure:
    columns, rows = (*r.families, "none"), _by_family(r)
    values = np.array([[*(row.by_family[f] for f in r.families), row.none] for row in rows], float)
    if mode == "difference":
        values = values - values[:, -1:]
    marked = [(i, columns.index(row.family)) for i, row in enumerate(rows) if row.family in columns]
    return plots.matrix(
        100 * values,
        rows=[f"{language(row.named.language)} · {sets([row.named])}" for row in rows],
        columns=[family(c) for c in columns],
        marked=marked,
        digits=1,
        signed=mode == "difference",
    )


def transfer(r: FamiliesRecording, mode: str) -> Html:
    """The table has scores and differences whatever the chart shows."""
    through = map(family, (*r.families, "none"))
    head = (words.LANGUAGE, words.SETS, words.FAMILY, words.ROWS, *through, *difference_head())
    rows = [
        (
            language(row.named.language),
            sets([row.named]),
            family(row.family),
            row.rows,
            *(100 * v for v in row.by_family.values()),
            100 * row.none,
            *_differences(r, row),
        )
        for row in _by_family(r)
    ]
    title = f"{words.TRANSFER}: {words.TRANSFER_MODES[mode]}"
    transferred = saved(r, f"transfer-{mode}", title, saving.data_of(_named(r)))
    return part(transferred, head, rows, plot="fam-transfer")


def _differences(r: FamiliesRecording, row: TransferRow) -> tuple[float | None, ...]:
    """Own minus none and minus others, with intervals where the recording has them: of the set, or
    of a language with no other set."""
    if row.own is None:
        return (None,) * len(difference_head())
    alone = next((g for g in r.gains if g.sets == (row.set,)), None)
    to_none, to_others = (getattr(row, name) or getattr(alone, name, None) for name in INTERVALS)
    return (
        *_difference(row.own - row.none, to_none),
        *_difference(row.own - row.others, to_others),
    )


def _by_family(r: FamiliesRecording) -> list[TransferRow]:
    """Languages of a family together, in the families' order; sets of a language together."""
    order = [*FAMILY_NAMES, "none"]
    return sorted(
        r.transfer,
        key=lambda row: (
            order.index(row.family) if row.family in order else len(order),
            language(row.named.language),
        ),
    )


def _difference(value: float, interval: Interval | None) -> tuple[float | None, ...]:
    """In points, with the ends of its interval."""
    low, high = (None, None) if interval is None else _percent(interval)
    return 100 * value, low, high


def _percent(interval: Interval) -> tuple[float, float]:
    return 100 * interval[0], 100 * interval[1]
