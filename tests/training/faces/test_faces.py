"""Face training on made-up pictures with a random tower: events, files, frozen parts, views."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from lfdrt.data.faces import Faces
from lfdrt.encoders.image import build_tower
from lfdrt.encoders.tower import ImageTower
from lfdrt.encoders.towers import TIMM_NAME, image_config
from lfdrt.events import CheckpointSaved, EvalDone, RunFinished, RunStarted, StepDone
from lfdrt.training.faces.images import augment, draw_faces
from lfdrt.training.faces.run import FacesConfig, measure, train_faces
from tests.tiny_faces import write_faces

TINY = FacesConfig(sizes=(32, 32), batch_size=8, drawn_share=0.25, frozen_stages=2, seed=3)


@pytest.fixture(scope="module")
def tower() -> ImageTower:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        state = build_tower(image_config().tower).state_dict()
    return ImageTower(name=TIMM_NAME, config=image_config(), state=state)


def test_training_yields_events_and_writes_a_tower(tower: ImageTower, tmp_path: Path) -> None:
    """14 pictures in batches of 8: one step an epoch, two epochs."""
    out = tmp_path / "tower.safetensors"
    found = list(train_faces(TINY, tower, write_faces(tmp_path), out))
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
    assert report["dev_accuracy"] == found[4].scores["accuracy"]
    assert report["selection"] == "last epoch"
    assert report["config"]["seed"] == 3
    assert not list(tmp_path.glob("*.part"))


def test_the_seed_decides_everything_and_stopping_leaves_no_file(
    tower: ImageTower, tmp_path: Path
) -> None:
    out = tmp_path / "tower.safetensors"
    runs = [train_faces(TINY, tower, write_faces(tmp_path), out) for _ in range(2)]
    first = [next(event for event in run if isinstance(event, StepDone)) for run in runs]
    assert first[0].losses == first[1].losses
    for run in runs:
        run.close()
    assert not out.exists()


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
    with pytest.raises(ValueError, match="sizes"):
        FacesConfig(sizes=())
    with pytest.raises(ValueError, match=r"drawn_share is 1\.0"):
        FacesConfig(drawn_share=1.0)
