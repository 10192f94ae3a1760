"""Face training on made-up pictures with a random tower: events, files, frozen parts, pictures."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from lfdrt.encoders.image import build_tower
from lfdrt.encoders.towers import ImageTower, image_config
from lfdrt.events import CheckpointSaved, EvalDone, RunFinished, RunStarted, StepDone
from lfdrt.labels import EKMAN7
from lfdrt.training.face_images import Faces, augment, draw_faces, normalise, read_faces, upscale
from lfdrt.training.faces import FacesConfig, measure, train_faces

TINY = FacesConfig(sizes=(32, 32), batch_size=8, drawn_share=0.25, seed=3)


def write_faces(folder: Path, *, label: str | None = None) -> Path:
    """Two training pictures and one dev picture of each class, all of random grey."""
    rng = random.Random(0)
    lines = ["image,label,split"]
    with zipfile.ZipFile(folder / "faces.zip", "w") as archive:
        for k, emotion in enumerate(EKMAN7.labels):
            for split in ("train", "train", "dev"):
                name = f"{emotion}/{len(lines)}.png"
                buffer = io.BytesIO()
                Image.new("L", (48, 48), 30 * k + rng.randrange(20)).save(buffer, "PNG")
                archive.writestr(name, buffer.getvalue())
                lines.append(f"{name},{label or emotion},{split}")
    (folder / "faces.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tower() -> ImageTower:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return ImageTower(image_config(), build_tower(image_config()).state_dict())


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


def test_reading_keeps_splits_apart(tmp_path: Path) -> None:
    train, dev = read_faces(write_faces(tmp_path))
    assert train.images.shape == (14, 1, 48, 48)
    assert train.labels.tolist() == [k for k in range(7) for _ in range(2)]
    assert dev.labels.tolist() == list(range(7))
    assert all(0 <= int(image.max()) - 30 * k < 20 for k, image in enumerate(dev.images))


def test_faults_of_the_data_name_file_and_row(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"faces\.zip"):
        read_faces(tmp_path)
    write_faces(tmp_path, label="boredom")
    with pytest.raises(ValueError, match=r"anger/1\.png.*boredom"):
        read_faces(tmp_path)
    (tmp_path / "faces.csv").write_text("image,emotion\nnone.png,joy\n")
    with pytest.raises(ValueError, match="columns image, label and split"):
        read_faces(tmp_path)
    (tmp_path / "faces.csv").write_text("image,label,split\nnone.png,joy,train\n")
    with pytest.raises(ValueError, match=r"none\.png"):
        read_faces(tmp_path)
    write_faces(tmp_path)
    table = (tmp_path / "faces.csv").read_text()
    (tmp_path / "faces.csv").write_text(table.replace(",dev", ",test"))
    with pytest.raises(ValueError, match="'dev'"):
        read_faces(tmp_path)


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


def test_normalising_by_hand() -> None:
    """(0.714 - 0.485) / 0.229 = 1 for red; green (0.456 - 0.456) = 0."""
    pixels = torch.tensor([0.714, 0.456, 0.181])[None, :, None, None]
    assert normalise(pixels).flatten().tolist() == pytest.approx([1, 0, -1], abs=1e-5)


def test_upscaling_makes_three_equal_channels() -> None:
    images = torch.full((1, 1, 48, 48), 51, dtype=torch.uint8)
    assert torch.allclose(upscale(images, 32), torch.full((1, 3, 32, 32), 0.2))


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
