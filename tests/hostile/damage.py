"""What can become of a file: cut off, turned bits, another file in its place."""

from __future__ import annotations

import random
from collections.abc import Callable

Damage = Callable[[bytes], bytes]


def flipped(content: bytes, seed: int, bits: int = 1) -> bytes:
    """So many bits are turned over, the same ones for a seed."""
    changed, luck = bytearray(content), random.Random(seed)
    for place in luck.sample(range(8 * len(content)), min(bits, 8 * len(content))):
        changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


DAMAGES: dict[str, Damage] = {
    "empty": lambda content: b"",
    "one byte": lambda content: content[:1],
    "a third": lambda content: content[: len(content) // 3],
    "two thirds": lambda content: content[: 2 * len(content) // 3],
    "all but a byte": lambda content: content[:-1],
    "zeros": lambda content: bytes(len(content)),
    "its head and zeros": lambda content: content[:64] + bytes(max(0, len(content) - 64)),
    "twice": lambda content: content + content,
    "no UTF-8": lambda content: b"\xff\xfe\x80" + content,
    "a list": lambda content: b"[]\n",
    "an object": lambda content: b"{}\n",
    "a number": lambda content: b"1e999\n",
    "null": lambda content: b"null\n",
    "nested": lambda content: b"[" * 100_000,
    "a ZIP of nothing": lambda content: b"PK\x05\x06" + bytes(18),
    "a page": lambda content: b"<!doctype html><title>404</title>",
    **{f"bit {seed}": lambda content, seed=seed: flipped(content, seed) for seed in range(12)},
    **{f"{8 * n} bits": lambda content, n=n: flipped(content, n, 8 * n) for n in (1, 2, 3)},
}
