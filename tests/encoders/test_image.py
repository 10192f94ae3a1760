"""The image encoder on a tiny open_clip ViT and a convolutional timm model, random weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from torch import Tensor

from lfdrt.config import ConfigError, ImageConfig
from lfdrt.encoders.image import (
    ImageEncoder,
    build_tower,
    prepare_image,
    tower_features,
)
from tests.tiny import tiny_config

VIT = tiny_config(words=50).image
CONVOLUTIONAL = ImageConfig(
    tower={
        "embed_dim": 16,
        "vision_cfg": {"timm_model_name": "test_efficientnet", "image_size": 128},
    },
    size=128,
    mean=VIT.mean,
    std=VIT.std,
)
CONFIGS = {"open_clip ViT": VIT, "timm": CONVOLUTIONAL}


@pytest.fixture(params=CONFIGS, scope="module")
def config(request: pytest.FixtureRequest) -> ImageConfig:
    return CONFIGS[request.param]


@pytest.fixture(scope="module")
def encoder(config: ImageConfig) -> ImageEncoder:
    torch.manual_seed(0)
    return ImageEncoder(config=config, width=32).eval().requires_grad_(False)


def _noise(config: ImageConfig, rows: int = 1) -> Tensor:
    g = torch.Generator().manual_seed(0)
    return torch.randn(rows, 3, config.size, config.size, generator=g)


def test_shapes_and_independence_of_the_batch(encoder: ImageEncoder, config: ImageConfig) -> None:
    pixels = _noise(config, 3)
    out = encoder(pixels)
    assert out.pooled.shape == (3, 32)
    assert out.grid.shape == (3, 16, 32)  # 4 x 4 regions in both towers
    alone = encoder(pixels[1:2])
    torch.testing.assert_close(alone.pooled[0], out.pooled[1], atol=1e-5, rtol=0)
    torch.testing.assert_close(alone.grid[0], out.grid[1], atol=1e-5, rtol=0)


def test_pooled_is_what_the_tower_gives_by_itself(
    encoder: ImageEncoder, config: ImageConfig
) -> None:
    """So that published CLIP weights mean here what they mean in open_clip."""
    pixels = _noise(config)
    ours = tower_features(encoder.tower, pixels)
    if hasattr(encoder.tower, "output_tokens"):
        encoder.tower.output_tokens = False
    torch.testing.assert_close(ours.pooled, encoder.tower(pixels))


def test_the_grid_lies_row_by_row(encoder: ImageEncoder, config: ImageConfig) -> None:
    """Noise in the upper left quarter of a cell of the 4 x 4 grid changes that cell's region most,
    on average over eight noises.

    (The quarter, because a network that pads both sides alike sees its regions half a cell to the
    upper left. The compact tower pads as TensorFlow does and has no such shift.)
    """
    plain = torch.zeros(8, 3, config.size, config.size)
    before = encoder(plain[:1]).grid
    side = config.size // 4
    noise = 5 * torch.randn(8, 3, side // 2, side // 2, generator=torch.Generator().manual_seed(1))
    for row, column in ((0, 0), (0, 3), (3, 0), (3, 3), (1, 2)):
        top, left = row * side, column * side
        changed = plain.clone()
        changed[..., top : top + side // 2, left : left + side // 2] = noise
        moved = (encoder(changed).grid - before).norm(dim=-1).mean(dim=0)  # (16,)
        assert int(moved.argmax()) == 4 * row + column


def test_average_pooling_is_the_mean_of_the_grid() -> None:
    """Mean and linear head commute, so the pooled vector is the mean of the regions."""
    torch.manual_seed(0)
    encoder = ImageEncoder(config=CONVOLUTIONAL, width=32).eval()
    out = encoder(_noise(CONVOLUTIONAL, 2))
    torch.testing.assert_close(out.grid.mean(dim=1), out.pooled, atol=1e-5, rtol=0)


def test_the_vits_pooled_vector_is_not_the_mean_of_its_grid() -> None:
    """It is the class token; the docstring promises the mean for average pooling only."""
    torch.manual_seed(0)
    encoder = ImageEncoder(config=VIT, width=32).eval()
    out = encoder(_noise(VIT))
    assert not torch.allclose(out.grid.mean(dim=1), out.pooled, atol=1e-3)


def test_weights_of_a_full_clip_fit() -> None:
    """The `paper` preset's path: the vision tower of a full open_clip model, names unchanged."""
    torch.manual_seed(0)
    text = {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 2, "layers": 1}
    full = open_clip.CLIP(
        embed_dim=16, vision_cfg=dict(VIT.tower["vision_cfg"]), text_cfg=text
    ).eval()
    tower = build_tower(VIT.tower).eval()
    tower.load_state_dict(full.visual.state_dict())
    pixels = _noise(VIT)
    torch.testing.assert_close(tower_features(tower, pixels).pooled, full.encode_image(pixels))


