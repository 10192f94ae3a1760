"""What a reader asks of the person whose file it is: which sheet, which tier, is there a heading?

One form for every format: a question has a name, choices with a preview each, and the answer that
is taken until another is given. The page shows them, the command line takes `--read NAME=VALUE`,
Python an argument `read`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lfdrt.data.rows import Row, TableError

PREVIEWED = 3
"""Texts that the preview of a choice shows."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """value: as `--read NAME=VALUE` gives it. says: for people. preview: the first texts of the
    file if this is chosen."""

    value: str
    says: str
    preview: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """chosen: the value that the file was read with. sure: False where a person should look."""

    name: str
    asks: str
    choices: tuple[Choice, ...]
    chosen: str
    sure: bool = True

    @property
    def taken(self) -> Choice:
        return next(choice for choice in self.choices if choice.value == self.chosen)


class Answers:
    """Answers that were given, and the questions that were asked of them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = dict(given)
        self._asked: dict[str, Question] = {}

    def ask(self, question: Question) -> str:
        """The value to read with. TableError: the one that was given is none of the choices.

        One answer holds for all files of an archive; what they are asked is asked once.
        """
        value = self._given.get(question.name, question.chosen)
        values = [choice.value for choice in question.choices]
        if value not in values:
            raise TableError(
                f"{question.name} cannot be {value!r}: choose {' or '.join(map(repr, values))}."
            )
        if len(values) > 1 and question.name not in self._asked:
            sure = question.sure or question.name in self._given
            self._asked[question.name] = replace(question, chosen=value, sure=sure)
        return value

    def given(self, name: str) -> str | None:
        return self._given.get(name)

    def without(self, name: str) -> Answers:
        """The same, and what is asked of it does not count: for previews."""
        return Answers({key: value for key, value in self._given.items() if key != name})

    def questions(self) -> tuple[Question, ...]:
        return tuple(self._asked.values())

    def check_all_asked(self, known: Iterable[str] = ()) -> None:
        """TableError: an answer to what this file does not ask. known: asked with one choice."""
        strange = [name for name in self._given if name not in (*self._asked, *known)]
        if strange:
            asked = "; ".join(
                f"{one.name} ({', '.join(choice.value for choice in one.choices)})"
                for one in self._asked.values()
            )
            raise TableError(
                f"it has no question {strange[0]!r}. "
                + (f"It asks: {asked}." if asked else "It asks nothing.")
            )


def first_texts(
    rows: Callable[[], Iterable[object]], columns: Sequence[str] = ()
) -> tuple[str, ...]:
    """The first rows as a line each, for a preview; of `columns`, else of all."""
    found: list[str] = []
    try:
        for row in rows():
            if isinstance(row, Row):
                cells = [row.values.get(name, "") for name in columns or row.values]
                found.append(" · ".join(cell for cell in cells if cell))
            if len(found) == PREVIEWED:
                break
    except TableError as error:
        return (str(error),)
    return tuple(found)
