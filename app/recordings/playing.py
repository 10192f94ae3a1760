"""What the player shows at a position, and how a position moves while it plays."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.models.requests import Refused
from app.page import plots
from app.page.html import Html, failure
from app.recordings import error_views, views, words
from app.recordings import score_views as scores
from app.recordings.recordings import Recordings

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.evaluation.recordings.pair import PairPlayback
    from lfdrt.evaluation.recordings.playback import PlayedSample
    from lfdrt.evaluation.recordings.recording import RecordedRun

END = sys.maxsize
"""A position after every sample, however many there are."""
DIFFERING = 12
"""Positions of different answers that are offered: from here on, or at the end the first ones."""
MOST_SAVED = 10_000
"""Differences that go into the page as a table: 50 ms and 600 kB."""
FILTERS = ("sources", "languages", "families", "classes", "only", "mixed")
"""Fields of `Where` that leave samples out, as `Choice` of the recordings calls them."""
FOLLOWED = ("accuracy", "macro_f1", "weighted_f1", "agreement")


@dataclass(frozen=True, kw_only=True)
class Where:
    """What is played, and how far. first, second: keys of recordings; second: "" for one alone. n:
    samples shown, `part` of the next one while playing. since: when n was true, in seconds of a
    steady clock."""

    first: str
    second: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    only: str = "all"
    mixed: bool = False
    n: int = 0
    part: float = 0.0
    speed: float = 5
    playing: bool = False
    since: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The panels; total: samples that can be shown."""

    where: Where
    total: int
    now: Html
    about: Html = Html("")
    standing: Html = Html("")
    compared: Html = Html("")
    differing: Html = Html("")
    downloads: Html = Html("")


def moved(where: Where, total: int, *, to: int) -> Where:
    """Somewhere else, playing or not."""
    return replace(where, n=min(max(to, 0), total), part=0.0)


def played(where: Where, total: int, now: float) -> Where:
    """How far it has come by `now`; it stops at the end. What a slow machine missed is skipped, so
    that the speed is what was asked for."""
    if not where.playing:
        return replace(where, since=now)
    far = where.n + where.part + where.speed * max(0.0, now - where.since)
    n = min(int(far), total)
    return replace(where, n=n, part=far - int(far), since=now, playing=n < total)


def toggled(where: Where, total: int, now: float) -> Where:
    """Play or pause; from the start where it stands at the end."""
    if where.playing:
        return replace(played(where, total, now), playing=False)
    n = 0 if where.n >= total else where.n
    return replace(where, playing=total > 0, n=n, part=0.0, since=now)


def count(recordings: Recordings, where: Where) -> int:
    """Samples that can be shown. Raises Refused."""
    return len(_playback(recordings, where))


def show(recordings: Recordings, where: Where) -> Shown:
    """Everything but the curves. A recording that cannot be used is a sentence in its place."""
    try:
        play = _playback(recordings, where)
        runs = _runs(recordings, where)
    except Refused as refused:
        at = replace(where, n=0, part=0.0, playing=False)
        return Shown(where=at, total=0, now=failure(str(refused)))
    where = replace(where, n=min(where.n, len(play)))
    pair = play if where.second else None
    state = play.state(where.n)
    states = [state.first, state.second] if pair is not None else [state]
    part = scores.Part(runs=tuple(runs), chosen=_chosen(where), counted=states[0].counted)
    return Shown(
        where=where,
        total=len(play),
        about=views.about(runs),
        now=_now(recordings, play, where, [run.name for run in runs]),
        standing=scores.standing(part, states),
        compared=scores.compared(part, state, pair.alone) if pair is not None else Html(""),
        differing=_differing(part, pair, where) if pair is not None else Html(""),
        downloads=scores.downloads(part),
    )


def error_words(recordings: Recordings, where: Where) -> Html:
    """Of the first recording that is played, over all samples of the choice."""
    try:
        alone = replace(where, second="", only="all")
        play = _playback(recordings, alone)
        runs = tuple(_runs(recordings, alone))
        part = scores.Part(runs=runs, chosen=_chosen(alone), counted=None)
        return error_views.counted(recordings, play, part)
    except Refused as refused:
        return failure(str(refused))


def curves(recordings: Recordings, where: Where) -> go.Figure | None:
    """Running scores up to here; None where nothing is to be drawn."""
    try:
        play = _playback(recordings, where)
        names = [run.name for run in _runs(recordings, where)]
    except Refused:
        return None
    if not len(play):
        return None
    lines = []
    parts = (play.first, play.second) if where.second else (play,)
    for name, one in zip(names, parts, strict=True):
        c = one.curves()
        kept = (c.shown > 0) & (c.shown <= where.n)
        wanted: tuple[str, ...] = FOLLOWED if len(parts) == 1 else FOLLOWED[:2]
        if one.recording.run.classifiers == 1:
            wanted = tuple(score for score in wanted if score != "agreement")
        for score in wanted:
            said = words.SCORES[score] + (f", {name}" if len(parts) > 1 else "")
            y = getattr(c, score)[kept]
            lines.append(plots.Curve(name=said, x=c.shown[kept].tolist(), y=y.tolist()))
    key = f"{where.first} {where.second}"
    return plots.curves(lines, title=words.CURVES, x_title=words.CURVES_AXIS, share=True, key=key)


def _runs(recordings: Recordings, where: Where) -> list[RecordedRun]:
    return [recordings.run(key) for key in (where.first, where.second) if key]


def _chosen(where: Where) -> tuple[str, ...]:
    """The filters that are on, for whoever reads a saved file."""
    told = {said: getattr(where, name) for name, said in words.NARROWING.items()}
    found = [f"{name} {' '.join(values)}" for name, values in told.items() if values]
    found += [] if where.only == "all" else [f"{words.ONLY_LABEL} {words.ONLY[where.only]}"]
    return (*found, words.MIXED) if where.mixed else tuple(found)


def _playback(recordings: Recordings, where: Where) -> Any:
    """A PairPlayback where a second one is named, else a Playback. Raises Refused."""
    from lfdrt.evaluation.recordings.choice import Choice

    try:
        chosen = Choice(**{name: getattr(where, name) for name in FILTERS})
    except ValueError as error:
        raise Refused(str(error)) from error
    return recordings.play(where.first, where.second, chosen)


def _now(recordings: Recordings, play: Any, where: Where, names: Sequence[str]) -> Html:
    if not len(play):
        return views.nothing()
    if where.n == 0:
        return views.now(Html(""), 0, len(play))
    ones: Sequence[PlayedSample]
    ones = play.samples(where.n) if where.second else [play.sample(where.n)]
    body = views.sample(ones, names, _content(recordings, ones))
    return views.now(body, where.n, len(play))


def _content(recordings: Recordings, ones: Sequence[PlayedSample]) -> views.Content:
    """Of the first recording that carries it; else looked up."""
    one = next((o for o in ones if o.text is not None), ones[0])
    picture, english, against = recordings.ours(one)
    try:
        said, missing = recordings.text(one), ""
    except Refused as refused:
        said, missing = "", str(refused)
    return views.Content(
        said=said, missing=missing, picture=picture, english=english, against=against
    )


def _differing(part: scores.Part, pair: PairPlayback, where: Where) -> Html:
    ahead = pair.differing[pair.differing > where.n]
    offered = (ahead if len(ahead) else pair.differing)[:DIFFERING].tolist()
    if len(pair.differing) > MOST_SAVED:
        every = None
    else:
        every = () if where.playing else pair.differences
    return scores.differing(part, [(d, *pair.samples(d)) for d in offered], every)