@pytest.mark.parametrize(
    ("vision", "message"),
    [
        ({"timm_model_name": "hf-hub:someone/model"}, "not a model of timm's own"),
        ({"timm_model_name": "nosuch"}, "does not describe a vision tower: Unknown model"),
        ({"colour": 1}, "does not describe a vision tower"),
        ({"timm_model_name": "vit_tiny_patch16_224"}, "no grid of regions"),
        ({"timm_model_name": "test_efficientnet", "timm_proj": "none"}, "no grid of regions"),
        ({"layers": [1, 1, 1, 1], "width": 16, "image_size": 32}, "no grid of regions"),
        ({**VIT.tower["vision_cfg"], "attentional_pool": True}, "no grid of regions"),
    ],
)
def test_unusable_towers_are_refused(vision: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build_tower({"embed_dim": 16, "vision_cfg": vision})


def test_a_configuration_cannot_ask_for_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    import timm

    real = timm.create_model
    monkeypatch.setattr(
        timm,
        "create_model",
        lambda name, pretrained=False, **k: (asked.append(pretrained), real(name, **k))[1],
    )
    vision = {**CONVOLUTIONAL.tower["vision_cfg"], "timm_model_pretrained": True}
    build_tower({"embed_dim": 16, "vision_cfg": vision})
    assert asked == [False]


def _restored(pixels: Tensor, config: ImageConfig) -> np.ndarray:
    mean, std = (torch.tensor(v)[:, None, None] for v in (config.mean, config.std))
    return (255 * (pixels * std + mean)).round().permute(1, 2, 0).numpy()


def test_a_wide_picture_is_padded_above_and_below() -> None:
    """64 x 32 red at size 32: rows 8 to 23 are red, the others the mean colour, rounded."""
    shown = _restored(prepare_image(Image.new("RGB", (64, 32), (255, 0, 0)), VIT), VIT)
    fill = [round(255 * m) for m in VIT.mean]
    assert shown.shape == (32, 32, 3)
    assert (shown[8:24] == [255, 0, 0]).all()
    assert (shown[:8] == fill).all() and (shown[24:] == fill).all()


def test_a_tall_picture_is_padded_left_and_right() -> None:
    shown = _restored(prepare_image(Image.new("RGB", (10, 20), (0, 0, 255)), VIT), VIT)
    assert (shown[:, 8:24] == [0, 0, 255]).all()
    assert not (shown[:, :8] == [0, 0, 255]).all(axis=-1).any()


def test_the_mean_colour_is_zero_after_normalising() -> None:
    config = replace(VIT, mean=(0.2, 0.4, 0.6))
    assert not prepare_image(Image.new("RGB", (8, 8), (51, 102, 153)), config).abs().max() > 1e-6


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 200), (31, 33)])
def test_every_shape_of_picture_is_read(size: tuple[int, int]) -> None:
    """A picture 5,000 times as wide as high still leaves a row of pixels."""
    pixels = prepare_image(Image.new("RGB", size, "white"), VIT)
    assert pixels.shape == (3, 32, 32) and pixels.dtype == torch.float32
    assert (_restored(pixels, VIT) == 255).all(axis=-1).any()


@torch.no_grad()
def test_a_plain_timm_tower_is_open_clips() -> None:
    """By the names of its weights and by its numbers, bit for bit."""
    vision = {
        "timm_model_name": "tf_efficientnet_lite0",
        "timm_model_pretrained": False,
        "timm_pool": "avg",
        "timm_proj": "linear",
        "image_size": 32,
    }
    ours = build_tower({"embed_dim": 16, "vision_cfg": vision})
    assert type(ours).__module__ == "lfdrt.encoders.image"
    text = {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1}
    theirs = open_clip.CLIP(embed_dim=16, vision_cfg=vision, text_cfg=text).visual.eval()
    theirs.load_state_dict(ours.state_dict())
    pixels = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    expected, found = tower_features(theirs, pixels), tower_features(ours.eval(), pixels)
    assert torch.equal(found.pooled, expected.pooled) and torch.equal(found.grid, expected.grid)
    assert torch.equal(found.pooled, theirs(pixels))
