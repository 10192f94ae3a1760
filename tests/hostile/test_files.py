"""SAFETY.md, line "Caches and states": every file that the program reads back, damaged.

What was there comes back as it was, or a sentence, or nothing, so that it is made anew: never a
traceback, never a silent other result.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.finetune.kind import Progress
from app.finetune.outcome import read_outcome
from app.finetune.teach.kind import read_result
from app.jobs.follow import Tail
from app.jobs.process import Holder, ProcessMark, RunLock
from app.jobs.store import JobFolder, browser_secret, new_id
from app.models.requests import Refused
from app.models.shelf import facts_in
from app.table import words
from app.table.kind import read_result as read_table
from lfdrt.baselines.chat.cache import AnswerCache
from lfdrt.checkpoint import load_checkpoint
from lfdrt.data.export import CsvAppender, JsonlAppender
from lfdrt.errors import UserError
from lfdrt.evaluation.recordings.families import read_families
from lfdrt.evaluation.recordings.files import read_recording, write_files
from lfdrt.events import RunFinished, to_line
from lfdrt.glottolog import PACKED, glottolog
from lfdrt.kit.jobs import Jobs
from lfdrt.runs.files import sealed
from lfdrt.runs.log import read_events
from lfdrt.runs.work import told_to_stop
from lfdrt.training.feature_files import FeatureFiles
from lfdrt.training.rethink.identity import refuse_another
from lfdrt.training.rethink.state import NAMES
from lfdrt.training.saved import keep_tensors, kept_tensors, read_state, write_state
from lfdrt.training.teach.labels import LabelStore, Word, read_labels
from lfdrt.training.teach.reading import Read
from tests.app.finetune.teach.test_kind import PREDICTIONS, RESULT
from tests.app.jobs.fake import one_step
from tests.app.jobs.kinds import Trainings
from tests.evaluation.recorded import drawn
from tests.hostile.damage import DAMAGES

NOTHING = "nothing, so that it is made anew"
SENTENCES = (UserError, Refused)
STUDY = Path(__file__).parents[2] / "assets" / "benchmarks" / "recordings" / "families-compact"


@dataclass(frozen=True, kw_only=True)
class File:
    """make: writes it and what belongs to it into an empty folder. read: as the program does, to
    something that can be compared; NOTHING where it finds none. told: what is in it is only told to
    people, line by line, so that a damaged part may be missing or differ."""

    name: str
    make: Callable[[Path], None]
    read: Callable[[Path], Any]
    told: bool = False


def run_folder(folder: Path) -> JobFolder[Any]:
    return JobFolder(folder, type(Trainings(folder).spec("made")))


def make_run(folder: Path) -> None:
    from app.jobs.store import JobRecord

    spec = Trainings(folder / "runs").spec("made")
    JobFolder(folder, type(spec)).write(
        JobRecord(name="made", owner="ada", created="2026-11-28", spec=spec)
    )


def make_events(folder: Path) -> None:
    events = [*map(one_step, range(1, 6)), RunFinished(step=5, reason="done", seconds=1.0)]
    (folder / "events.jsonl").write_text("".join(to_line(e) + "\n" for e in events), "utf-8")


def read_log(folder: Path) -> Any:
    looked = Tail(folder / "events.jsonl", Progress).look()
    assert len(looked.points) <= len(list(read_events(folder / "events.jsonl"))) <= 12
    return looked.points


STATE = {name: {} for name in NAMES} | {"step": 3, "weights": {"a": torch.arange(300.0)}}


def state(folder: Path) -> Any:
    found = read_state(folder / "state.pt", names=NAMES)
    return found["step"], found["weights"]["a"].tolist()


def tensors(folder: Path) -> Any:
    found = kept_tensors(folder / "kept.safetensors")
    return NOTHING if found is None else {n: t.tolist() for n, t in found.items()}


LENGTHS = [2, 3, 1]


def features(folder: Path) -> FeatureFiles:
    return FeatureFiles(folder, LENGTHS, width=4)


def make_features(folder: Path) -> None:
    files = features(folder)
    rows = [np.full((length, 4), n + 1, np.float16) for n, length in enumerate(LENGTHS)]
    for view in (0, 1):
        files.put(range(3), rows, view)
    files.close()


def read_features(folder: Path) -> Any:
    """Rows that count as kept are right; the others are encoded again."""
    files, mask = features(folder), np.ones((1, 1), dtype=bool)
    for view in (0, 1):
        for n in np.flatnonzero(files.holds(range(3), view)):
            assert (files.gather([n], mask, view) == n + 1).all()
    whole = files.holds(range(3), 0).all() and files.holds(range(3), 1).all()
    files.close()
    return "all of it" if whole else NOTHING


def make_read(folder: Path) -> None:
    z = np.arange(12, dtype=np.float32).reshape(3, 4)
    Read(ids=("1", "2", "3"), texts=("a", "b", "ç"), z=z, logits_1=z, logits_2=z, of="these").save(
        folder / "read.npz"
    )


def read_read(folder: Path) -> Any:
    found = Read.load(folder / "read.npz")
    return found.ids, found.texts, found.of, found.z.tolist(), found.logits_2.tolist()


def recording(folder: Path) -> Any:
    found = read_recording(folder)
    return found.run, found.ids, found.gold.tolist(), found.p_1.tolist(), found.p_2.tolist()


LABELLED = [(str(n), label) for n, label in enumerate(("joy", "anger", "fear"))]


def make_labels(folder: Path) -> None:
    with LabelStore(folder / "labels.csv") as store:
        for name, label in LABELLED:
            store.say(Word(id=name, label=label, text=f"text {name}"))


def labels(folder: Path) -> Any:
    """A store that goes on, and the same file brought in elsewhere; of a file that was cut off, the
    first ones, and never another label."""
    path, texts = folder / "labels.csv", {name: f"text {name}" for name, _ in LABELLED}
    classes = tuple(label for _, label in LABELLED)
    with suppress(*SENTENCES), LabelStore(path, texts=texts, classes=classes) as store:
        found = [(one.id, one.label) for one in store.labels]
        assert found == LABELLED[: len(found)]
    for one in read_labels(path, classes=classes, texts=texts):
        assert (one.id, one.label) in LABELLED or one.id not in texts, "those are counted, and told"


def make_world(folder: Path) -> None:
    shutil.copy(PACKED, folder)


def world(folder: Path) -> Any:
    """The pack of all languages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lfdrt.glottolog.PACKED", folder / PACKED.name)
        return glottolog.__wrapped__()._packed


