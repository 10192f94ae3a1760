"""A training as it is watched: each text a dot, coloured by what both classifiers say of it, among
those in dispute or in the lane of the word on which they agree, pass by pass.

Knows the passes that the events tell; dots.js goes back and forth between them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from app.finetune import words
from app.finetune.kind import Progress
from app.page import say
from app.page.html import Html, card, esc, fine, folded, foreign, label_mark
from app.page.saving import Provenance, Rows, drawn
from app.page.tables import rows_of, wide_table

ON_LOAD = (Path(__file__).parent / "dots.js").read_text(encoding="utf-8")
"""gr.HTML's hook."""
MOST_PASSES = 24
"""That the page holds: evenly chosen, the first and the newest among them."""
START, END, POOL = 32.5, 97.0, 28.0
"""Of the width, in %: where lanes begin and end, and where those in dispute do."""
NAME = 2
"""Dots that the name of those in dispute takes, which may be of two lines."""
DISPUTED = -1


@dataclass(frozen=True, kw_only=True)
class Size:
    """Of the dots. deep: of them above each other in a lane; wide: the most from one to the next,
    in % of the width."""

    kind: str
    deep: int
    wide: float


FEW = Size(kind="few", deep=2, wide=2.4)
MANY = Size(kind="many", deep=4, wide=1.8)
MOST_FEW = 80

