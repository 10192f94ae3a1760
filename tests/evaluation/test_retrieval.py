"""Retrieval of English sentences by their translations."""

from pathlib import Path

import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.evaluation.retrieval import accuracy_at_1, retrieval
from lfdrt.runtime import resolve_runtime
from tests.tiny import SENTENCES, tiny_checkpoint


def test_accuracy_by_hand() -> None:
    """Directions of the pool: 0, 90, 180 degrees. Queries at 10, 80 and 100 degrees: the first two
    find their own, the third finds the second's. Lengths do not matter. 2 of 3."""
    angles = torch.deg2rad(torch.tensor([10.0, 80.0, 100.0]))
    queries = torch.stack([angles.cos(), angles.sin()], dim=1) * torch.tensor([[1.0], [9.0], [0.1]])
    pool = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert accuracy_at_1(queries, pool) == pytest.approx(2 / 3)


def test_a_sentence_finds_itself(tmp_path: Path) -> None:
    """ "Translations" equal to their English side: their mean-pooled vectors are equal too."""
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    (tmp_path / "parallel").mkdir()
    own = [s for s in SENTENCES if "," not in s]
    rows = [f"{s},{s},own,dev" for s in own] + ["held,out,own,train"]
    (tmp_path / "parallel" / "en-eo.csv").write_text("\n".join(["en,eo,source,split", *rows]))
    found = retrieval(
        checkpoint.model,
        checkpoint.tokenizer,
        tmp_path,
        "eo",
        resolve_runtime("cpu", "float32"),
    )
    assert found.pairs == len(own)
    assert found.before == 1.0
    assert 0 <= found.after <= 1
