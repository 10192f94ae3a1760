"""What transcripts in tiers share (Praat, ELAN): which tier is read, and its texts with times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from lfdrt.data.readers.questions import PREVIEWED, Answers, Choice, Question
from lfdrt.data.readers.reader import Reading, whole_row
from lfdrt.data.rows import BadRow, Left, Row, TableError

ALL = "all tiers"


@dataclass(frozen=True)
class Said:
    """start, end: seconds."""

    start: float
    end: float
    text: str


def clock(seconds: float) -> str:
    """0:01:02.345"""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}.{milliseconds:03}"


def of_tiers(
    tiers: Mapping[str, Sequence[Said]], answers: Answers, how: tuple[str, ...]
) -> Reading:
    """The tier with the longest texts, unless another is chosen. TableError: no tier at all."""
    if not tiers:
        raise TableError("it has no tier with texts.")
    length = {name: _mean_length(said) for name, said in tiers.items()}
    choices = [Choice(value=name, says=name, preview=_first(said)) for name, said in tiers.items()]
    if len(tiers) > 1:
        choices.append(Choice(value=ALL, says=ALL, preview=_first(_merged(tiers, list(tiers)))))
    best = max(length, key=lambda name: length[name])
    near = [name for name in length if length[name] > length[best] / 2]
    chosen = answers.ask(
        Question(
            name="tier",
            asks="Which tier holds the texts?",
            choices=tuple(choices),
            chosen=best,
            sure=len(near) == 1,
        )
    )
    names = list(tiers) if chosen == ALL else [chosen]
    return Reading(
        rows=partial(_rows, tiers, names),
        columns=("text", "tier", "start", "end"),
        roles={"text": "text"},
        how=(*how, f"tier {chosen!r}"),
    )


def _rows(tiers: Mapping[str, Sequence[Said]], names: list[str]) -> Iterator[Row | BadRow | Left]:
    found = sorted(((one, name) for name in names for one in tiers[name]),
                   key=lambda pair: pair[0].start)  # fmt: skip
    for number, (one, name) in enumerate(found, start=1):
        text = " ".join(one.text.split())
        if not text:
            yield Left("empty intervals")
            continue
        times = {"start": clock(one.start), "end": clock(one.end)}
        yield whole_row(number, {"text": text, "tier": name, **times})


def _merged(tiers: Mapping[str, Sequence[Said]], names: list[str]) -> list[Said]:
    return sorted((one for name in names for one in tiers[name]), key=lambda one: one.start)


def _first(said: Sequence[Said]) -> tuple[str, ...]:
    return tuple(one.text for one in said if one.text.strip())[:PREVIEWED]


def _mean_length(said: Sequence[Said]) -> float:
    filled = [len(one.text) for one in said if one.text.strip()]
    return sum(filled) / len(filled) if filled else 0.0
