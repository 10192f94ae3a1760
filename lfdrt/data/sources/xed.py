"""XED: film subtitles with Plutchik's emotions; only English and Finnish were read by people.

Format: github.com/Helsinki-NLP/XED, README, "Format": `AnnotatedData/{en,fi}-annotated.tsv` and
`Projections/{code}-projections.tsv` (there as `{'2', '5'}`), each line text, TAB, numbers: anger 1,
anticipation 2, disgust 3, fear 4, joy 5, sadness 6, surprise 7, trust 8; `AnnotatedData/
neu_{en,fi}.txt` holds number, TAB, text of neutral lines. The projections have no neutral lines.
Kept are lines with one emotion, and that one of Ekman's six. There are no splits; split by film
before measuring, the languages being translations of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import DataError, LabelledText
from lfdrt.data.sources.files import NO_SPLIT, Skipped, find, language_code, tab_rows

_LABELS = {"1": "anger", "3": "disgust", "4": "fear", "5": "joy", "6": "sadness", "7": "surprise"}
_FILE = re.compile(r"(?:(\w\w)-(?:annotated|projections)\.tsv|neu_(\w\w)\.txt)")
# Names of OPUS that are not languages: Brazil, China, Taiwan.
_OPUS = {"br": "pt", "cn": "zh", "tw": "zh"}


def read_xed(folder: Path) -> Iterator[LabelledText | Skipped]:
    """Every line with one of Ekman's emotions, and the neutral lines."""
    files = [(path, match) for path in find(folder, "*") if (match := _FILE.fullmatch(path.name))]
    if not files:
        raise DataError(f"{folder} holds no xx-annotated.tsv and no xx-projections.tsv of XED.")
    for path, match in files:
        code = match[1] or match[2]
        language = language_code(_OPUS.get(code, code))
        for row in tab_rows(path, 2):
            if isinstance(row, Skipped):
                yield row
                continue
            where, cells = row
            text, labels = (cells[1], ["neutral"]) if match[2] else (cells[0], _labels(cells[1]))
            why = _unusable(text.strip(), labels)
            yield (
                Skipped(where=where, why=why, detail=cells[1][:40])
                if why
                else LabelledText(
                    id=where,
                    text=text.strip(),
                    label=labels[0],
                    language=language,
                    source="xed",
                    split=NO_SPLIT,
                )
            )


def _labels(cell: str) -> list[str]:
    return [_LABELS.get(number, "") for number in re.findall(r"\d+", cell)]


def _unusable(text: str, labels: list[str]) -> str:
    if not text:
        return "empty text"
    if len(labels) > 1:
        return "several emotions"
    return "" if labels and labels[0] else "no emotion of Ekman's"
