"""Face training on made-up pictures with a random tower: events, files, frozen parts, views."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from lfdrt.data.faces import Faces
from lfdrt.encoders.image import build_tower
from lfdrt.encoders.tower import ImageTower
from lfdrt.encoders.towers import TIMM_NAME, image_config
from lfdrt.events import CheckpointSaved, EvalDone, RunFinished, RunStarted, StepDone
from lfdrt.training.faces.images import augment, cover, draw_faces, mix
from lfdrt.training.faces.network import rate_at
from lfdrt.training.faces.run import FacesRun, measure
from lfdrt.training.faces.settings import FacesConfig
from lfdrt.training.saved import TrainingFailed
from tests.tiny_faces import write_faces

TINY = FacesConfig(
    sizes=(32, 32), decay_epochs=1, batch_size=8, drawn_share=0.25, frozen_stages=2, seed=3
)


@pytest.fixture(scope="module")
def tower() -> ImageTower:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        state = build_tower(image_config().tower).state_dict()
    return ImageTower(name=TIMM_NAME, config=image_config(), state=state)


@pytest.fixture(scope="module")
def whole(tower: ImageTower, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], Path]:
    """Events and tower of a run that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    out = folder / "tower.safetensors"
    return list(FacesRun(TINY, tower, write_faces(folder), out).events()), out


def test_training_yields_events_and_writes_a_tower(
    tower: ImageTower, whole: tuple[list[Any], Path]
) -> None:
    """14 pictures in batches of 8: one step an epoch, two epochs."""
    found, out = whole
    kinds = [RunStarted, StepDone, EvalDone, StepDone, EvalDone, CheckpointSaved, RunFinished]
    assert [type(event) for event in found] == kinds
    assert found[0].steps == 2
    state = load_file(out)
    assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in tower.state.items()}
    changed = {k for k, v in state.items() if not torch.equal(v, tower.state[k])}
    assert "head.proj.weight" in changed
    assert "trunk.blocks.2.0.conv_dw.weight" in changed
    for frozen in ("trunk.conv_stem.weight", "trunk.blocks.1.1.conv_pwl.weight"):
        assert frozen not in changed
    report = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert report["rows"] == {"train": 14, "dev": 7}
    assert report["selection"] == "last epoch, moving average of the weights"
    assert report["config"]["seed"] == 3
    left = {path.name for path in out.parent.iterdir()}
    assert left == {"faces.zip", "faces.csv", "tower.safetensors", "tower.json"}


def test_the_seed_decides_everything_and_stopping_leaves_no_file(
    tower: ImageTower, tmp_path: Path
) -> None:
    out = tmp_path / "tower.safetensors"
    write_faces(tmp_path)
    runs = [FacesRun(TINY, tower, tmp_path, out).events() for _ in range(2)]
    first = [next(event for event in run if isinstance(event, StepDone)) for run in runs]
    assert first[0].losses == first[1].losses
    for run in runs:
        run.close()
    assert not out.exists()


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    tower: ImageTower, whole: tuple[list[Any], Path], tmp_path: Path
) -> None:
    write_faces(tmp_path)
    stopped = tmp_path / "stopped.safetensors"
    first = FacesRun(TINY, tower, tmp_path, stopped).events()
    assert any(isinstance(event, EvalDone) for event in first)  # reads on to the first one
    first.close()
    with pytest.raises(TrainingFailed, match=r"stopped\.state .* other settings"):
        list(FacesRun(replace(TINY, seed=4), tower, tmp_path, stopped).events())
    rest = list(FacesRun(TINY, tower, tmp_path, stopped).events())
    assert [event.step for event in rest if isinstance(event, StepDone)] == [2]
    one, other = load_file(whole[1]), load_file(stopped)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_rate_rises_stays_and_falls() -> None:
    """Peak 8, 4 steps up, 4 epochs of 5 steps, the last 2 falling: 10 steps, so 0.8 less each."""
    config = FacesConfig(sizes=(32,) * 4, decay_epochs=2, warm_up=4, peak_rate=8.0)
    rates = [rate_at(config, step, 5) for step in range(20)]
    assert rates[:5] == [2, 4, 6, 8, 8] and rates[10] == 8
    assert rates[11:] == pytest.approx([7.2, 6.4, 5.6, 4.8, 4.0, 3.2, 2.4, 1.6, 0.8])


