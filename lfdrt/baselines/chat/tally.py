"""What is still to be asked of a chat endpoint, and how the rows of a recording were answered.

Torch-free; knows questions and their answers, not who asks them or where they are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lfdrt.baselines.chat.cache import Answered
from lfdrt.baselines.chat.prompt import REFUSED, UNUSABLE, Question


@dataclass(frozen=True, kw_only=True)
class AskedRow:
    """gold: its label in the data. key: rows of the same text share one question. answered: None
    where it is open."""

    gold: str
    key: str
    question: Question
    answered: Answered | None


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What is still to be sent, each question once: letters of the texts, and pictures."""

    questions: int
    letters: int
    pictures: int


@dataclass(frozen=True, kw_only=True)
class Tally:
    """refused, unusable: rows without an answer. counted_as: the classes that their uniform
    probabilities count as, with the number of rows; right: those of them for which it is the label.
    stated: rows with probabilities of the model's own. open: rows that nothing is known of.
    tokens_in, tokens_out: each question once; uncounted: questions whose tokens nobody told."""

    rows: int
    refused: int
    unusable: int
    counted_as: dict[str, int]
    right: int
    stated: int
    open: int
    models: tuple[str, ...]
    left_out: tuple[str, ...]
    tokens_in: int
    tokens_out: int
    uncounted: int


def outgoing(rows: Iterable[AskedRow]) -> Outgoing:
    still = {row.key: row.question for row in rows if row.answered is None}.values()
    return Outgoing(
        questions=len(still),
        letters=sum(len(question.text or "") for question in still),
        pictures=sum(question.picture is not None for question in still),
    )


def tally(rows: Sequence[AskedRow]) -> Tally:
    found = [row.answered for row in rows if row.answered is not None]
    once = {row.key: row.answered for row in rows if row.answered is not None}.values()
    problems = Counter(one.answer.problem for one in found)
    without = [row for row in rows if row.answered and row.answered.answer.label is None]
    return Tally(
        rows=len(rows),
        refused=problems[REFUSED],
        unusable=problems[UNUSABLE],
        counted_as=dict(Counter(row.question.labels[0] for row in without)),
        right=sum(row.gold == row.question.labels[0] for row in without),
        stated=sum(one.answer.probabilities is not None for one in found),
        open=len(rows) - len(found),
        models=tuple(sorted({one.model for one in once if one.model})),
        left_out=tuple(sorted({name for one in once for name in one.left_out})),
        tokens_in=sum(one.tokens_in or 0 for one in once),
        tokens_out=sum(one.tokens_out or 0 for one in once),
        uncounted=sum(one.tokens_in is None for one in once),
    )


def note(t: Tally) -> str:
    """What a reader of the recording has to know about its probabilities."""
    told = [f"The server calls the model {' and '.join(t.models)}."] if t.models else []
    if t.left_out:
        told.append(f"It takes no {' and no '.join(t.left_out)}: they were left out.")
    hard = t.rows - t.open - t.stated - t.refused - t.unusable
    if hard:
        told.append(f"{hard:,} of {t.rows:,} rows have 1 on the label, no probabilities.")
    if t.refused or t.unusable:
        classes = ", ".join(f"{label} ({n:,})" for label, n in t.counted_as.items())
        told.append(
            f"{t.refused + t.unusable:,} rows have no answer ({t.refused:,} refused, "
            f"{t.unusable:,} unusable): their probabilities are uniform, so they count as the "
            f"first class, {classes}, which is the label of {t.right:,}."
        )
    if t.open:
        told.append(f"How {t.open:,} rows were answered is lost with the cache.")
    return " ".join(told)
