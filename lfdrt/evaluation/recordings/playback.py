"""The player of a recording: how things stand after any number of samples, without recounting.

Cumulative confusion counts are summed once (10,000 rows of 7 classes: 2 MB, see `Playback`), so any
position costs the same. Torch-free.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lfdrt.evaluation import bootstrap
from lfdrt.evaluation.recordings.choice import Choice, counting_rows, shown_rows
from lfdrt.evaluation.recordings.recording import Recording


@dataclass(frozen=True, kw_only=True)
class PlayState:
    """How things stand once `shown` samples were shown and `counted` have counted.

    The shares are None while nothing counted, and those of agreement where one classifier stands
    alone. macro_f1: mean over the classes that the gold labels
    have had so far, as in reports. correct_agreed, correct_split: accuracy where both classifiers
    choose one class and where they do not. f1: by class, None for one in neither gold nor
    predictions. Shape: confusion (C, C), gold x predicted; gold, predicted (C,).
    """

    shown: int
    counted: int
    correct: int
    accuracy: float | None
    macro_f1: float | None
    weighted_f1: float | None
    agreement: float | None
    correct_agreed: float | None
    correct_split: float | None
    confusion: np.ndarray
    gold: np.ndarray
    predicted: np.ndarray
    f1: tuple[float | None, ...]
    classifiers: int


@dataclass(frozen=True, kw_only=True)
class Curves:
    """Running scores at `shown` positions, NaN before anything counted. Shape: all (P,)."""

    shown: np.ndarray
    accuracy: np.ndarray
    macro_f1: np.ndarray
    weighted_f1: np.ndarray
    agreement: np.ndarray


@dataclass(frozen=True, kw_only=True)
class PlayedSample:
    """One row. family: of the language; read_through: the disentangler's, None for none. text,
    picture: where the recording carries them. classifiers: with 1, first and second are the same.
    Shape: p_1, p_2 (C,)."""

    row: int
    id: str
    source: str
    split: str
    language: str
    family: str
    read_through: str | None
    excluded: tuple[str, ...]
    gold: str
    predicted: str
    first: str
    second: str
    agree: bool
    correct: bool
    p_1: np.ndarray
    p_2: np.ndarray
    classifiers: int
    text: str | None
    picture: str | None


class Playback:
    """The samples of a choice in playing order.

    rows: of the recording, those that count, in order. shown: positions in `rows` that are shown,
    ascending. Costs 4 (N + 1) C² bytes: 2 MB and 5 ms for 10,000 rows of 7 classes.
    """

    def __init__(self, recording: Recording, rows: np.ndarray, shown: np.ndarray) -> None:
        self.recording, self.rows, self.shown = recording, rows, shown
        C = len(recording.labels)
        cells = recording.gold[rows] * C + recording.predicted[rows]
        counts = np.zeros((len(rows) + 1, C * C), dtype=np.int32)
        counts[np.arange(1, len(rows) + 1), cells] = 1
        np.cumsum(counts, axis=0, out=counts)
        self._confusion = counts.reshape(-1, C, C)
        agree = recording.agree[rows]
        self._agreed = _running(agree)
        self._right_agreed = _running(agree & recording.correct[rows])

    def __len__(self) -> int:
        """Samples that are shown."""
        return len(self.shown)

    @cached_property
    def _counted(self) -> np.ndarray:
        """Samples that have counted once n were shown: up to the n-th itself, at the end all.
        Shape: (S + 1,)."""
        counted = np.concatenate([[0], self.shown + 1])
        counted[-1] = len(self.rows)
        return counted

    def state(self, n: int) -> PlayState:
        """After the first n shown samples, 0 to len(self); IndexError beyond."""
        counted = int(self._counted[self._checked(n)])
        confusion = self._confusion[counted]
        agreed, right_agreed = int(self._agreed[counted]), int(self._right_agreed[counted])
        right = int(np.trace(confusion))
        f1 = bootstrap.class_f1(confusion)
        both = self.recording.run.classifiers == 2
        return PlayState(
            shown=n,
            counted=counted,
            correct=right,
            accuracy=_share(right, counted),
            macro_f1=float(bootstrap.macro_f1(confusion)) if counted else None,
            weighted_f1=float(bootstrap.weighted_f1(confusion)) if counted else None,
            agreement=_share(agreed, counted) if both else None,
            correct_agreed=_share(right_agreed, agreed) if both else None,
            correct_split=_share(right - right_agreed, counted - agreed) if both else None,
            confusion=confusion,
            gold=confusion.sum(1),
            predicted=confusion.sum(0),
            f1=tuple(None if np.isnan(value) else float(value) for value in f1),
            classifiers=self.recording.run.classifiers,
        )

    def _checked(self, n: int) -> int:
        if not 0 <= n <= len(self):
            raise IndexError(f"position {n} is outside 0 to {len(self)}")
        return n

    def curves(self, points: int = 300) -> Curves:
        """At evenly spread positions, the first and the last among them; 1 ms for 300."""
        at = np.unique(np.linspace(0, len(self), min(points, len(self) + 1)).astype(int))
        counted = self._counted[at]
        confusion = self._confusion[counted]
        with np.errstate(invalid="ignore"):  # nothing has counted at 0
            return Curves(
                shown=at,
                accuracy=bootstrap.accuracy(confusion),
                macro_f1=bootstrap.macro_f1(confusion),
                weighted_f1=bootstrap.weighted_f1(confusion),
                agreement=self._agreed[counted] / counted,
            )

    def sample(self, n: int) -> PlayedSample:
        """The n-th shown sample, from 1, which is the newest of `state(n)`."""
        if n < 1:
            raise IndexError("samples are counted from 1")
        return sample_of(self.recording, int(self.rows[self.shown[self._checked(n) - 1]]))


def sample_of(recording: Recording, row: int) -> PlayedSample:
    """A row of a recording; first, second: what each classifier chooses."""
    one, labels = recording.run.sets[recording.set_of[row]], recording.labels
    allowed = np.array([label not in one.excluded for label in labels])
    first, second = (
        labels[int(np.where(allowed, p[row], -1).argmax())] for p in (recording.p_1, recording.p_2)
    )
    return PlayedSample(
        row=row,
        id=recording.ids[row],
        source=one.source,
        split=one.split,
        language=one.language,
        family=one.family,
        read_through=one.read_through,
        excluded=one.excluded,
        gold=labels[recording.gold[row]],
        predicted=labels[recording.predicted[row]],
        first=first,
        second=second,
        agree=bool(recording.agree[row]),
        correct=bool(recording.correct[row]),
        p_1=recording.p_1[row],
        p_2=recording.p_2[row],
        classifiers=recording.run.classifiers,
        text=None if recording.texts is None else recording.texts[row],
        picture=None if recording.pictures is None else recording.pictures[row] or None,
    )


def play(recording: Recording, choice: Choice) -> Playback:
    """ValueError for "differences", which take two recordings."""
    if choice.only == "differences":
        raise ValueError("differences are those of two recordings: name a second one")
    rows = counting_rows(recording, choice, np.arange(len(recording)))
    shown = shown_rows(recording, choice.only)
    return Playback(recording, rows, np.flatnonzero(shown[rows]))


def _running(flags: np.ndarray) -> np.ndarray:
    """How many are true among the first n. Shape: (N,) bool -> (N + 1,)."""
    return np.concatenate([[0], np.cumsum(flags)])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
