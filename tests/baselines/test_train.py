"""A baseline's training: frozen encoders are asked once, a resumed run is the same, it learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from lfdrt.baselines.base import BOTH, IMAGE, TEXT, ConcatClassifier
from lfdrt.baselines.build import build_encoders
from lfdrt.baselines.settings import BaselineSettings, settings_of
from lfdrt.baselines.train import BaselineRun, build_optimizer, training_rows
from lfdrt.baselines.vectors import TextVectors, Vectors
from lfdrt.events import Preparing, StepDone
from lfdrt.runtime import resolve_runtime
from lfdrt.training.saved import TrainingFailed
from tests.baselines.test_base import Counted
from tests.baselines.tiny_sets import tiny_sets
from tests.tiny_towers import tiny_towers

CPU = resolve_runtime("cpu", "float32")
M2SA = replace(
    settings_of("m2sa", stand_in="compact"), steps=6, rows=7, checkpoint_every=3, frozen_layers=1
)
Start = Callable[..., BaselineRun]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("train")
    tiny_towers(folder / "towers")
    tiny_sets(folder / "data")
    return folder


@pytest.fixture
def start(folder: Path, tmp_path: Path) -> Start:
    def begin(settings: BaselineSettings = M2SA, state: str = "state.pt") -> BaselineRun:
        encoders = build_encoders(settings, folder / "towers", CPU)
        torch.manual_seed(settings.seed)
        model = ConcatClassifier(encoders=encoders, hidden=16, classes=7, dropout=0.2)
        pictures = any(e.reads == IMAGE for e in encoders)
        rows = training_rows(folder / "data", settings, pictures=pictures)
        return BaselineRun(
            model, rows, settings, CPU, state_file=tmp_path / state, features=tmp_path
        )

    return begin


def weights(run: BaselineRun) -> dict[str, Tensor]:
    return {n: p.detach().clone() for n, p in run.model.named_parameters()}


def test_frozen_weights_stay_and_the_others_move(start: Start) -> None:
    run = start()
    before = weights(run)
    list(run.events())
    moved = {n for n, p in weights(run).items() if not torch.equal(p, before[n])}
    still = before.keys() - moved
    assert all("layer.0." in n or "embeddings" in n or n.startswith("encoders.1") for n in still)
    assert any("layer.1." in n for n in moved)
    assert {"missing.0", "missing.1", "classifier.out.weight"} <= moved


def test_a_frozen_encoder_is_asked_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start()
    image, asked = run.model.encoders[1], []
    forward = image.forward
    monkeypatch.setattr(
        image, "forward", lambda inputs: (asked.append(len(inputs)), forward(inputs))[1]
    )
    told = [e for e in run.events() if isinstance(e, Preparing)]
    assert sum(asked) == 14 and [e.stage for e in told] == ["pictures"]
    again = start(replace(M2SA, seed=1))  # the next seed takes what is kept
    assert not [e for e in again.events() if isinstance(e, Preparing)]


def test_it_learns_the_labels(start: Start) -> None:
    """Every sentence ends in its label's name; a guess among seven classes costs ln 7 = 1.95."""
    quick = replace(
        settings_of("mbert", stand_in="compact"),
        steps=80,
        rows=28,
        frozen_layers=0,
        learn_tokens=64,
        rate_encoder=3e-3,
        rate_heads=1e-2,
    )
    losses = [e.losses["classifier"] for e in start(quick).events() if isinstance(e, StepDone)]
    assert sum(losses[:3]) / 3 > 1.7 and sum(losses[-3:]) / 3 < 1.0


def test_a_resumed_run_is_the_same_run(start: Start) -> None:
    whole = start(state="whole.pt")
    list(whole.events())
    first = start()
    for event in first.events():
        if isinstance(event, StepDone) and event.step == 4:
            break  # killed after the state of step 3
    second = start()
    second.load_state()
    assert second.step == 3
    list(second.events())
    for name, value in weights(whole).items():
        assert torch.equal(value, weights(second)[name]), name


def test_a_state_of_another_system_is_refused(start: Start) -> None:
    list(start().events())
    other = start(replace(settings_of("mbert", stand_in="compact"), steps=6, rows=7))
    with pytest.raises(TrainingFailed, match="other settings"):
        other.load_state()


def test_readings_count_by_their_weights(start: Start) -> None:
    """With weight on texts alone, the loss is that of texts alone."""
    alone = replace(M2SA, reading_weights=(0.0, 1.0, 0.0), steps=1, dropout=0.0)
    run = start(alone)
    run.model.classifier.dropout.p = 0.0
    drawn = run._rows.draw(0, np.random.default_rng([alone.seed, 0, 1]))
    run.model.encoders[0].train()  # without dropout, and cut as in training
    texts = [run._rows.texts[i] for i in drawn.rows]
    with torch.no_grad():
        logits = run.model.classify([run.model.encoders[0](texts), None], BOTH)
        expected = torch.nn.functional.cross_entropy(logits, drawn.labels)
    (step,) = [e for e in run.events() if isinstance(e, StepDone)]
    assert step.losses["classifier"] == pytest.approx(float(expected), rel=1e-4)


def test_encoders_and_the_rest_have_a_rate_each() -> None:
    model = ConcatClassifier(
        encoders=[Counted(TEXT, 2), Counted(IMAGE, 3)], hidden=4, classes=2, dropout=0.0
    )
    model.encoders[1].requires_grad_(False)
    encoders, new = build_optimizer(model, M2SA).param_groups
    assert encoders["lr"] == M2SA.rate_encoder and new["lr"] == M2SA.rate_heads
    assert [p is model.encoders[0].weight for p in encoders["params"]] == [True]
    model.encoders[0].requires_grad_(False)
    assert len(build_optimizer(model, M2SA).param_groups) == 1


def test_texts_are_read_once_for_all_readings() -> None:
    encoder, asked = Counted(TEXT, 2), []
    encoder.register_forward_pre_hook(lambda _, given: asked.append(list(given[0])))
    texts = TextVectors(CPU)
    assert texts(encoder, ["b", "a", "b"]).shape == (3, 2)
    assert texts(encoder, ["a", "c"]).shape == (2, 2)
    assert sorted(t for part in asked for t in part) == ["a", "b", "c"]


def test_kept_vectors_belong_to_weights_and_inputs(tmp_path: Path) -> None:
    encoder = Counted(TEXT, 2).requires_grad_(False)
    for texts, change in ((["a"], 0.0), (["a"], 0.0), (["b"], 0.0), (["a"], 1.0)):
        with torch.no_grad():
            encoder.weight += change
        list(Vectors(encoder, texts, CPU, tmp_path).read())
    assert len(list(tmp_path.glob("vectors-*.safetensors"))) == 3
