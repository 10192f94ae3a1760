"""A rethinking run in its folder: begun, controlled, gone on with, and finished there.

The folder holds config.json (settings, checkpoint, hash of the rows, versions), events.jsonl, the
training state, and at the end the checkpoint and predictions.csv. A file `control` with the word
pause, keep or discard steers a run from outside. Knows no printing: `show` gets every event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import lfdrt
from lfdrt.checkpoint import Checkpoint, load_checkpoint, read_json, save_checkpoint, write_json
from lfdrt.config import to_dict
from lfdrt.data.export import CsvAppender
from lfdrt.evaluation.metrics import score
from lfdrt.events import Event, RunFinished
from lfdrt.inference.sample import Sample
from lfdrt.model.classifiers import decide
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.event_log import follow
from lfdrt.training.features import FeatureStore, Row
from lfdrt.training.rethink import RethinkRun
from lfdrt.training.rethink_rows import rows_of
from lfdrt.training.rethink_settings import RethinkSettings

CHUNK = 256
CONTROL = "control"
ANSWERS = ("go", "pause", "keep", "discard")


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A sample with its label, which only reports."""

    id: str
    sample: Sample
    label: str


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Shape: classes (N,), p (N, C), the mean of both classifiers; agree (N,) bool."""

    classes: Tensor
    p: Tensor
    agree: Tensor


def rethink_in(
    folder: Path,
    settings: RethinkSettings,
    *,
    checkpoint: Path,
    samples: Sequence[tuple[str, Sample]],
    labelled: Sequence[Labelled],
    runtime: Runtime,
    cached: bool,
    show: Callable[[Event], None],
) -> tuple[Path, RunFinished]:
    """Rethink `samples` in `folder`, from where it stands; the new checkpoint and how it ended.

    ValueError (a sentence): no samples, or a folder that holds another run.
    """
    if not samples:
        raise ValueError("there is no row to learn from: every row was empty or unreadable.")
    folder.mkdir(parents=True, exist_ok=True)
    loaded = load_checkpoint(checkpoint)
    model = loaded.model
    rows = list(rows_of(model, loaded.tokenizer, samples, runtime))
    _own_folder(folder / "config.json", _about(settings, loaded, rows, runtime))
    if settings.through == "encoder":
        torch.manual_seed(settings.seed)
        model.add_adapter(settings.adapter_width)
    model.to(runtime.device)

    def store(of: Sequence[Row], name: str) -> FeatureStore:
        return FeatureStore(
            model,
            loaded.tokenizer,
            of,
            runtime,
            mask_rate=settings.mask_rate,
            seed=settings.seed,
            folder=folder / name if cached else None,
        )

    unlabelled = store(rows, "features")
    run = RethinkRun(
        model=model,
        store=unlabelled,
        settings=settings,
        runtime=runtime,
        state_file=folder / "state.pt",
        ask=lambda: _control(folder / CONTROL),
    )
    if labelled:
        pairs = [(one.id, one.sample) for one in labelled]
        report = store(list(rows_of(model, loaded.tokenizer, pairs, runtime)), "labelled")
        gold = [one.label for one in labelled]
        run.evaluate = lambda: _scores(run, report, gold)
    before = decisions(run, unlabelled)
    if run.state_file.is_file():
        run.load_state()
    finished = follow(run, folder / "events.jsonl", show)
    _write_predictions(folder / "predictions.csv", rows, model, before, decisions(run, unlabelled))
    card = _card(loaded, settings, finished, len(rows))
    save_checkpoint(folder / "checkpoint", model.requires_grad_(False), loaded.tokenizer, card)
    return folder / "checkpoint", finished


@torch.inference_mode()
def decisions(run: RethinkRun, store: FeatureStore) -> Decisions:
    """What both classifiers say of every row now."""
    classes, shares, agree = [], [], []
    for start in range(0, len(store), CHUNK):
        numbers = range(start, min(start + CHUNK, len(store)))
        with run.runtime.autocast():
            r = run.rethinker.read(store.read(list(numbers)))
        p_1, p_2 = r.logits_1.softmax(-1), r.logits_2.softmax(-1)
        classes.append(decide(p_1, p_2).cpu())
        shares.append(((p_1 + p_2) / 2).cpu())
        agree.append((p_1.argmax(-1) == p_2.argmax(-1)).cpu())
    return Decisions(classes=torch.cat(classes), p=torch.cat(shares), agree=torch.cat(agree))


def _scores(run: RethinkRun, store: FeatureStore, gold: Sequence[str]) -> dict[str, float]:
    names = run.model.config.label_set.labels
    found = decisions(run, store)
    s = score(gold, [names[c] for c in found.classes.tolist()])
    agreement = float(found.agree.float().mean())
    return {"accuracy": s.accuracy, "macro_f1": s.macro_f1, "weighted_f1": s.weighted_f1,
            "agreement": agreement}  # fmt: skip


def _control(path: Path) -> str:
    """The word in the control file; "go" where there is none or it is no word of ours."""
    try:
        word = path.read_text(encoding="utf-8").strip()
    except OSError:
        return "go"
    return word if word in ANSWERS else "go"


def _about(
    settings: RethinkSettings, loaded: Checkpoint, rows: Sequence[Row], runtime: Runtime
) -> dict[str, Any]:
    """What a run is made of; one that goes on must be made of the same."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.id}\0{row.ids}\0{row.family}\0{row.image is None}\n".encode())
    return {
        "settings": to_dict(settings),
        "checkpoint": loaded.folder.name,
        "label_set": loaded.model.config.label_set.name,
        "rows": len(rows),
        "rows_sha256": digest.hexdigest(),
        "versions": {"lfdrt": lfdrt.__version__, "torch": torch.__version__},
        "device": runtime.description,
    }


def _own_folder(path: Path, about: dict[str, Any]) -> None:
    if path.is_file():
        held = read_json(path)
        for name in ("settings", "checkpoint", "rows_sha256"):
            if held.get(name) != about[name]:
                raise ValueError(f"{path.parent} holds a run of other {name}: name a new --out.")
    write_json(path, about)


def _write_predictions(
    path: Path, rows: Sequence[Row], model: LFDRT, before: Decisions, after: Decisions
) -> None:
    """One row a sample: its id, both labels, agreement, and the new probabilities."""
    names = model.config.label_set.labels
    columns = ("id", "label_before", "label_after", "agree", *(f"p_{name}" for name in names))
    path.unlink(missing_ok=True)
    with CsvAppender(path, columns) as out:
        out.append(
            [
                {
                    "id": row.id,
                    "label_before": names[int(before.classes[i])],
                    "label_after": names[int(after.classes[i])],
                    "agree": bool(after.agree[i]),
                    **{
                        f"p_{name}": round(float(p), 6)
                        for name, p in zip(names, after.p[i], strict=True)
                    },
                }
                for i, row in enumerate(rows)
            ]
        )


def _card(
    loaded: Checkpoint, settings: RethinkSettings, finished: RunFinished, rows: int
) -> dict[str, Any]:
    """The base's card without its scores, which are not this model's, and what was done here."""
    kept = {k: v for k, v in loaded.card.items() if k != "scores"}
    return kept | {
        "rethought": {
            "from": loaded.folder.name,
            "rows": rows,
            "date": datetime.now(UTC).date().isoformat(),
            "steps": finished.step,
            "ended": finished.reason,
            "selection": "the last epoch that had not collapsed; no label chose anything",
            "settings": to_dict(settings),
        }
    }