def make_table(folder: Path) -> None:
    rows = [{"text": f"text {n}", "label": "joy", "agree": n % 2 == 0, "language": "sw"}
            for n in range(8)]  # fmt: skip
    with CsvAppender(folder / "predictions.csv", list(rows[0])) as out:
        out.append(rows)


def table(folder: Path) -> Any:
    """As the tab shows what a table's job has written."""
    try:
        return read_table(folder / "predictions.csv", "")
    except ValueError as error:
        raise Refused(words.UNREADABLE.format(why=error)) from error


def make_result(folder: Path) -> None:
    (folder / "result.json").write_text(json.dumps(sealed(RESULT)), "utf-8")


def make_predictions(folder: Path) -> None:
    text = "\ufeff" + PREDICTIONS * 1
    (folder / "predictions.csv").write_text(text, "utf-8", newline="")


def make_output(kind: type[CsvAppender] | type[JsonlAppender], name: str, folder: Path) -> None:
    with kind(folder / name, ["text", "p"]) as out:
        out.append([{"text": f"text {n}, =1+1", "p": n / 8} for n in range(8)])


def output(kind: type[CsvAppender] | type[JsonlAppender], name: str, folder: Path) -> Any:
    """As a table that is gone on with: rows that are done must be those of the input."""

    @dataclass
    class Row:
        number: int
        values: dict[str, str]

    rows = [Row(n, {"text": f"text {n}, =1+1"}) for n in range(8)]
    with kind(folder / name, ["text", "p"]) as out:
        left = list(out.unfinished(rows, ["text"]))
        assert [row.number for row in left] == list(range(out.rows_done, 8))
    return "all of it" if not left else NOTHING


ANSWER = dict(question="q", label="joy", probabilities="", problem="", model="m", left_out="",
              tokens_in=1, tokens_out=1)  # fmt: skip


def make_answers(folder: Path) -> None:
    (folder / "answers.jsonl").write_text(json.dumps(ANSWER) + "\n", "utf-8")


def answers(folder: Path) -> Any:
    with AnswerCache(folder / "answers.jsonl") as cache:
        return "q" in cache and cache["q"].answer.label


def lock(folder: Path) -> Any:
    held = RunLock(folder)
    held.holder()
    return NOTHING


def make_lock(folder: Path) -> None:
    assert RunLock(folder).take(Holder(run=new_id(), process=ProcessMark(pid=1, create_time=1.0)))


def secret(folder: Path) -> Any:
    found = browser_secret(folder)
    assert len(found) == 64 and browser_secret(folder) == found
    return found


def make_control(folder: Path) -> None:
    (folder / "control").write_text("stop", "utf-8")


def control(folder: Path) -> Any:
    said = {told_to_stop(folder), run_folder(folder).word() == "stop"}
    assert len(said) == 1
    return "stop" if said == {True} else NOTHING


