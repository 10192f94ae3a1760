"""Predictions of a table's rows as the cells that are added to them.

A row with a fault gets a note and no prediction; one whose picture is missing or damaged is read by
its text alone, as rethinking does. Imported only when it runs: it needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lfdrt.data.columns import added_columns
from lfdrt.data.export import Cell
from lfdrt.data.images import ImageError
from lfdrt.data.intake.reader import ReadRow, RowReader
from lfdrt.data.rows import Row
from lfdrt.data.texts import says_nothing
from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, sample_of


@dataclass(frozen=True, kw_only=True)
class RowPredictor:
    """face: which one of a picture is read, as `lfdrt.data.photographs` counts them. prefix: before
    the names of the added columns. voted: the language of the table, where its texts agree."""

    predictor: Predictor
    reader: RowReader
    family: str
    face: int
    prefix: str = ""
    voted: str | None = None

    def predict(self, rows: Sequence[Row]) -> list[dict[str, Cell]]:
        """The added cells of each row."""
        labels = self.predictor.labels
        read = [self._sample_and_note(row) for row in rows]
        predictions = self.predictor.predict_many(s for s, _ in read if s is not None)
        cells = (
            next(predictions).as_row(note)
            if sample is not None
            else {**dict.fromkeys(added_columns(labels)), "note": f"Not predicted: {note}"}
            for sample, note in read
        )
        return [{f"{self.prefix}{name}": cell for name, cell in row.items()} for row in cells]

    @property
    def added(self) -> tuple[str, ...]:
        """The columns of `predict`'s cells."""
        return added_columns(self.predictor.labels, self.prefix)

    def _sample_and_note(self, row: Row) -> tuple[Sample | None, str]:
        """None: it cannot be predicted, and the note says why."""
        read = self.reader.read(row)
        if read.no_language:
            return None, read.no_language
        silent = says_nothing(read.text)
        if read.image is None and silent:
            return None, read.no_image or "there is neither a text nor a picture."
        try:
            try:
                return self._sample(read, read.image), _by_text(read.no_image)
            except ImageError as error:
                if silent:
                    raise
                return self._sample(read, None), _by_text(str(error))
        except UserError as error:
            return None, str(error)

    def _sample(self, read: ReadRow, picture: Path | None) -> Sample:
        return sample_of(
            text=read.text,
            picture=picture,
            language=read.language,
            family=self.family,
            face=self.face,
            model_side=self.predictor.model.config.image.size,
            name=read.picture,
            voted=self.voted,
        )


def _by_text(why: str) -> str:
    return f"Read by its text alone: {why}" if why else ""
