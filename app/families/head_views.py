"""What each family's head knows of hidden words, language by language: the answer first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.families import plots, words
from app.families.views import family, language, part, saved
from app.page import say
from app.page.html import Html, card, esc

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.evaluation.recordings.families import (
        FamiliesRecording,
        HeadsOfLanguage,
        HeadWordsGroup,
    )

HELD_OUT, UNSEEN = "held out", "unseen"
APART = 0.5
"""Nats by which own heads are sharper than others, on average, below which heads tell nothing."""


def verdict(r: FamiliesRecording) -> Html:
    """Whether the heads know their languages: by how much sharper own ones are than others."""
    group = r.words.get(HELD_OUT)
    if group is None:
        return card(Html(f"<p>{esc(words.NO_HEADS)}</p>"), kind="outcome")
    m, unseen = group.mean, r.words.get(UNSEEN)
    learned = m.own.uniformity - m.others.uniformity >= APART
    said = words.HEADS_SAID.format(
        first=say.percent(m.own.first, 1),
        others=say.percent(m.others.first, 1),
        sharpest=say.percent(m.sharpest),
        interval=_interval(m.sharpest_interval),
        heads=len(group.families),
        chance=say.percent(1 / len(group.families)),
        whole=sum(one.rank == 1 for one in group.languages),
        languages=m.languages,
    )
    if unseen is not None:
        said += " " + words.UNSEEN_SAID.format(
            languages=unseen.mean.languages,
            rank=unseen.mean.rank,
            heads=len(unseen.families),
            chance=_chance(unseen),
            script=unseen.mean.script_rank,
        )
    title = words.HEADS_LEARNED if learned else words.HEADS_NOT_LEARNED
    kind = "helped" if learned else "unknown"
    body = f"<h2>{esc(title)}</h2><p>{esc(said)}</p>"
    return card(Html(body), kind=f"outcome {kind}")


def _interval(ends: tuple[float, float] | None) -> str:
    if ends is None:
        return ""
    low, high = (say.percent(end) for end in ends)
    return words.INTERVAL.format(low=low, high=high)


def _chance(group: HeadWordsGroup) -> float:
    """Mean rank of a head that is as likely to stand anywhere."""
    return (1 + len(group.families)) / 2


def chart(r: FamiliesRecording, mode: str) -> go.Figure:
    """Own head and the others' mean; for languages never trained the own head's rank."""
    group = r.words.get(mode)
    rows = _ordered(group)
    names = [f"{language(one.language)} ({_family(one)})" for one in rows]
    below = ["" if one.rank == 1 else _instead(one) for one in rows]
    if mode == UNSEEN and group is not None:
        return plots.two_dots(
            names,
            below,
            [(words.OWN_HEAD, [one.rank for one in rows]),
             (words.BY_SCRIPT, [one.script_rank for one in rows])],
            x_title=words.RANK_AXIS.format(heads=len(group.families)),
            line=(_chance(group), words.CHANCE),
        )  # fmt: skip
    return plots.two_dots(
        names,
        below,
        [(words.OWN_HEAD, [one.own.uniformity if one.own else None for one in rows]),
         (words.OTHER_HEADS, [one.others.uniformity for one in rows])],
        x_title=words.SHARPNESS_AXIS,
    )  # fmt: skip


def _ordered(group: HeadWordsGroup | None) -> list[HeadsOfLanguage]:
    """Where the own head stands out most, first; languages whose family has no head last."""
    return sorted(
        group.languages if group is not None else (),
        key=lambda one: (
            one.rank or 99,
            one.others.uniformity - one.own.uniformity if one.own else 0.0,
        ),
    )


def _family(one: HeadsOfLanguage) -> str:
    """Also of a language whose family is in no list of ours, and has a code alone."""
    name = family(one.family)
    return name[:1].upper() + name[1:]


def _instead(one: HeadsOfLanguage) -> str:
    return words.SHARPEST_INSTEAD.format(family=family(one.sharpest_head))


def table(r: FamiliesRecording, mode: str) -> Html:
    group = r.words.get(mode)
    if group is None:
        return Html(f'<p class="hint">{esc(words.NO_HEADS_HERE)}</p>')
    head = (words.LANGUAGE, words.FAMILY, words.RANK, words.RANK_BY_SCRIPT, words.SHARPEST_HEAD,
            words.SHARPEST_SHARE, *words.SHARE_ENDS, words.OWN_SHARPNESS, words.OTHERS_SHARPNESS,
            words.OWN_RIGHT, words.OTHERS_RIGHT, words.OWN_CE, words.OTHERS_CE,
            words.HIDDEN_WORDS)  # fmt: skip
    rows = [
        (
            language(one.language),
            _family(one),
            one.rank,
            one.script_rank,
            family(one.sharpest_head),
            *_percents(one),
            *(v for name in ("uniformity", "first", "cross_entropy") for v in _both(one, name)),
            one.words,
        )
        for one in _ordered(group)
    ]
    title = f"{words.HEADS}: {words.HEAD_MODES[mode]}"
    data = say.DATA.format(data=group.about)
    return part(saved(r, f"heads-{mode.replace(' ', '-')}", title, data), head, rows,
                plot="fam-words", lead=group.about)  # fmt: skip


def _percents(one: HeadsOfLanguage) -> tuple[float | None, ...]:
    low, high = one.sharpest_interval or (None, None)
    return tuple(None if v is None else 100 * v for v in (one.sharpest, low, high))


def _both(one: HeadsOfLanguage, name: str) -> tuple[float | None, float]:
    """Own head and mean of the others; shares in percent."""
    times = 100 if name == "first" else 1
    own = None if one.own is None else times * getattr(one.own, name)
    return own, times * getattr(one.others, name)
