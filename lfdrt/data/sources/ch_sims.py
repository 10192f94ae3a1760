"""CH-SIMS: Chinese video clips with a sentiment between -1 and 1, here in the paper's five classes.

Format: github.com/thuiar/MMSA (the authors' toolkit): `label.csv` with video_id, clip_id, text,
label, annotation, mode and more; clips `Raw/{video_id}/{clip_id}.mp4`. The bounds of the five
classes are those of its metrics, `[-1, -0.7] (-0.7, -0.1] (-0.1, 0.1] (0.1, 0.7] (0.7, 1]`, which
keep apart what Yu et al. (ACL 2020) define: negative {-1, -0.8}, weakly negative {-0.6, -0.4,
-0.2}, neutral {0}, and so on. Without clips the records hold text alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import LabelledPair
from lfdrt.data.sources.files import Skipped, csv_rows, find, find_or_raise, split_in
from lfdrt.data.sources.frames import FOLDER, ClipError, FrameCache
from lfdrt.labels import SIMS5

_BOUNDS = (-0.7, -0.1, 0.1, 0.7)  # each belongs to the class below it
_COLUMNS = ("video_id", "clip_id", "text", "label", "mode")


def read_ch_sims(folder: Path) -> Iterator[LabelledPair | Skipped]:
    """Every clip of label.csv; pictures are kept inside the folder."""
    table = find_or_raise(folder, "label.csv", "label.csv of CH-SIMS")[0]
    clips = next((path for path in find(folder, "Raw") if path.is_dir()), None)
    cache = FrameCache(folder / FOLDER)
    for row in csv_rows(table, _COLUMNS):
        if isinstance(row, Skipped):
            yield row
            continue
        where, cells = row
        text, label = cells["text"].strip(), level(cells["label"])
        if not text or label is None:
            why = "unknown label" if text else "empty text"
            yield Skipped(where=where, why=why, detail=cells["label"])
            continue
        video, clip = cells["video_id"].strip(), cells["clip_id"].strip().zfill(4)
        try:
            image = cache.frame(clips / video / f"{clip}.mp4") if clips else None
        except ClipError as error:
            yield Skipped(where=where, why="clip missing or broken", detail=f"{video}: {error}")
            continue
        yield LabelledPair(
            id=f"{video}/{clip}",
            text=text,
            image=image,
            label=label,
            language="zh",
            source="ch_sims",
            split=split_in(Path(cells["mode"])),
        )


def level(score: str) -> str | None:
    """The class of a sentiment between -1 and 1; None for anything else."""
    try:
        value = float(score)
    except ValueError:
        return None
    if not -1 <= value <= 1:
        return None
    return SIMS5.labels[bisect_left(_BOUNDS, value)]
