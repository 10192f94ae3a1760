"""Rethinking: Eq. 18 row by row, caching, resuming, stopping, and what must not happen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from lfdrt.checkpoint import load_checkpoint
from lfdrt.config import ConfigError
from lfdrt.data.masking import Masking
from lfdrt.data.photographs import WHOLE, look
from lfdrt.events import (
    CheckpointSaved,
    EpochDone,
    EvalDone,
    RethinkStep,
    RunFinished,
    Warned,
    Watched,
    from_line,
    to_line,
)
from lfdrt.inference.sample import Sample
from lfdrt.runtime import resolve_runtime
from lfdrt.training.rethink.counts import WATCHED, collapse, disputes, evenly
from lfdrt.training.rethink.features import FeatureStore
from lfdrt.training.rethink.identity import rows_digest
from lfdrt.training.rethink.rows import rows_of
from lfdrt.training.rethink.run import RethinkRun
from lfdrt.training.rethink.settings import PRESETS, THROUGH, RethinkSettings
from lfdrt.training.rethink.state import saved_step
from lfdrt.training.rethink.step import Said
from lfdrt.training.saved import TrainingFailed
from tests.scenes import three
from tests.tiny import SENTENCES, tiny_checkpoint

SETTINGS = RethinkSettings(epochs=2, batch_rows=4, rate=1e-2, mask_rate=0.4, adapter_width=4)
PICTURE = Image.new("RGB", (32, 32), (200, 40, 40))


def samples() -> list[tuple[str, Sample]]:
    """Texts, one with a picture, one picture alone."""
    rows = [(f"{i}", Sample(text=s, language="tr")) for i, s in enumerate(SENTENCES[:9])]
    rows[2] = ("both", Sample(text=SENTENCES[2], image=PICTURE, language="tr"))
    return [*rows, ("picture", Sample(image=PICTURE))]


Start = Callable[..., RethinkRun]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    folder = tiny_checkpoint(tmp_path / "tiny")

    def build(
        settings: RethinkSettings = SETTINGS, *, cached: bool = True, state: str = "state.pt"
    ) -> RethinkRun:
        checkpoint, runtime = load_checkpoint(folder), resolve_runtime("cpu", "float32")
        model = checkpoint.model
        if settings.through == "encoder":
            torch.manual_seed(settings.seed)
            model.add_adapter(settings.adapter_width)
        rows = list(rows_of(model, checkpoint.tokenizer, samples(), runtime))
        store = FeatureStore(
            model,
            checkpoint.tokenizer,
            rows,
            runtime,
            mask_rate=settings.mask_rate,
            seed=settings.seed,
            folder=tmp_path / f"features-{state}" if cached else None,
        )
        return RethinkRun(
            model=model,
            store=store,
            settings=settings,
            runtime=runtime,
            state_file=tmp_path / state,
        )

    return build


def weights(run: RethinkRun) -> dict[str, Tensor]:
    return {n: p.detach().clone() for n, p in run.rethinker.named_parameters()}


def steps_of(run: RethinkRun) -> list[RethinkStep]:
    return [e for e in run.events() if isinstance(e, RethinkStep)]


def test_every_row_is_read_once_an_epoch(start: Start) -> None:
    run = start()
    for epoch in (0, 1):
        rows = np.concatenate([run.rows_of(epoch, k) for k in range(run.per_epoch)])
        assert sorted(rows.tolist()) == list(range(10))


def test_a_step_by_hand(start: Start) -> None:
    """Before the first step: agreed rows give λ1 CE1 + λ2 CE2 of their common class over all rows
    of the step; the others' hidden words give L_MASK, each text counting once."""
    run = start(replace(SETTINGS, batch_rows=10, epochs=1, words="all"))
    features = run.store.read(list(range(10)))
    p_1, p_2 = (o.softmax(-1) for o in run.rethinker.classify(run.rethinker.fuse(features)))
    agree = p_1.argmax(-1) == p_2.argmax(-1)
    by_hand_1 = -sum(math.log(p.max()) for p in p_1.detach()[agree]) / 10
    by_hand_2 = -sum(math.log(p.max()) for p in p_2.detach()[agree]) / 10
    words = run.model.text.word_matrix(torch.float32)
    masked = 0.0
    for n in [i for i in range(9) if not agree[i]]:
        one, hidden = run.store.read_masked([n])
        if len(hidden.rows):
            h = run.rethinker.project(run.rethinker.fuse_hidden(one, hidden.rows, hidden.columns))
            log_p = (h @ words.T).log_softmax(-1).detach()
            masked -= float(log_p[torch.arange(len(h)), hidden.targets].mean()) / 10
    (step,) = steps_of(run)
    assert (step.agree, step.disagree) == (int(agree.sum()), int((~agree).sum()))
    assert step.losses["classifier_1"] == pytest.approx(by_hand_1, abs=1e-4)
    assert step.losses["classifier_2"] == pytest.approx(by_hand_2, abs=1e-4)
    assert step.losses["masked"] == pytest.approx(masked, abs=1e-3)


