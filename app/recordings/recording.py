"""What the Benchmark tab shows of recordings in the making: from a visitor's choice to a job.

Knows the service, the jobs and the views; knows no components. Keeps nothing between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.jobs.resumable import ACTIVE
from app.models.requests import Refused
from app.models.shelf import Choice
from app.page.html import Html
from app.recordings import record_views as views
from app.recordings import record_words as words
from app.recordings import sets as record_sets
from app.recordings.jobs import RecordingJobs
from app.recordings.sets import FoundSet
from app.recordings.spec import RecordSpec
from lfdrt.languages import resolve


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a visitor chose in the panel. what: SAMPLE or DATA. sets: sources; none of them, or no
    language, means all."""

    name: str
    what: str
    inputs: str
    sets: tuple[str, ...]
    languages: tuple[str, ...]
    family: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What can be chosen for a model: (what is shown, value)."""

    sets: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    missing: Html


@dataclass(frozen=True, kw_only=True)
class Look:
    """A recording as it stands."""

    state: str
    name: str
    head: Html

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


def look(jobs: RecordingJobs, run: str, owner: str) -> Look | None:
    """None: there is no such recording (any more)."""
    try:
        live = jobs.live(run, owner)
    except Refused:
        return None
    return Look(state=live.info.state, name=live.info.name, head=views.head(live))


def offered(chosen: Choice, what: str, data: Path | None) -> Offered:
    if what != words.DATA:
        codes = record_sets.sample_languages()
        return Offered(sets=[], languages=_named(codes), missing="")
    can = record_sets.recordable(chosen.folder, chosen.labels, data)
    sources: dict[str, list[FoundSet]] = {}
    for one in can.found:
        sources.setdefault(one.source, []).append(one)
    sets = [
        (words.set_choice(source, len(ones), sum(one.rows for one in ones)), source)
        for source, ones in sources.items()
    ]
    codes = tuple(dict.fromkeys(one.language for one in can.found))
    return Offered(sets=sets, languages=_named(codes), missing=views.missing(can.missing))


def _named(codes: Sequence[str]) -> list[tuple[str, str]]:
    return sorted((f"{resolve(code).name} ({code})", code) for code in codes)


def spec(chosen: Choice, asked: Asked, data: Path | None) -> RecordSpec:
    """What would be recorded. Refused: nothing could be, with the next step."""
    on_data = asked.what == words.DATA
    can = record_sets.recordable(chosen.folder, chosen.labels, data if on_data else None)
    found: list[FoundSet] = []
    rows = record_sets.sample_rows(asked.languages)
    if on_data:
        found = _wanted(chosen, asked, can.found)
        rows = sum(one.rows for one in found)
    elif not can.sample:
        raise Refused(words.NO_CLASSES.format(model=chosen.name))
    return RecordSpec(
        checkpoint=chosen.folder,
        model=chosen.name,
        name=asked.name,
        inputs="text" if on_data else asked.inputs,
        languages=() if on_data else asked.languages,
        sets=tuple(one.key for one in found),
        data=data if on_data else None,
        family=asked.family,
        note=asked.note,
        rows=rows,
    )


def _wanted(chosen: Choice, asked: Asked, found: Sequence[FoundSet]) -> list[FoundSet]:
    if not found:
        raise Refused(words.NO_SETS.format(model=chosen.name))
    wanted = [
        one
        for one in found
        if (not asked.sets or one.source in asked.sets)
        and (not asked.languages or one.language in asked.languages)
    ]
    if not wanted:
        raise Refused(words.NO_ROWS)
    return wanted


def estimate(jobs: RecordingJobs, wanted: RecordSpec) -> Html:
    return views.estimate(record_sets.estimate(wanted, jobs.past()), wanted.rows)
