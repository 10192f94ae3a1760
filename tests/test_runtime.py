"""Device and number format: what is chosen, what is refused."""

from __future__ import annotations

import pytest
import torch

from lfdrt import runtime
from lfdrt.runtime import Runtime, resolve_runtime


@pytest.fixture
def only_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"),
    [(True, True, "cuda"), (False, True, "mps"), (True, False, "cuda"), (False, False, "cpu")],
)
def test_cuda_before_mps_before_cpu(
    cuda: bool, mps: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert resolve_runtime("auto", "float32").device.type == chosen


@pytest.mark.usefixtures("only_cpu")
@pytest.mark.parametrize(("has", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_bfloat16_only_where_the_hardware_has_it(
    has: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    assert resolve_runtime().dtype == dtype


def test_mps_computes_in_float32_unless_asked() -> None:
    assert not runtime._has_bfloat16(torch.device("mps"))


@pytest.mark.usefixtures("only_cpu")
@pytest.mark.parametrize("device", ["cuda", "cuda:0", "mps", "gpu", "", "cpu:", "cpu:x", "cpu:7"])
def test_a_device_that_is_not_here_says_which_are(device: str) -> None:
    with pytest.raises(ValueError, match="is not here; available: auto, cpu"):
        resolve_runtime(device, "float32")


def test_a_card_number_beyond_the_last_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert resolve_runtime("cuda:1", "float32").device == torch.device("cuda:1")
    with pytest.raises(ValueError, match="'cuda:2' is not here"):
        resolve_runtime("cuda:2", "float32")


def test_an_unknown_number_format_lists_the_known() -> None:
    with pytest.raises(ValueError, match="'float16' is not one of auto, float32, bfloat16"):
        resolve_runtime("cpu", "float16")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_autocast_computes_products_in_the_format(dtype: torch.dtype) -> None:
    chosen = Runtime(device=torch.device("cpu"), dtype=dtype)
    with chosen.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype
    assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    assert chosen.description == f"cpu, {str(dtype).removeprefix('torch.')}"
