"""What is counted without numbers equals what the true step does on a tiny model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from lfdrt.losses import total_loss
from lfdrt.training.pretrain.terms import labelled_terms, parallel_terms
from lfdrt.training.settings import PAPER
from tests.benchmarks.paper_counting import (
    Kept,
    Operations,
    Shapes,
    count_picture,
    count_step,
    count_text,
    countable_model,
    made_batches,
    products,
)
from tests.tiny import tiny_checkpoint, tiny_config
from tests.tiny_data import tiny_data
from tests.training.settings import TINY
from tests.training.tiny_run import tiny_run

SETTINGS = replace(TINY, kl_families=12)


def test_products_and_bytes_are_those_of_the_true_step(tmp_path: Path) -> None:
    """Kept bytes within 5 %: the true step also keeps the order of its families, and the gradients
    of the vocabulary's chunks."""
    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")
    run = tiny_run(tmp_path, tmp_path / "state.pt", SETTINGS)
    model = run.model.train()
    words = model.text.word_matrix(torch.bfloat16)
    labelled, parallel = run.labelled.batch(0), run.parallel.batch(0)
    kept = Kept([*model.parameters(), *model.buffers(), words])
    with FlopCounterMode(display=False) as counter:
        with torch.autocast("cpu", torch.bfloat16), kept.watching():
            terms = labelled_terms(model, labelled, SETTINGS, words, 1)
            terms |= parallel_terms(model, parallel, SETTINGS, words, 1)
            loss = total_loss(terms, vars(SETTINGS.weights))
        loss.backward()
    counted = count_step(
        model.config, SETTINGS, Shapes.of(labelled, parallel), plain_attention=True
    )
    # A picture read without its text goes through no family: 8 rows, 32 x 32 multiplications and
    # additions, once forward and twice backward.
    assert counted.flops == counter.get_total_flops() + 8 * 32 * 32 * 2 * 3
    assert counted.kept == pytest.approx(kept.bytes, rel=0.05)
    assert counted.learned == sum(p.numel() for p in run.learned)
    assert counted.learned + counted.frozen == sum(p.numel() for p in model.parameters())


def test_a_storage_is_counted_once_and_weights_not_at_all() -> None:
    """x (3 floats) is kept by both products, w never counts: 12 bytes."""
    w = torch.ones(3, requires_grad=True)
    x = torch.ones(3)
    kept = Kept([w])
    with kept.watching():
        (w * x + w * x.view(1, 3)).sum()
    assert kept.bytes == 12


def test_operations_by_hand() -> None:
    """A product and a sum; the transposed view is nothing to run."""
    with Operations() as operations:
        (torch.ones(2, 3) @ torch.ones(2, 3).T).sum()
    assert operations.number == 4  # ones is two of them


def test_prediction_by_hand() -> None:
    """The longer a text, the more; a picture's patches: 16 of 8 x 8 x 3 numbers to width 32."""
    config = tiny_config(words=100)
    assert count_text(config, 20) > 1.9 * count_text(config, 10)
    assert count_picture(config) > 2 * 16 * (8 * 8 * 3) * 32


def test_a_step_of_the_papers_preset_keeps_to_one_device() -> None:
    """Forward, on a CUDA card that need not be there: a tensor made on the CPU in between would
    raise."""
    config = tiny_config(words=100)
    with FakeTensorMode(), patch("lfdrt.training.pretrain.terms.vocabulary_loss", products):
        with torch.device("cuda"):
            model = countable_model(config)
            labelled, parallel = made_batches(config, PAPER, Shapes.even(PAPER, 20))
        words = model.text.word_matrix(torch.bfloat16)
        terms = labelled_terms(model, labelled, PAPER, words, 1)
        terms |= parallel_terms(model, parallel, PAPER, words, 1)
        assert {t.device.type for t in terms.values()} == {"cuda"}
