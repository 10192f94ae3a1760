"""What was chosen as the command that a training runs, and as a person copies it."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.finetune.data import samples
from app.finetune.kind import COSTS, estimate, training
from app.finetune.spec import TrainingSpec, changes, preset
from app.jobs.pace import START, Pace, pace
from app.jobs.store import JobFolder, JobRecord, now, slug
from app.models.requests import Refused
from app.models.shelf import Status
from app.places import DEFAULT_CHECKPOINT, SAMPLES
from lfdrt.__main__ import build_parser
from lfdrt.commands.rethink import chosen_settings
from lfdrt.events import EpochDone, to_line
from lfdrt.training.rethink.settings import PRESETS
from tests.app.jobs.fake import one_step
from tests.app.jobs.kinds import Trainings

SPEC = TrainingSpec(
    table=Path("up") / "load" / "my table.csv",
    images=Path("up") / "faces.zip",
    labelled=Path("few.csv"),
    columns={"text": "the text", "image": None, "lang": None, "label": None, "id": "no"},
    language="tr",
    family="none",
    faces=False,
    preset="thorough",
    changes={"epochs": 7, "decay": False, "rate": 2e-05, "through": "encoder"},
    checkpoint=Path("checkpoints") / "other",
    name="Türkçe: ilk deneme",
    rows=48,
)


def test_the_command_means_what_was_chosen() -> None:
    args = build_parser().parse_args(SPEC.command(Path("runs") / "1"))
    assert (args.data, args.images, args.labelled) == (SPEC.table, SPEC.images, SPEC.labelled)
    assert (args.text_column, args.image_column, args.id_column) == ("the text", "", "no")
    assert (args.lang, args.family, args.checkpoint) == ("tr", "none", SPEC.checkpoint)
    assert args.out == Path("runs") / "1" and args.whole_pictures
    expected = replace(PRESETS["thorough"], epochs=7, decay=False, rate=2e-05, through="encoder")
    assert chosen_settings(args) == expected


def test_what_is_not_chosen_is_left_to_the_command() -> None:
    args = build_parser().parse_args(
        TrainingSpec(table=Path("t.csv"), name="x").command(Path("out"))
    )
    assert args.text_column is args.lang is args.images is None and not args.whole_pictures
    assert (args.preset, args.checkpoint) == ("quick", DEFAULT_CHECKPOINT)


@pytest.mark.skipif(sys.platform == "win32", reason="its shells quote otherwise")
def test_the_line_to_copy_names_no_folder() -> None:
    words = shlex.split(SPEC.command_line())
    assert words[:6] == ["python", "-m", "lfdrt", "rethink", "--data", "my table.csv"]
    assert words[-4:] == ["--checkpoint", "other", "--out", "runs/Türkçe-ilk-deneme"]
    assert "load" not in SPEC.command_line()
    assert "--checkpoint" not in TrainingSpec(table=Path("t.csv")).command_line()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../x", "x"),
        ("", "training"),
        ("...", "training"),
        ("a" * 99, "a" * 60),
        ("日本", "日本"),
    ],
)
def test_a_name_as_a_file_name(name: str, file: str) -> None:
    assert slug(name) == file


def test_changes_are_what_differs_from_the_preset() -> None:
    values = preset("quick") | {"epochs": 4.0, "rate": "3e-4", "decay": False}
    assert changes("quick", preset("quick")) == {}
    changed = changes("quick", values)
    assert changed["epochs"] == 4 and isinstance(changed["epochs"], int)
    assert changed["rate"] == 3e-4


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("epochs", 2.5, "epochs is 2.5; it must be a whole number"),
        ("epochs", 0, "epochs is 0; it is at least 1"),
        ("rate", None, "rate is None; it must be a number"),
        ("rate", float("nan"), "rate is nan"),
        ("through", "all", "through is 'all'; it is one of"),
        ("magic", 1, "There is no setting 'magic'"),
    ],
)
def test_settings_that_cannot_be_are_sentences(field: str, value: object, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        changes("quick", {field: value})


def test_the_bundled_samples() -> None:
    found = {one.code: one for one in samples()}
    assert len(found) >= 6 and len({one.family for one in found.values()}) >= 5
    turkish = found["tr"]
    assert (turkish.language, turkish.family, turkish.rows) == ("Turkish", "Turkic", 48)
    assert turkish.images is not None and turkish.labelled == SAMPLES / "tr.labelled.csv"


def past(
    jobs: Trainings,
    seconds: float,
    epochs: int,
    through: str = "classifiers",
    preset: str = "quick",
) -> None:
    """A finished run of 1,000 rows whose steps took so long, newer than those before it."""
    run = JobFolder(jobs.runs / f"{len(jobs.jobs.store.runs()):016x}", TrainingSpec)
    run.path.mkdir()
    spec = TrainingSpec(table=None, preset=preset, changes={"through": through})
    run.write(JobRecord(name="past", owner="", created=now(), spec=spec, ended="done"))
    done = [
        EpochDone(step=1, epoch=epoch, agree=600, disagree=400, used=600, labels={}, flips=0,
                  seconds=1.0)
        for epoch in range(epochs)
    ]  # fmt: skip
    events = [*done, replace(one_step(1), seconds=seconds)]
    run.events.write_text("".join(to_line(e) + "\n" for e in events), encoding="utf-8")
    time.sleep(0.002)


def test_an_estimate_follows_this_machines_last_run_of_the_kind(tmp_path: Path) -> None:
    """Twice as slow as the constants then: twice as long now, but for the start."""
    jobs = Trainings(tmp_path)
    job = replace(SPEC, preset="quick", changes={"epochs": 3, "through": "classifiers"}, rows=1000)

    known = Pace()

    def told() -> float:
        return estimate(jobs.jobs, job, 10, known)

    constants = told()
    known = pace(Status(phase="ready", seconds=3 * START))
    assert told() == pytest.approx(3 * constants), "the app's own start says how fast it is here"
    known = pace(Status(phase="reading", seconds=900.0))
    past(jobs, 0.0, 0)
    assert told() == constants, "no epoch tells nothing"
    past(jobs, 2 * training("classifiers", 1000, 2), 2)
    slow = START + 2 * (constants - START)
    assert told() == pytest.approx(slow)
    past(jobs, 50 * training("encoder", 1000, 2), 2, "encoder")
    assert told() == pytest.approx(slow)
    past(jobs, 9 * training("classifiers", 1000, 2), 2, preset="of another version")
    assert told() == pytest.approx(slow), "a preset that is not known says nothing"
    cost = COSTS["classifiers"]
    assert training("classifiers", 1000, 3) == pytest.approx(1000 * (cost.first + 2 * cost.later))
