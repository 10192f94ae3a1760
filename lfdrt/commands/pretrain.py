"""Pre-train a model on English labels and parallel text, from the towers of `lfdrt towers`.

A run folder holds settings.json, events.jsonl, curves.csv, the training state, and at the end the
checkpoint. Running the same command again goes on where the run stopped. With several processes:
accelerate launch -m lfdrt pretrain ...
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.events import RunFinished, StepDone

if TYPE_CHECKING:
    from lfdrt.training.pretrain import PretrainRun
    from lfdrt.training.settings import PretrainSettings

HELP = "train a model from towers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "settings",
        nargs="?",
        default="compact",
        metavar="SETTINGS",
        help="'compact' (default) or a JSON file of settings, as written to settings.json",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument("--towers", type=Path, default=Path("towers"), metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="run folder")
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    parser.add_argument("--seed", type=int, help="instead of the settings' seed")
    parser.add_argument("--steps", type=int, help="instead of the settings' steps")


def run(args: argparse.Namespace) -> int:
    """Raises ValueError (a sentence) for settings, towers or data that cannot be used."""
    from lfdrt.checkpoint import save_checkpoint, write_json
    from lfdrt.config import to_dict
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.assemble import prepare_run
    from lfdrt.training.event_log import write_curves
    from lfdrt.training.pretrain import describe

    settings = _settings(args)
    args.out.mkdir(parents=True, exist_ok=True)
    held = args.out / "settings.json"
    _refuse_other_settings(held, to_dict(settings))
    training = prepare_run(settings, args.towers, args.data, args.out, resolve_runtime(args.device))
    if training.share.rank != 0:  # only the first process of several writes
        for _ in training.events():
            pass
        return 0
    write_json(held, to_dict(settings))
    finished = _follow(training, args.out / "events.jsonl")
    write_curves(args.out / "events.jsonl", args.out / "curves.csv")
    if finished is None or finished.reason != "done":
        return 0
    folder = args.out / "checkpoint"
    save_checkpoint(folder, training.model, training.tokenizer, describe(training, finished))
    print(f"{folder}: ready. Score it with: python -m lfdrt evaluate --checkpoint {folder}")
    return 0


def _settings(args: argparse.Namespace) -> PretrainSettings:
    from dataclasses import replace

    from lfdrt.checkpoint import read_json
    from lfdrt.config import from_dict
    from lfdrt.training.settings import COMPACT, PretrainSettings

    if args.settings == "compact":
        settings = COMPACT
    else:
        settings = from_dict(PretrainSettings, read_json(Path(args.settings)))
    given = {"seed": args.seed, "steps": args.steps}
    return replace(settings, **{k: v for k, v in given.items() if v is not None})


def _refuse_other_settings(path: Path, wanted: dict[str, object]) -> None:
    """A run folder belongs to one set of settings: mixing two would be neither."""
    if not path.is_file():
        return
    from lfdrt.checkpoint import read_json

    held = read_json(path)
    other = [k for k, v in json.loads(json.dumps(wanted)).items() if held.get(k) != v]
    if other:
        raise ValueError(f"{path.parent} holds a run with another {other[0]}: name a new --out.")


def _follow(training: PretrainRun, path: Path) -> RunFinished | None:
    """Write every event to the run's file and show the steps."""
    from tqdm import tqdm

    from lfdrt.training.event_log import EventLog

    last = None
    with (
        EventLog(path, step=training.step) as log,
        tqdm(
            total=training.settings.steps, initial=training.step, unit="step", disable=None
        ) as bar,
    ):
        for event in training.events():
            log.append(event)
            if isinstance(event, StepDone):
                bar.update()
                shown = ("classifier_1", "cross_lingual", "post_alignment", "mask_1", "mask_2")
                bar.set_postfix({k: f"{event.losses[k]:.2f}" for k in shown if k in event.losses})
            last = event
    return last if isinstance(last, RunFinished) else None
