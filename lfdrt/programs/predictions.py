"""`lfdrt.predict`: texts, pictures or both in, the bundled model's word on each of them out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np
from PIL import Image

from lfdrt.data.images import read_image
from lfdrt.data.photographs import LARGEST, WHOLE
from lfdrt.data.texts import says_nothing
from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import OWN_FAMILY, Sample, sample_of
from lfdrt.languages import resolve
from lfdrt.output import Prediction
from lfdrt.places import checkpoint as default_checkpoint
from lfdrt.runtime import resolve_runtime

Picture: TypeAlias = str | PathLike | Image.Image  # asked of values, too
SHOWN, ENDS, TEXT = 20, 5, 60
"""Rows that are printed in full, those of either end of more than that, and columns of a text."""
UNSURE = "?"
LEGEND = f"{UNSURE} the two classifiers disagree; the surer one's label is given"


class Predictions(Sequence[Prediction]):
    """What was said of each row, in order. `classes`: of the model. Prints as a table."""

    def __init__(self, rows: Sequence[Prediction], classes: tuple[str, ...]) -> None:
        self._rows, self.classes = tuple(rows), classes

    @property
    def labels(self) -> list[str]:
        """Of each row."""
        return [row.scores.label for row in self]

    @property
    def probabilities(self) -> np.ndarray:
        """Means of both classifiers. Shape: (N, C), in the order of `classes`."""
        if not self:
            return np.zeros((0, len(self.classes)), dtype=np.float32)
        return np.stack([row.scores.mean for row in self])

    def as_rows(self) -> list[dict[str, Any]]:
        """Flat, with the columns that `lfdrt predict --output` writes, after the text: for a CSV
        file, or a data frame of any library."""
        return [{"text": row.text, **row.as_row()} for row in self]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Prediction: ...
    @overload
    def __getitem__(self, at: slice) -> Predictions: ...
    def __getitem__(self, at: int | slice) -> Prediction | Predictions:
        if isinstance(at, slice):
            return Predictions(self._rows[at], self.classes)
        return self._rows[at]

    def __repr__(self) -> str:
        """A line a row. Texts stand last, each by itself, so that scripts that run from right to
        left move no number."""
        if not self:
            return "no predictions"
        n = len(self)
        shown = range(n) if n <= SHOWN else (*range(ENDS), *range(n - ENDS, n))
        cells = [("", "label", "share", "language", "text")]
        cells += [self._cells(i) for i in shown]
        widths = [max(map(len, column)) for column in list(zip(*cells, strict=True))[:-1]]
        lines = [
            "  ".join([*map(str.ljust, line[:-1], widths), line[-1]]).rstrip() for line in cells
        ]
        if n > SHOWN:
            lines.insert(ENDS + 1, f"… {n - 2 * ENDS:,} more")
        if any(not self[i].scores.agree for i in shown):
            lines.append(LEGEND)
        return "\n".join(lines)

    def _cells(self, i: int) -> tuple[str, str, str, str, str]:
        row = self[i]
        s = row.scores
        share = f"{s.mean[row.labels.index(s.label)]:.0%}{'' if s.agree else UNSURE}"
        text = "(a picture)" if row.text is None else f"\u2068{shortened(row.text)}\u2069"
        return str(i), s.label, share, row.language or "", text


def shortened(text: str) -> str:
    """A text in one line of at most TEXT columns, as a terminal counts them."""
    kept: list[str] = []
    width = 0
    for letter in " ".join(text.split()):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > TEXT:
            return "".join(kept[:-1]) + "…"
        kept.append(letter)
    return "".join(kept)


def predict(
    texts: str | Iterable[str | None] | None = None,
    *,
    images: Picture | Iterable[Picture | None] | None = None,
    language: str | Sequence[str | None] | None = None,
    family: str = OWN_FAMILY,
    whole_pictures: bool = False,
    checkpoint: str | PathLike[str] | None = None,
    device: str = "auto",
) -> Predictions:
    """The sentiment of a text, of many, of pictures, or of pairs of both.

        lfdrt.predict("Ninafurahi sana kukuona leo", language="sw").labels  # ["joy"]
        lfdrt.predict(["Bugün çok mutluyum", None], images=[None, "face.png"])

    images: files or PIL pictures, one for each text. language: of all texts or of each, any tag,
    glottocode or name; None detects it. family: "own", "none" or a family's code, as `lfdrt predict
    --family` takes them. whole_pictures: not the largest face of each. checkpoint: a folder; None:
    that of LFDRT_CHECKPOINT, or the bundled one. It is read at the first call (seconds) and kept
    for those that follow. Safe to call from several threads.

    UserError, a ValueError, names the row, setting or file that cannot be used.
    """
    rows = _rows(texts, images, language)
    predictor = loaded(checkpoint, device)
    known = (OWN_FAMILY, "none", *predictor.families)
    if family not in known:
        raise UserError(f"family {family!r} is not one of {', '.join(known)}.")
    samples = (
        _sample(n, *row, predictor, family=family, face=WHOLE if whole_pictures else LARGEST)
        for n, row in enumerate(rows)
    )
    return Predictions(list(predictor.predict_many(samples)), predictor.labels)


def loaded(checkpoint: str | PathLike[str] | None, device: str) -> Predictor:
    """The checkpoint ready to predict, one at a time in memory. UserError as `Predictor.load`."""
    folder = default_checkpoint() if checkpoint is None else Path(checkpoint)
    return _loaded(folder.resolve(), device)


@lru_cache(maxsize=1)
def _loaded(folder: Path, device: str) -> Predictor:
    return Predictor.load(folder, resolve_runtime(device))


Row: TypeAlias = tuple[str | None, Picture | None, str | None]


def _rows(
    texts: str | Iterable[str | None] | None,
    images: Picture | Iterable[Picture | None] | None,
    language: str | Sequence[str | None] | None,
) -> list[Row]:
    """Text, picture and language of each. UserError: lists of other lengths, what is none of these,
    or a row of neither."""
    written, seen = _listed(texts, str), _listed(images, Picture)
    rows = max(len(written), len(seen))
    of_all = language is None or isinstance(language, str)
    spoken = [language] * rows if of_all else _listed(language, str)
    for name, given in {"texts": written, "images": seen, "language": spoken}.items():
        if len(given) not in ((0, rows) if name != "language" else (rows,)):
            raise UserError(f"{name} has {len(given)} entries for {rows} rows: give one for each.")
    found = list(zip_longest(written, seen, spoken))
    for n, (text, picture, tag) in enumerate(found):
        for name, value, kinds in (
            ("texts", text, str),
            ("images", picture, Picture),
            ("language", tag, str),
        ):
            if value is not None and not isinstance(value, kinds):
                kind = type(value).__name__
                raise UserError(f"{name}[{n}] is of type {kind}: give a string, or None for none.")
        if picture is None and says_nothing(text or ""):
            raise UserError(f"texts[{n}] says nothing, and there is no picture: leave it out.")
        if tag:
            resolve(tag)
    return found


def _listed(given: Any, one: Any) -> list[Any]:
    """one: types of a single value, which stands for a list of it."""
    if given is None:
        return []
    return [given] if isinstance(given, one) else list(given)


def _sample(
    n: int, text: str | None, picture: Picture | None, language: str | None,
    predictor: Predictor, *, family: str, face: int,
) -> Sample:  # fmt: skip
    """n: of its row, as a message calls a picture without a name. ImageError."""
    if isinstance(picture, str | PathLike):
        picture = Path(picture)
    name = str(picture) if isinstance(picture, Path) else f"images[{n}]"
    return sample_of(
        text=text,
        picture=None if picture is None else read_image(picture, name=name),
        language=language or None,
        family=family,
        face=face,
        model_side=predictor.model.config.image.size,
    )
