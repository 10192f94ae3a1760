"""The shards of a corpus through Ray Data: on this machine's cores, or on a cluster that is there.

Ray starts one model a worker and gives it shard after shard. What a lost worker or node had in hand
Ray gives to another one; what the driver had is in the output folder.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lfdrt.corpora.work import Job, Receipt, Worker
from lfdrt.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """address: of a cluster that runs; None: one on this machine, for as long as it takes. workers:
    None: as many as it has room for. gpus: share of a GPU that each has, 0 for none."""

    address: str | None
    workers: int | None
    threads: int
    gpus: float


def installed() -> bool:
    return find_spec("ray") is not None


class _Actor:
    """A worker as Ray Data calls it, with a table of one shard's number."""

    def __init__(self, job: Job) -> None:
        self._worker = Worker(job)

    def __call__(self, shards: dict[str, Any]) -> dict[str, list[Any]]:
        return {k: [v] for k, v in vars(self._worker.do(int(shards["shard"][0]))).items()}


def on_ray(job: Job, shards: Sequence[int], cluster: Cluster) -> Iterator[Receipt]:
    """Receipts as they come in, in no order. UserError: there is no cluster at that address, or it
    has no room for a worker."""
    with _connected(cluster):
        import ray.data

        workers = min(cluster.workers or _room(cluster), len(shards))
        found = ray.data.from_items(
            [{"shard": number} for number in shards], override_num_blocks=len(shards)
        ).map_batches(
            _Actor,
            fn_constructor_args=(job,),
            batch_size=1,
            num_cpus=cluster.threads,
            num_gpus=cluster.gpus or None,
            compute=ray.data.ActorPoolStrategy(size=workers),
        )
        for row in found.iter_rows():
            yield Receipt(**row)


@contextmanager
def _connected(cluster: Cluster) -> Iterator[None]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # which would ask an address outside
    import ray
    import ray.data

    try:
        ray.init(
            address=cluster.address or "local",
            logging_level=logging.ERROR,
            log_to_driver=False,
            runtime_env=_carried() if cluster.address else None,
            **({} if cluster.address else {"include_dashboard": False}),
        )
    except (ConnectionError, ValueError) as error:
        raise UserError(f"--address {cluster.address}: no cluster answers ({error}).") from error
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        yield
    finally:
        ray.shutdown()


def _carried() -> dict[str, Any]:
    """The package goes to the nodes as it is here, without the bundled models of an installed one;
    what it needs must be installed there."""
    return {"py_modules": [str(Path(__file__).parents[1])], "excludes": ["bundle"]}


def _room(cluster: Cluster) -> int:
    """Workers that the cluster can hold at once."""
    import ray

    has = ray.cluster_resources()
    room = has.get("CPU", 0) // cluster.threads
    if cluster.gpus:
        room = min(room, has.get("GPU", 0) // cluster.gpus)
    if room < 1:
        raise UserError(
            f"The cluster has {has.get('CPU', 0):g} CPUs and {has.get('GPU', 0):g} GPUs, too few "
            f"for one worker of {cluster.threads} threads and {cluster.gpus:g} GPUs: give fewer "
            "--threads or --gpus."
        )
    return int(room)