def test_without_a_cache_the_same_run(start: Start) -> None:
    kept, anew = steps_of(start()), steps_of(start(cached=False, state="other.pt"))
    assert len(kept) == len(anew) == 6
    for a, b in zip(kept, anew, strict=True):
        assert (a.agree, a.disagree, a.labels, a.flips) == (b.agree, b.disagree, b.labels, b.flips)
        for name, value in a.losses.items():
            assert value == pytest.approx(b.losses[name], abs=1e-4)


@pytest.mark.parametrize("through", THROUGH)
def test_only_what_the_setting_names_is_moved(through: str, start: Start) -> None:
    run = start(replace(SETTINGS, through=through))
    before = weights(run)
    list(run.events())
    moved = {n.removeprefix("model.").split(".")[0] for n, p in weights(run).items()
             if not torch.equal(p, before[n])}  # fmt: skip
    heads = {"classifier_1", "classifier_2", "projection"}
    expected = {
        "projection": {"projection"},
        "classifiers": heads,
        "fusion": heads | {"attention"},
        "encoder": heads | {"attention", "adapter"},
    }
    assert moved == expected[through]


def test_the_letter_of_the_paper_changes_no_prediction(start: Start) -> None:
    run = start(replace(SETTINGS, through="projection"))
    z = run.rethinker.fuse(run.store.read(list(range(10))))
    before = run.rethinker.classify(z)[0].detach()
    list(run.events())
    assert torch.equal(run.rethinker.classify(z)[0], before)


def test_a_resumed_run_is_the_same_run(start: Start) -> None:
    whole = start(state="whole.pt")
    list(whole.events())
    first = start(state="cut.pt")
    first.ask = lambda: "keep" if first.step >= 3 else "go"
    assert list(first.events())[-1].reason == "stopped"
    second = start(state="cut.pt")
    second.load_state()
    assert second.step == 3
    list(second.events())
    for name, value in weights(whole).items():
        assert torch.equal(weights(second)[name], value), name


def test_an_epoch_that_was_stopped_is_counted_whole(start: Start) -> None:
    (whole, _) = [e for e in start(state="whole.pt").events() if isinstance(e, EpochDone)]
    first = start(state="cut.pt")
    first.ask = lambda: "keep" if first.step >= 2 else "go"
    assert not [e for e in first.events() if isinstance(e, EpochDone)]
    second = start(state="cut.pt")
    second.load_state()
    resumed = next(e for e in second.events() if isinstance(e, EpochDone))
    assert replace(resumed, seconds=0.0) == replace(whole, seconds=0.0)
    assert resumed.agree + resumed.disagree == 10


def test_a_long_epoch_is_saved_in_between(start: Start, monkeypatch) -> None:
    monkeypatch.setattr("lfdrt.training.rethink.run.SAVE_SECONDS", 0)
    events = list(start().events())
    saved = [e.step for e in events if isinstance(e, CheckpointSaved)]
    assert saved == [1, 2, 3, 4, 5, 6]
    assert saved_step(start().state_file) == 6 and saved_step(Path("nowhere")) == 0


