"""A tiny model for the tests of inference."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lfdrt.inference.predictor import Predictor
from lfdrt.runtime import Runtime


@pytest.fixture(scope="module")
def predictor(tiny_folder: Path) -> Predictor:
    """With disentanglers far from the identity, so that families differ visibly."""
    made = Predictor.load(tiny_folder, Runtime(device=torch.device("cpu"), dtype=torch.float32))
    g = torch.Generator().manual_seed(0)
    noise = torch.randn(made.model.disentanglers.weight.shape, generator=g)
    made.model.disentanglers.weight.add_(0.2 * noise)
    return made