Pair = tuple[int, int]
Slot = tuple[int, int]
"""A lane, the number of a class or DISPUTED; which place in it, from 0."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """number: from 1. said: what each text was last called by both, None before it was asked.
    slots: where its dot is then."""

    number: int
    said: Sequence[Pair | None]
    slots: Sequence[Slot | None]

    def agreed(self, i: int) -> bool:
        slot = self.slots[i]
        return slot is not None and slot[0] != DISPUTED


def component() -> gr.HTML:
    return gr.HTML("", js_on_load=ON_LOAD, elem_id="ft-dots")


def dots(sums: Progress, p: Provenance) -> Html:
    """ "" before the first pass is over, and for a run that told of no single rows."""
    told, watched = passes(sums), sums.watched
    if not told or watched is None:
        return Html("")
    texts = [str(row.get("text", "")) for row in watched.rows]
    count = max(e.agree + e.disagree for e in sums.epochs_done)
    some = words.DOTS_SOME.format(shown=say.count(len(texts)), rows=say.rows(count))
    newest = told[-1]
    body = Html(
        f'<p data-dots="said">{esc(_sentence(told, len(told) - 1))}</p>'
        f"{_picture(watched.labels, texts, told)}"
    )
    saved = p.saved("dots", words.DOTS)
    return card(
        _controls(told)
        + drawn(saved, body, _rows(watched.labels, texts, told))
        + fine(some if len(texts) < count else "")
        + folded(words.DOTS_TABLE, _table(watched.labels, texts, told[0], newest)),
        kind="dots",
        title=words.DOTS,
        lead=words.DOTS_LEAD,
        attributes=f'data-passes="{esc(json.dumps(_steps(told), separators=(",", ":")))}" '
        f'data-labels="{esc(json.dumps(watched.labels))}"',
    )


def passes(sums: Progress) -> list[Pass]:
    """What the events tell of the watched rows; a pass that does not fit them is passed over."""
    watched = sums.watched
    if watched is None or not watched.rows:
        return []
    of = len(watched.labels)
    fitting = [
        e
        for e in sums.epochs_done
        if len(e.said) == len(watched.rows) and all(-1 <= n < of for pair in e.said for n in pair)
    ]
    if len(fitting) > MOST_PASSES:
        chosen = np.linspace(0, len(fitting) - 1, MOST_PASSES).round().astype(int)
        fitting = [fitting[n] for n in chosen]
    made: list[Pass] = []
    said: list[Pair | None] = [None] * len(watched.rows)
    slots: list[Slot | None] = [None] * len(watched.rows)
    for e in fitting:
        said = [was if min(now) < 0 else now for was, now in zip(said, e.said, strict=True)]
        slots = settled(slots, said)
        made.append(Pass(number=e.epoch + 1, said=said, slots=slots))
    return made


def settled(before: Sequence[Slot | None], said: Sequence[Pair | None]) -> list[Slot | None]:
    """Where each dot goes: whoever stays in a lane keeps the place, so that only what changes
    moves; the others take the first that are free."""
    lanes = [_lane(pair) for pair in said]
    kept = [s if s is not None and s[0] == lane else None
            for s, lane in zip(before, lanes, strict=True)]  # fmt: skip
    taken = set(kept)
    for i, lane in enumerate(lanes):
        if lane is None or kept[i] is not None:
            continue
        place = next(n for n in range(len(said)) if (lane, n) not in taken)
        kept[i] = lane, place
        taken.add(kept[i])
    return kept


def _lane(pair: Pair | None) -> int | None:
    if pair is None:
        return None
    return pair[0] if pair[0] == pair[1] else DISPUTED


def _counts(one: Pass) -> dict[int, int]:
    lanes = [slot[0] for slot in one.slots if slot is not None]
    return {lane: lanes.count(lane) for lane in set(lanes)}


def _sentence(told: Sequence[Pass], at: int) -> str:
    one = told[at]
    agree = sum(map(one.agreed, range(len(one.said))))
    of = sum(slot is not None for slot in one.slots)
    said = words.DOTS_SAID.format(number=one.number, agree=say.count(agree), texts=say.count(of))
    if not at:
        return said
    was = told[at - 1]
    both = [i for i, slot in enumerate(was.slots) if slot is not None]
    together = sum(one.agreed(i) and not was.agreed(i) for i in both)
    apart = sum(was.agreed(i) and not one.agreed(i) for i in both)
    moved = words.DOTS_MOVED.format(together=say.count(together), apart=say.count(apart))
    return words.DOTS_BOTH.format(said=said, moved=moved)


def _steps(told: Sequence[Pass]) -> list[dict[str, Any]]:
    """What dots.js needs of each pass."""
    size = size_of(told)
    return [
        {
            "said": _sentence(told, at),
            "counts": {str(lane): say.count(n) for lane, n in _counts(one).items()},
            "dots": [
                None if slot is None or pair is None else [*_at(slot, size), *pair]
                for slot, pair in zip(one.slots, one.said, strict=True)
            ],
        }
        for at, one in enumerate(told)
    ]


def size_of(told: Sequence[Pass]) -> Size:
    """The same in every pass and lane, so that the fullest one of all has room."""
    size = FEW if len(told[0].said) <= MOST_FEW else MANY
    last = (slot[1] for one in told for slot in one.slots if slot and slot[0] != DISPUTED)
    columns = max(last, default=0) // size.deep + 1
    return replace(size, wide=min(size.wide, (END - START) / columns))


def _at(slot: Slot, size: Size) -> tuple[float, int, int]:
    """In % of the width from the start; the lane, 0 for those in dispute; dots down from its
    top."""
    lane, place = slot
    if lane == DISPUTED:
        down, across = divmod(place, int(POOL / size.wide))
        return round(size.wide * across, 2), 0, NAME + down
    across, down = divmod(place, size.deep)
    return round(START + size.wide * across, 2), lane, down


def _controls(told: Sequence[Pass]) -> Html:
    last = len(told)
    if last < 2:
        return Html("")
    return Html(
        f'<div class="dots-controls"><button type="button" class="on-map" data-dots="play">'
        f"{esc(words.DOTS_PLAY)}</button><label><span>{esc(words.DOTS_PASS)}</span>"
        f'<input type="range" min="1" max="{last}" value="{last}" data-dots="pass"></label></div>'
    )


def _picture(labels: Sequence[str], texts: Sequence[str], told: Sequence[Pass]) -> Html:
    newest, before, size = told[-1], told[-2] if len(told) > 1 else told[-1], size_of(told)
    counts = _counts(newest)
    lanes = "".join(
        f'<li>{label_mark(name)} <b data-lane="{i}">{say.count(counts.get(i, 0))}</b></li>'
        for i, name in enumerate(labels)
    )
    drawn = "".join(
        _dot(labels, texts[i], newest, before.slots[i], i, size) for i in range(len(texts))
    )
    return Html(
        f'<div class="together {size.kind}" style="--deep:{size.deep}">'
        f'<p class="in-dispute">{esc(words.DOTS_POOL)} '
        f'<b data-lane="{DISPUTED}">{say.count(counts.get(DISPUTED, 0))}</b></p>'
        f'<ul class="lanes">{lanes}</ul><div class="texts" aria-hidden="true">{drawn}</div></div>'
    )


def _dot(
    labels: Sequence[str], text: str, now: Pass, before: Slot | None, i: int, size: Size
) -> Html:
    """It comes from where it was a pass ago."""
    slot, pair = now.slots[i], now.said[i]
    if slot is None or pair is None:
        return Html("<i hidden><b></b></i>")
    x, lane, down = _at(slot, size)
    x_0, lane_0, down_0 = _at(before or slot, size)
    first, second = (labels[n] for n in pair)
    return Html(
        f'<i data-class="{esc(first)}" title="{esc(text or words.PICTURE_ONLY)}" '
        f'style="--x:{x}%;--lane:{lane};--down:{down};'
        f'--x0:{x_0}%;--lane0:{lane_0};--down0:{down_0}"><b data-class="{esc(second)}"></b></i>'
    )


def _word(labels: Sequence[str], pair: Pair | None) -> list[str]:
    """Both classifiers' words, once where they are the same."""
    return [] if pair is None else list(dict.fromkeys(labels[n] for n in pair))


def _table(labels: Sequence[str], texts: Sequence[str], first: Pass, newest: Pass) -> Html:
    """A row a dot; both classifiers' words where they differ."""

    def cell(pair: Pair | None) -> Html:
        return Html(" / ".join(label_mark(label) for label in _word(labels, pair)))

    shown = [first, *([newest] if newest is not first else [])]
    lines = (
        [
            Html(foreign(text, "")) if text else words.PICTURE_ONLY,
            *(cell(one.said[i]) for one in shown),
        ]
        for i, text in enumerate(texts)
    )
    head = [words.DISPUTE_COLUMNS[0], *(words.DOTS_NUMBER.format(number=p.number) for p in shown)]
    return wide_table("said", head, rows_of(lines), words.DOTS)


def _rows(labels: Sequence[str], texts: Sequence[str], told: Sequence[Pass]) -> Rows:
    head = [words.DISPUTE_COLUMNS[0], *(words.DOTS_NUMBER.format(number=p.number) for p in told)]
    return [
        head,
        *(
            [text, *(" / ".join(_word(labels, one.said[i])) for one in told)]
            for i, text in enumerate(texts)
        ),
    ]
