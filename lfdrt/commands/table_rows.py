"""Predictions of a table's rows as the cells that are added to them.

A row with a fault gets a note and no prediction. Imported only when it runs: it needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lfdrt.data.columns import added_columns
from lfdrt.data.export import Cell
from lfdrt.data.intake.reader import RowReader
from lfdrt.data.rows import Row
from lfdrt.data.texts import says_nothing
from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, sample_of
from lfdrt.output import Prediction


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
        read = [self._sample_or_note(row) for row in rows]
        predictions = self.predictor.predict_many(s for s in read if isinstance(s, Sample))
        cells = (
            _cells(next(predictions), labels)
            if isinstance(sample, Sample)
            else {**dict.fromkeys(added_columns(labels)), "note": f"Not predicted: {sample}"}
            for sample in read
        )
        return [{f"{self.prefix}{name}": cell for name, cell in row.items()} for row in cells]

    @property
    def added(self) -> tuple[str, ...]:
        """The columns of `predict`'s cells."""
        return added_columns(self.predictor.labels, self.prefix)

    def _sample_or_note(self, row: Row) -> Sample | str:
        read = self.reader.read(row)
        if read.fault:
            return read.fault
        if read.image is None and says_nothing(read.text):
            return "there is neither a text nor a picture."
        try:
            return sample_of(
                text=read.text,
                picture=read.image,
                language=read.language,
                family=self.family,
                face=self.face,
                model_side=self.predictor.model.config.image.size,
                name=read.picture,
                voted=self.voted,
            )
        except UserError as error:
            return str(error)


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
