"""The probe finds the emotional sentences with a tiny encoder and words that tell the class."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.labels import EKMAN7
from lfdrt.runtime import resolve_runtime
from lfdrt.training.pretrain.probe import probe_emotions
from tests.tiny import SENTENCES, tiny_checkpoint


def test_it_knows_the_labelled_rows_again_and_keeps_the_order(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    labels = [EKMAN7.index(name) for name in ("joy", "sadness", "neutral")]
    labelled = [
        (f"{EKMAN7.labels[c]} {EKMAN7.labels[c]} {s}", c) for s in SENTENCES[:8] for c in labels
    ]
    asked = [text for text, _ in labelled] + [labelled[0][0]]
    found = probe_emotions(
        checkpoint.model, checkpoint.tokenizer, labelled, asked, resolve_runtime("cpu")
    )
    assert found.shape == (len(asked), len(EKMAN7))
    assert found.sum(dim=1) == pytest.approx(torch.ones(len(asked)), abs=1e-5)
    right = [int(p.argmax()) == c for p, (_, c) in zip(found, labelled, strict=False)]
    assert sum(right) / len(right) > 0.8
    assert torch.equal(found[0], found[-1]), "the same sentence, the same emotions"
    absent = [c for c in range(len(EKMAN7)) if c not in labels]
    assert not found[:, absent].any()
