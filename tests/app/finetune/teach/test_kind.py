"""A teaching as a job: the command it runs, learning again, what its result says, and its ZIP."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.finetune.archive import bring_in, export
from app.finetune.spec import TeachSpec
from app.finetune.teach import views, words
from app.finetune.teach.kind import gains, read_result, taught_model
from app.finetune.teach.packing import TEACHINGS
from app.finetune.teach.sitting import labels_in
from app.models.requests import Refused
from app.page.saving import Provenance
from lfdrt.events import Preparing, RunStarted, Tried
from lfdrt.training.teach.labels import LabelStore, Word
from tests.app.jobs.kinds import Teachings, Trainings

RESULT = {
    "aim": "right", "measure": "weighted_f1", "labels": 12, "random": 5, "kept": True,
    "before": 40.0, "after": 45.5, "gain": 5.5, "interval": [1.0, 9.0],
    "honest": {"before": 41.0, "after": 43.0, "gain": 2.0, "interval": [-3.0, 6.0], "rows": 5},
    "per_class": [{"class": "joy", "rows": 9, "before": 50.0, "after": 60.0},
                  {"class": "fear", "rows": 0, "before": None, "after": None}],
    "mix": {"joy": 0.6}, "verdict": "It helped.",
}  # fmt: skip
PREDICTIONS = (
    "id,text,label_given,label_before,label_after,agree_before,agree_after,p_joy,p_fear\r\n"
    "1,gel,joy,joy,fear,true,false,0.4,0.6\r\n"
)
P = Provenance(file="t", source="s")


@pytest.fixture
def jobs(tmp_path: Path) -> Teachings:
    return Teachings(tmp_path / "runs")


@pytest.fixture
def done(jobs: Teachings, tiny_folder: Path) -> str:
    """A teaching that has learned, with the tiny checkpoint as what it learned."""
    run = jobs.start("Gel | *git*")
    jobs.becomes(run, "done")
    jobs.settled(run)
    folder = jobs.folder(run)
    shutil.rmtree(folder / "checkpoint")
    shutil.copytree(tiny_folder, folder / "checkpoint")
    learned(folder)
    return run


def learned(folder: Path) -> None:
    """What a learning leaves beside its checkpoint."""
    (folder / "result.json").write_text(json.dumps(RESULT), encoding="utf-8")
    (folder / "config.json").write_text("{}", encoding="utf-8")
    told = "\ufeff" + PREDICTIONS
    (folder / "predictions.csv").write_text(told, encoding="utf-8", newline="")
    with LabelStore(folder / "labels.csv") as store:
        store.say(Word(id="1", label="joy", text="gel"))


def test_the_command_reads_every_row_and_names_what_was_told(tmp_path: Path) -> None:
    spec = TeachSpec(table=Path("t.csv"), columns={"text": "a", "label": "b"}, faces=False)
    said = spec.command(tmp_path, None)
    assert said[:7] == ["teach", "--data", "t.csv", "--text-column", "a", "--label-column", ""]
    assert "--whole-pictures" in said and "--labels" not in said and "--mix" not in said
    assert "--rest" not in said
    spec = TeachSpec(table=Path("t.csv"), mix={"joy": 40.0, "fear": 2.5}, aim="alike", rest=True)
    said = spec.command(tmp_path, tmp_path / "labels.csv")
    assert said[said.index("--mix") + 1] == "joy=40,fear=2.5"
    assert said[said.index("--labels") + 1] == str(tmp_path / "labels.csv")
    assert said[said.index("--aim") + 1] == "alike" and "--rest" in said


def test_it_learns_again_with_what_was_changed(jobs: Teachings) -> None:
    jobs.becomes(run := jobs.start(), "done")
    jobs.settled(run)
    jobs.gate = 3
    jobs.jobs.again(run, "", aim="alike", mix={"joy": 50.0})
    jobs.reaches(run, 3)
    assert jobs.record(run).spec.aim == "alike" and jobs.record(run).ended == ""
    with pytest.raises(Refused, match="still running"):
        jobs.jobs.again(run, "")
    jobs.end(run)
    jobs.becomes(run, "stopped")
    jobs.gate = None
    jobs.jobs.again(run, "")
    jobs.becomes(run, "done")
    assert jobs.record(run).spec.mix == {"joy": 50.0}


def test_other_kinds_do_nothing_again(tmp_path: Path) -> None:
    jobs = Trainings(tmp_path / "runs")
    jobs.becomes(run := jobs.start(), "done")
    with pytest.raises(Refused, match="nothing to go on with"):
        jobs.jobs.again(run, "")


def test_how_far_it_is_is_said(jobs: Teachings) -> None:
    sums = jobs.kind.sums()
    sums.take(Preparing(step=0, stage="encoding", done=20, total=80))
    assert views._how_far(sums) == (0.25, ["Reading the texts once: 20 / 80"])
    sums.take(RunStarted(steps=8, settings={}))
    sums.take(Tried(step=2, name="ridge 1", gain=1.0, likelihood=-1.0))
    assert views._how_far(sums) == (0.25, ["Trying what helps most: 2 of 8"])


def test_the_verdict_tells_before_after_and_how_sure(jobs: Teachings, done: str) -> None:
    shown = views.outcome(jobs.live(done), P)
    assert f"<h2>{words.TITLES['helped']}</h2>" in shown
    assert "Weighted F1 on your 12 labels: 40.0 before, 45.5 after" in shown
    assert "That is +5.5 points" in shown and "+1.0 to +9.0" in shown
    assert "On the 5 that were drawn by chance alone: 41.0 before, 43.0 after" in shown
    assert shown.count("<td>–</td>") == 2, "a class without a label has no score"
    told = RESULT | {"kept": False, "interval": [-9.0, 1.0], "gain": -4.0}
    (jobs.folder(done) / "result.json").write_text(json.dumps(told), encoding="utf-8")
    assert words.TITLES["unchanged"] in views.outcome(jobs.live(done), P)
    (jobs.folder(done) / "result.json").write_text("{", encoding="utf-8")
    assert "was changed or cut off" in views.outcome(jobs.live(done), P)


def test_taken_along_deleted_and_brought_back_its_labels_are_there(
    jobs: Teachings, done: str, tmp_path: Path
) -> None:
    file = export(TEACHINGS, jobs.jobs, done, "", tmp_path / "zips")
    jobs.jobs.delete(done, "")
    again = Teachings(tmp_path / "other", single_user=False)
    run = bring_in(TEACHINGS, again.jobs, file, "anna")
    live = again.live(run, "anna")
    assert (live.info.name, live.info.shown, live.info.spec.language) == (
        "Gel | *git*", "imported", "tr",
    )  # fmt: skip
    assert labels_in(live.info.folder) == 1 and taught_model(live.info) is not None
    assert words.BROUGHT_IN in views.outcome(live, P)
    assert again.jobs.history("berta") == []
    twice = export(TEACHINGS, again.jobs, run, "anna", tmp_path / "again")
    bring_in(TEACHINGS, again.jobs, twice, "anna")


def test_a_zip_with_a_damaged_part_is_refused(jobs: Teachings, done: str, tmp_path: Path) -> None:
    for name, content in (("result.json", "{}"), ("events.jsonl", "no event\n")):
        kept = (jobs.folder(done) / name).read_text(encoding="utf-8")
        (jobs.folder(done) / name).write_text(content, encoding="utf-8")
        with pytest.raises(Refused):
            file = export(TEACHINGS, jobs.jobs, done, "", tmp_path / name)
            bring_in(TEACHINGS, jobs.jobs, file, "")
        (jobs.folder(done) / name).write_text(kept, encoding="utf-8")


def test_gains_are_read_and_never_made_up(tmp_path: Path) -> None:
    assert gains(tmp_path) == {}
    (tmp_path / "teaching").mkdir()
    (tmp_path / "rethinking").mkdir()
    told: dict[str, Any] = {
        "mix": {"weighted_f1": 3.4}, "labels": {"20": {"right": 2.0}, "100": {"right": None}}
    }  # fmt: skip
    (tmp_path / "teaching" / "summary.json").write_text(json.dumps(told), encoding="utf-8")
    quick = {"settings": {"quick": {"mean": {"change": -0.14}}}}
    (tmp_path / "rethinking" / "rethinking.json").write_text(json.dumps(quick), encoding="utf-8")
    assert gains(tmp_path) == {"mix": 3.4, "20": 2.0, "rethinking": -0.14}
    told["with_rest"] = {"100": {"right": 0.1}}
    (tmp_path / "teaching" / "summary.json").write_text(json.dumps(told), encoding="utf-8")
    assert gains(tmp_path)["rest"] == 0.1
    assert read_result(tmp_path) is None
