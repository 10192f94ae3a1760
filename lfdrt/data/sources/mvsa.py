"""MVSA: tweets with their pictures, three classes, from one annotator (Single) or three (Multiple).

Format: the data set's page (mcrlab.net, "MVSA") and its files: `labelResultAll.txt`, a header, then
id, TAB, `text label,image label` once for each annotator; `data/{id}.txt` and `data/{id}.jpg`.
Rule of Xu and Mao (MultiSentiNet, CIKM 2017; github.com/xunan0812/MultiSentiNet, README): each of
text and image gets the label that most annotators chose, with three at least two alike; equal
labels stay, neutral gives way to positive or negative, positive against negative is left out.
There are no splits. The tweets are taken to be English, as the authors collected them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from lfdrt.data.records import LabelledPair
from lfdrt.data.sources.files import NO_SPLIT, Skipped, find_or_raise, tab_rows
from lfdrt.labels import POLARITY3


def read_mvsa(folder: Path) -> Iterator[LabelledPair | Skipped]:
    """Every tweet with a label by the rule above, a text and a picture."""
    table = find_or_raise(folder, "labelResultAll.txt", "labelResultAll.txt of MVSA")[0]
    for row in tab_rows(table, 2):
        if isinstance(row, Skipped):
            yield row
            continue
        where, (name, *votes) = row
        if where.endswith("line 1") and not name.strip().isdigit():
            continue  # the header
        name, label = name.strip(), agreed([vote for vote in votes if vote.strip()])
        text, image = (table.parent / "data" / f"{name}.{kind}" for kind in ("txt", "jpg"))
        if not name.isdigit() or label not in POLARITY3.labels:
            yield Skipped(where=where, why=label if name.isdigit() else "no id", detail=name)
        elif not image.is_file() or not (words := _words(text)):
            why = "no text" if image.is_file() else "no picture"
            yield Skipped(where=where, why=why, detail=name)
        else:
            yield LabelledPair(
                id=name,
                text=words,
                image=image,
                label=label,
                language="en",
                source="mvsa",
                split=NO_SPLIT,
            )


def agreed(votes: Sequence[str]) -> str:
    """The label of `text label,image label` votes, or why there is none."""
    pairs = [[part.strip().lower() for part in vote.split(",")] for vote in votes]
    if not pairs or any(len(p) != 2 or not set(p) <= set(POLARITY3.labels) for p in pairs):
        return "unknown label"
    majority = set()
    for modality in zip(*pairs, strict=True):
        label, count = Counter(modality).most_common(1)[0]
        if 2 * count <= len(modality):
            return "annotators disagree"
        majority.add(label)
    if majority == {"positive", "negative"}:
        return "text and image disagree"
    return next(iter(majority - {"neutral"}), "neutral")


def _words(path: Path) -> str:
    """The tweet; some files are UTF-8, some Windows-1252, and a few hold broken bytes."""
    if not path.is_file():
        return ""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").strip()
