"""Answers of a chat endpoint on the disk, so that a question is paid for once.

JSON lines, only ever appended to; half a line at the end, left by a killed process, is cut off.
Holds hashes, labels and counts: no text, no picture, no key.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

from lfdrt.baselines.chat.prompt import Answer, Question, instructions
from lfdrt.baselines.chat.settings import ChatSettings
from lfdrt.data.export import JsonlAppender
from lfdrt.errors import UserError


class CacheError(UserError):
    """A cache that holds something else: which file and line, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer and what it took. model: as the server names it. left_out: parameters that the
    server does not know. tokens_in, tokens_out: of all tries; None where it does not count."""

    answer: Answer
    model: str
    left_out: tuple[str, ...]
    tokens_in: int | None
    tokens_out: int | None


@dataclass(frozen=True, kw_only=True)
class _Line:
    question: str
    label: str | None
    probabilities: str  # JSON, since a table's cell holds no list
    problem: str
    model: str
    left_out: str
    tokens_in: int | None
    tokens_out: int | None


def question_key(question: Question, settings: ChatSettings) -> str:
    """SHA-256 of all that decides the answer. The picture counts as its file, since another version
    of the image library may write other bytes."""
    picture = question.picture
    asked = [
        settings.model,
        settings.base_url.rstrip("/"),
        settings.temperature,
        question.labels,
        instructions(question.labels, question.probabilities),
        question.text,
        None if picture is None else hashlib.sha256(picture.data).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


class AnswerCache:
    """A context: the file is open inside it, and made with its folder where it is not there."""

    def __init__(self, path: Path) -> None:
        """CacheError: a line that is none of a cache. ExportError: it cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = JsonlAppender(path, [field.name for field in fields(_Line)])
        try:
            self._answers = dict(_read(path))
        except BaseException:
            self._file.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.__exit__()

    def __contains__(self, key: str) -> bool:
        return key in self._answers

    def __getitem__(self, key: str) -> Answered:
        return self._answers[key]

    def add(self, key: str, answered: Answered) -> None:
        """On the disk when it returns."""
        answer, shares = answered.answer, answered.answer.probabilities
        line = _Line(
            question=key,
            label=answer.label,
            probabilities="" if shares is None else json.dumps(shares),
            problem=answer.problem,
            model=answered.model,
            left_out=" ".join(answered.left_out),
            tokens_in=answered.tokens_in,
            tokens_out=answered.tokens_out,
        )
        self._file.append([asdict(line)])
        self._answers[key] = answered


def _read(path: Path) -> list[tuple[str, Answered]]:
    found = []
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                line = _Line(**json.loads(text))
                found.append((line.question, _answered(line)))
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise CacheError(
                    f"{path.name}, line {number}, is no answer of a chat model ({error}): delete "
                    "the line, or name another --out."
                ) from None
    return found


def _answered(line: _Line) -> Answered:
    shares = tuple(json.loads(line.probabilities)) if line.probabilities else None
    return Answered(
        answer=Answer(label=line.label, probabilities=shares, problem=line.problem),
        model=line.model,
        left_out=tuple(line.left_out.split()),
        tokens_in=line.tokens_in,
        tokens_out=line.tokens_out,
    )
