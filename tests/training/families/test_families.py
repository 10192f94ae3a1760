"""The families' stage: what it keeps, what learns, and that a resumed run is the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, pad_text_batch
from lfdrt.checkpoint import load_checkpoint
from lfdrt.config import ConfigError
from lfdrt.data.records import DataError
from lfdrt.events import Preparing, StepDone
from lfdrt.parts import NO_PART
from lfdrt.runtime import resolve_runtime
from lfdrt.training.families.folder import families_in, families_model, prepare_families
from lfdrt.training.families.run import FamiliesRun, sentence_chances
from tests.tiny import tiny_checkpoint
from tests.tiny_data import PARALLEL, tiny_data
from tests.training.settings import TINY_PARTS, TINY_STAGE

CPU = resolve_runtime("cpu", "float32")


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., FamiliesRun]:
    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")

    def build(state: str = "run", **changes: object) -> FamiliesRun:
        (tmp_path / state).mkdir(exist_ok=True)
        held = load_checkpoint(tmp_path / "tiny")
        settings = replace(TINY_STAGE, **changes)
        return prepare_families(held, settings, tmp_path / "data", tmp_path / state, CPU, tmp_path)

    return build


def state_of(run: FamiliesRun) -> dict[str, Tensor]:
    return {n: t.detach().clone() for n, t in run.model.state_dict().items()}


def test_kept_words_are_what_the_encoder_makes_of_the_masked_text(
    start: Callable[..., FamiliesRun],
) -> None:
    run = start()
    assert list(run.words.encode_all())[-1] == (2 * 60 + 4, 2 * 60 + 4)  # 3 x 20 pairs, 4 anchors
    view = run.words._views[1]
    n = int(view.counts.argmin())
    count = int(view.counts[n])
    read = run.words.read(1, np.array([n]), count + 2)
    batch = pad_text_batch([view.ids[n]], [NO_FAMILY], pad=1)
    with torch.inference_mode():
        x = run.model.encode(batch)[0, view.columns[n]]
    torch.testing.assert_close(read.x[0, :count], x, atol=2e-3, rtol=2e-3)  # kept as float16
    begin = int(view.starts[n])
    assert read.targets[0].tolist() == [*view.targets[begin : begin + count], -1, -1]
    assert run.words.words() == sum(v.counts.sum() for v in run.words._views)


def test_a_view_masks_anew_and_always_alike(start: Callable[..., FamiliesRun]) -> None:
    one, other = start().words._views, start().words._views
    assert one[0].ids == other[0].ids
    assert one[0].ids != one[1].ids


def test_what_is_kept_is_not_encoded_again(start: Callable[..., FamiliesRun]) -> None:
    list(start().words.encode_all())
    assert list(start().words.encode_all()) == []


def last_losses(run: FamiliesRun, name: str) -> float:
    """Mean of a term over the last ten steps."""
    return sum(e.losses[name] for e in list(run.events())[-12:] if isinstance(e, StepDone)) / 10


def test_own_heads_learn_their_words(start: Callable[..., FamiliesRun]) -> None:
    """Chance is log 1000 = 6.9 nats: the tiny model has 1,000 words."""
    run = start(steps=80, checkpoint_every=80)
    events = list(run.events())
    assert any(isinstance(e, Preparing) for e in events)
    steps = [e.losses["mask_1"] for e in events if isinstance(e, StepDone)]
    assert sum(steps[-10:]) < 0.8 * sum(steps[:10])


def test_other_heads_are_silenced(start: Callable[..., FamiliesRun]) -> None:
    """Made-up translations are the same in all languages, so own and other heads pull against each
    other: the heavier Eq. 9 weighs, the less is said."""
    loud, quiet = (
        last_losses(
            start(f"{weight}", uniformity=weight, steps=40, checkpoint_every=40), "uniformity"
        )
        for weight in (0.01, 30.0)
    )
    assert quiet < 0.5 * loud


def test_encoder_values_and_classifiers_stay(start: Callable[..., FamiliesRun]) -> None:
    run = start()
    before = state_of(run)
    list(run.events())
    moved = {n for n, t in state_of(run).items() if not torch.equal(t, before[n])}
    parts = ("disentanglers.", "attention.W_q", "attention.W_k", "family_vocabulary.")
    assert all(n.startswith(parts) for n in moved)
    assert all(any(n.startswith(part) for n in moved) for part in parts)


PARTS = {"levels": TINY_PARTS.levels, "parts_rank": TINY_PARTS.parts_rank}


@pytest.mark.parametrize("changes", [{}, PARTS])
def test_a_resumed_run_is_the_same_run(
    changes: dict[str, object], start: Callable[..., FamiliesRun]
) -> None:
    whole = start("whole", **changes)
    list(whole.events())
    cut = start("cut", **changes)
    cut.stop = lambda: cut.step >= 4
    list(cut.events())
    again = start("cut", **changes)
    assert again.step == 4
    list(again.events())
    for name, weight in state_of(whole).items():
        assert torch.equal(weight, state_of(again)[name]), name


def test_parts_are_of_the_languages_and_learn_beside_the_families(
    start: Callable[..., FamiliesRun],
) -> None:
    """The tiny data's languages have no relatives among each other, and so no branches."""
    run = start(**PARTS, steps=20, checkpoint_every=20)
    parts = run.model.disentanglers
    assert run.model.config.parts == tuple(sorted(PARALLEL))
    assert run.model.config.parts_rank == 2 and parts.up.shape[0] == len(PARALLEL)
    before = state_of(run)
    list(run.events())
    moved = {n for n, t in state_of(run).items() if not torch.equal(t, before[n])}
    assert {f"disentanglers.{name}" for name in ("weight", "down", "up")} <= moved
    assert all(bool(up.any()) for up in parts.up)
    kept = {id(p) for g in run.optimizer.param_groups if not g["weight_decay"] for p in g["params"]}
    assert kept == {id(parts.weight)}, "all parts decay"


