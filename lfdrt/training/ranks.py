"""Several processes as one: who they are, and what they exchange.

Started by `accelerate launch` or `torchrun`; alone, everything here does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.nn import functional as exchange

from lfdrt.batch import Share
from lfdrt.runtime import Runtime

T = TypeVar("T")
M = TypeVar("M")


def join(runtime: Runtime) -> Share:
    """This process's share of the work; `accelerate` sets up the group where one was launched."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Share(device=runtime.device)
    from accelerate import PartialState

    state = PartialState(cpu=runtime.device.type == "cpu", **_meeting())
    return Share(rank=state.process_index, world=state.num_processes, device=state.device)


def _meeting() -> dict[str, Any]:
    """Where the processes of this start find each other, for `init_process_group`. The launcher
    keeps one store for all its starts, and torch (2.14) looks there under the same names: a process
    that was started again found the address of one that had died, and the start failed."""
    if dist.is_initialized():
        return {}
    store, rank, world = next(dist.rendezvous("env://"))
    start = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    return {"store": dist.PrefixStore(f"start-{start}", store), "rank": rank, "world_size": world}


def gather(t: Tensor) -> Tensor:
    """Rows of all processes, with gradients. Shape: (B, ...) -> (world * B, ...).

    Its backward sums the gradients of all processes, each of which computes the same loss: `world`
    times the true gradient, which `average_gradients` divides again.
    """
    if not dist.is_initialized():
        return t
    if t.is_floating_point():
        return torch.cat(exchange.all_gather(t))
    parts = [torch.empty_like(t) for _ in range(dist.get_world_size())]
    dist.all_gather(parts, t.contiguous())
    return torch.cat(parts)


def average_gradients(parameters: Sequence[nn.Parameter]) -> None:
    """Replace every gradient by its mean over processes, in one exchange."""
    if not dist.is_initialized():
        return
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    sizes = [p.numel() for p in parameters]
    for p, mean in zip(parameters, flat.split(sizes), strict=True):
        p.grad = mean.view_as(p)


def wait() -> None:
    """For all processes."""
    if dist.is_initialized():
        dist.barrier()


@contextmanager
def first_alone(share: Share) -> Iterator[None]:
    """The first process goes through before the others, who then find the files that it began; none
    goes on before all are through, and so all found the same."""
    if share.rank:
        wait()
    yield
    if not share.rank:
        wait()
    wait()


def each_its_own(parts: Sequence[T], work: Callable[[T], M], share: Share) -> Iterator[M | None]:
    """What `work` makes of this process's parts, every `world`-th; None for those of others."""
    for number, part in enumerate(parts):
        yield work(part) if number % share.world == share.rank else None


def put_together(made: Sequence[M | None]) -> list[M]:
    """Of `each_its_own`, in every process. What is made goes through pickle, among processes of one
    program."""
    if not dist.is_initialized():
        return [one for one in made if one is not None]
    of_all: list[Sequence[M | None]] = [made] * dist.get_world_size()
    dist.all_gather_object(of_all, made)
    return [one for part in zip(*of_all, strict=True) for one in part if one is not None]


def mean_over_processes(value: Tensor) -> float:
    """A reported number: the mean of the processes' values."""
    value = value.detach().clone()
    if dist.is_initialized():
        dist.all_reduce(value)
        value /= dist.get_world_size()
    return float(value)
