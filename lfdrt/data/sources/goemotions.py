"""GoEmotions: English comments with 27 emotions or neutral, here in Ekman's classes.

Format: github.com/google-research/google-research, goemotions/README.md: `{train,dev,test}.tsv`
without header: text, TAB, numbers joined by commas (the order of `data/emotions.txt`), TAB, id.
The grouping is the authors' own, `data/ekman_mapping.json`. Kept are rows whose emotions all fall
into one class.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import DataError, LabelledText
from lfdrt.data.sources.files import Skipped, find, tab_rows

_EMOTIONS = """
    admiration amusement anger annoyance approval caring confusion curiosity desire disappointment
    disapproval disgust embarrassment excitement fear gratitude grief joy love nervousness optimism
    pride realization relief remorse sadness surprise neutral""".split()
_EKMAN = {
    "anger": "anger annoyance disapproval",
    "disgust": "disgust",
    "fear": "fear nervousness",
    "joy": "joy amusement approval excitement gratitude love optimism relief pride admiration "
    "desire caring",
    "sadness": "sadness disappointment embarrassment grief remorse",
    "surprise": "surprise realization confusion curiosity",
    "neutral": "neutral",
}
_CLASS = {emotion: label for label, group in _EKMAN.items() for emotion in group.split()}
_CLASS_OF_NUMBER = {str(number): _CLASS[emotion] for number, emotion in enumerate(_EMOTIONS)}


def read_goemotions(folder: Path) -> Iterator[LabelledText | Skipped]:
    """Every comment whose emotions fall into one of Ekman's classes, or that is neutral."""
    tables = [(split, find(folder, f"{split}.tsv")) for split in ("train", "dev", "test")]
    if not any(found for _, found in tables):
        raise DataError(f"{folder} holds no train.tsv, dev.tsv or test.tsv of GoEmotions.")
    for split, found in tables:
        for row in (row for path in found[:1] for row in tab_rows(path, 3)):
            if isinstance(row, Skipped):
                yield row
                continue
            where, (text, numbers, name, *_) = row
            labels = {_CLASS_OF_NUMBER.get(number.strip(), "") for number in numbers.split(",")}
            if not text.strip() or len(labels) > 1 or "" in labels:
                why = "unknown label" if "" in labels else "several emotions"
                yield Skipped(
                    where=where, why=why if text.strip() else "empty text", detail=numbers
                )
                continue
            yield LabelledText(
                id=name,
                text=text.strip(),
                label=labels.pop(),
                language="en",
                source="goemotions",
                split=split,
            )
