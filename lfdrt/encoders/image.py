"""The image encoder, Eq. 3: an `open_clip` vision tower, pooled and as a grid of regions.

`open_clip` and `timm` are imported when a tower is built: seconds, which texts do not wait for.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from lfdrt.config import ConfigError, ImageConfig
from lfdrt.output import ImageFeatures

# open_clip builds no vision tower without a text tower; this is the smallest it accepts.
_NO_TEXT = {"context_length": 4, "vocab_size": 8, "width": 8, "heads": 1, "layers": 1}


def prepare_image(image: Image.Image, config: ImageConfig) -> Tensor:
    """One RGB picture as the tower's input: padded to a square, scaled, normalised.

    Shape: -> (3, S, S) float32. Padding keeps the whole picture, so that a region of the grid can
    be shown where it lies; the colour is the training mean.
    """
    fill = tuple(round(255 * m) for m in config.mean)
    scale = config.size / max(image.size)
    # A picture 1,000 times as wide as high still keeps a row.
    w, h = (max(1, round(side * scale)) for side in image.size)
    square = Image.new("RGB", (config.size, config.size), fill)
    scaled = image.resize((w, h), Image.Resampling.BICUBIC)
    square.paste(scaled, ((config.size - w) // 2, (config.size - h) // 2))
    pixels = torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 255  # (3, S, S)
    mean, std = (torch.tensor(v)[:, None, None] for v in (config.mean, config.std))
    return (pixels - mean) / std


class ImageEncoder(nn.Module):
    """Vision tower plus the projection into the text's width. `tower`: open_clip's or timm's; None
    where it is to come later."""

    tower: Any

    def __init__(self, *, config: ImageConfig, width: int, later: bool = False) -> None:
        super().__init__()
        self.tower = None if later else build_tower(config.tower)
        self.projection = nn.Linear(config.tower["embed_dim"], width)

    def forward(self, pixels: Tensor) -> ImageFeatures:
        """Shape: pixels (B, 3, S, S) -> pooled (B, D), grid (B, P, D)."""
        features = tower_features(self.tower, pixels)
        return ImageFeatures(
            pooled=self.projection(features.pooled), grid=self.projection(features.grid)
        )


def build_tower(tower: dict[str, Any]) -> Any:
    """The vision tower of an open_clip configuration, with random weights; nothing is downloaded.

    ConfigError: the configuration describes no tower, or one without a grid of regions.
    """
    vision = {**tower["vision_cfg"], "timm_model_pretrained": False}
    name = vision.get("timm_model_name") or ""
    if ":" in name:  # "hf-hub:…" would be fetched
        raise ConfigError(f"image.tower: {name!r} is not a model of timm's own")
    try:
        visual = TimmTower(tower) if _is_plain(vision) else _open_clip(tower, vision)
    # open_clip and timm do not check a configuration first: a wrong one may raise anything.
    except Exception as error:
        raise ConfigError(f"image.tower does not describe a vision tower: {error}") from error
    if not _has_grid(visual, vision):
        raise ConfigError(
            "image.tower has no grid of regions: use an open_clip ViT without attentional pooling, "
            "or a convolutional timm model with timm_pool 'avg' and timm_proj 'linear'"
        )
    return visual


class TimmTower(nn.Module):
    """timm's convolutions and a linear map of each region, with open_clip's names: what its own
    class comes to for such a tower. The import of `open_clip` brings its other models along, and
    `transformers`: another second of a core."""

    def __init__(self, tower: dict[str, Any]) -> None:
        import timm

        super().__init__()
        self.trunk = timm.create_model(tower["vision_cfg"]["timm_model_name"], pretrained=False)
        self.trunk.reset_classifier(0, global_pool="avg")
        proj = nn.Linear(self.trunk.num_features, tower["embed_dim"], bias=False)
        self.head = nn.Sequential(OrderedDict(proj=proj))

    def forward(self, pixels: Tensor) -> Tensor:
        """Shape: (B, 3, S, S) -> (B, E)."""
        found: Tensor = self.head(self.trunk(pixels))
        return found


def _is_plain(vision: dict[str, Any]) -> bool:
    """Whether it says nothing but what `TimmTower` is."""
    named = {"timm_model_name", "timm_model_pretrained", "timm_pool", "timm_proj", "image_size"}
    return vision.keys() == named and (vision["timm_pool"], vision["timm_proj"]) == (
        "avg",
        "linear",
    )


def _open_clip(tower: dict[str, Any], vision: dict[str, Any]) -> Any:
    import open_clip

    return open_clip.CLIP(
        embed_dim=tower["embed_dim"],
        vision_cfg=vision,
        text_cfg=_NO_TEXT,
        quick_gelu=tower.get("quick_gelu", False),
    ).visual


def _has_grid(visual: Any, vision: dict[str, Any]) -> bool:
    if hasattr(visual, "trunk"):  # a timm model; only those with a grid name a pooling size
        grid = visual.trunk.default_cfg.get("pool_size") is not None
        first = getattr(visual.trunk, "output_fmt", "NCHW") == "NCHW"  # Swin's channels come last
        mean = vision.get("timm_pool", "avg") == "avg" and hasattr(visual.head, "proj")
        return grid and first and mean
    return hasattr(visual, "output_tokens") and visual.attn_pool is None


def tower_features(tower: Any, pixels: Tensor) -> ImageFeatures:
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


def hub_repository(name: str) -> str | None:
    """Where open_clip keeps the weights that it calls MODEL/PRETRAINED; None for another name."""
    import open_clip

    model, _, pretrained = name.partition("/")
    repository = open_clip.get_pretrained_cfg(model, pretrained).get("hf_hub", "")
    return repository.rstrip("/") or None