def test_levels_are_drawn_as_often_as_they_are_to_be(start: Callable[..., FamiliesRun]) -> None:
    """Sentences whose language has a branch (here made up) and a part of its own: a quarter is
    read through neither, a quarter through the branch, a half through both; anew in every step."""
    run = start(**PARTS)
    run._parts[:] = torch.tensor([7, 3])
    drawn = run._drawn_parts(np.zeros(4000, dtype=np.int64))
    shares = [
        (drawn == torch.tensor(pair)).all(1).float().mean().item()
        for pair in ([NO_PART, NO_PART], [7, NO_PART], [7, 3])
    ]
    assert shares == pytest.approx([0.25, 0.25, 0.5], abs=0.03) and sum(shares) == pytest.approx(1)
    run.step = 1
    assert not torch.equal(run._drawn_parts(np.zeros(4000, dtype=np.int64)), drawn)


def test_parts_change_no_other_draw(start: Callable[..., FamiliesRun]) -> None:
    """They say nothing at first, so the first step is that of families alone."""
    losses = [
        next(e.losses for e in start(name, **changes).events() if isinstance(e, StepDone))
        for name, changes in (("plain", {}), ("parts", PARTS))
    ]
    assert losses[0] == losses[1]


def test_only_parts_that_stay_the_same_go_on(
    start: Callable[..., FamiliesRun], tmp_path: Path
) -> None:
    made = families_in(
        tmp_path / "first", TINY_PARTS, start=tiny_checkpoint(tmp_path / "tiny"),
        data=tiny_data(tmp_path / "data"), runtime=CPU, show=lambda event: None,
    )  # fmt: skip
    held = load_checkpoint(made).model
    config = held.config
    same, wider, none = (
        families_model(held, config.families, parts, replace(TINY_PARTS, parts_rank=rank))
        for parts, rank in ((config.parts, 2), (config.parts, 3), ((), 2))
    )
    assert torch.equal(same.disentanglers.up, held.disentanglers.up)
    assert held.disentanglers.up.any() and not wider.disentanglers.up.any()
    assert (none.config.parts, none.config.parts_rank) == ((), 0)
    for model in (same, wider, none):
        assert torch.equal(model.disentanglers.weight, held.disentanglers.weight)


