"""What may stand beside Eq. 18: first teacher, soft labels, alignment, other views, fewer words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from lfdrt.checkpoint import load_checkpoint
from lfdrt.config import ConfigError
from lfdrt.events import RethinkStep
from lfdrt.inference.sample import Sample
from lfdrt.runtime import resolve_runtime
from lfdrt.training.rethink.alignment import aligned
from lfdrt.training.rethink.features import FeatureStore
from lfdrt.training.rethink.fused import FusedStore
from lfdrt.training.rethink.results import ask_all
from lfdrt.training.rethink.rows import rows_of
from lfdrt.training.rethink.run import RethinkRun
from lfdrt.training.rethink.settings import PRESETS, RethinkSettings
from lfdrt.training.saved import TrainingFailed
from tests.tiny import SENTENCES, tiny_checkpoint

CURES = RethinkSettings(
    epochs=2, batch_rows=10, rate=1e-2, mask_rate=0.4, adapter_width=4, masked_weight=0.0,
    alignment=0.5, labels="soft", teacher="first",
)  # fmt: skip
PICTURE = Image.new("RGB", (32, 32), (200, 40, 40))
Start = Callable[..., RethinkRun]


def samples() -> list[tuple[str, Sample]]:
    """Nine texts, of which the third has a picture, and one picture alone."""
    rows = [(f"{i}", Sample(text=s, language="tr")) for i, s in enumerate(SENTENCES[:9])]
    rows[2] = ("both", Sample(text=SENTENCES[2], image=PICTURE, language="tr"))
    return [*rows, ("picture", Sample(image=PICTURE))]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    folder = tiny_checkpoint(tmp_path / "tiny")

    def build(settings: RethinkSettings, state: str = "state.pt") -> RethinkRun:
        checkpoint, runtime = load_checkpoint(folder), resolve_runtime("cpu", "float32")
        if settings.through == "encoder":
            torch.manual_seed(settings.seed)
            checkpoint.model.add_adapter(settings.adapter_width)
        store = FeatureStore(
            checkpoint.model,
            checkpoint.tokenizer,
            list(rows_of(checkpoint.model, checkpoint.tokenizer, samples(), runtime)),
            runtime,
            mask_rate=settings.mask_rate,
            seed=settings.seed,
            folder=tmp_path / f"features-{state}",
        )
        return RethinkRun(
            model=checkpoint.model,
            store=store,
            settings=settings,
            runtime=runtime,
            state_file=tmp_path / state,
        )

    return build


def said(run: RethinkRun) -> tuple[torch.Tensor, torch.Tensor]:
    """Both classifiers' probabilities of all rows now, of features as they are now."""
    fused = FusedStore(run.rethinker, run.store, run.runtime)
    return ask_all(run.rethinker, fused, run.runtime).probabilities


def first_step(run: RethinkRun) -> RethinkStep:
    return next(e for e in run.events() if isinstance(e, RethinkStep))


def test_alignment_is_in_the_weights_that_are_saved(start: Start) -> None:
    """Without a step that moves anything, the model itself says what `aligned` says."""
    run = start(replace(CURES, rate=0.0, epochs=1))
    p_1, p_2 = said(run)
    list(run.events())
    now_1, now_2 = said(run)
    assert torch.allclose(now_1, aligned(p_1, 0.5), atol=1e-5)
    assert torch.allclose(now_2, aligned(p_2, 0.5), atol=1e-5)
    assert not torch.allclose(now_1, p_1, atol=1e-3)


def test_discard_takes_the_alignment_back(start: Start) -> None:
    run = start(CURES)
    before = said(run)[0]
    run.ask = lambda: "discard"
    list(run.events())
    assert torch.allclose(said(run)[0], before, atol=1e-6)


