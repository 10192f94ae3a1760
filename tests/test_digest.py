"""A checkpoint's identity on disk, and its seed in cards of any form."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lfdrt.digest import training_seed, weights_digest


def test_the_digest_is_of_the_weight_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """SHA-256 over the files' own SHA-256, "a" before "b", whatever else lies there."""
    (tmp_path / "b.safetensors").write_bytes(b"2")
    (tmp_path / "a.safetensors").write_bytes(b"1")
    (tmp_path / "card.json").write_text("{}", encoding="utf-8")
    inner = hashlib.sha256(b"1").digest() + hashlib.sha256(b"2").digest()
    assert weights_digest(tmp_path) == hashlib.sha256(inner).hexdigest()


@pytest.mark.parametrize(
    ("card", "seed"),
    [
        ({"settings": {"seed": 3}}, 3),
        ({"training": {"settings": {"seeds": [5, 6]}}}, 5),
        ({"settings": ["seed"], "training": "long"}, None),
        ({"training": {"settings": {"seeds": []}}}, None),
        ({"settings": {"seed": "three"}}, None),
    ],
)
def test_the_seed_is_read_where_a_card_tells_it(card: dict[str, object], seed: int | None) -> None:
    assert training_seed(card) == seed