def test_disputes_are_shown_surest_first(start: Start) -> None:
    """Of four rows the classifiers disagree on rows 0 and 2 (tops 0.5 + 0.6 and 0.9 + 0.8)."""
    rows = [start().store.row(n) for n in (0, 1, 9, 2)]
    said = Said(
        p_1=torch.tensor([[0.5, 0.3, 0.2], [0.8, 0.1, 0.1], [0.9, 0.1, 0.0], [0.1, 0.1, 0.8]]),
        p_2=torch.tensor([[0.2, 0.6, 0.2], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]),
        chosen=torch.tensor([1, 0, 0, 2]),
        agreed=torch.tensor([False, True, False, True]),
        used=torch.tensor([False, True, False, True]),
    )
    first, second = disputes(rows, said, ("a", "b", "c"))
    assert first == {"row": "picture", "text": "", "picture": 1.0, "first": "a", "p_first": 0.9,
                     "second": "b", "p_second": 0.8, "decided": "a"}  # fmt: skip
    assert (second["row"], second["text"], second["decided"]) == ("0", SENTENCES[0], "b")
    names = ("p_1", "p_2", "chosen", "agreed", "used")
    thrice = Said(**{name: torch.cat([getattr(said, name)] * 3) for name in names})
    assert len(disputes(rows * 3, thrice, ("a", "b", "c"))) == 3


def test_masked_views_are_drawn_once_and_encoded_once(start: Start, monkeypatch) -> None:
    store = start().store
    calls: list[int] = []
    draw = Masking.apply
    monkeypatch.setattr(Masking, "apply", lambda *a: calls.append(1) or draw(*a))
    fresh, _ = store.read_masked([0, 1])
    assert len(calls) == 2
    monkeypatch.setattr(store, "_encode", lambda ids: pytest.fail("encoded again"))
    again, _ = store.read_masked([0, 1])
    assert torch.equal(fresh.x, again.x)


def test_features_outlive_a_killed_process(start: Start, monkeypatch) -> None:
    first = start().store
    assert list(first.encode_all())[-1] == 10
    x = first.read([3]).x
    second = start().store
    monkeypatch.setattr(second, "_encode", lambda ids: pytest.fail("encoded again"))
    assert list(second.encode_all()) == []
    assert torch.equal(second.read([3]).x, x)


def test_state_of_other_settings_is_refused(start: Start) -> None:
    start().save_state()
    with pytest.raises(TrainingFailed, match="other settings"):
        start(replace(SETTINGS, rate=1e-3)).load_state()


def test_discard_gives_the_model_back(start: Start) -> None:
    run = start()
    before = weights(run)
    run.ask = lambda: "discard" if run.step >= 2 else "go"
    finished = list(run.events())[-1]
    assert isinstance(finished, RunFinished) and finished.reason == "discarded"
    assert all(torch.equal(p, before[n]) for n, p in weights(run).items())


def test_pause_waits(start: Start) -> None:
    run = start()
    answers = iter(["pause", "pause"])
    run.ask = lambda: next(answers, "go")
    assert len(steps_of(run)) == 6


def test_a_loss_that_is_no_number_is_skipped_then_stops(start: Start) -> None:
    run = start(replace(SETTINGS, epochs=5))
    good = weights(run)
    with torch.no_grad():
        run.model.no_image.fill_(float("nan"))
    events = []
    with pytest.raises(TrainingFailed, match="Lower the learning rate"):
        for event in run.events():
            events.append(event)
    assert sum(isinstance(e, Warned) for e in events) == 5
    assert all(torch.equal(p, good[n]) for n, p in weights(run).items() if n != "model.no_image")


def test_memory_that_runs_out_halves_the_part(start: Start, monkeypatch) -> None:
    """The step is done again in halves, and its losses are those of the whole."""
    slow = replace(SETTINGS, rate=1e-4)  # at a higher rate rounding would grow
    whole = steps_of(start(slow, state="whole.pt"))
    run = start(slow, state="halved.pt")
    part = run.objective.part

    def small_only(rows: list[int], total: int):
        if len(rows) > 2:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return part(rows, total)

    monkeypatch.setattr(run.objective, "part", small_only)
    events = list(run.events())
    said = [e.message for e in events if isinstance(e, Warned) and "memory" in e.message]
    assert said == ["out of memory: 2 rows at a time from here on"]
    halved = [e for e in events if isinstance(e, RethinkStep)]
    for a, b in zip(whole, halved, strict=True):
        for name, value in a.losses.items():
            assert value == pytest.approx(b.losses[name], abs=1e-4)