def make_outcomes(folder: Path) -> None:
    one = {"faces": {"state": "done", "seconds": 1.0, "said": ""}}
    (folder / "outcomes.json").write_text(json.dumps(one), "utf-8")


def outcomes(folder: Path) -> Any:
    return Jobs(folder, deadline=0.0, width=1, told=lambda line: None).outcomes


def identity(folder: Path) -> Any:
    refuse_another(folder, {"settings": {"epochs": 3}, "rows_sha256": "0" * 64})
    return "the same"


def make_identity(folder: Path) -> None:
    about = {"settings": {"epochs": 3}, "rows_sha256": "0" * 64}
    (folder / "config.json").write_text(json.dumps(about), "utf-8")


def facts(folder: Path) -> Any:
    return dict(facts_in(folder / "config.json"))


FILES = [
    File(name="run.json", make=make_run, read=lambda f: run_folder(f).record() or NOTHING),
    File(name="events.jsonl", make=make_events, read=read_log, told=True),
    File(name="state.pt", make=lambda f: write_state(f / "state.pt", STATE), read=state),
    File(
        name="kept.safetensors",
        make=lambda f: keep_tensors(f / "kept.safetensors", {"a": torch.arange(9.0)}),
        read=tensors,
    ),
    *(File(name=n, make=make_features, read=read_features)
      for n in ("tokens.f16", "masked.f16", "rows.crc32")),
    File(name="read.npz", make=make_read, read=read_read),
    *(File(name=n, make=lambda f: write_files(f, drawn(10)), read=recording)
      for n in ("run.json", "rows.parquet")),
    File(
        name="families.json",
        make=lambda f: shutil.copy(STUDY / "families.json", f),
        read=read_families,
    ),
    File(name="labels.csv", make=make_labels, read=labels, told=True),
    File(name="result.json", make=make_result, read=lambda f: read_result(f) or NOTHING),
    File(name=PACKED.name, make=make_world, read=world),
    File(name="predictions.csv", make=make_table, read=table, told=True),
    File(
        name="predictions.csv",
        make=make_predictions,
        read=lambda f: read_outcome(f, "made", "done"),
        told=True,
    ),
    *(File(name=n, make=partial(make_output, kind, n), read=partial(output, kind, n), told=True)
      for kind, n in ((CsvAppender, "out.csv"), (JsonlAppender, "out.jsonl"))),
    File(name="answers.jsonl", make=make_answers, read=answers, told=True),
    File(name="training.lock", make=make_lock, read=lock),
    File(name="browser.secret", make=lambda f: browser_secret(f), read=secret, told=True),
    File(name="control", make=make_control, read=control),
    File(name="outcomes.json", make=make_outcomes, read=outcomes, told=True),
    File(name="config.json", make=make_identity, read=identity),
    File(name="config.json", make=make_identity, read=facts, told=True),
]  # fmt: skip


@cache
def whole(place: int, folder: Path) -> tuple[Path, Any]:
    """The files of `FILES[place]`, made once, and what they give."""
    made = folder / f"{place}"
    made.mkdir()
    FILES[place].make(made)
    again = shutil.copytree(made, folder / f"{place}-read")
    return made, FILES[place].read(again)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("place", range(len(FILES)), ids=[f.name for f in FILES])
def test_a_damaged_file_is_a_sentence_or_made_anew(
    shelf: Path, tmp_path: Path, place: int, damage: str
) -> None:
    file, (made, given) = FILES[place], whole(place, shelf)
    folder = Path(shutil.copytree(made, tmp_path / "damaged"))
    path = folder / file.name
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    try:
        found = file.read(folder)
    except SENTENCES as error:
        said = str(error)
        assert said and "\n" not in said and "Traceback" not in said
        return
    assert file.told or found == NOTHING or found == given, damage


CHECKPOINT = ("config.json", "tokenizer.json", "model.safetensors")


@pytest.mark.parametrize("name", [*CHECKPOINT, "card.json"])
def test_a_damaged_checkpoint_is_a_sentence(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    """All damages in one test, since a checkpoint takes long to load."""
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "tiny"))
    content = (folder / name).read_bytes()
    for damage, change in DAMAGES.items():
        if damage.startswith("bit") and name != "model.safetensors" and int(damage[4:]) > 2:
            continue
        (folder / name).write_bytes(change(content))
        try:
            load_checkpoint(folder)
        except UserError as error:
            assert "\n" not in str(error), damage
        else:
            assert name == "card.json", damage


def test_a_state_of_another_version_is_a_sentence(tmp_path: Path) -> None:
    write_state(tmp_path / "state.pt", {"step": 3, "weights": {}})
    with pytest.raises(UserError, match="as one of another version"):
        state(tmp_path)
