"""Token features of a run's rows in files, plain and masked, each row with its checksum.

A row counts as kept when its checksum is there, which is written after its features: a run that was
killed goes on with what it had encoded. Files are read through memory maps that cannot write, and
written as files are, so that a full disk is an error and not the end of the process.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from lfdrt.encoders.text import TextEncoder
from lfdrt.runs.files import replace_whole, room_for

NAMES = ("tokens.f16", "masked.f16")
"""The two views of every row; their checksums lie in `SUMS`."""
SUMS = "rows.crc32"


def layers_digest(text: TextEncoder, layers: int) -> str:
    """Tells the lowest `layers` of one encoder from another's, for the name of a folder that
    several runs share: kept features of another encoder would be silently wrong."""
    total = hashlib.sha256(f"{layers}".encode())
    for name, weight in text.backbone.embeddings.state_dict().items():
        total.update(f"{name} {tuple(weight.shape)}".encode())
        total.update(weight[:: max(1, len(weight) // 4096)].cpu().float().numpy().tobytes())
    for layer in list(text.layers())[:layers]:
        for weight in layer.state_dict().values():
            total.update(weight.cpu().float().numpy().tobytes())
    return total.hexdigest()[:12]


def rows_digest(*parts: Iterable[Sequence[int] | np.ndarray]) -> str:
    """Tells rows of token ids from others, for the same purpose: a text that changed by a letter
    may keep its length, and files of another size would be begun anew under a run that reads them.
    """
    total = hashlib.sha256()
    for rows in parts:
        for row in rows:
            total.update(len(row).to_bytes(4, "little") + np.asarray(row, np.int64).tobytes())
    return total.hexdigest()[:12]


class FeatureFiles:
    """Features of rows of `lengths` tokens in `folder`, which may hold some already.

    What is there is read once and looked at (1 s a 2 GB): a row whose features are not those of its
    checksum is not kept, and `damaged` counts it. 100,000 rows of 22 tokens of 384 numbers take
    1.7 GB of disk a view; memory holds what the system keeps of them.
    """

    def __init__(
        self, folder: Path, lengths: Sequence[int], width: int, views: int = len(NAMES)
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._width = folder, width
        self._starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        shape = (max(1, int(self._starts[-1])), width)
        self._files = [_mapped(folder / name, shape) for name in NAMES[:views]]
        self._sums = self._known(len(lengths))
        self.damaged = self._forget_damaged()

    def holds(self, numbers: Sequence[int] | np.ndarray, view: int) -> np.ndarray:
        """Shape: (n,) bool."""
        return self._sums[view, np.asarray(numbers, dtype=np.int64)] != 0

    def gather(
        self, numbers: Sequence[int] | np.ndarray, mask: np.ndarray, view: int
    ) -> np.ndarray:
        """Features of rows side by side, what stands at the padding is not theirs.

        Shape: mask (n, L), True at tokens -> (n, L, D) float16.
        """
        starts = self._starts[np.asarray(numbers, dtype=np.int64)][:, None]
        return self._files[view][np.where(mask, starts + np.arange(mask.shape[1]), 0)]

    def put(
        self, numbers: Sequence[int] | np.ndarray, features: Sequence[np.ndarray], view: int
    ) -> None:
        """Shape: features of n rows, each (its length, D) float16. UserError: the disk is full."""
        rows = list(zip(numbers, features, strict=True))
        self._write(NAMES[view], ((int(self._starts[n]) * self._width, x) for n, x in rows))
        for n, x in rows:
            self._sums[view, n] = _checksum(x)
        at = self._sums.shape[1] * view
        self._write(SUMS, ((at + n, self._sums[view, n]) for n in numbers))

    def _write(self, name: str, parts: Iterable[tuple[int, np.ndarray]]) -> None:
        """Each part at its place, counted in its own numbers."""
        path = self._folder / name
        with room_for(path), path.open("r+b") as file:
            for place, numbers in parts:
                file.seek(place * numbers.itemsize)
                file.write(numbers.tobytes())

    def close(self) -> None:
        """Let go of the files; some systems remove no file that is mapped. Nothing is read after
        this."""
        del self._files

    def _known(self, rows: int) -> np.ndarray:
        """Checksums, 0 for a row that is not kept. Shape: (2, N) uint32."""
        path, count = self._folder / SUMS, len(NAMES) * rows
        if not path.is_file() or path.stat().st_size != count * np.dtype(np.uint32).itemsize:
            replace_whole(path, np.zeros(count, np.uint32).tobytes())
        return np.fromfile(path, np.uint32).reshape(len(NAMES), rows)

    def _forget_damaged(self) -> int:
        count = 0
        for view, n in np.argwhere(self._sums):
            kept = self._files[view][self._starts[n] : self._starts[n + 1]]
            if _checksum(kept) != self._sums[view, n]:
                self._sums[view, n] = 0
                count += 1
        return count


def _checksum(x: np.ndarray) -> int:
    """CRC-32, but never 0."""
    return zlib.crc32(np.ascontiguousarray(x).data) or 1


def _mapped(path: Path, shape: tuple[int, int]) -> np.memmap:
    """The file as an array; begun anew where it is not there or of another size."""
    size = np.dtype(np.float16).itemsize * shape[0] * shape[1]
    if not path.is_file() or path.stat().st_size != size:
        with path.open("wb") as file:
            file.truncate(size)
    return np.memmap(path, dtype=np.float16, mode="r", shape=shape)
