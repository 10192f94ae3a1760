"""BRIGHTER: emotions in 28 languages, most of them with few data (SemEval-2025, Task 11, track A).

Format: github.com/emotion-analysis-project/SemEval2025-Task11, data/README.md and public_data:
`{train,dev,test}/track_a/{code}.csv` (or `{code}_a.csv`) with id, text and a column of 0 and 1 for
each emotion; a language may lack one (English: disgust). Kept are rows with at most one emotion;
none of them means neutral. Rows whose cells are empty were published without labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import LabelledText
from lfdrt.data.sources.files import Skipped, csv_rows, find_or_raise, language_code, split_in
from lfdrt.labels import EKMAN7

# Codes of the task that are no ISO 639 codes of the language.
_CODES = {"chn": "zh", "esp": "es", "oro": "om", "ptbr": "pt", "ptmz": "pt"}


def read_brighter(folder: Path) -> Iterator[LabelledText | Skipped]:
    """Every row with at most one emotion, of every language and split."""
    for path in find_or_raise(folder, "*.csv", "tables of BRIGHTER (track_a/eng.csv)"):
        if "track_b" in path.parts or "track_c" in path.parts:  # intensities; track A once more
            continue
        code = path.stem.removesuffix("_a").lower()
        language = language_code(_CODES.get(code, code))
        for row in csv_rows(path, ("id", "text", "anger", "joy")):
            if isinstance(row, Skipped):
                yield row
                continue
            where, cells = row
            text, label = cells["text"].strip(), _label(cells)
            if label not in EKMAN7.labels or not text:
                yield Skipped(where=where, why=label if text else "empty text")
                continue
            yield LabelledText(
                id=cells["id"],
                text=text,
                label=label,
                language=language,
                source="brighter",
                split=split_in(path.relative_to(folder)),
            )


def _label(cells: dict[str, str]) -> str:
    """The emotion, or why there is none to use."""
    marks = {name: cells[name].strip() for name in EKMAN7.labels if name in cells}
    if not any(marks.values()):
        return "published without labels"
    marked = [name for name, mark in marks.items() if mark not in ("", "0", "0.0")]
    return "several emotions" if len(marked) > 1 else next(iter(marked), "neutral")