def test_collapse_is_seen() -> None:
    labels = ("a", "b", "c")
    even, one = np.array([0.4, 0.3, 0.3]), np.array([0.95, 0.03, 0.02])
    assert collapse([even], 1.0, labels) is None
    assert "a went from 40% to 95%" in (collapse([even, one], 0.9, labels) or "")
    was = np.array([0.7, 0.2, 0.1])
    assert collapse([was, one], 0.9, labels) is None
    assert "less diverse" in (collapse([was, one], 1.0, labels) or "")
    assert collapse([even, even], 1.0, labels) is None


def test_a_collapsing_run_stops_at_the_state_before(start: Start, monkeypatch) -> None:
    monkeypatch.setattr(
        "lfdrt.training.rethink.run.collapse", lambda shares, *_: "Collapse" * len(shares[1:])
    )
    run = start(replace(SETTINGS, epochs=4))
    after = []
    for event in run.events():
        if isinstance(event, EpochDone):
            after.append({n: p.detach().clone() for n, p in run.weights.items()})
    assert event.reason == "collapsed" and run.step == 6
    first, second = after
    assert not any(torch.equal(second[n], p) for n, p in first.items()), "it learned on"
    assert all(torch.equal(p, first[n]) for n, p in run.weights.items())


def test_epochs_and_scores_are_told(start: Start) -> None:
    run = start()
    run.evaluate = lambda: {"macro_f1": 0.5}
    events = list(run.events())
    epochs = [e for e in events if isinstance(e, EpochDone)]
    assert [e.epoch for e in epochs] == [0, 1]
    assert all(e.agree + e.disagree == 10 for e in epochs)
    assert sum(epochs[0].labels.values()) == epochs[0].agree
    (told,) = [e for e in events if isinstance(e, Watched)]
    assert told.labels == list(run.model.config.label_set.labels) and len(told.rows) == 10
    for one in epochs:
        assert sum(first == second for first, second in one.said) == one.agree
    assert epochs[0].flips == 0, "there is no earlier epoch to flip from"
    scores = [e for e in events if isinstance(e, EvalDone)]
    assert len(scores) == 3 and all("only report" in e.rule for e in scores)
    assert all(from_line(to_line(e)) == e for e in events)


def test_so_many_rows_are_watched_from_the_first_to_the_last() -> None:
    assert evenly(3).tolist() == [0, 1, 2]
    many = evenly(100_000).tolist()
    assert len(set(many)) == WATCHED and (many[0], many[-1]) == (0, 99_999)


def test_of_many_rows_an_epoch_tells_the_watched_ones(start: Start, monkeypatch) -> None:
    monkeypatch.setattr("lfdrt.training.rethink.counts.WATCHED", 3)
    events = list(start().events())
    (told,) = [e for e in events if isinstance(e, Watched)]
    assert [row["row"] for row in told.rows] == ["0", "4", "picture"]
    assert all(len(e.said) == 3 for e in events if isinstance(e, EpochDone))


def test_guards_leave_rows_out(start: Start) -> None:
    sure = steps_of(start(replace(SETTINGS, confidence=0.99)))
    assert sure[0].used == 0 and sure[0].losses["classifier_1"] == 0


def test_the_paper_preset_is_the_letter_of_eq_18() -> None:
    paper = PRESETS["paper"]
    assert (paper.through, paper.lambda_1, paper.lambda_2) == ("classifiers", 0.5, 0.5)
    assert (paper.masked_weight, paper.mask_rate) == (1.0, 0.15)
    assert not (paper.decay or paper.confidence or paper.class_balance)
    assert set(PRESETS) == {"quick", "thorough", "paper"}


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="through"):
        RethinkSettings(through="everything")
    with pytest.raises(ConfigError, match="rate"):
        RethinkSettings(rate=float("nan"))


def test_rows_of_other_parts_of_the_pictures_are_other_rows(tmp_path: Path) -> None:
    """A run of faces is not gone on with whole pictures."""
    loaded = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))

    def digest(face: int) -> str:
        seen = look(three(), face=face, longest=64)
        sample = Sample(image=seen.image, photograph=seen.photograph)
        rows = rows_of(loaded.model, loaded.tokenizer, [("1", sample)], resolve_runtime("cpu"))
        return rows_digest(list(rows))

    assert len({digest(face) for face in (WHOLE, 1, 2)}) == 3
