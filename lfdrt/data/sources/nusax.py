"""NusaX-Senti: reviews and comments in Indonesian, ten languages of Indonesia and English.

Format: github.com/IndoNLP/nusax, datasets/sentiment: `{language}/{train,valid,test}.csv` with id,
text and label (positive, neutral, negative). The same id is the same sentence in every language.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import DataError, LabelledText
from lfdrt.data.sources.files import Skipped, csv_rows, find, split_in
from lfdrt.labels import POLARITY3

_LANGUAGES = {
    "acehnese": "ace",
    "balinese": "ban",
    "banjarese": "bjn",
    "buginese": "bug",
    "english": "en",
    "indonesian": "id",
    "javanese": "jv",
    "madurese": "mad",
    "minangkabau": "min",
    "ngaju": "nij",
    "sundanese": "su",
    "toba_batak": "bbc",
}


def read_nusax(folder: Path) -> Iterator[LabelledText | Skipped]:
    """Every row of every language; tables of the other tasks (lexicon, mt) are passed over."""
    tables = [
        path
        for path in find(folder, "*.csv")
        if path.parent.name in _LANGUAGES and path.parent.parent.name not in ("mt", "lexicon")
    ]
    if not tables:
        raise DataError(f"{folder} holds no <language>/train.csv of NusaX-Senti.")
    for path in tables:
        for row in csv_rows(path, ("id", "text", "label")):
            if isinstance(row, Skipped):
                yield row
                continue
            where, cells = row
            text, label = cells["text"].strip(), cells["label"].strip().lower()
            if not text or label not in POLARITY3.labels:
                why = "unknown label" if text else "empty text"
                yield Skipped(where=where, why=why, detail=label)
                continue
            yield LabelledText(
                id=cells["id"],
                text=text,
                label=label,
                language=_LANGUAGES[path.parent.name],
                source="nusax",
                split=split_in(Path(path.name)),
            )