def test_what_is_left_out_is_never_drawn_and_known_to_no_family(
    start: Callable[..., FamiliesRun],
) -> None:
    """The tiny checkpoint has families, which may have seen the language: they begin anew."""
    code = PARALLEL[0]
    run = start(leave_out=(code,), **PARTS)
    assert run.model.config.parts == tuple(sorted({*PARALLEL} - {code}))
    drawn = {p.language for p, c in zip(run.pairs, run._chances, strict=True) if c > 0}
    assert drawn == {*PARALLEL} - {code}
    assert run._chances.sum() == pytest.approx(1)
    assert not torch.equal(
        run.model.disentanglers.weight, start("other").model.disentanglers.weight
    )
    list(run.events())  # kept features are of all languages


def test_what_cannot_be_left_out(start: Callable[..., FamiliesRun]) -> None:
    with pytest.raises(DataError, match="'xx' cannot be left out"):
        start(leave_out=("xx",))
    with pytest.raises(DataError, match="keep one at least"):
        start(leave_out=tuple(PARALLEL))


def test_a_language_left_out_leaves_its_chance_to_its_family() -> None:
    """tr, tt and ja without tt: Turkic and Japonic have half each, as before."""
    chances = sentence_chances(
        ["tr", "tt", "ja", "ja"], ["turkic", "turkic", "japonic", "japonic"], 1.0, ["tt"]
    )
    assert chances.tolist() == pytest.approx([0.5, 0, 0.25, 0.25])


def test_a_family_balance_of_one_gives_every_family_the_same() -> None:
    """tr and tt are Turkic, ja is Japonic: half for each family, and within a language alike."""
    chances = sentence_chances(
        ["tr", "tt", "ja", "ja"], ["turkic", "turkic", "japonic", "japonic"], 1.0
    )
    assert chances.tolist() == pytest.approx([0.25, 0.25, 0.25, 0.25])
    plain = sentence_chances(
        ["tr", "tt", "ja", "ja"], ["turkic", "turkic", "japonic", "japonic"], 0.0
    )
    assert plain.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 6, 1 / 6])


def test_the_run_leaves_a_checkpoint_that_predicts_as_before(tmp_path: Path) -> None:
    """Its sentiment path: with fusion through W^k it changes; through none it must not."""
    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")
    shown: list[object] = []
    folder = families_in(
        tmp_path / "run", TINY_STAGE, start=tmp_path / "tiny", data=tmp_path / "data",
        runtime=CPU, show=shown.append,
    )  # fmt: skip
    new = load_checkpoint(folder)
    assert new.model.config.vocabulary_residual
    assert new.card["families_stage"]["sentences"] == 20 * len(PARALLEL)
    assert shown
    again = families_in(
        tmp_path / "run", TINY_STAGE, start=tmp_path / "tiny", data=tmp_path / "data",
        runtime=CPU, show=shown.append,
    )  # fmt: skip
    assert again == folder


def test_families_begin_at_the_identity_where_there_were_none(tmp_path: Path) -> None:
    tiny_checkpoint(tmp_path / "tiny")
    held = load_checkpoint(tmp_path / "tiny").model
    bare = type(held)(replace(held.config, families=()))
    model = families_model(bare, held.config.families, (), TINY_STAGE)
    eye = torch.eye(model.config.width)
    assert len(model.config.families) == 13
    assert (model.disentanglers.weight - eye).abs().max() < 0.01


def test_refusals(tmp_path: Path, start: Callable[..., FamiliesRun]) -> None:
    with pytest.raises(ConfigError, match="mask_rate is 1"):
        replace(TINY_STAGE, mask_rate=1.0)
    with pytest.raises(ConfigError, match="steps is 0"):
        replace(TINY_STAGE, steps=0)
    for levels in ((0.5, 0.5, 0.5), (1.5, -0.5, 0.0)):
        with pytest.raises(ConfigError, match="three chances"):
            replace(TINY_PARTS, levels=levels)
    with pytest.raises(ConfigError, match="parts_rank is 2; it is 0 where"):
        replace(TINY_PARTS, levels=(1.0, 0.0, 0.0))
    with pytest.raises(ConfigError, match="parts_rank is 0"):
        replace(TINY_PARTS, parts_rank=0)
    held = load_checkpoint(tmp_path / "tiny")
    with pytest.raises(DataError, match="no parallel files"):
        prepare_families(held, TINY_STAGE, tmp_path / "nothing", tmp_path, CPU, tmp_path)
