"""What a reader found, counted: records by split, language and label, rows left out by reason.

Pictures are decoded once, so that a broken one is found before training.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lfdrt.data.images import ImageError, read_image
from lfdrt.data.records import LabelledPair, ParallelText
from lfdrt.data.sources.files import NO_SPLIT, Item, Skipped

SHOWN = 3  # examples kept of each reason


@dataclass
class Census:
    """counts: (split, language, label) -> records; skipped: reason -> rows; examples of each."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def used(self) -> int:
        return self.counts.total()

    def add(self, item: Item) -> None:
        """Count a record, or the reason why there is none."""
        if isinstance(item, LabelledPair) and item.image is not None:
            try:
                read_image(item.image, name=item.image.name)
            except ImageError as error:
                item = Skipped(where=item.id, why="picture unreadable", detail=str(error))
        if isinstance(item, Skipped):
            self.skipped[item.why] += 1
            shown = self.examples.setdefault(item.why, [])
            if len(shown) < SHOWN:
                shown.append(f"{item.where}: {item.detail}" if item.detail else item.where)
        elif isinstance(item, ParallelText):
            self.counts[NO_SPLIT, item.language, "pairs"] += 1
        else:
            self.counts[item.split, item.language or "-", item.label] += 1
