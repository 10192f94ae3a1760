"""Device, number format and threads, resolved once at the edge of the program.

CUDA before MPS before CPU; bfloat16 only where it is faster than float32.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch

# oneDNN compiles a kernel for each shape of a matrix product and keeps the last 1,024, torch as
# many more for each thread: texts of 200 lengths took 400 MB. Read at the first product; what an
# answer needs fits. LRU_CACHE_CAPACITY is torch's.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "192")
os.environ.setdefault("LRU_CACHE_CAPACITY", "64")

from lfdrt.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """Where and in which number format the model computes."""

    device: torch.device
    dtype: torch.dtype

    def autocast(self) -> AbstractContextManager[object]:
        """Mixed precision for matrix products; a no-op for float32."""
        return torch.autocast(
            self.device.type, dtype=torch.bfloat16, enabled=self.dtype == torch.bfloat16
        )

    @property
    def description(self) -> str:
        name = self.device.type
        if name == "cuda":
            name = torch.cuda.get_device_name(self.device)
        return f"{name}, {str(self.dtype).removeprefix('torch.')}"


def resolve_runtime(device: str = "auto", dtype: str = "auto") -> Runtime:
    """The runtime for user settings; UserError says what this machine supports.

    `auto` bfloat16 only on CUDA cards and CPUs with bfloat16 instructions: elsewhere it is
    emulated and slower.
    """
    chosen = _device(device)
    dtypes = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    if dtype == "auto":
        return Runtime(
            device=chosen, dtype=torch.bfloat16 if _has_bfloat16(chosen) else torch.float32
        )
    if dtype not in dtypes:
        raise UserError(f"number format {dtype!r} is not one of auto, {', '.join(dtypes)}")
    return Runtime(device=chosen, dtype=dtypes[dtype])


def _device(name: str) -> torch.device:
    available = ["cpu"]
    if torch.backends.mps.is_available():
        available.insert(0, "mps")
    if torch.cuda.is_available():
        available.insert(0, "cuda")
    if name == "auto":
        return torch.device(available[0])
    kind, _, number = name.partition(":")
    cards = torch.cuda.device_count() if kind == "cuda" else 1
    if kind not in available or (":" in name and number not in map(str, range(cards))):
        raise UserError(f"device {name!r} is not here; available: auto, {', '.join(available)}")
    return torch.device(name)


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return False