def test_scores_by_hand() -> None:
    """Labels 0, 0, 0, 1 and everything called 0: 3 of 4 right; recalls 1 and 0, mean 1/2."""

    class AlwaysFirst(nn.Module):
        def forward(self, pixels: Tensor) -> Tensor:
            return torch.tensor([[1.0, 0.0]]).expand(len(pixels), 2)

    faces = Faces(torch.zeros(4, 1, 48, 48, dtype=torch.uint8), torch.tensor([0, 0, 0, 1]))
    scores = measure(AlwaysFirst(), faces, 32)
    assert (scores.accuracy, scores.mean_recall) == (0.75, 0.5)


@pytest.mark.parametrize("channels", [1, 3])
def test_views_are_in_range_different_and_repeatable(channels: int) -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (64, channels, 48, 48), generator=generator, dtype=torch.uint8)
    views = augment(images, 40, torch.Generator().manual_seed(1))
    assert views.shape == (64, 3, 40, 40)
    assert views.min() >= 0
    assert views.max() <= 1
    assert torch.equal(views, augment(images, 40, torch.Generator().manual_seed(1)))
    assert not torch.equal(views, augment(images, 40, torch.Generator().manual_seed(2)))


def test_boxes_cover_the_share_that_is_asked_for() -> None:
    covered = cover(torch.full((400, 3, 20, 20), 2.0), 0.5, torch.Generator().manual_seed(0))
    share = (covered < 2).any(1).float().mean((1, 2))  # of each picture; colours lie below 1
    assert 0.4 < (share > 0).float().mean() < 0.6
    assert share.max() <= 0.5**2 and share[share > 0].min() >= 0.15**2


def test_pictures_and_labels_are_mixed_by_the_same_share() -> None:
    """Picture k is k everywhere and its label k alone: the mean label is the picture's value."""
    targets = torch.eye(7)
    pixels = torch.arange(7.0)[:, None, None, None].expand(7, 3, 4, 4)
    mixed, shares = mix(pixels, targets, 1.0, torch.Generator().manual_seed(2))
    assert torch.allclose(shares.sum(1), torch.ones(7))
    assert torch.allclose(mixed[:, 0, 0, 0], shares @ torch.arange(7.0))
    assert not torch.equal(shares, targets)


def test_views_colour_some_pictures_and_flip_about_half() -> None:
    """Left half black, right half white: where the right is darker, the picture was flipped."""
    images = torch.zeros(400, 1, 48, 48, dtype=torch.uint8)
    images[..., 24:] = 255
    views = augment(images, 32, torch.Generator().manual_seed(0))
    middle = views[:, :, 10:22]
    flipped = middle[..., 9:13].mean((1, 2, 3)) > middle[..., 19:23].mean((1, 2, 3))
    assert 0.35 < flipped.float().mean() < 0.65
    coloured = (views[:, 0] - views[:, 2]).abs().amax((1, 2)) > 0.02
    assert 0.5 < coloured.float().mean() < 0.95


def test_drawn_faces_take_the_emotions_in_turn() -> None:
    faces = draw_faces(9, 32, seed=0)
    assert faces.images.shape == (9, 3, 32, 32)
    assert faces.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1]
    assert torch.equal(faces.images, draw_faces(9, 32, seed=0).images)


def test_settings_that_contradict_are_refused() -> None:
    with pytest.raises(ValueError, match="decay_epochs is 3; there are 2"):
        FacesConfig(sizes=(32, 32), decay_epochs=3)
    with pytest.raises(ValueError, match="sizes"):
        FacesConfig(sizes=())
    with pytest.raises(ValueError, match=r"drawn_share is 1\.0"):
        FacesConfig(drawn_share=1.0)
