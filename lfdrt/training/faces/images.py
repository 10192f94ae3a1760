"""The pictures of face training beside photographs: drawn faces, and random views of either.

Pictures are uint8 (N, C, h, w), one or three channels.
"""

from __future__ import annotations

import math
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lfdrt.data.drawn.face import draw_face
from lfdrt.data.faces import Faces
from lfdrt.labels import EKMAN7


def draw_faces(count: int, size: int, *, seed: int) -> Faces:
    """`count` drawn faces, the emotions in turn; 2.5 ms each at 128 px."""
    rng = random.Random(seed)
    labels = [k % len(EKMAN7) for k in range(count)]
    images = [np.asarray(draw_face(EKMAN7.labels[k], rng, size)) for k in labels]
    return Faces(torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2), torch.tensor(labels))


def augment(images: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Random views: (B, C, h, w) uint8 -> (B, 3, size, size) in [0, 1].

    Flip, rotation, crop or shrinking onto a background, brightness, contrast, a random colouring
    (the faces are grey, users' pictures are not) and a light random erasing.
    """
    pixels, outside = _move(images, size, generator)  # (B, C, S, S), (B, 1, S, S)
    contrast = _uniform(len(pixels), 0.7, 1.3, generator)  # about the middle
    pixels = (pixels - 0.5) * contrast + 0.5 + _uniform(len(pixels), -0.15, 0.15, generator)
    pixels = _colour(pixels, generator) if pixels.shape[1] == 1 else pixels  # (B, 3, S, S)
    fill = _uniform(len(images), 0, 1, generator, 3)
    plain = outside & (_uniform(len(images), 0, 1, generator) < 0.5)
    pixels = torch.where(plain, fill, pixels)
    return _box(pixels, 1 / 7, (0.1, 0.3), generator).clamp(0, 1)


def cover(pixels: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """A box of 20-45 % of the side, of one colour, over this share of the pictures."""
    return _box(pixels, share, (0.2, 0.45), generator)


def mix(
    pixels: Tensor, targets: Tensor, strength: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Pictures and their labels mixed in pairs by one share ~ Beta(strength, strength) (mixup:
    Zhang et al., 2018). Shape: pixels (B, C, S, S), targets (B, K)."""
    seed = int(torch.randint(2**31, (), generator=generator))
    share = float(np.random.default_rng(seed).beta(strength, strength))
    other = torch.randperm(len(pixels), generator=generator)
    mixed = share * pixels + (1 - share) * pixels[other]
    return mixed, share * targets + (1 - share) * targets[other]


def _uniform(count: int, low: float, high: float, generator: torch.Generator, c: int = 1) -> Tensor:
    """Random numbers in [low, high), ready to broadcast. Shape: (count, c, 1, 1)."""
    return torch.rand(count, c, 1, 1, generator=generator) * (high - low) + low


def _move(images: Tensor, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """One resampling for flip, rotation (12°), scale and shift; says what lies off the picture.

    One picture in six is shrunk to 55-85 %, the others stay at 85-115 %.
    """
    b = len(images)
    angle = _uniform(b, -math.pi / 15, math.pi / 15, generator)
    small = _uniform(b, 0, 1, generator) < 1 / 6
    near, far = _uniform(b, 0.85, 1.15, generator), _uniform(b, 1.18, 1.8, generator)
    scale = torch.where(small, far, near)
    flip = torch.where(_uniform(b, 0, 1, generator) < 0.5, -1.0, 1.0)
    shift = _uniform(b, -0.12, 0.12, generator, 2) * scale
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = torch.cat([cos * flip, -sin, shift[:, :1], sin * flip, cos, shift[:, 1:]], dim=1)
    grid = F.affine_grid(rows.view(b, 2, 3), [b, 1, size, size], align_corners=False)
    pixels = F.grid_sample(
        images.float() / 255, grid, mode="bilinear", padding_mode="border", align_corners=False
    )
    return pixels, (grid.abs().amax(dim=-1) > 1)[:, None]


def _colour(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Two-tone colouring of two pictures in three; dark tones and light tones drawn at random."""
    b = len(pixels)
    dark, light = _uniform(b, 0, 0.25, generator, 3), _uniform(b, 0.55, 1, generator, 3)
    coloured = dark + (light - dark) * pixels  # (B, 3, S, S)
    return torch.where(_uniform(b, 0, 1, generator) < 2 / 3, coloured, pixels)


def _box(
    pixels: Tensor, share: float, sides: tuple[float, float], generator: torch.Generator
) -> Tensor:
    b, _, size, _ = pixels.shape
    line = torch.arange(size) / size  # (S,)
    side = _uniform(b, *sides, generator, 2)
    start = _uniform(b, 0, 1, generator, 2) * (1 - side)
    inside = (line >= start[..., 0]) & (line < (start + side)[..., 0])  # (B, 2, S)
    box = inside[:, 0, :, None] & inside[:, 1, None, :]  # (B, S, S)
    box = box[:, None] & (_uniform(b, 0, 1, generator) < share)
    return torch.where(box, _uniform(b, 0, 1, generator, 3), pixels)
