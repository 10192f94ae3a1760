"""Pre-training: it learns, every term can be switched off, and a resumed run is the same run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lfdrt.config import ConfigError
from lfdrt.events import CheckpointSaved, RunFinished, RunStarted, StepDone, Warned
from lfdrt.training.optim import rate_factor
from lfdrt.training.pretrain.run import PretrainRun, describe
from lfdrt.training.pretrain.terms import parallel_terms
from lfdrt.training.saved import TrainingFailed
from lfdrt.training.settings import PAPER, PARALLEL_TERMS, PretrainSettings, Weights
from tests.tiny import tiny_checkpoint
from tests.tiny_data import tiny_data
from tests.training.settings import TINY
from tests.training.tiny_run import tiny_run, without_dropout


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., PretrainRun]:
    """Builds a run of the given settings; all runs of a test start from the same weights."""
    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")

    def build(settings: PretrainSettings = TINY, state: str = "state.pt") -> PretrainRun:
        return tiny_run(tmp_path, tmp_path / state, settings)

    return build


def weights(run: PretrainRun) -> dict[str, Tensor]:
    return {n: p.detach().clone() for n, p in run.model.named_parameters()}


def test_events_tell_the_run(start: Callable[..., PretrainRun]) -> None:
    run = start()
    events = list(run.events())
    assert isinstance(events[0], RunStarted)
    steps = [e for e in events if isinstance(e, StepDone)]
    assert [e.step for e in steps] == [1, 2, 3, 4, 5, 6]
    assert set(steps[0].losses) == set(vars(TINY.weights))
    assert [e.step for e in events if isinstance(e, CheckpointSaved)] == [3, 6]
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.reason == "done"
    card = describe(run, finished)
    assert card["steps"] == 6
    assert "constructed" in str(card["pairing"])


def test_it_learns_the_labels(start: Callable[..., PretrainRun]) -> None:
    """Each text ends in the name of its label, so a quarter of the first loss must go."""
    run = start(replace(TINY, steps=150, checkpoint_every=150))
    losses = [e.losses["classifier_1"] for e in run.events() if isinstance(e, StepDone)]
    assert sum(losses[-5:]) / 5 < 0.75 * sum(losses[:5]) / 5


def test_frozen_weights_stay_and_the_others_move(start: Callable[..., PretrainRun]) -> None:
    run = start()
    before = weights(run)
    list(run.events())
    moved = {n for n, p in weights(run).items() if not torch.equal(p, before[n])}
    assert not any(n.startswith(("text.backbone.embeddings", "image.tower")) for n in moved)
    assert not any(n.startswith("text.backbone.encoder.layer.0") for n in moved)
    for part in ("text.backbone.encoder.layer.1", "disentanglers", "attention", "classifier_1",
                 "classifier_2", "family_vocabulary", "fusion_vocabulary", "image.projection",
                 "no_image", "no_text"):  # fmt: skip
        assert any(n.startswith(part) for n in moved), part


def test_a_resumed_run_is_the_same_run(start: Callable[..., PretrainRun]) -> None:
    whole = start(state="whole.pt")
    list(whole.events())
    first = start(state="cut.pt")
    first.stop = lambda: first.step >= 4
    assert list(first.events())[-1].reason == "stopped"
    second = start(state="cut.pt")
    second.load_state()
    assert second.step == 4
    list(second.events())
    for name, value in weights(whole).items():
        assert torch.equal(weights(second)[name], value), name


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_layers_that_are_computed_again_change_no_number(
    dtype: torch.dtype, start: Callable[..., PretrainRun]
) -> None:
    """With dropout, which must fall alike both times. The upper layer of two learns: it is
    computed once more, the lower one is not."""
    found = []
    for again in (False, True):
        run = start(replace(TINY, steps=3, recompute=again), state=f"{again}.pt")
        run.runtime = replace(run.runtime, dtype=dtype)
        assert run.model.text.backbone.config.hidden_dropout_prob > 0
        calls = [0, 0]
        for place, layer in enumerate(run.model.text.layers()):

            def count(*_: object, place: int = place, calls: list[int] = calls) -> None:
                calls[place] += 1

            layer.attention.register_forward_hook(count)
        losses = [e.losses for e in run.events() if isinstance(e, StepDone)]
        found.append((losses, weights(run), calls))
    (losses, learned, calls), (again_losses, again_learned, again_calls) = found
    assert losses == again_losses
    assert all(torch.equal(learned[name], again_learned[name]) for name in learned)
    assert again_calls == [calls[0], 2 * calls[1]]


def test_state_of_other_weights_is_refused(start: Callable[..., PretrainRun]) -> None:
    start().save_state()
    other = start(replace(TINY, frozen_layers=0))
    with pytest.raises(TrainingFailed, match="other settings"):
        other.load_state()


@pytest.mark.parametrize("term", sorted(vars(Weights())))
def test_each_term_has_its_own_switch(term: str, start: Callable[..., PretrainRun]) -> None:
    off = replace(TINY, steps=1, weights=replace(TINY.weights, **{term: 0.0}))
    (step,) = [e for e in start(off).events() if isinstance(e, StepDone)]
    always = {"classifier_1", "classifier_2"}  # one product each; reported even without weight
    assert (term in step.losses) == (term in always)


def test_accumulated_steps_read_more_rows(start: Callable[..., PretrainRun]) -> None:
    """Two micro-steps: the step's losses are the means of those of the two batches alone."""
    quiet = replace(TINY, steps=1, rate_heads=0.0, rate_encoder=0.0, rate_disentanglers=0.0)
    alone = without_dropout(start(replace(quiet, steps=2)))
    each = [e.losses for e in alone.events() if isinstance(e, StepDone)]
    both = without_dropout(start(replace(quiet, accumulate=2)))
    (step,) = [e for e in both.events() if isinstance(e, StepDone)]
    for name, value in step.losses.items():
        assert value == pytest.approx((each[0][name] + each[1][name]) / 2, rel=1e-4), name