def test_soft_labels_of_the_first_teacher_by_hand(start: Start) -> None:
    """Agreed rows give -sum_c t_c log p_c over all rows, t the mean of both aligned classifiers."""
    run = start(CURES)
    a_1, a_2 = (aligned(p, 0.5) for p in said(run))
    agreed = a_1.argmax(-1) == a_2.argmax(-1)
    target = (a_1 + a_2) / 2
    by_hand = -float((target * a_1.log()).sum(-1)[agreed].sum()) / 10
    assert first_step(run).losses["classifier_1"] == pytest.approx(by_hand, abs=1e-4)


def test_the_first_teacher_does_not_change(start: Start) -> None:
    run = start(CURES)
    list(run.events())
    moved = said(run)[0]
    assert run.objective.first is not None
    assert not torch.allclose(run.objective.first[0], moved, atol=1e-2)


def test_other_views_are_taught_the_same(start: Start) -> None:
    """Only texts have hidden words, and only the third row has a picture to be left out."""
    run = start(replace(CURES, masked_view=1.0, text_view=1.0))
    a_1, a_2 = (aligned(p, 0.5) for p in said(run))
    agreed, target = a_1.argmax(-1) == a_2.argmax(-1), (a_1 + a_2) / 2
    losses = first_step(run).losses
    fresh = start(replace(CURES, rate=0.0, epochs=1), "other.pt")
    list(fresh.events())  # only aligned

    def by_hand(view: str, numbers: list[int]) -> float:
        logits = fresh.rethinker.classify(fresh.fused.read(numbers, view))
        each = -sum((target[numbers] * o.log_softmax(-1)).sum(-1) for o in logits) / 2
        return float((each * agreed[numbers]).sum().detach()) / 10

    assert losses["masked_view"] == pytest.approx(by_hand("masked", list(range(9))), abs=1e-3)
    assert losses["text_view"] == pytest.approx(by_hand("text", [2]), abs=1e-3)
    with_picture, alone = fresh.fused.read([2]), fresh.fused.read([2], "text")
    assert not torch.allclose(with_picture, alone)


def test_the_words_of_the_rows_are_enough_for_their_targets(start: Start) -> None:
    """Fewer words to choose among: a smaller loss than over all of them, and not the same one."""
    literal = replace(CURES, masked_weight=1.0, teacher="now", labels="hard", alignment=0.0)
    seen = first_step(start(literal, "seen.pt")).losses["masked"]
    whole = first_step(start(replace(literal, words="all"), "all.pt")).losses["masked"]
    assert 0 < seen < whole


@pytest.mark.parametrize("through", ["classifiers", "encoder"])
def test_a_resumed_run_has_the_same_teacher(start: Start, through: str) -> None:
    settings = replace(CURES, through=through, batch_rows=4, masked_view=0.5)
    whole = start(settings, "whole.pt")
    list(whole.events())
    first = start(settings, "cut.pt")
    first.ask = lambda: "keep" if first.step >= 2 else "go"
    list(first.events())
    second = start(settings, "cut.pt")
    second.before = said(second)
    second.load_state()
    list(second.events())
    for name, value in whole.weights.items():
        assert torch.allclose(second.weights[name], value, atol=1e-6), name


def test_a_resumed_run_without_its_first_teacher_is_refused(start: Start) -> None:
    first = start(CURES)
    list(first.events())
    second = start(CURES)
    second.load_state()
    with pytest.raises(TrainingFailed, match="what the model said before"):
        list(second.events())


def test_information_is_a_mean_over_the_steps_rows(start: Start) -> None:
    step = first_step(start(replace(CURES, information=0.3)))
    assert -math.log(7) <= step.losses["information"] <= 0
    assert "information" not in first_step(start(CURES, "without.pt")).losses


def test_settings_that_contradict_are_refused() -> None:
    with pytest.raises(ConfigError, match="alignment moves the classifiers"):
        RethinkSettings(through="projection", alignment=0.5)
    with pytest.raises(ConfigError, match="teacher is 'last'; it is one of now, first"):
        RethinkSettings(teacher="last")
    quick, thorough = PRESETS["quick"], PRESETS["thorough"]
    assert replace(thorough, epochs=quick.epochs) == quick
