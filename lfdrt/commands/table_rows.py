"""Rows of a table to samples, and predictions to the cells that are added to a row.

A row that cannot be read gets a note and no prediction. Knows no files but the pictures that rows
name. Imported only when it runs: it needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lfdrt.commands.predict_sample import fitting
from lfdrt.data.columns import ColumnMapping
from lfdrt.data.export import Cell
from lfdrt.data.images import read_image
from lfdrt.data.intake.pictures import Pictures
from lfdrt.data.photographs import LARGEST, Seen, look
from lfdrt.data.predicted import added_columns
from lfdrt.data.tables import Row
from lfdrt.data.texts import clean_text
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.languages import resolve
from lfdrt.output import Prediction


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """Turns rows into samples and predictions.

    language: of rows whose own column says none; None: detect. prefix: before the names of the
    added columns. pictures: where to find those that rows name. face: which one of a picture is
    read, as `lfdrt.data.photographs` counts them.
    """

    predictor: Predictor
    columns: ColumnMapping
    language: str | None
    family: str
    pictures: Pictures
    face: int = LARGEST
    prefix: str = ""

    def predict(self, rows: Sequence[Row]) -> list[dict[str, Cell]]:
        """The added cells of each row."""
        labels = self.predictor.labels
        read = [self.sample_or_note(row) for row in rows]
        predictions = self.predictor.predict_many(s for s in read if isinstance(s, Sample))
        cells = (
            _cells(next(predictions), labels)
            if isinstance(sample, Sample)
            else {**dict.fromkeys(added_columns(labels)), "note": sample}
            for sample in read
        )
        return [{f"{self.prefix}{name}": cell for name, cell in row.items()} for row in cells]

    @property
    def added(self) -> tuple[str, ...]:
        """The columns of `predict`'s cells."""
        return added_columns(self.predictor.labels, self.prefix)

    def sample_or_note(self, row: Row) -> Sample | str:
        text = row.values[self.columns.text] if self.columns.text else ""
        try:
            seen = self._look(row.values[self.columns.image] if self.columns.image else "")
            language = self._language(row)
        except ValueError as error:
            return f"Not predicted: {error}"
        if seen is None and clean_text(text).kind == "empty":
            return "Not predicted: there is neither a text nor a picture."
        return Sample(
            text=text,
            image=seen and seen.image,
            photograph=seen and seen.photograph,
            language=language,
            family=self.family,
        )

    def _look(self, cell: str) -> Seen | None:
        """Raises ImageError."""
        name = cell.strip()
        if not name:
            return None
        path = self.pictures.find(name)
        return look(read_image(path, name=name), face=self.face, longest=fitting(self.predictor))

    def _language(self, row: Row) -> str | None:
        """Raises ValueError for a cell that names no language."""
        tag = row.values[self.columns.lang].strip() if self.columns.lang else ""
        return resolve(tag).code if tag else self.language


def _cells(p: Prediction, labels: Sequence[str]) -> dict[str, Cell]:
    return {
        "label": p.scores.label,
        "agree": p.scores.agree,
        "label_1": p.scores.label_1,
        "label_2": p.scores.label_2,
        "language": p.language,
        "family": p.family,
        **{
            f"p_{label}": round(float(value), 6)
            for label, value in zip(labels, p.scores.mean, strict=True)
        },
        "note": " ".join(p.notes),
    }
