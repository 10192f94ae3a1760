"""MELD: utterances of a television series with seven emotions and their video clips.

Format: github.com/declare-lab/MELD, README, "Description of the .csv files" and "Raw data":
`{train,dev,test}_sent_emo.csv` with Utterance, Emotion, Dialogue_ID, Utterance_ID among others;
clips `dia{Dialogue_ID}_utt{Utterance_ID}.mp4` in one folder for each split. Where a split has no
clips the records hold text alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import DataError, LabelledPair
from lfdrt.data.sources.files import Skipped, csv_rows, find, windows_repaired
from lfdrt.data.sources.frames import FOLDER, ClipError, FrameCache
from lfdrt.labels import EKMAN7

COLUMNS = ("utterance", "emotion", "dialogue_id", "utterance_id")
_CLIPS = {
    "train": "train_splits",
    "dev": "dev_splits_complete",
    "test": "output_repeated_splits_test",
}


def read_meld(folder: Path) -> Iterator[LabelledPair | Skipped]:
    """Every utterance of the splits found; pictures are kept inside the folder."""
    tables = {split: find(folder, f"{split}_sent_emo.csv") for split in _CLIPS}
    if not any(tables.values()):
        raise DataError(f"{folder} holds no train_sent_emo.csv, dev_ or test_: is MELD there?")
    cache = FrameCache(folder / FOLDER)
    for split, paths in tables.items():
        clips = next((path for path in find(folder, _CLIPS[split]) if path.is_dir()), None)
        for path in paths[:1]:
            yield from _read_split(path, split, clips, cache)


def _read_split(
    path: Path, split: str, clips: Path | None, cache: FrameCache
) -> Iterator[LabelledPair | Skipped]:
    for row in csv_rows(path, COLUMNS):
        if isinstance(row, Skipped):
            yield row
            continue
        where, cells = row
        name, text = utterance_id(cells), windows_repaired(cells["utterance"])
        label = cells["emotion"].strip().lower()
        if why := unusable(text, label):
            yield Skipped(where=where, why=why, detail=label)
            continue
        try:
            image = cache.frame(clips / f"{name}.mp4") if clips else None
        except ClipError as error:
            yield Skipped(where=where, why="clip missing or broken", detail=str(error))
            continue
        yield LabelledPair(
            id=name, text=text, image=image, label=label, language="en", source="meld", split=split
        )


def utterance_id(cells: dict[str, str]) -> str:
    """The name that clips and translations of an utterance go by."""
    return f"dia{cells['dialogue_id'].strip()}_utt{cells['utterance_id'].strip()}"


def unusable(text: str, label: str) -> str:
    """Why a row cannot be used; empty if it can."""
    if not text:
        return "empty text"
    return "" if label in EKMAN7.labels else "unknown label"
