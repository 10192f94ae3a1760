"""Reading of faces on made-up pictures, and the faults of their files."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lfdrt.config import ImageConfig
from lfdrt.data.faces import normalise, read_faces, upscale
from lfdrt.data.records import DataError
from tests.tiny_faces import write_faces


def test_reading_keeps_splits_apart(tmp_path: Path) -> None:
    train, dev = read_faces(write_faces(tmp_path))
    assert train.images.shape == (14, 1, 48, 48)
    assert train.labels.tolist() == [k for k in range(7) for _ in range(2)]
    assert dev.labels.tolist() == list(range(7))
    assert all(0 <= int(image.max()) - 30 * k < 20 for k, image in enumerate(dev.images))


def test_faults_of_the_data_name_file_and_row(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"faces\.zip"):
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


def test_normalising_by_hand() -> None:
    """(0.7 - 0.5) / 0.2 = 1 for red; (0.5 - 0.5) / 0.25 = 0; (0.1 - 0.4) / 0.3 = -1."""
    tower = {"embed_dim": 8, "vision_cfg": {}}
    config = ImageConfig(tower=tower, size=1, mean=(0.5, 0.5, 0.4), std=(0.2, 0.25, 0.3))
    pixels = torch.tensor([0.7, 0.5, 0.1])[None, :, None, None]
    assert normalise(pixels, config).flatten().tolist() == pytest.approx([1, 0, -1], abs=1e-5)


def test_upscaling_makes_three_equal_channels() -> None:
    images = torch.full((1, 1, 48, 48), 51, dtype=torch.uint8)
    assert torch.allclose(upscale(images, 32), torch.full((1, 3, 32, 32), 0.2))
