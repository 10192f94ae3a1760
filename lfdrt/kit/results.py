"""What a run of the kit leaves: a report, the weights that it trained, the logs. And their way
home: the weights put upon whole towers, as a checkpoint with every word.
"""

from __future__ import annotations

import gzip
import os
import platform
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import save_torch_state_dict
from safetensors.torch import load_file
from torch import Tensor

from lfdrt.checkpoint import read_json, save_checkpoint, stored_format
from lfdrt.config import ModelConfig, from_dict, to_dict
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.errors import UserError
from lfdrt.evaluation.ablation import ablation_report, finished_runs
from lfdrt.kit.places import Places
from lfdrt.kit.recipe import STAGES, Recipe
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runs.files import write_json
from lfdrt.training.tower_folder import read_image_tower, read_text_tower, tower_names

SHARD_BYTES = 15_000_000
MOST_FILES, MOST_BYTES = 8, 16 * 2**20
LOG_BYTES = 200_000
"""Of each job's log, its end."""
TEXT, IMAGE = "text.backbone.", "image.tower."


def write_report(places: Places, recipe: Recipe) -> None:
    """report.json: the machine, how every job ended, checks, scores as far as there are any."""
    report: dict[str, Any] = {
        "about": "one run of the GPU kit; scores name the rule by which they were chosen; masked "
        "words are told from the kit's own vocabulary, which is a part of the model's",
        "rehearsal": places.rehearsed,
        "machine": machine(),
        "planned_steps": {stage: read_json(places.recipe)[stage]["steps"] for stage in STAGES},
        "recipe": to_dict(recipe),
    }
    files = {"jobs": places.jobs / "outcomes.json", "checks": places.checks, "mean": places.scores}
    report |= {name: read_json(path) for name, path in files.items() if path.is_file()}
    for stage, rows in (("sentiment", ("full", *recipe.rows)), ("heads", ("full", "without_lfd"))):
        if runs := finished_runs(places.work / stage, rows):
            report[stage] = ablation_report(runs, to_dict(getattr(recipe, stage)))
    places.out.mkdir(parents=True, exist_ok=True)
    write_json(places.out / "report.json", report)


def machine() -> dict[str, Any]:
    cards = range(torch.cuda.device_count())
    return {
        "gpus": [torch.cuda.get_device_name(card) for card in cards],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "transformers", "open_clip_torch", "timm")},
    }


def write_results(places: Places, recipe: Recipe) -> None:
    """The report, the trained weights of the best checkpoint that there is, and the logs: at most
    `MOST_FILES` files of `MOST_BYTES`."""
    write_report(places, recipe)
    _write_logs(places)
    if (best := places.best()) is not None:
        for old in places.out.glob("model*"):
            old.unlink()
        write_weights(best, places.towers, places.out)
    sizes = {path.name: path.stat().st_size for path in places.out.iterdir()}
    if len(sizes) > MOST_FILES or max(sizes.values()) > MOST_BYTES:
        raise UserError(f"{places.out} holds more than {MOST_FILES} files or one of more than "
                        f"{MOST_BYTES >> 20} MiB: {sizes}. Name an empty --out.")  # fmt: skip


def _write_logs(places: Places) -> None:
    with gzip.open(places.out / "logs.txt.gz", "wt", encoding="utf-8") as file:
        for path in sorted(places.jobs.glob("*.log")):
            said = path.read_bytes()[-LOG_BYTES:].decode("utf-8", errors="replace")
            file.write(f"==== {path.stem}\n{said}\n")


def write_weights(checkpoint: Path, towers: Path, out: Path) -> None:
    """What `checkpoint` holds beyond the towers it was trained from, in its own number formats,
    and model.json: its configuration and card."""
    held: dict[str, Tensor] = {}
    for path in sorted(checkpoint.glob("*.safetensors")):
        held |= load_file(path)
    base = _of_towers(read_text_tower(towers), read_image_tower(towers))
    trained = {
        name: t
        for name, t in held.items()
        if name not in base or not torch.equal(stored_format(base[name]), t)
    }
    save_torch_state_dict(trained, out, max_shard_size=SHARD_BYTES)
    about = {name: read_json(checkpoint / f"{name}.json") for name in ("config", "card")}
    write_json(out / "model.json", about | {"towers": tower_names(towers)})


def merge(results: Path, towers: Path, folder: Path) -> None:
    """A checkpoint with every word: whole `towers`, and upon them the weights of `results`.

    UserError: a folder without such weights, or towers that they were not trained from.
    """
    if not (results / "model.json").is_file():
        raise UserError(f"{results} has no model.json: name the folder that the kit left.")
    about = read_json(results / "model.json")
    text, image = read_text_tower(towers), read_image_tower(towers)
    if about["towers"] != (held := tower_names(towers)):
        raise UserError(
            f"{results} was trained from {about['towers']}, {towers} holds {held}: name the towers "
            "that the kit was built of."
        )
    config = from_dict(ModelConfig, about["config"])
    whole = text.config.backbone
    words = {key: whole[key] for key in ("vocab_size", "pad_token_id") if key in whole}
    own = replace(config.text, backbone=config.text.backbone | words)
    model = LFDRT(replace(config, text=own))
    state = dict(_of_towers(text, image))
    for path in sorted(results.glob("model*.safetensors")):
        state |= load_file(path)
    expected = model.state_dict()
    if wrong := sorted(n for n in state.keys() | expected.keys()
                       if n not in state or n not in expected
                       or state[n].shape != expected[n].shape):  # fmt: skip
        raise UserError(f"{results} and {towers} do not make a model: {wrong[0]} does not fit.")
    model.load_state_dict(state)
    save_checkpoint(folder, model, TextTokenizer(text.tokenizer, own), about["card"])


def _of_towers(text: TextTower, image: ImageTower) -> Mapping[str, Tensor]:
    """The towers' weights by the names that a model gives them."""
    return {f"{TEXT}{k}": t for k, t in text.state.items()} | {
        f"{IMAGE}{k}": t for k, t in image.state.items()
    }
