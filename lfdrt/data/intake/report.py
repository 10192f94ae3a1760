"""What was found in a person's data, for that person: counts, row numbers, sentences.

Plain values only, so that the page, the command line and a run's folder can keep it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SHOWN = 20
"""Rows that a finding names; all are counted."""

LENGTHS = (8, 16, 24, 32, 48, 64, 128, 256, 512)
"""Upper bounds of the bins of token lengths; the last bin has none."""


@dataclass(frozen=True, kw_only=True)
class TokenCount:
    """Tokens of one text, special ones left out, and how many of them are the unknown token."""

    tokens: int
    unknown: int


CountTokens = Callable[[Sequence[str]], Sequence[TokenCount]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A row (its number in the source), and a sentence where the row's number says too little."""

    row: int
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Rows of one kind: how many, and the first of them."""

    count: int = 0
    first: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DetectedLanguage:
    """share: of the texts that were looked at and long enough to tell."""

    code: str
    name: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Languages:
    """chosen: by the caller for all rows; looked_at: texts of the sample that are sure. voted: the
    code of the one that the table is in, where none was chosen and its texts agree."""

    chosen: str | None = None
    detected: tuple[DetectedLanguage, ...] = ()
    looked_at: int = 0
    voted: str | None = None

    @property
    def agree(self) -> float | None:
        """Share of the texts that seem to be in the chosen language; None: nothing to compare."""
        if self.chosen is None or not self.looked_at:
            return None
        return sum(one.share for one in self.detected if one.code == self.chosen)


@dataclass(frozen=True, kw_only=True)
class LengthBin:
    """Texts of at most `up_to` tokens, and more than the bin before; None: all longer ones."""

    up_to: int | None
    texts: int


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Over a sample of `texts`. unknown: share of unknown tokens, 0 to 1."""

    texts: int
    unknown: float
    longest: int
    lengths: tuple[LengthBin, ...]


@dataclass(frozen=True, kw_only=True)
class LabelFound:
    """A value of the label column; label: the class that it is recognised as, else None."""

    value: str
    rows: int
    label: str | None


@dataclass(frozen=True, kw_only=True)
class IntakeReport:
    """Errors block, warnings do not; both are sentences. Labels serve before/after only. unusual:
    texts with letters that are read as others. unmarked: share of the texts without an end mark, 0
    where they are few. format: of the table, for people; "" where there is none."""

    rows: int = 0
    format: str = ""
    empty: Findings = field(default_factory=Findings)
    duplicate: Findings = field(default_factory=Findings)
    very_short: Findings = field(default_factory=Findings)
    unusual: int = 0
    unmarked: float = 0.0
    pictures: int = 0
    missing_pictures: Findings = field(default_factory=Findings)
    unreadable_pictures: Findings = field(default_factory=Findings)
    bad_languages: Findings = field(default_factory=Findings)
    languages: Languages = field(default_factory=Languages)
    tokens: Tokens | None = None
    labels: tuple[LabelFound, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Collected:
    """Grows into `Findings`."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[Finding] = []

    def add(self, row: int, what: str = "") -> None:
        self.count += 1
        if len(self._first) < SHOWN:
            self._first.append(Finding(row=row, what=what))

    def done(self) -> Findings:
        return Findings(count=self.count, first=tuple(self._first))


def warning(findings: Findings, what: str) -> list[str]:
    """[] or one sentence: how many rows, what is with them, and which."""
    if not findings.count:
        return []
    rows = ", ".join(str(one.row) for one in findings.first)
    more = ", …" if findings.count > len(findings.first) else ""
    noun = "row" if findings.count == 1 else "rows"
    return [f"{findings.count:,} {noun} {what} ({noun} {rows}{more})."]
