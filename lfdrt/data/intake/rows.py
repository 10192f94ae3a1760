"""What is found in read rows: those that can be used, and what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lfdrt.data.archives import Picture
from lfdrt.data.columns import ColumnMapping, check_labels
from lfdrt.data.intake.checks import (
    check_label_values,
    check_languages,
    check_tokens,
    is_very_short,
)
from lfdrt.data.intake.reader import ReadRow, found
from lfdrt.data.intake.report import (
    Collected,
    CountTokens,
    IntakeReport,
    LabelFound,
    Tokens,
    warning,
)
from lfdrt.data.rows import TableError
from lfdrt.data.texts import clean_text, has_end_mark
from lfdrt.letters import usual

_FOREIGN = 0.5  # share of texts in the chosen language, below which a person should look again
_ENOUGH = 10  # texts that a language could be told of, before that is said
_UNKNOWN = 0.05  # share of unknown tokens; texts of a script that the tokenizer knows have < 0.1 %


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRow:
    """One sample. id: of the id column, else the row's number. number: as `Row` counts.

    language: of the row, else as chosen for all; None: to be detected.
    voted: what the table is in, for texts without a language that are too short to tell.
    label: for before/after only, never for training.
    """

    id: str
    text: str
    image: Path | None
    label: str | None
    language: str | None
    number: int
    voted: str | None = None


class RowTaker:
    """Takes rows one by one; `finished` gives those that can be used, and the report.

    broken: pictures that turned out unreadable, with the sentence; the caller fills it.
    """

    def __init__(self, *, language: str | None) -> None:
        """`language`: that of all texts, as it was chosen; None: each is detected."""
        self.broken: dict[Path, str] = {}
        self._language = language
        self._rows: list[ReadRow] = []
        self._texts: list[str] = []
        self._with_text: set[int] = set()
        self._seen: set[tuple[str, str]] = set()
        self._labels: Counter[str] = Counter()
        self._names: dict[Path, str] = {}
        self._pictures = self._unmarked = self._unusual = 0
        self._empty, self._duplicate, self._short = Collected(), Collected(), Collected()
        self._missing, self._bad_languages = Collected(), Collected()

    def pictures(self) -> dict[Path, str]:
        """The files that rows name, each once, by the name that a row gave."""
        return self._names

    def take(self, row: ReadRow, *, texts: bool) -> None:
        """texts: whether there is a column of them."""
        if texts:
            self._note_text(row.number, row.text, row.picture)
        if row.label:
            self._labels[row.label] += 1
        if row.no_language:
            said = f"{row.tag!r} is not a language that I know."
            self._bad_languages.add(row.number, said)
        self._note_picture(row.number, row.picture, row.image, row.no_image)
        self._rows.append(row)

    def take_picture(self, number: int, picture: Picture) -> None:
        """A row that is a picture without a text."""
        name = picture.names[0]
        image, missing = found(name, lambda _: picture.path)
        self._note_picture(number, name, image, missing)
        self._rows.append(
            ReadRow(number=number, id=name, text="", picture=name, image=image, label="", tag="",
                    language=self._language, no_image=missing, no_language="")
        )  # fmt: skip

    def finished(
        self,
        mapping: ColumnMapping | None,
        labels: Sequence[str] | None,
        count_tokens: CountTokens | None,
    ) -> tuple[tuple[IntakeRow, ...], IntakeReport]:
        found, errors = self._found_labels(mapping, labels)
        names = {one.value: one.label for one in found}
        languages = check_languages(self._texts, self._language)
        rows = tuple(
            IntakeRow(
                id=row.id,
                text=row.text,
                image=image,
                label=names.get(row.label) if row.label else None,
                language=row.language,
                number=row.number,
                voted=languages.voted,
            )
            for row in self._rows
            if (image := None if row.image in self.broken else row.image)
            or row.number in self._with_text
        )
        if not rows:
            errors = (*errors, "There is no row with a text or a readable picture.")
        report = IntakeReport(
            rows=len(self._rows),
            empty=self._empty.done(),
            duplicate=self._duplicate.done(),
            very_short=self._short.done(),
            unusual=self._unusual,
            unmarked=self._unmarked / len(self._texts) if len(self._texts) >= _ENOUGH else 0.0,
            pictures=self._pictures,
            missing_pictures=self._missing.done(),
            unreadable_pictures=self._unreadable().done(),
            bad_languages=self._bad_languages.done(),
            languages=languages,
            tokens=check_tokens(self._texts, count_tokens) if count_tokens else None,
            labels=found,
            errors=errors,
        )
        return rows, replace(report, warnings=tuple(_warnings(report)))

    def _note_text(self, number: int, text: str, name: str) -> None:
        clean = clean_text(text)
        if clean.kind == "empty":
            self._empty.add(number)
            return
        self._texts.append(clean.text)
        self._with_text.add(number)
        self._unmarked += not has_end_mark(clean.text)
        if is_very_short(clean.text):
            self._short.add(number)
        letters = usual(clean.text)
        self._unusual += bool(letters.changed)
        if (letters.text, name) in self._seen:
            self._duplicate.add(number)
        self._seen.add((letters.text, name))

    def _note_picture(self, number: int, name: str, image: Path | None, missing: str) -> None:
        self._pictures += bool(name)
        if missing:
            self._missing.add(number, missing)
        if image is not None:
            self._names.setdefault(image, name)

    def _found_labels(
        self, mapping: ColumnMapping | None, labels: Sequence[str] | None
    ) -> tuple[tuple[LabelFound, ...], tuple[str, ...]]:
        """Labels, and why there are none although a column was named."""
        if mapping is None or mapping.label is None or not self._rows:
            return (), ()
        try:
            check_labels(mapping.label, self._labels)
        except TableError as error:
            return (), (str(error),)
        return check_label_values(self._labels, labels), ()

    def _unreadable(self) -> Collected:
        collected = Collected()
        for row in self._rows:
            if row.image in self.broken:
                collected.add(row.number, self.broken[row.image])
        return collected


def _warnings(report: IntakeReport) -> list[str]:
    told = [
        *warning(report.empty, "without text"),
        *warning(report.duplicate, "with the same text and picture as an earlier row"),
        *warning(report.very_short, "with a very short text"),
        *warning(report.missing_pictures, "whose picture was not found"),
        *warning(report.unreadable_pictures, "whose picture cannot be read"),
        *warning(report.bad_languages, "whose language is not known"),
    ]
    return (
        told
        + ([UNUSUAL.format(texts=report.unusual)] if report.unusual else [])
        + ([NO_END_MARKS.format(share=report.unmarked)] if report.unmarked > 0.5 else [])
        + _language_warnings(report)
        + _token_warnings(report.tokens)
        + _label_warnings(report.labels)
    )


UNUSUAL = (
    "{texts:,} texts are written in unusual letters (presentation forms, vowel marks, tatweel, "
    "Georgian capitals, invisible signs …): they are read in the usual ones, and shown as they are."
)
NO_END_MARKS = (
    "{share:.0%} of the texts have no end mark (. ! ?). The model reads feelings from “!” too: "
    "expect weaker results than for texts with their marks."
)


def _language_warnings(report: IntakeReport) -> list[str]:
    found = report.languages
    if found.agree is None or found.looked_at < _ENOUGH or found.agree >= _FOREIGN:
        return []
    best = found.detected[0]
    return [
        f"Only {found.agree:.0%} of the texts look like the chosen language ({found.chosen}); "
        f"{best.share:.0%} look like {best.name} ({best.code}). Check the language."
    ]


def _token_warnings(tokens: Tokens | None) -> list[str]:
    if tokens is None or tokens.unknown < _UNKNOWN:
        return []
    return [
        f"{tokens.unknown:.0%} of the tokens are unknown to the model, which does not know this "
        "script well. Expect poor results."
    ]


def _label_warnings(labels: Sequence[LabelFound]) -> list[str]:
    told = [
        f"{one.value!r} for {one.label}"
        for one in labels
        if one.label and one.label.casefold() != one.value.casefold()
    ]
    taken = [f"Labels were taken for classes of the model: {', '.join(told)}."] if told else []
    strange = [one for one in labels if one.label is None]
    if not strange:
        return taken
    shown = ", ".join(f"{one.value!r} ({one.rows:,} rows)" for one in strange[:5])
    more = f" and {len(strange) - 5:,} more" if len(strange) > 5 else ""
    said = f"Labels that the model does not have do not count in before/after: {shown}{more}."
    return [*taken, said]
