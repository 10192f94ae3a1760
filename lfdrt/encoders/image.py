"""The image encoder, Eq. 3: an `open_clip` vision tower, pooled and as a grid of regions.

The only file that names `open_clip`. Knows no text and no labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import open_clip
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn

from lfdrt.config import ImageConfig
from lfdrt.output import ImageFeatures

# open_clip builds no vision tower without a text tower; this is the smallest it accepts.
_NO_TEXT = {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1}


def prepare_image(image: Image.Image, config: ImageConfig) -> Tensor:
    """One RGB picture as the tower's input: padded to a square, scaled, normalised.

    Shape: -> (3, S, S) float32. Padding keeps the whole picture, so that a region of the grid can
    be shown where it lies; the colour is the training mean.
    """
    fill = tuple(round(255 * m) for m in config.mean)
    square = ImageOps.pad(image, (config.size, config.size), Image.Resampling.BICUBIC, color=fill)
    pixels = torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 255  # (3, S, S)
    mean, std = (torch.tensor(v)[:, None, None] for v in (config.mean, config.std))
    return (pixels - mean) / std


class ImageEncoder(nn.Module):
    """Vision tower plus the projection into the text's width."""

    def __init__(self, *, config: ImageConfig, width: int) -> None:
        super().__init__()
        self.tower = build_tower(config.tower)
        self.projection = nn.Linear(config.tower["embed_dim"], width)

    def forward(self, pixels: Tensor) -> ImageFeatures:
        """Shape: pixels (B, 3, S, S) -> pooled (B, D), grid (B, P, D)."""
        features = tower_features(self.tower, pixels)
        return ImageFeatures(
            pooled=self.projection(features.pooled), grid=self.projection(features.grid)
        )


def build_tower(tower: dict[str, Any]) -> nn.Module:
    """The vision tower of an open_clip configuration, with random weights."""
    return open_clip.CLIP(
        embed_dim=tower["embed_dim"],
        vision_cfg=tower["vision_cfg"],
        text_cfg=_NO_TEXT,
        quick_gelu=tower.get("quick_gelu", False),
    ).visual


def tower_features(tower: nn.Module, pixels: Tensor) -> ImageFeatures:
    """Pooled and grid features in the tower's own width, before the projection.

    Shape: pixels (B, 3, S, S) -> pooled (B, E), grid (B, P, E). For convolutional towers with
    average pooling the pooled vector is the mean of the grid: pooling and the linear head commute.
    """
    if hasattr(tower, "trunk"):  # a timm model
        cells = tower.trunk.forward_features(pixels)  # (B, C, h, w)
        grid = tower.head(cells.flatten(2).transpose(1, 2))  # (B, h·w, E)
        return ImageFeatures(pooled=tower.head(tower.trunk.forward_head(cells)), grid=grid)
    tower.output_tokens = True
    pooled, tokens = tower(pixels)  # (B, E), (B, P, C)
    return ImageFeatures(pooled=pooled, grid=tokens @ tower.proj)
