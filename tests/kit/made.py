"""A tiny kit in the true format: made-up data, towers of width 32, a recipe of a few steps."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from lfdrt.evaluation.suites import EKMAN_SUITES
from lfdrt.kit.build import Built, build_kit
from lfdrt.kit.recipe import Recipe
from lfdrt.labels import EKMAN7
from lfdrt.training.settings import Weights
from tests.tiny import SENTENCES
from tests.tiny_data import tiny_data
from tests.tiny_faces import write_faces
from tests.tiny_towers import tiny_towers
from tests.training.settings import TINY, TINY_STAGE

FIRST = replace(
    TINY,
    steps=2,
    disentangle=False,
    wrong_families=0,
    subtitles=0.3,
    average=0.5,
    prior="source",
    weights=Weights(post_alignment=1.0, consistency=1.0, mask_1=0.0, uniformity=0.0, mask_2=0.0),
)
RECIPE = Recipe(
    sentiment=FIRST,
    families=replace(TINY_STAGE, steps=2),
    heads=replace(
        FIRST,
        disentangle=True,
        frozen_layers=2,
        fixed=("disentanglers", "attention", "family_vocabulary"),
        weights=replace(FIRST.weights, cross_lingual=0.0),
    ),
    seeds=2,
    rows=("english_only",),
    minutes=60.0,
    side_by_side=1,
)


def made_data(folder: Path) -> Path:
    """Everything that the compact recipe reads, and a table that no recipe does."""
    tiny_data(folder)
    for suite in EKMAN_SUITES:
        for language in suite.languages:
            rows = [(str(i), SENTENCES[i % 5], name) for i, name in enumerate(EKMAN7.labels * 2)]
            if "neutral" in suite.excluded:
                rows = [row for row in rows if row[2] != "neutral"]
            name = f"text/{suite.source}/{language}.{suite.split}.csv"
            _write(folder / name, ("id", "text", "label"), rows)
    _write(folder / "text/xed/ar.adapt.csv", ("id", "text"), [("0", "secret")])
    for language in ("tr", "ja", "es"):
        path = folder / "parallel" / f"en-{language}.csv"
        with path.open("a", encoding="utf-8", newline="") as file:
            pairs = zip(SENTENCES[:6], SENTENCES[6:12], strict=True)
            csv.writer(file).writerows((a, b, "own", "dev") for a, b in pairs)
    pairs = [(a, b, "own", "train") for a in SENTENCES[:2] for b in SENTENCES[4:6]]
    _write(folder / "parallel_subtitles/en-tr.csv", ("en", "tr", "source", "split"), pairs)
    unseen = [(a, f"{b} {n}") for n in range(10) for a in SENTENCES[:2] for b in SENTENCES[6:9]]
    _write(folder / "unseen/en-kk.csv", ("en", "kk"), unseen)
    (folder / "images").mkdir()
    write_faces(folder / "images")
    return folder


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def made_kit(folder: Path, **how: object) -> Built:
    """In `folder/kit`, of `folder/data` and `folder/towers`."""
    data, towers = made_data(folder / "data"), tiny_towers(folder / "towers")
    given = {"recipe": RECIPE, "limit": 10.0} | how
    return build_kit(folder / "kit", data=data, towers=towers, **given)  # type: ignore[arg-type]
