"""A graphics card that is not there: tensors say where they would be, and may not meet.

Every operation runs on the CPU. What goes to "cuda" is marked, results of marked tensors are
marked, and what a real card refuses is an error here too: operations over both devices, and arrays
of marked tensors. So a tensor that was forgotten on the CPU is found without a card. Number formats
and kernels of a card are not tried by it, nor anything inside a backward pass or an optimizer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._pytree import tree_leaves, tree_map

CUDA, CPU = torch.device("cuda"), torch.device("cpu")
MARK = "pretended_on_cuda"
FREE = ("copy_", "__setitem__", "__get__", "__set__", "backward", "shallow_copy")
"""What may meet tensors of both devices, by a part of its name."""
ARRAYS = ("numpy", "__array__")


def marked(t: object) -> bool:
    return isinstance(t, Tensor) and getattr(t, MARK, False)


def mark(out: Any, on: bool) -> Any:
    def one(t: Any) -> Any:
        if isinstance(t, Tensor):
            setattr(t, MARK, on)
        return t

    return tree_map(one, out)


class PretendCuda(TorchFunctionMode):
    """Inside it torch.device("cuda") is there, as far as tensors go. `met`: operations on it."""

    def __init__(self) -> None:
        super().__init__()
        self.met, self._off = 0, False

    def __torch_function__(self, func: Callable, types: Any, args: Any = (), kwargs: Any = None):
        kwargs = dict(kwargs or {})
        name = resolve_name(func) or getattr(func, "__qualname__", str(func))
        if self._off or "_parse_to" in name:
            return func(*args, **kwargs)
        if name.endswith(("Tensor.backward", "Optimizer.step")):
            self._off = True
            try:
                return func(*args, **kwargs)
            finally:
                self._off = False
        if name.endswith("device.__get__"):
            return CUDA if marked(args[0]) else CPU
        if name.endswith("is_cuda.__get__"):
            return marked(args[0])
        if name.endswith(ARRAYS) and marked(args[0]):
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        if name.endswith("Tensor.cpu"):
            return mark(args[0].clone(), False)
        wanted, args, kwargs = _without_device(name, args, kwargs)
        if name.endswith("Tensor.to"):
            return self._moved(func, wanted, args, kwargs)
        tensors = [t for t in tree_leaves((args, kwargs)) if isinstance(t, Tensor)]
        self._refuse_meeting(name, args, tensors)
        on = any(map(marked, tensors)) if wanted is None else wanted.type == "cuda"
        self.met += on
        out = func(*args, **kwargs)
        if name.endswith("__set__"):
            if name.endswith("data.__set__"):
                mark(args[0], marked(args[1]))
            return out
        if name.endswith(("copy_", "__setitem__")) or (tensors and out is tensors[0]):
            return out
        return mark(out, on)

    def _moved(self, func: Callable, wanted: torch.device | None, args: Any, kwargs: Any) -> Any:
        t = args[0]
        others = [a for a in args[1:] if isinstance(a, Tensor)]
        on = marked(others[0]) if others else marked(t) if wanted is None else wanted == CUDA
        out = func(*args, **kwargs) if len(args) > 1 or kwargs else t
        if out is t:
            return t if on == marked(t) else mark(t.clone(), on)
        return mark(out, on)

    @staticmethod
    def _refuse_meeting(name: str, args: Any, tensors: list[Tensor]) -> None:
        if any(part in name for part in FREE):
            return
        large = [t for t in tensors if t.dim()]
        if name.endswith(("__getitem__", "index_select")) and marked(args[0]):
            return  # a card takes indices from the CPU, though not for index_select
        if any(map(marked, large)) and not all(map(marked, large)):
            shapes = [f"{'cuda' if marked(t) else 'cpu'} {tuple(t.shape)}" for t in large]
            raise RuntimeError(f"{name}: tensors on both devices: {', '.join(shapes)}")


def _without_device(name: str, args: Any, kwargs: Any) -> tuple[torch.device | None, Any, Any]:
    """The device that is asked for, and what is left to be said to the CPU."""
    wanted = kwargs.pop("device", None)
    if name.endswith("Tensor.to"):
        named = [a for a in args[1:] if isinstance(a, torch.device | str)]
        wanted = named[0] if named else wanted
        kept = (a for a in args[1:] if isinstance(a, torch.dtype | Tensor))  # not "non-blocking"
        args = (args[0], *kept)
    return None if wanted is None else torch.device(wanted), args, kwargs
