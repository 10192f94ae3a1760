"""A run as a ZIP and back; and ZIPs that are no run."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.finetune.archive import TRAININGS, bring_in, export
from app.finetune.kind import model_of
from app.finetune.outcome import read_outcome
from app.models.requests import Refused
from lfdrt.events import Event, to_line
from tests.app.jobs.fake import one_step, watched
from tests.app.jobs.kinds import Trainings


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, tiny_folder: Path) -> Iterator[tuple]:
    """Jobs with a finished run whose checkpoint is the tiny one, and its ZIP."""
    folder = tmp_path_factory.mktemp("jobs")
    jobs = Trainings(folder / "runs")
    run = jobs.start("Gel | *git*")
    jobs.becomes(run, "done")
    jobs.settled(run)
    shutil.rmtree(jobs.folder(run) / "checkpoint")
    shutil.copytree(tiny_folder, jobs.folder(run) / "checkpoint")
    yield jobs, run, export(TRAININGS, jobs.jobs, run, "", folder / "zips")


def test_out_deleted_and_in_again(done: tuple[Trainings, str, Path], tmp_path: Path) -> None:
    jobs, run, file = done
    before = jobs.live(run)
    again = Trainings(tmp_path / "other", single_user=False)
    new = bring_in(TRAININGS, again.jobs, file, "anna")
    live = again.live(new, "anna")
    assert (live.info.state, live.info.reason) == ("done", "imported") and new != run
    spec = live.info.spec
    assert (live.info.name, spec.language, spec.rows) == ("Gel | *git*", "tr", 2)
    assert live.info.created == before.info.created
    assert spec.checkpoint.name == before.info.spec.checkpoint.name
    assert live.sums.points == before.sums.points and model_of(live.info) is not None
    outcomes = [read_outcome(one.info.folder, "", "done") for one in (live, before)]
    assert outcomes[0] == outcomes[1]
    assert again.jobs.history("berta") == []
    twice = export(TRAININGS, again.jobs, new, "anna", tmp_path / "zips")
    assert set(members(twice)) == set(members(file)), "what came in goes out again"
    assert b"It ran to its end" in members(twice)["README.md"]
    bring_in(TRAININGS, again.jobs, twice, "anna")
    again.jobs.delete(new, "anna")
    assert new not in [one.id for one in again.jobs.history("anna")]
    with pytest.raises(Refused, match="Reload"):
        bring_in(TRAININGS, again.jobs, file, "")


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_the_zip_names_nothing_of_this_machine(done: tuple[Trainings, str, Path]) -> None:
    jobs, _, file = done
    for name, content in members(file).items():
        for path in (jobs.runs.parent, Path.cwd(), Path.home()):
            assert str(path).encode() not in content, name
        assert b"my sentences" not in content, "nor the user's file"
    with zipfile.ZipFile(file) as archive:
        kinds = {i.filename.endswith(".safetensors"): i.compress_type for i in archive.infolist()}
    assert kinds == {True: zipfile.ZIP_STORED, False: zipfile.ZIP_DEFLATED}


def test_the_card_is_honest(done: tuple[Trainings, str, Path]) -> None:
    said = members(done[2])["README.md"].decode()
    assert said.startswith("# Gel git\n"), "a name cannot change the layout"
    assert "No labels were given, so nobody knows whether it is better" in said
    assert "1 of\n2 sentences get another label now" in said
    assert "Language: Turkish" in said and "| epochs | " in said


def test_the_card_gives_scores_and_how_little_they_mean(
    done: tuple[Trainings, str, Path], tmp_path: Path
) -> None:
    jobs, run, _ = done
    labelled = jobs.folder(run) / "labelled.csv"
    labelled.write_text("id,text,label,label_before,label_after\n1,x,joy,fear,joy\n", "utf-8")
    try:
        said = members(export(TRAININGS, jobs.jobs, run, "", tmp_path))["README.md"].decode()
    finally:
        labelled.unlink()
    assert "| accuracy | 0.000 | 1.000 |" in said and "this may be luck" in said
    assert "One sentence is 100.0 points of accuracy" in said


def changed(file: Path, target: Path, **contents: bytes | None) -> Path:
    """The ZIP with members replaced, added, or (None) left out."""
    held = members(file) | contents
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in held.items():
            if content is not None:
                out.writestr(name, content)
    return target


def refused(jobs: Trainings, file: Path) -> str:
    """The sentence; nothing of the ZIP is left."""
    before = sorted(p.name for p in jobs.runs.iterdir())
    with pytest.raises(Refused) as error:
        bring_in(TRAININGS, jobs.jobs, file, "")
    assert sorted(p.name for p in jobs.runs.iterdir()) == before
    return str(error.value)


@pytest.mark.parametrize(
    "name",
    ["../evil.json", "/evil.json", "checkpoint/../../evil", "a\\b.json", "pictures/a.png",
     "checkpoint/model.pt", "inner.zip", "checkpoint/", "__MACOSX/x", "README.MD"],
)  # fmt: skip
def test_members_that_export_does_not_write(
    done: tuple[Trainings, str, Path], tmp_path: Path, name: str
) -> None:
    file = changed(done[2], tmp_path / "x.zip")
    with zipfile.ZipFile(file, "a") as out:
        out.writestr(name, b"{}")
    assert "is no training that was downloaded here" in refused(done[0], file)
    assert not list(tmp_path.rglob("evil*"))


def test_a_member_twice_and_a_link(done: tuple[Trainings, str, Path], tmp_path: Path) -> None:
    file = changed(done[2], tmp_path / "twice.zip")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as out:
        out.writestr("config.json", b"{}")
    assert "'config.json' does not belong" in refused(done[0], file)
    link = zipfile.ZipInfo("labelled.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = changed(done[2], tmp_path / "link.zip")
    with zipfile.ZipFile(file, "a") as out:
        out.writestr(link, "/etc/hostname")
    assert "'labelled.csv' does not belong" in refused(done[0], file)


def test_a_bomb(done: tuple[Trainings, str, Path], tmp_path: Path) -> None:
    file = changed(done[2], tmp_path / "bomb.zip")
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr("labelled.csv", b"\0" * 60_000_000)
    assert "unpacks to more than" in refused(done[0], file)


def test_no_zip_and_a_cut_one(done: tuple[Trainings, str, Path], tmp_path: Path) -> None:
    text, cut = tmp_path / "a.zip", tmp_path / "b.zip"
    text.write_text("hello", encoding="utf-8")
    cut.write_bytes(done[2].read_bytes()[:-500])
    for file in (text, cut):
        assert f"{file.name} is no ZIP, or it is damaged" in refused(done[0], file)
    damaged = bytearray(done[2].read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 50] = b"\xff" * 50
    text.write_bytes(damaged)
    assert "a.zip" in refused(done[0], text)


@pytest.mark.parametrize("gone", ["run.json", "events.jsonl", "checkpoint/card.json"])
def test_an_incomplete_one(done: tuple[Trainings, str, Path], tmp_path: Path, gone: str) -> None:
    file = changed(done[2], tmp_path / "x.zip", **{gone: None})
    assert f"{gone} is missing" in refused(done[0], file)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.json", b"[]", "run.json is not what a training writes"),
        ("run.json", b"\xff", "x.zip cannot be used"),
        ("run.json", b"[" * 100_000, "x.zip cannot be used"),
        ("events.jsonl", b"", "events.jsonl holds no training"),
        ("events.jsonl", b"{}\n", "events.jsonl, line 1 is not what a training writes"),
        ("predictions.csv", b"id\r\n1\r\n", "predictions.csv cannot be read"),
        ("checkpoint/config.json", b"{}", "unusable ModelConfig"),
        ("checkpoint/model.safetensors", b"\x80\x04pickle", "damaged or not safetensors"),
        ("checkpoint/model.safetensors", b"\xff" * 64, "damaged or not safetensors"),
        ("checkpoint/tokenizer.json", b"{}", "x.zip cannot be used"),
    ],
)
def test_contents_that_are_wrong(
    done: tuple[Trainings, str, Path], tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = changed(done[2], tmp_path / "x.zip", **{name: content})
    assert sentence in refused(done[0], file)


STEP, WATCHED = one_step(1), watched(0)


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        (STEP, {"agree": "<b>3</b>"}),
        (STEP, {"losses": {"masked": float("nan")}}),
        (STEP, {"labels": {"joy": None}}),
        (STEP, {"disputes": [{"text": "only"}]}),
        (STEP, {"disputes": [{"row": 1}]}),
        (STEP, {"extra": 1}),
        (STEP, {"step": 10**400}),
        (STEP, {"seconds": float("inf")}),
        (WATCHED, {"rows": [{"row": "1", "text": 7.0, "picture": 0.0}]}),
        (WATCHED, {"rows": [{"text": "only"}]}),
        (WATCHED, {"rows": [{"row": "1", "text": "a", "picture": 0.0}] * 1_001}),
    ],
)
def test_events_whose_fields_are_wrong(
    done: tuple[Trainings, str, Path], tmp_path: Path, event: Event, wrong: dict[str, object]
) -> None:
    line = json.dumps(json.loads(to_line(event)) | wrong) + "\n"
    events = members(done[2])["events.jsonl"] + line.encode()
    file = changed(done[2], tmp_path / "x.zip", **{"events.jsonl": events})
    assert "is not what a training writes" in refused(done[0], file)


def test_a_model_larger_than_its_weights_is_never_built(
    done: tuple[Trainings, str, Path], tmp_path: Path
) -> None:
    config = json.loads(members(done[2])["checkpoint/config.json"])
    config["text"]["backbone"]["intermediate_size"] = 8_000_000
    file = changed(done[2], tmp_path / "x.zip", **{"checkpoint/config.json": None})
    with zipfile.ZipFile(file, "a") as out:
        out.writestr("checkpoint/config.json", json.dumps(config))
    assert "describes a model of 2" in refused(done[0], file)


@pytest.mark.parametrize(
    ("key", "value"),
    [("rows", "many"), ("rows", -1), ("ended", "running"), ("base", 3), ("name", "\n"),
     ("created", "yesterday"),
     ("preset", "x" * 500), ("owner", "anna"), ("changes", []), ("language", "q9!")],
)  # fmt: skip
def test_fields_that_are_wrong(
    done: tuple[Trainings, str, Path], tmp_path: Path, key: str, value: object
) -> None:
    about = json.loads(members(done[2])["run.json"]) | {key: value}
    content = json.dumps(about).encode()
    assert "x.zip cannot be used" in refused(
        done[0], changed(done[2], tmp_path / "x.zip", **{"run.json": content})
    )
