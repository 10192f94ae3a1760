"""A run of the families' stage in its folder: begun, gone on with, and finished there.

The folder holds settings.json, events.jsonl, curves.csv, kept features, the training state, and at
the end the checkpoint.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from lfdrt.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from lfdrt.config import ConfigError, to_dict
from lfdrt.data.records import DataError, ParallelText, parallel_languages, read_parallel
from lfdrt.events import Event
from lfdrt.languages import FAMILIES, resolve
from lfdrt.model.lfdrt import LFDRT
from lfdrt.parts import parts_of
from lfdrt.runs.files import write_json
from lfdrt.runs.log import follow, write_curves
from lfdrt.runtime import Runtime
from lfdrt.training.families.run import FamiliesRun
from lfdrt.training.families.settings import FamiliesSettings
from lfdrt.training.families.words import WordStore
from lfdrt.training.feature_files import layers_digest
from lfdrt.training.pretrain.folder import refuse_other_settings
from lfdrt.training.ranks import first_alone, join


def families_in(
    folder: Path,
    settings: FamiliesSettings,
    *,
    start: Path,
    data: Path,
    runtime: Runtime,
    show: Callable[[Event], None],
    features: Path | None = None,
) -> Path | None:
    """Teach the families of the checkpoint `start` in `folder`, from where it stands; the new
    checkpoint, or None in processes that do not write. Runs on the same start and data may share
    the kept words in a folder `features`, which all processes must reach.

    ValueError (a sentence) for a folder of other settings, a start or data that cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    refuse_other_settings(folder / "settings.json", settings)
    done = folder / "checkpoint"
    if (done / "card.json").is_file():
        return done
    held = load_checkpoint(start)
    run = prepare_families(held, settings, data, folder, runtime, features or folder)
    if run.share.rank != 0:  # only the first process of several writes
        deque(run.events(), maxlen=0)
        return None
    write_json(folder / "settings.json", to_dict(settings))
    finished = follow(run, folder / "events.jsonl", show)
    write_curves(folder / "events.jsonl", folder / "curves.csv")
    if finished.reason != "done":
        raise ConfigError(f"{folder} was stopped at step {finished.step}: run it again to go on")
    about = {
        "what": "masked words of parallel text through own and other families, encoder frozen",
        "words": run.words.words(),
        "sentences": len(run.pairs),
        "processes": run.share.world,
        "settings": to_dict(settings),
    }
    card = held.card | {"families_stage": about}
    save_checkpoint(done, run.model, held.tokenizer, card)
    return done


def prepare_families(
    held: Checkpoint,
    settings: FamiliesSettings,
    data: Path,
    out: Path,
    runtime: Runtime,
    features: Path,
) -> FamiliesRun:
    """A run ready to train, at the step where its state file left it. DataError: no parallel
    text."""
    families = held.model.config.families or tuple(f.code for f in FAMILIES)
    pairs = family_pairs(data, families, settings.pairs)
    known = {pair.language for pair in pairs}
    if wrong := [code for code in settings.leave_out if code not in known]:
        raise DataError(
            f"{wrong[0]!r} cannot be left out: there is no parallel text of it (there is "
            f"{', '.join(sorted(known))})."
        )
    if known <= set(settings.leave_out):
        raise DataError("All languages are left out: keep one at least.")
    parts = parts_of(known - {*settings.leave_out}, settings.level)
    model = families_model(held.model, families, parts, settings)
    share = join(runtime)
    runtime = replace(runtime, device=share.device)
    with first_alone(share):
        words = WordStore(
            model,
            held.tokenizer,
            pairs,
            runtime,
            views=settings.views,
            mask_rate=settings.mask_rate,
            max_tokens=settings.max_tokens,
            seed=settings.seed,
            folder=features / f"words-{layers_digest(model.text, len(model.text.layers()))}",
            share=share,
        )
    run = FamiliesRun(
        model=model,
        pairs=pairs,
        words=words,
        settings=settings,
        runtime=runtime,
        share=share,
        state_file=out / "state.pt",
    )
    if run.state_file.is_file():
        run.load_state()
    return run


def families_model(
    start: LFDRT, families: tuple[str, ...], parts: tuple[str, ...], settings: FamiliesSettings
) -> LFDRT:
    """`start` with these families and parts and a word prediction that can be learned; families
    that it does not have yet begin at the identity, and parts at nothing. What it has of its own
    stays; but where languages are left out, not disentanglers and word prediction, which know those
    that they were trained on."""
    torch.manual_seed(settings.seed)
    held = start.config
    config = replace(
        held,
        families=families,
        parts=parts,
        parts_rank=settings.parts_rank if parts else 0,
        vocabulary_residual=True,
        vocabulary_hidden=settings.hidden,
    )
    model = LFDRT(config)
    begun = []
    if settings.leave_out:
        begun += ["disentanglers.", "family_vocabulary."]
    if not held.families:
        begun += ["disentanglers.weight"]
    if (held.parts, held.parts_rank) != (config.parts, config.parts_rank):
        begun += ["disentanglers.down", "disentanglers.up"]
    if held.vocabulary_hidden != settings.hidden:
        begun += ["family_vocabulary.hidden."]
    kept = {n: t for n, t in start.state_dict().items() if not n.startswith(tuple(begun))}
    model.load_state_dict(model.state_dict() | kept)
    return model


def family_pairs(data: Path, families: tuple[str, ...], most: int) -> list[ParallelText]:
    """Training pairs of the languages whose family is among `families`, at most so many of each.
    DataError: there are none."""
    pairs = [
        pair
        for code in parallel_languages(data)
        if resolve(code).family.code in families
        for pair in read_parallel(data, code, "train")[:most]
    ]
    if not pairs:
        raise DataError(f"{data / 'parallel'} has no parallel files: name the folder with --data.")
    return pairs
