"""Which column of a table holds the text, the picture, the language and the label.

Guesses by name and by content, for a person to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lfdrt.data.names import KNOWN, words_of
from lfdrt.data.rows import TableError
from lfdrt.data.tables import Table, chosen_column

MAX_CLASSES = 50


@dataclass(frozen=True)
class ColumnMapping:
    """Which column is what; None where there is none. A guess is always shown and changeable."""

    text: str | None
    image: str | None
    lang: str | None
    label: str | None
    id: str | None = None

    def roles(self) -> dict[str, str]:
        """Column by role, for the roles that have one."""
        return {role: name for role, name in vars(self).items() if name is not None}


_IMAGE_FILE = re.compile(r".+\.(png|jpe?g|webp|gif|bmp|tiff?|heic|avif)", re.IGNORECASE)
_LANGUAGE_TAG = re.compile(r"[a-z]{2}([-_][A-Za-z]{2,4})?")
_NUMBER = re.compile(r"[\d.,:/+\-\s%]+")


READ = 200
"""Rows that columns are guessed from."""


def guess_columns(table: Table) -> ColumnMapping:
    """By the columns' names, in many languages, then by the first rows.

    A name is believed only where the contents do not contradict it. Columns that the caller
    chose for the table stay as chosen.
    """
    cells: dict[str, list[str]] = {name: [] for name in table.columns}
    for row in islice(table, READ):
        for name, value in row.values.items():
            if value.strip():
                cells[name].append(value.strip())
    chosen = {"image": table.image_column, "lang": table.lang_column, "text": table.text_column}
    found = {role: name for role, name in chosen.items() if name is not None}
    found |= {r: n for r, n in table.roles.items() if r not in found and n not in found.values()}
    for guess in (_by_name, _by_content):
        for role in KNOWN:
            free = {name: cells[name] for name in cells if name not in found.values()}
            if role not in found and (guessed := guess(role, free)):
                found[role] = guessed
    return ColumnMapping(**{role: found.get(role) for role in KNOWN})


def _by_name(role: str, cells: dict[str, list[str]]) -> str | None:
    """A column called just so, before one whose name holds the word (`tweet_text`)."""
    known = KNOWN[role]
    words = {name: words_of(name) for name in cells}
    fitting = [name for name, values in cells.items() if not values or _fits(role, values)]
    whole = (name for name in fitting if "".join(words[name]) in known)
    partly = (name for name in fitting if not known.isdisjoint(words[name]))
    return next(whole, None) or next(partly, None)


def _by_content(role: str, cells: dict[str, list[str]]) -> str | None:
    if role == "text" and len(cells) == 1 and not any(cells.values()):
        return next(iter(cells))  # a header and nothing else
    fitting = {name: values for name, values in cells.items() if values and _fits(role, values)}
    if role == "text":
        return max(fitting, key=lambda name: _mean_length(fitting[name]), default=None)
    if role == "id":
        return None  # every column of numbers looks like one
    if role == "lang":
        return next((n for n in fitting if all(map(_LANGUAGE_TAG.fullmatch, fitting[n]))), None)
    if role == "label":
        return next((n for n in fitting if 2 <= len(set(fitting[n])) <= len(fitting[n]) / 2), None)
    return next(iter(fitting), None)


def _fits(role: str, values: list[str]) -> bool:
    files = sum(1 for value in values if _IMAGE_FILE.fullmatch(value))
    numbers = sum(1 for value in values if _NUMBER.fullmatch(value))
    mostly_files, mostly_numbers = 2 * files >= len(values), 2 * numbers > len(values)
    if role == "image":
        return mostly_files
    if role == "id":
        return len(set(values)) == len(values)
    if role == "lang":
        return not mostly_files and not mostly_numbers and max(map(len, values)) <= 40
    if role == "label":
        return not mostly_files and len(set(values)) <= MAX_CLASSES and _mean_length(values) <= 30
    return not mostly_files and not mostly_numbers


def _mean_length(values: list[str]) -> float:
    return sum(map(len, values)) / len(values)


def checked_mapping(mapping: ColumnMapping, columns: tuple[str, ...]) -> ColumnMapping:
    """The mapping with names as the header has them.

    TableError: no such column, one column in two roles, or neither a text nor a picture.
    """
    roles = {role: chosen_column(name, columns) for role, name in mapping.roles().items()}
    taken: dict[str | None, str] = {}
    for role, name in sorted(roles.items(), key=lambda item: item[0] == "label"):
        if name in taken:
            raise TableError(
                f"{name!r} is the {taken[name]} column, so it cannot be the {role} as well. "
                f"Choose another column as the {role}, or none."
            )
        taken[name] = role
    if not {"text", "image"} & roles.keys():
        raise TableError(
            f"which of its columns holds the text, or the picture? Its columns are: "
            f"{', '.join(columns)}."
        )
    return ColumnMapping(**{role: roles.get(role) for role in KNOWN})


def check_labels(column: str, counts: Mapping[str, int]) -> None:
    """counts: rows by each different value of the column, empty cells left out.

    Raises TableError, with the reason, for a column that holds texts or identifiers.
    """
    rows = sum(counts.values())
    if not counts:
        raise TableError(f"{column!r} is empty in every row. Choose another column as the label.")
    if len(counts) > MAX_CLASSES or (len(counts) == rows and rows > 7):
        what = "whole texts" if _mean_length(list(counts)) > 30 else "identifiers or measurements"
        raise TableError(
            f"{column!r} has {len(counts):,} different values in its {rows:,} filled rows: "
            f"these are {what}, not labels. Choose another column as the label."
        )


def added_columns(labels: Sequence[str], prefix: str = "") -> tuple[str, ...]:
    """The columns that a prediction adds to a table; other programs rely on their names.

    labels: the classes of the model. prefix: before every name.
    """
    named = ("label", "agree", "label_1", "label_2", "language", "family")
    return tuple(f"{prefix}{name}" for name in (*named, *(f"p_{c}" for c in labels), "note"))
