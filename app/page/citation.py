"""The line that every saved table and figure carries: who made it, of which weights, selected how,
on which data, when. Plain values; knows no HTML and reads no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import lfdrt
from app.page import say

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.recording import Origin, RecordedRun

DIGITS = 12
"""Of a hash: enough to tell any two checkpoints apart."""
BETWEEN = "; "


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A checkpoint as it is cited. sha256: of its weight files, "" where they are not at hand.
    selection: the rule by which it was selected; "" where there is nothing to tell yet."""

    name: str
    sha256: str
    selection: str
    seed: int | None


def cite(weights: Weights, *more: str) -> str:
    """What this program makes today with a checkpoint. `more`: data and whatever else is known."""
    return BETWEEN.join([_program(), *_weights(weights), *filter(None, more), made()])


def cite_recording(run: Origin, *more: str) -> str:
    """Numbers of a recording, whichever version of this program shows them."""
    recorded = say.RECORDED.format(
        date=run.date[:10],
        version=run.versions.get("lfdrt", say.UNKNOWN),
        device=run.device,
    )
    return BETWEEN.join([_program(), *_weights(weights_of(run)), *filter(None, more), recorded])


def weights_of(run: Origin) -> Weights:
    return Weights(
        name=run.checkpoint, sha256=run.weights_sha256, selection=run.selection, seed=run.seed
    )


def cite_paper(number: int, setting: str, *, computed: bool) -> str:
    """computed: the numbers are made here, of the paper's."""
    paper = say.PAPER.format(number=number, setting=setting)
    said = say.PAPER_COMPUTED if computed else say.PAPER_PRINTED
    return said.format(paper=paper, version=lfdrt.__version__)


def cite_program(*more: str) -> str:
    """What stands on no checkpoint."""
    return BETWEEN.join([_program(), *more, made()])


def made() -> str:
    return say.MADE.format(date=datetime.now(UTC).date().isoformat())


def checkpoint(weights: Weights) -> str:
    """Name and first digits of the hash."""
    said = say.CHECKPOINT.format(name=weights.name)
    if not weights.sha256:
        return said
    return f"{said} ({say.HASH.format(digits=weights.sha256[:DIGITS])})"


def data_of(sets: Iterable[tuple[str, str, str]]) -> str:
    """`sets` are (source, language, split): "data: MELD dev, test (en), XED dev (ar, fi)"."""
    languages: dict[tuple[str, str], dict[str, None]] = {}
    for source, language, split in sets:
        languages.setdefault((source, split), {})[language] = None
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (source, split), codes in languages.items():
        grouped.setdefault((source, tuple(codes)), []).append(split)
    said = [
        f"{set_name(source)} {', '.join(splits)} ({', '.join(codes)})"
        for (source, codes), splits in grouped.items()
    ]
    return say.DATA.format(data=", ".join(said)) if said else ""


def set_name(source: str) -> str:
    return say.SETS.get(source, source)


def chosen(choices: Sequence[str]) -> str:
    """Which part of the data is shown; "" for all of it."""
    return say.SHOWN.format(choice=", ".join(choices)) if choices else ""


def constructed(run: RecordedRun) -> str:
    """The sentence that pairs of text and face were put together here; "" where none were read."""
    pairs = "image" in run.inputs and "text" in run.inputs
    ours = any(one.source not in say.PAIRED for one in run.sets)
    return say.CONSTRUCTED if pairs and ours else ""


def _program() -> str:
    return say.PROGRAM.format(version=lfdrt.__version__)


def _weights(w: Weights) -> list[str]:
    seed = say.UNKNOWN if w.seed is None else w.seed
    told = [checkpoint(w), say.SEED.format(seed=seed)]
    return [*told, say.SELECTED.format(rule=w.selection.rstrip("."))] if w.selection else told
