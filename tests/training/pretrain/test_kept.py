"""Kept lower layers, the register of parallel text, the average of weights, a start from a
checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.config import ConfigError
from lfdrt.events import StepDone
from lfdrt.runtime import resolve_runtime
from lfdrt.training.feature_files import layers_digest
from lfdrt.training.optim import WeightAverage
from lfdrt.training.pretrain.assemble import corpora, first_model, keep_in
from lfdrt.training.pretrain.corpus import register_weights
from lfdrt.training.pretrain.run import PretrainRun
from lfdrt.training.settings import PretrainSettings
from tests.tiny import tiny_checkpoint, tiny_with_parts
from tests.training.settings import TINY
from tests.training.tiny_run import tiny_run, without_dropout

KEPT = replace(TINY, steps=4, masked_rows=4, emotion_balance=0.0)


def kept_run(folder: Path, settings: PretrainSettings, state: str) -> PretrainRun:
    """As `tiny_run`, with the states of the frozen layer in files."""
    from tests.tiny_data import tiny_faces

    run = tiny_run(folder, folder / state, settings)
    keep = keep_in(folder / "lower", run.model, settings, resolve_runtime("cpu", "float32"))
    faces = tiny_faces(run.model.config.image.tower["embed_dim"])
    run.labelled, run.parallel = corpora(
        folder / "data", settings, run.tokenizer, run.model, faces, None, keep
    )
    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from tests.tiny_data import tiny_data

    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")
    return tmp_path


def test_kept_layers_change_no_loss(folder: Path) -> None:
    """float16 in the files: losses agree to three digits, at the first visit and at the next."""
    plain = without_dropout(tiny_run(folder, folder / "plain.pt", KEPT))
    wanted = [e.losses for e in plain.events() if isinstance(e, StepDone)]
    for visit in range(2):
        run = without_dropout(kept_run(folder, KEPT, f"kept-{visit}.pt"))
        assert run.labelled.batch(0).texts.lower is not None
        found = [e.losses for e in run.events() if isinstance(e, StepDone)]
        for ours, theirs in zip(found, wanted, strict=True):
            assert ours == pytest.approx(theirs, rel=2e-2, abs=2e-2)


def test_another_encoder_has_another_digest(folder: Path) -> None:
    text = load_checkpoint(folder / "tiny").model.text
    before = layers_digest(text, 1)
    assert before == layers_digest(load_checkpoint(folder / "tiny").model.text, 1)
    assert before != layers_digest(text, 2)
    with torch.no_grad():
        next(text.layers()[0].parameters()).add_(1.0)
    assert before != layers_digest(text, 1)


def test_subtitles_get_their_share_of_a_language() -> None:
    """tr: chances 0.2, 0.2 and 0.6, the last of film dialogue. With share 0.3 it becomes 0.3 of
    tr's whole, the others 0.35 each; ja has none and stays."""
    chances = np.array([0.2, 0.2, 0.6, 0.5, 0.5])
    spoken = np.array([False, False, True, False, False])
    factors = register_weights(["tr", "tr", "tr", "ja", "ja"], spoken, chances, 0.3)
    assert (chances * factors).tolist() == pytest.approx([0.35, 0.35, 0.3, 0.5, 0.5])


def test_the_average_of_weights_by_hand() -> None:
    """Decays 1/10, 2/11, then at most 0.25. Weights 1, 2, 4 after a start at 0: 0.9, then
    (2/11) 0.9 + (9/11) 2 = 1.8, then (3/12) 1.8 + (9/12) 4 = 3.45."""
    w = torch.zeros(1)
    average = WeightAverage([w], decay=0.25)
    for value in (1.0, 2.0, 4.0):
        w.fill_(value)
        average.update()
    assert average.mean[0].item() == pytest.approx(3.45)
    average.put_in_place()
    assert w.item() == pytest.approx(3.45)


def test_an_averaged_run_goes_on_where_it_stopped(folder: Path) -> None:
    settings = replace(KEPT, average=0.9, checkpoint_every=2)
    whole = tiny_run(folder, folder / "whole.pt", settings)
    list(whole.events())
    cut = tiny_run(folder, folder / "cut.pt", settings)
    cut.stop = lambda: cut.step >= 2
    list(cut.events())
    again = tiny_run(folder, folder / "cut.pt", settings)
    again.load_state()
    list(again.events())
    for (name, one), other in zip(
        whole.model.named_parameters(), again.model.parameters(), strict=True
    ):
        assert torch.equal(one, other), name


def test_a_checkpoint_can_be_trained_further(folder: Path) -> None:
    held = load_checkpoint(folder / "tiny").model
    model, _ = first_model(folder / "tiny", TINY)
    assert torch.equal(model.disentanglers.weight, held.disentanglers.weight)
    settings = replace(
        TINY, disentangle=False, wrong_families=0,
        weights=replace(TINY.weights, mask_1=0.0, uniformity=0.0),
    )  # fmt: skip
    bare, _ = first_model(folder / "tiny", settings)
    assert bare.config.families == ()
    tiny_with_parts(folder / "parts", ("tr",))
    assert first_model(folder / "parts", TINY)[0].disentanglers.up.any()
    assert first_model(folder / "parts", settings)[0].config.parts == ()
    assert torch.equal(bare.attention.W_q.weight, held.attention.W_q.weight)
    with pytest.raises(ConfigError, match="the same"):
        first_model(folder / "tiny", replace(TINY, label_set="polarity3"))


def test_fixed_parts_do_not_learn(folder: Path) -> None:
    run = tiny_run(folder, folder / "fixed.pt", replace(KEPT, fixed=("attention", "disentanglers")))
    before = {n: p.detach().clone() for n, p in run.model.named_parameters()}
    list(run.events())
    moved = {n for n, p in run.model.named_parameters() if not torch.equal(p, before[n])}
    assert not any(n.startswith(("attention.", "disentanglers.")) for n in moved)
    assert any(n.startswith("classifier_1.") for n in moved)
