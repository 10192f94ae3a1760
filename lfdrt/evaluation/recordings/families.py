"""What is recorded of a checkpoint's families, as families.json: distances of the disentanglers,
the transfer matrix, what own-family reading gains, and retrieval.

Torch-free; computes nothing. The format is described in assets/benchmarks/README.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lfdrt.config import STRICT, from_dict
from lfdrt.evaluation.recordings.recording import Origin, RecordingError
from lfdrt.runs.files import unsealed

FAMILIES = "families.json"
WORDS = "words.json"
"""What `lfdrt evaluate --words --out` wrote of the same weights, beside a recording without it."""
Interval = tuple[float, float]
Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Distances:
    """Means over tokens. readings: the families, then "none", the token as it is.

    about: which tokens. one_minus_cosine, relative_l2: readings x readings."""

    __pydantic_config__ = STRICT
    about: str
    languages: tuple[str, ...]
    texts: int
    tokens: int
    readings: tuple[str, ...]
    one_minus_cosine: Matrix
    relative_l2: Matrix

    def __post_init__(self) -> None:
        R = len(self.readings)
        for matrix in (self.one_minus_cosine, self.relative_l2):
            if [len(row) for row in matrix] != [R] * R:
                raise ValueError(f"distances are not {R} x {R}")


class SetName(NamedTuple):
    """One file of a data set."""

    source: str
    language: str
    split: str


@dataclass(frozen=True, kw_only=True)
class TransferRow:
    """Macro-F1 of one file through every family and through none. set: source, language, split.
    own: through the language's family, None where it has no disentangler; others: mean of the
    families that are not its own. The intervals are those of `Gain`, for this file; None without
    `own`, and in recordings made before they were written."""

    __pydantic_config__ = STRICT
    set: str
    family: str
    rows: int
    own: float | None
    none: float
    others: float
    by_family: dict[str, float]
    own_minus_none_interval: Interval | None = None
    own_minus_others_interval: Interval | None = None

    def __post_init__(self) -> None:
        if len(self.set.split()) != 3:
            raise ValueError(f"{self.set!r} is not a source, a language and a split")

    @property
    def named(self) -> SetName:
        return SetName(*self.set.split())


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Macro-F1 through the own family, through none and through the others, as means over sets;
    differences with 95 % intervals by a paired bootstrap over rows."""

    __pydantic_config__ = STRICT
    own: float
    none: float
    others: float
    own_minus_none: float
    own_minus_none_interval: Interval
    own_minus_others: float
    own_minus_others_interval: Interval


@dataclass(frozen=True, kw_only=True)
class LanguageGain(Gain):
    """sets: as in `TransferRow`."""

    language: str
    family: str
    sets: tuple[str, ...]
    rows: int

    @property
    def named(self) -> tuple[SetName, ...]:
        return tuple(SetName(*one.split()) for one in self.sets)


@dataclass(frozen=True, kw_only=True)
class Summary(Gain):
    """Over the languages outside the anchor's family. over: which sets, in words."""

    over: str
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """Share of held-out translations whose nearest English sentence is their own, by the encoder's
    vectors (before) and by z, each text through its own family (after)."""

    __pydantic_config__ = STRICT
    language: str
    family: str
    pairs: int
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class HeadScore:
    """Of one head, or the mean of several: share of hidden words that are its first choice,
    cross-entropy, and KL from uniform of its prediction, in nats."""

    __pydantic_config__ = STRICT
    first: float
    cross_entropy: float
    uniformity: float


@dataclass(frozen=True, kw_only=True)
class HeadsOfLanguage:
    """What all heads make of one language's hidden words. by_family: KL from uniform of each.
    sharpest: share of sentences for which the own head is the furthest from uniform, with a 95 %
    interval over sentences, None in recordings made before it was written; rank of the own head
    over all of them, and what knowing scripts alone would give. None where the language's family
    has no head."""

    __pydantic_config__ = STRICT
    language: str
    family: str
    words: int
    own: HeadScore | None
    others: HeadScore
    sharpest: float | None
    rank: int | None
    script_rank: float | None
    sharpest_head: str
    by_family: dict[str, float]
    sharpest_interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class HeadMeans:
    """Over the languages whose family has a head."""

    __pydantic_config__ = STRICT
    own: HeadScore
    others: HeadScore
    sharpest: float
    rank: float
    script_rank: float
    languages: int
    sharpest_interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class HeadWordsGroup:
    """Languages that were trained, on sentences held out, or languages never trained."""

    __pydantic_config__ = STRICT
    about: str
    families: tuple[str, ...]
    mean: HeadMeans
    languages: tuple[HeadsOfLanguage, ...]


@dataclass(frozen=True, kw_only=True)
class FamiliesRecording(Origin):
    """families.json. transfer, gains, retrieval and words are empty, and summary None, where no
    data were given. words: of languages "held out" and "unseen"; or they lie beside, as `WORDS`."""

    __pydantic_config__ = STRICT
    label_set: str
    anchor: str
    families: tuple[str, ...]
    distances: Distances
    transfer: tuple[TransferRow, ...]
    summary: Summary | None
    gains: tuple[LanguageGain, ...]
    retrieval: tuple[Retrieved, ...]
    words: dict[str, HeadWordsGroup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.distances.readings[:-1] != self.families:
            raise ValueError("the distances are of other families")
        for row in self.transfer:
            if tuple(row.by_family) != self.families:
                raise ValueError(f"{row.set} was read through other families")
        known = {row.set for row in self.transfer}
        for gain in self.gains:
            if strange := sorted(set(gain.sets) - known):
                raise ValueError(f"{', '.join(strange)} has a gain, but no row of its own")


def read_families(folder: Path) -> FamiliesRecording:
    """RecordingError, one sentence: what is wrong, and what to do."""
    path = folder / FAMILIES
    if not path.is_file():
        raise RecordingError(f"{folder.name} is no recording of families: it has no {FAMILIES}.")
    try:
        found = unsealed(json.loads(path.read_text(encoding="utf-8")))
        if isinstance(found, dict) and not found.get("words") and (folder / WORDS).is_file():
            path = folder / WORDS
            found["words"] = _words(path, found.get("weights_sha256"))
        return from_dict(FamiliesRecording, found)
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error  # which names the whole path
        raise RecordingError(
            f"{folder.name}: {path.name} cannot be used ({why}). Copy it again, or record it "
            "again with python -m lfdrt families."
        ) from None


def _words(path: Path, weights: object) -> object:
    """ValueError: of other weights than the recording."""
    report = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(report, dict) or "words" not in report:
        raise ValueError("it holds no words: write it with lfdrt evaluate --words --out")
    if report.get("weights_sha256") != weights:
        raise ValueError("it is of other weights than the recording beside it")
    return report["words"]
