"""What goes into the model: token and pixel batches, and how rows are grouped into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

NO_FAMILY = -1
"""Family index of a text that is read through no disentangler (the identity)."""


def disentangler_index(family: str | None, families: Sequence[str]) -> int:
    """Index of a family's disentangler; `NO_FAMILY` for None. ValueError: not one of `families`."""
    return NO_FAMILY if family is None else families.index(family)


@dataclass(frozen=True, kw_only=True)
class TextBatch:
    """Tokenised texts, padded on the right.

    Shape: ids (B, L) int64; mask (B, L) bool, True at tokens; family (B,) int64, the index of each
    text's language family or `NO_FAMILY`. `lower` (B, L, D) is what the encoder's frozen layers
    make of the texts, where that was kept: only the layers above them are then computed.
    """

    ids: Tensor
    mask: Tensor
    family: Tensor
    lower: Tensor | None = None

    def map(self, change: Callable[[Tensor], Tensor]) -> TextBatch:
        """Every tensor changed alike: moved to a device, or some of its rows taken."""
        lower = None if self.lower is None else change(self.lower)
        return TextBatch(
            ids=change(self.ids), mask=change(self.mask), family=change(self.family), lower=lower
        )

    def to(self, device: torch.device) -> TextBatch:
        return self.map(lambda t: t.to(device))

    def __len__(self) -> int:
        return self.ids.shape[0]


def pad_text_batch(rows: Sequence[Sequence[int]], families: Sequence[int], pad: int) -> TextBatch:
    """Token id lists of any length as one batch.

    Shape: (B, L) with L = the longest row. Raises ValueError for an empty list of rows.
    """
    if not rows:
        raise ValueError("a batch needs at least one text")
    B, L = len(rows), max(map(len, rows))
    ids = torch.full((B, L), pad, dtype=torch.int64)
    mask = torch.zeros((B, L), dtype=torch.bool)
    for b, row in enumerate(rows):
        ids[b, : len(row)] = torch.tensor(row, dtype=torch.int64)
        mask[b, : len(row)] = True
    return TextBatch(ids=ids, mask=mask, family=torch.tensor(families, dtype=torch.int64))


def length_buckets(lengths: Sequence[int], *, rows: int) -> Iterator[list[int]]:
    """Positions of `lengths` in batches of at most `rows`, each of similar length.

    Sorting by length before cutting wastes the fewest padded positions; callers put results back
    in order by the positions.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for start in range(0, len(order), rows):
        yield order[start : start + rows]


@dataclass(frozen=True, kw_only=True)
class Share:
    """The rows of process `rank` of `world`: every `world`-th, starting at `rank`."""

    rank: int = 0
    world: int = 1
    device: torch.device = torch.device("cpu")

    def rows(self, t: Tensor) -> Tensor:
        """Shape: (B, ...) -> (B / world, ...), on the process's device."""
        return t[self.rank :: self.world].to(self.device)

    def texts(self, batch: TextBatch) -> TextBatch:
        return batch.map(self.rows)


ALONE = Share()
"""On the CPU, of one process."""
