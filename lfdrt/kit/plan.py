"""The kit's run: checks first, then the recipe's stages as commands of the command line.

What is trained goes by the ordinary commands (`ablate`, `average`, `pretrain --stage families`,
`evaluate`) in folders of `work`; here is only their order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lfdrt.checkpoint import read_json
from lfdrt.config import from_dict, to_dict
from lfdrt.errors import UserError
from lfdrt.kit.jobs import Job, Jobs
from lfdrt.kit.places import Places
from lfdrt.kit.recipe import STAGES, Recipe, fitted
from lfdrt.kit.results import write_report, write_results
from lfdrt.kit.tables import unpack_tables, write_few
from lfdrt.kit.towers import unpack_towers
from lfdrt.runs.files import write_json

FEW = 50
"""Rows of each table and split that checks and rehearsals read."""
CHECKED = 0.35
"""Of all minutes, after which checks are cut; a rehearsal, on a slow CPU, has no such limit."""
RESERVED = 0.08
"""Of all minutes, kept for putting the results together."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How this run is to differ. rehearse: steps of each stage, on the first rows of every table,
    with two seeds and one row of the ablation; None for the recipe as it is."""

    device: str = "auto"
    minutes: float | None = None
    side_by_side: int | None = None
    rehearse: int | None = None


def run_kit(held: Path, places: Places, asked: Asked, told: Callable[[str], None]) -> bool:
    """Everything the kit in `held` is for, or as much of it as its minutes allow; whether all of it
    was done. The same call goes on where an earlier one ended. Results and report lie in
    `places.out` after every part."""
    begun = time.monotonic()
    recipe = _recipe(held, asked)
    _unpack(held, places, told)
    places = replace(places, rehearsed=asked.rehearse is not None)
    write_json(places.recipe, to_dict(recipe))
    deadline = begun + 60 * recipe.minutes * (1 - RESERVED)
    limit = deadline if places.rehearsed else begun + 60 * recipe.minutes * CHECKED
    _check(places, recipe, asked.device, limit, told)
    recipe = _fitted(places, recipe)
    for stage in STAGES:
        write_json(places.work / f"{stage}.json", to_dict(getattr(recipe, stage)))
    side_by_side = Jobs(places.jobs, deadline=deadline, width=recipe.side_by_side, told=told)
    side_by_side.run(
        list(stages(places, recipe, asked.device)), lambda: write_report(places, recipe)
    )
    write_results(places, recipe)
    return all(one.state == "done" for one in side_by_side.outcomes.values())


def _unpack(held: Path, places: Places, told: Callable[[str], None]) -> None:
    if not places.towers.is_dir():  # they come last
        told("unpacking")
        unpack_tables(held, places.data)
        write_few(places.data, places.few, FEW)
        unpack_towers(held, places.towers)
    places.features.mkdir(exist_ok=True)


def _check(
    places: Places, recipe: Recipe, device: str, limit: float, told: Callable[[str], None]
) -> None:
    """Alone, since what is measured is to be the machine's own speed."""
    words = ["kit", "checks", str(places.work), "--device", device]
    words += ["--rehearse"] * places.rehearsed
    jobs = Jobs(places.jobs, deadline=limit, width=1, told=told)
    jobs.run([Job(name="checks", command=lambda: words)], lambda: write_report(places, recipe))


def _recipe(held: Path, asked: Asked) -> Recipe:
    recipe = from_dict(Recipe, read_json(held / "recipe.json"))
    given: dict[str, Any] = {"minutes": asked.minutes, "side_by_side": asked.side_by_side}
    recipe = replace(recipe, **{k: v for k, v in given.items() if v is not None})
    if asked.rehearse is None:
        return recipe
    short = {s: replace(getattr(recipe, s), steps=asked.rehearse) for s in STAGES}
    return replace(recipe, **short, seeds=2, rows=recipe.rows[:1])


def _fitted(places: Places, recipe: Recipe) -> Recipe:
    """As many steps as there is time for; a run that goes on keeps what it began with."""
    if places.fitted.is_file():
        return from_dict(Recipe, read_json(places.fitted))
    if not places.rehearsed and places.checks.is_file():
        recipe = fitted(recipe, read_json(places.checks)["step_seconds"])
    write_json(places.fitted, to_dict(recipe))
    return recipe


def stages(places: Places, recipe: Recipe, device: str) -> Iterator[Job]:
    """Jobs in the order of their worth: the model first, then rows of the ablation."""
    seeds = range(recipe.seeds)
    common = ["--data", str(places.read), "--device", device]
    shared = [*common, "--features", str(places.features)]

    def trained(stage: str, rows: str, seed: int, start: Path) -> list[str]:
        file, out = places.work / f"{stage}.json", places.work / stage
        return ["ablate", "--preset", str(file), "--rows", rows, "--seeds", str(seed),
                "--towers", str(start), "--out", str(out), *shared]  # fmt: skip

    def averaged(stage: str, out: Path) -> Job:
        def command() -> list[str]:
            found = places.finished(stage)
            if len(found) < 2:
                raise UserError(
                    f"{len(found)} of {recipe.seeds} seeds of {stage} were trained to the end, and "
                    "an average needs 2: give the kit more minutes"
                )
            return ["average", *map(str, found), "--out", str(out)]

        after = tuple(f"{stage}-full-{seed}" for seed in seeds)
        return Job(name=f"{stage}-mean", command=command, after=after)

    def first(row: str, seed: int) -> Job:
        return Job(
            name=f"sentiment-{row}-{seed}",
            command=lambda: trained("sentiment", row, seed, places.towers),
        )

    def last(row: str, seed: int) -> Job:
        start = places.families / "checkpoint"
        return Job(
            name=f"heads-{row}-{seed}",
            command=lambda: trained("heads", row, seed, _there(start, "families")),
            after=("families",),
        )

    yield from (first("full", seed) for seed in seeds)
    yield averaged("sentiment", places.sentiment_mean)
    yield Job(
        name="families",
        command=lambda: [
            "pretrain", "--stage", "families", "--preset", str(places.work / "families.json"),
            "--towers", str(_there(places.sentiment_mean, "sentiment-mean")),
            "--out", str(places.families), *common,
        ],
        after=("sentiment-mean",),
    )  # fmt: skip
    yield from (last("full", seed) for seed in seeds)
    yield averaged("heads", places.heads_mean)
    yield Job(
        name="evaluate",
        command=lambda: [
            "evaluate", str(_there(places.heads_mean, "heads-mean")), *common,
            "--words", "--retrieval", "--pairs", "--out", str(places.scores),
        ],
        after=("heads-mean",),
    )  # fmt: skip
    yield from (last("without_lfd", seed) for seed in seeds)
    yield from (first(row, seed) for seed in seeds for row in recipe.rows)


def _there(checkpoint: Path, job: str) -> Path:
    if not (checkpoint / "card.json").is_file():
        raise UserError(f"{job} left no checkpoint")
    return checkpoint
