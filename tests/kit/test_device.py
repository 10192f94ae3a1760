"""No tensor stays on the CPU where a card would have needed it, in any path that the kit takes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lfdrt.__main__ import main
from lfdrt.kit.checks import CHECKS, Bench, _bench, _prepared, _pretrain
from lfdrt.kit.places import Places
from lfdrt.kit.tables import write_few
from lfdrt.runtime import Runtime
from tests.kit.made import RECIPE, made_data
from tests.kit.pretend import CUDA, PretendCuda
from tests.tiny_towers import tiny_towers
from tests.training.settings import TINY

CARD = Runtime(device=CUDA, dtype=torch.float32)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    places = Places(work=tmp_path, out=tmp_path / "out")
    made_data(places.data)
    write_few(places.data, places.few, 50)
    tiny_towers(places.towers)
    places.features.mkdir()
    return _bench(places, RECIPE, CARD)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendCuda]:
    monkeypatch.setattr("lfdrt.runtime.resolve_runtime", lambda *_: CARD)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "pretended")
    with warnings.catch_warnings(), PretendCuda() as mode:
        warnings.filterwarnings("ignore", message=".*CUDA is not available.*")
        yield mode


@pytest.mark.parametrize("name", CHECKS)
def test_tensors_meet_on_one_device(name: str, bench: Bench, card: PretendCuda) -> None:
    found = CHECKS[name](bench, CARD, 2)
    assert found.values and card.met > 100


def test_what_is_computed_before_the_first_step(bench: Bench, card: PretendCuda) -> None:
    """Features of faces, and the emotions that a probe sees in the pairs."""
    assert _prepared(bench, CARD)["ok"] and card.met > 100


def test_every_term_of_the_loss(bench: Bench, card: PretendCuda) -> None:
    """Those that the kit's recipe leaves out too, and the frozen layers' states in files."""
    settings = replace(TINY, steps=2, prior="source", keep_lower=True, average=0.5)
    every = replace(bench, recipe=replace(RECIPE, sentiment=settings))
    assert _pretrain(every, CARD, 2).values and card.met > 100


def test_scores(bench: Bench, card: PretendCuda) -> None:
    """What `ablate` and `evaluate` of the kit's plan do after a training."""
    words = ["evaluate", str(bench.start), "--data", str(bench.places.few), "--words"]
    assert main([*words, "--retrieval", "--pairs", "--transfer"]) == 0 and card.met > 100


def test_what_a_card_refuses_is_refused() -> None:
    with PretendCuda():
        there, here = torch.ones(2, device="cuda"), torch.ones(2)
        assert (there + 1).device == CUDA and there.cpu().device == here.device
        assert (there * torch.tensor(2.0))[torch.tensor([0])].is_cuda
        with pytest.raises(RuntimeError, match="both devices"):
            there + here
        with pytest.raises(RuntimeError, match="both devices"):
            torch.cat([there, here])
        with pytest.raises(RuntimeError, match="both devices"):
            here[torch.tensor([0], device=CUDA)]
        with pytest.raises(TypeError, match="numpy"):
            there.numpy()
        layer = torch.nn.Linear(2, 2).to(CUDA)
        assert layer(there).device == layer.weight.device == CUDA
        with pytest.raises(RuntimeError, match="both devices"):
            layer(here)
