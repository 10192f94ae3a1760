"""A teaching in its folder, on a tiny checkpoint: what it leaves, its guard, and going on."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.config import ConfigError
from lfdrt.errors import UserError
from lfdrt.events import EvalDone, Event, Preparing, RunFinished, RunStarted, Tried, Warned, to_line
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.runs.log import read_events
from lfdrt.runtime import resolve_runtime
from lfdrt.steps import drained
from lfdrt.training.teach.folder import teach_in
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.reading import Read, reading
from lfdrt.training.teach.settings import TeachSettings
from tests.tiny import SENTENCES, tiny_checkpoint

ROWS = [(str(n), Sample(text=f"{s} {n}", language="en")) for n, s in enumerate(SENTENCES * 3)]
CPU = resolve_runtime("cpu", "float32")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny")


def teach(
    folder: Path,
    tiny: Path,
    labels: list[Label] | None = None,
    settings: TeachSettings | None = None,
) -> tuple[Path, RunFinished, list[Event]]:
    shown: list[Event] = []
    made, finished = teach_in(
        folder,
        settings or TeachSettings(),
        checkpoint=tiny,
        samples=ROWS,
        labels=labels or [],
        runtime=CPU,
        show=shown.append,
    )
    assert list(map(to_line, read_events(folder / "events.jsonl"))) == list(map(to_line, shown))
    return made, finished, shown


def all_joy(count: int) -> list[Label]:
    return [Label(id=str(n), label="joy", random=n % 5 == 4) for n in range(count)]


def own_words(tiny: Path, count: int) -> list[Label]:
    """What the model says already."""
    predictor = Predictor.load(tiny, CPU)
    said = predictor.predict_many([s for _, s in ROWS[:count]])
    return [Label(id=str(n), label=p.scores.label, random=True) for n, p in enumerate(said)]


def result(folder: Path) -> dict:
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def test_without_labels_and_mix_the_rows_are_read(tmp_path: Path, tiny: Path) -> None:
    _, finished, events = teach(tmp_path / "run", tiny)
    assert finished.reason == "read" and [e.steps for e in events if isinstance(e, RunStarted)] == [
        0
    ]
    read = Read.load(tmp_path / "run" / "read.npz")
    assert read.ids == tuple(name for name, _ in ROWS) and read.texts[3] == ROWS[3][1].text
    prediction = Predictor.load(tiny, CPU).predict(ROWS[5][1]).scores
    p = torch.from_numpy(read.logits_1[5]).softmax(-1).numpy()
    assert p == pytest.approx(prediction.probabilities_1, abs=1e-5)
    assert not (tmp_path / "run" / "result.json").exists()


def test_labels_become_a_checkpoint_that_says_what_was_measured(tmp_path: Path, tiny: Path) -> None:
    run = tmp_path / "run"
    made, finished, events = teach(run, tiny, all_joy(20))
    assert finished.reason == "done"
    assert sum(isinstance(e, Tried) for e in events) == finished.step == 6
    (measured,) = [e for e in events if isinstance(e, EvalDone)]
    told = result(run)
    assert (
        told["kept"] and told["gain"] == pytest.approx(measured.scores["gain"]) and told["gain"] > 0
    )
    assert told["labels"] == 20 and told["random"] == 4 and told["honest"] is None
    assert told["by_class"]["joy"] == 20 and told["prior"]["joy"] > 1 / 7
    card = load_checkpoint(made).card
    assert card["taught"]["gain"] == told["gain"] and "scores" not in card
    with (run / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["label_given"] for r in rows] == ["joy"] * 20 + [""] * (len(ROWS) - 20)
    changed = [r for r in rows if r["label_before"] != r["label_after"]]
    assert len(changed) == told["changed"] > 0


def test_the_rest_teaches_where_it_is_asked_to(tmp_path: Path, tiny: Path) -> None:
    """Every row labelled: there is no rest, and nothing more is tried."""
    mixed = [Label(id=str(n), label=("joy", "anger")[n % 2], random=True) for n in range(len(ROWS))]
    asked = TeachSettings(rest=True)
    _, _, events = teach(tmp_path / "run", tiny, mixed[:20], asked)
    tried = [e.name for e in events if isinstance(e, Tried)]
    assert [name.rpartition(" x ")[2] for name in tried[6:]] == ["1", "3"]
    assert all("with the rest" in name for name in tried[6:]) and len(tried) == 8
    told = [e.steps for e in events if isinstance(e, RunStarted)]
    assert told == [8] and result(tmp_path / "run")["chosen"] in tried
    _, _, events = teach(tmp_path / "run", tiny, mixed, asked)
    assert sum(isinstance(e, Tried) for e in events) == 6


def test_predictions_are_those_of_the_saved_checkpoint(tmp_path: Path, tiny: Path) -> None:
    made, _, _ = teach(tmp_path / "run", tiny, all_joy(20))
    with (tmp_path / "run" / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    said = list(Predictor.load(made, CPU).predict_many([s for _, s in ROWS]))
    assert [p.scores.label for p in said] == [r["label_after"] for r in rows]
    for p, row in zip(said, rows, strict=True):
        assert float(row["p_joy"]) == pytest.approx(p.scores.mean[3], abs=1e-4)


def test_what_does_not_help_leaves_the_model_as_it_was(tmp_path: Path, tiny: Path) -> None:
    run = tmp_path / "run"
    teach(run, tiny, all_joy(20))
    assert (run / "checkpoint").is_dir()
    _, finished, events = teach(run, tiny, own_words(tiny, 20))
    assert finished.reason == "unchanged" and not (run / "checkpoint").exists()
    told = result(run)
    assert not told["kept"] and told["gain"] <= 0 and told["changed"] == 0
    assert "stays as it was" in told["verdict"] and told["honest"]["rows"] == 20
    assert [e.message for e in events if isinstance(e, Warned)] == [told["verdict"]]


def test_a_mix_alone_is_put_in_exactly(tmp_path: Path, tiny: Path) -> None:
    mix = (0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1)
    made, finished, _ = teach(tmp_path / "run", tiny, settings=TeachSettings(mix=mix))
    assert finished.reason == "done"
    after = load_checkpoint(made)
    assert after.model.config.class_prior == mix
    before = load_checkpoint(tiny).model.state_dict()
    for name, weight in after.model.state_dict().items():
        assert torch.equal(weight, before[name]), name
    told = result(tmp_path / "run")
    assert told["gain"] is None and told["mix"]["joy"] == told["prior"]["joy"] == 0.4
    # taught again: "before" is now with that mix, and rows are kept under a flat one
    again = tmp_path / "again"
    teach_in(again, TeachSettings(), checkpoint=made, samples=ROWS, labels=[], runtime=CPU,
             show=lambda _: None)  # fmt: skip
    flat = drained(reading(load_checkpoint(tiny), ROWS, CPU))
    assert Read.load(again / "read.npz").logits_1 == pytest.approx(flat.logits_1, abs=1e-5)


def test_rows_are_read_once(tmp_path: Path, tiny: Path) -> None:
    run = tmp_path / "run"
    teach(run, tiny)
    _, _, events = teach(run, tiny, all_joy(12))
    assert {e.stage for e in events if isinstance(e, Preparing)} == {"saving"}
    with pytest.raises(UserError, match="other rows or another checkpoint"):
        teach(run, tiny_checkpoint(tmp_path / "other", seed=1), all_joy(12))
    (run / "read.npz").write_bytes(b"half")
    with pytest.raises(UserError, match="damaged"):
        teach(run, tiny, all_joy(12))


def test_stop_leaves_the_folder_as_it_was(tmp_path: Path, tiny: Path) -> None:
    run = tmp_path / "run"
    teach(run, tiny, all_joy(20))
    kept = (run / "result.json").read_bytes()
    (run / "control").write_text("stop", encoding="utf-8")
    _, finished, _ = teach(run, tiny, own_words(tiny, 20))
    assert finished.reason == "discarded"
    assert (run / "result.json").read_bytes() == kept and (run / "checkpoint").is_dir()


def test_labels_that_cannot_be_used_are_said(tmp_path: Path, tiny: Path) -> None:
    foreign = [Label(id="99", label="joy", random=True), Label(id="1", label=None, random=True)]
    _, finished, events = teach(tmp_path / "run", tiny, all_joy(3) + foreign)
    assert finished.reason == "unchanged"
    said = [e.message for e in events if isinstance(e, Warned)]
    assert "1 of 4 labels are of no row" in said[0] and "too few" in said[1]
    with pytest.raises(UserError, match="no class 'fun'"):
        teach(tmp_path / "run", tiny, [Label(id="1", label="fun", random=True)])
    with pytest.raises(ConfigError, match="2 shares for 7 classes"):
        teach(tmp_path / "run", tiny, settings=TeachSettings(mix=(0.5, 0.5)))
    with pytest.raises(ConfigError, match="aim is 'most'"):
        TeachSettings(aim="most")


def test_pictures_and_empty_tables(tmp_path: Path, tiny: Path) -> None:
    from PIL import Image

    loaded = load_checkpoint(tiny)
    seen = [("p", Sample(image=Image.new("RGB", (40, 40), "red"))), *ROWS[:2]]
    read = drained(reading(loaded, seen, CPU))
    assert read.texts[0] == "" and np.isfinite(read.z).all()
    with pytest.raises(UserError, match="no row to read"):
        drained(reading(loaded, [], CPU))