def test_literal_family_target_runs(start: Callable[..., PretrainRun]) -> None:
    """Batches may hold no language of the anchor's family: the term is then 0, not NaN."""
    events = list(start(replace(TINY, family_target="anchor")).events())
    losses = [e.losses["mask_1"] for e in events if isinstance(e, StepDone)]
    assert all(loss == loss and loss >= 0 for loss in losses)


def test_losses_that_are_not_numbers_stop_the_run(start: Callable[..., PretrainRun]) -> None:
    run = start()
    with torch.no_grad():
        run.model.no_image.fill_(float("nan"))
    events = []
    with pytest.raises(TrainingFailed, match="Lower the learning rates"):
        for event in run.events():
            events.append(event)
    assert sum(isinstance(e, Warned) for e in events) == 5


def test_rate_rises_then_falls() -> None:
    """100 steps, 10 of warm-up: step 0 has 1/10, step 9 all, the middle of the cosine half."""
    factors = [rate_factor(s, steps=100, warmup=0.1) for s in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9] == factors[10] == 1.0
    assert factors[55] == pytest.approx(0.5)
    assert factors[99] < 0.01


def test_contradictory_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="masked_rows"):
        replace(TINY, masked_rows=7)
    with pytest.raises(ConfigError, match="family_target"):
        replace(TINY, family_target="nearest")


def test_english_alone_reads_no_parallel_text(start: Callable[..., PretrainRun]) -> None:
    off = dict.fromkeys(PARALLEL_TERMS, 0.0)
    run = start(replace(TINY, steps=2, weights=replace(TINY.weights, **off)))
    run.parallel = None  # touching it would fail
    losses = [e.losses for e in run.events() if isinstance(e, StepDone)]
    assert set(losses[0]) == {"cross_modal", "classifier_1", "classifier_2", "mask_2"}


def test_without_disentanglers_nothing_may_ask_for_them() -> None:
    with pytest.raises(ConfigError, match="wrong_families"):
        replace(TINY, disentangle=False)
    weights = replace(TINY.weights, mask_1=0.0, uniformity=0.0)
    assert not replace(TINY, disentangle=False, wrong_families=0, weights=weights).disentangle


def test_consistency_is_of_a_translation_with_its_original(
    start: Callable[..., PretrainRun],
) -> None:
    """By hand from two readings: the mean of both classifiers on the original teaches each of
    them on the translation, through its own family."""
    run = start()
    run.model.eval()
    batch = run.parallel.batch(3)
    with torch.inference_mode():
        words = run.model.text.word_matrix(torch.float32)
        term = parallel_terms(run.model, batch, TINY, words, 1)["consistency"]
        no_image = run.model.without_image(len(batch.anchors))
        p, q = (
            [logits.softmax(-1) for logits in (reading.logits_1, reading.logits_2)]
            for texts in (batch.anchors, batch.translations)
            for reading in [
                run.model.read(run.model.encode(texts), texts.mask, texts.family, no_image)
            ]
        )
    teacher = (p[0] + p[1]) / 2
    each = [(teacher * (teacher / student).log()).sum(-1).mean() for student in q]
    assert term.item() == pytest.approx(float(sum(each)) / 2, rel=1e-4)
    assert term.item() > 0


def test_the_papers_constants_are_a_preset() -> None:
    """Section 4.2 of the paper; none of this project's own terms."""
    rates = (PAPER.rate_encoder, PAPER.rate_heads, PAPER.rate_disentanglers)
    assert rates == (5e-6, 5e-6, 5e-6) and PAPER.weight_decay == 0
    assert (PAPER.tau, PAPER.mask_rate, PAPER.kl_families) == (0.07, 0.15, 12)
    w = PAPER.weights
    assert (w.mask_1, w.uniformity, w.classifier_1, w.classifier_2, w.mask_2) == (
        0.3,
        0.1,
        1,
        1,
        0.3,
    )
    assert w.post_alignment == w.consistency == PAPER.wrong_families == 0
