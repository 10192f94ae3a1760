"""Whole tables in the Predict tab: what is asked, what is said of the outcome, and jobs."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from app.jobs.process import kill_tree
from app.jobs.processes import Grace
from app.models.requests import Refused
from app.models.service import Service
from app.models.shelf import Choice
from app.page.saving import Provenance
from app.table.board import TableLive
from app.table.folder import TableFolder, TableSpec
from app.table.jobs import TableJobs
from app.table.results import prefix_for, read_result
from app.table.upload import Upload, hints, look, read, result, spec
from app.table.views import result as shown_result
from lfdrt.labels import EKMAN7

PATIENCE = 60.0  # s
EVIL = "<img src=x onerror=alert(1)>"
MADE = Provenance(file="t", source="LFD-RT 9.9")
CHOICE = Choice(key="", name="tiny", folder=Path("tiny"), labels=EKMAN7.labels, tuned=False)

WRITER = """
import json, pathlib, sys, time
folder, mode = pathlib.Path(sys.argv[1]), sys.argv[2]
if mode == "fails":
    sys.exit(f"lfdrt: {folder / 'data' / 'table.csv'}: no column is called 'x'.")
log = (folder / "events.jsonl").open("w")
def tell(**event):
    log.write(json.dumps(event) + chr(10)); log.flush()
tell(event="RunStarted", steps=100, settings={"rows": 100})
out = (folder / "predictions.csv").open("a")
reason = "done"
for done in range(10, 101, 10):
    control = folder / "control"
    if mode != "deaf" and control.exists() and control.read_text() == "stop":
        reason = "stopped"
        break
    out.write("x" * 10); out.flush()
    tell(event="Preparing", step=0, stage="predicting", done=done, total=100)
    time.sleep(3600 if mode in ("deaf", "waits") and done == 50 else 0.02)
    if mode == "slow":
        time.sleep(0.3)
tell(event="RunFinished", step=0, reason=reason, seconds=1.0)
if reason == "stopped":
    sys.exit("lfdrt: Stopped. predictions.csv keeps its rows.")
"""


class FakeTables(TableJobs):
    """mode: of the processes begun from now on."""

    mode = "plain"

    def _command(self, run: TableFolder) -> Sequence[str]:
        return ["-c", WRITER, str(run.path), self.mode]

    def end_all(self) -> None:
        for run, record in self._store.runs():
            kill_tree(record.process, run.id)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[FakeTables]:
    made = FakeTables(
        tmp_path / "runs", device="cpu", single_user=False, grace=Grace(seconds=0.5, look=0.05)
    )
    yield made
    made.end_all()


@pytest.fixture
def asked(tmp_path: Path) -> TableSpec:
    table = tmp_path / "Ma table.csv"
    table.write_text("text\nso happy\n", "utf-8")
    return TableSpec(
        table=table, checkpoint=tmp_path / "model", model="tiny", name="Ma table", rows=100
    )


def becomes(jobs: TableJobs, run: str, state: str, owner: str = "ann") -> TableLive:
    end = time.monotonic() + PATIENCE
    while (live := jobs.live(run, owner)).info.state != state:
        assert time.monotonic() < end, f"{live.info.state} and not {state}: {live.failure}"
        time.sleep(0.05)
    return live


class TestJobs:
    def test_it_runs_to_its_end_under_names_of_our_own(
        self, jobs: FakeTables, asked: TableSpec, tmp_path: Path
    ):
        run = jobs.start(asked, "ann")
        live = becomes(jobs, run, "done")
        assert (live.done, live.total) == (100, 100)
        assert [p.name for p in (tmp_path / "runs" / "tables" / run / "data").iterdir()] == [
            "table.csv"
        ]
        (tmp_path / "out").mkdir()
        assert jobs.export(run, "ann", tmp_path / "out").name == "Ma-table-predictions.csv"

    def test_it_gives_way_to_the_page(self, jobs: FakeTables, asked: TableSpec, tmp_path: Path):
        jobs.mode = "waits"
        run = jobs.start(asked, "ann")
        record = TableFolder(tmp_path / "runs" / "tables" / run).record()
        assert record is not None and record.process is not None
        assert psutil.Process(record.process.pid).nice() != psutil.Process().nice()

    def test_stop_keeps_what_is_done_and_go_on_goes_on(self, jobs: FakeTables, asked: TableSpec):
        jobs.mode = "slow"
        run = jobs.start(asked, "ann")
        becomes(jobs, run, "running")
        jobs.stop(run, "ann")
        becomes(jobs, run, "stopped")
        path, _ = jobs.predictions(run, "ann")
        kept = path.stat().st_size
        assert kept
        jobs.mode = "plain"
        jobs.resume(run, "ann")
        becomes(jobs, run, "done")
        assert path.stat().st_size > kept

    def test_one_that_does_not_listen_is_ended(self, jobs: FakeTables, asked: TableSpec):
        jobs.mode = "deaf"
        run = jobs.start(asked, "ann")
        becomes(jobs, run, "running")
        jobs.stop(run, "ann")
        assert becomes(jobs, run, "stopped").failure == ""

    def test_a_failure_names_the_visitors_file(self, jobs: FakeTables, asked: TableSpec):
        jobs.mode = "fails"
        run = jobs.start(asked, "ann")
        assert becomes(jobs, run, "failed").failure == ("Ma table.csv: no column is called 'x'.")

    def test_one_that_is_killed_is_told_and_goes_on(self, jobs: FakeTables, asked: TableSpec):
        jobs.mode = "waits"
        run = jobs.start(asked, "ann")
        becomes(jobs, run, "running")
        jobs.end_all()
        assert "ended without a word" in becomes(jobs, run, "lost").failure
        jobs.mode = "plain"
        jobs.resume(run, "ann")
        becomes(jobs, run, "done")

    def test_another_visitor_sees_none_of_it(
        self, jobs: FakeTables, asked: TableSpec, tmp_path: Path
    ):
        run = jobs.start(asked, "ann")
        for ask in (jobs.live, jobs.stop, jobs.resume, jobs.predictions, jobs.delete):
            with pytest.raises(Refused, match="no such table"):
                ask(run, "bob")
        assert jobs.history("bob") == []
        assert look(jobs, run, "bob") is None
        assert result(jobs, run, "bob") == ""

    def test_one_at_a_time_with_a_sentence(self, jobs: FakeTables, asked: TableSpec):
        jobs.mode = "waits"
        jobs.start(asked, "ann")
        with pytest.raises(Refused, match="“Ma table” is still being predicted"):
            jobs.start(asked, "ann")
        with pytest.raises(Refused, match="A table is being predicted on this machine") as told:
            jobs.start(asked, "bob")
        assert "Ma table" not in str(told.value)

    def test_deleted_is_gone(self, jobs: FakeTables, asked: TableSpec, tmp_path: Path):
        run = jobs.start(asked, "ann")
        becomes(jobs, run, "done")
        jobs.delete(run, "ann")
        assert not (tmp_path / "runs" / "tables" / run).exists()


class TestTheCommand:
    def test_every_choice_is_an_option(self, tmp_path: Path):
        made = TableSpec(
            table=Path("data/table.csv"), images=Path("data/images.zip"), checkpoint=Path("c"),
            model="tiny", name="t", columns={"text": "-satz", "image": None, "lang": "l"},
            language="sw", family="turkic", faces=False, prefix="predicted_",
        ).below(tmp_path)  # fmt: skip
        said = made.command(Path("out.csv"), Path("folder"))
        for option in ("--text-column=-satz", "--image-column=", "--lang-column=l",
                       "--prefix=predicted_", "--whole-pictures"):  # fmt: skip
            assert option in said
        assert said[said.index("--input") + 1] == str(tmp_path / "data" / "table.csv")
        assert said[said.index("--images") + 1] == str(tmp_path / "data" / "images.zip")
        assert said[said.index("--lang") + 1] == "sw"
        assert said[said.index("--family") + 1] == "turkic"


class TestUploads:
    @pytest.fixture
    def service(self, tiny_folder: Path) -> Service:
        return Service(tiny_folder, "cpu")  # never started: tokens are counted where it is loaded

    def of(self, service: Service, path: Path, **changes: object) -> tuple[str, Upload]:
        found = list(read(service, Upload(table=str(path), **changes)))[-1]  # type: ignore[arg-type]
        assert found.over
        return found.report, found.upload

    def test_columns_are_guessed_and_can_be_changed(self, service: Service, tmp_path: Path):
        path = tmp_path / "t.csv"
        path.write_text("a,sentence\nok,Ninafurahi sana leo\nno,Nina huzuni sana\n", "utf-8")
        report, upload = self.of(service, path)
        assert "Ready: 2 rows to predict" in report
        assert (upload.roles["text"], upload.columns, upload.rows) == (
            "sentence", ("a", "sentence"), 2)  # fmt: skip
        _, upload = self.of(service, path, roles={"text": "a", "image": None, "lang": None})
        assert upload.roles["text"] == "a"

    def test_errors_block(self, service: Service, tmp_path: Path):
        path = tmp_path / "t.csv"
        path.write_text("text,b\nfine,joy\none,more,comma\n", "utf-8")
        report, upload = self.of(service, path)
        assert 'role="alert"' in report and "row 3" in report
        with pytest.raises(Refused, match="Choose a table"):
            spec(upload, CHOICE, "own")

    def test_no_table_is_nothing_to_predict(self, service: Service):
        (found,) = read(service, Upload())
        assert "appears here" in found.report
        with pytest.raises(Refused, match="Choose a table"):
            spec(found.upload, CHOICE, "own")

    def test_new_columns_do_not_meet_the_tables_own(self):
        upload = Upload(table="t.csv", columns=("text", "label"), rows=1)
        assert spec(upload, CHOICE, "own").prefix == "predicted_"
        assert "“label” already" in hints(upload, EKMAN7.labels)
        assert hints(Upload(table="t.csv", columns=("text",), rows=1), EKMAN7.labels) == ""

    @pytest.mark.parametrize(
        ("images", "text", "read_from"),
        [("", "t", None), ("p.zip", "t", "i"), ("", None, "i")],
    )
    def test_without_a_zip_texts_are_read_alone(
        self, images: str, text: str | None, read_from: str | None
    ):
        """Each row would get the note that its picture is missing, and no prediction."""
        roles = {"text": text, "image": "i", "lang": None}
        upload = Upload(table="t.csv", images=images, roles=roles, columns=("t", "i"), rows=1)
        assert spec(upload, CHOICE, "own").columns["image"] == read_from
        assert ("texts alone" in hints(upload, EKMAN7.labels)) == (read_from is None)

    def test_a_table_that_was_predicted_can_be_predicted_again(self):
        assert prefix_for(("text", "label", "predicted_note"), EKMAN7.labels) == (
            "predicted_predicted_"
        )


class TestTheOutcome:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        """Three finished rows, one without a prediction, and half a row."""
        rows = [
            ["text", "label", "agree", "label_1", "label_2", "language", "family", "note"],
            ["'=1+1", "joy", "true", "joy", "joy", "sw", "niger-congo", ""],
            [EVIL, "fear", "false", "fear", "joy", "", "", EVIL],
            ["c", "joy", "true", "joy", "joy", "sw", "niger-congo", ""],
            ["", "", "", "", "", "", "", "Not predicted: nothing."],
        ]
        path = tmp_path / "p.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(rows)
            out.write("half,jo")
        return path

    def test_it_is_counted(self, path: Path):
        found = read_result(path, "")
        assert (found.rows, found.unread, found.disagree) == (4, 1, 1)
        assert found.labels == Counter(joy=2, fear=1)
        assert found.languages == {"sw": Counter(joy=2), "": Counter(fear=1)}
        assert found.first[0]["text"] == "=1+1"

    def test_it_is_shown_escaped_with_its_source(self, path: Path):
        html = shown_result(read_result(path, ""), "", MADE)
        assert "<img" not in html
        for said in ("Swahili", "not told", "33.3", "Not predicted: nothing.", "LFD-RT 9.9"):
            assert said in html

    def test_nothing_finished_is_a_sentence(self, tmp_path: Path):
        path = tmp_path / "p.csv"
        path.write_text("text,label,agree,language\n", "utf-8")
        assert "No row is finished" in shown_result(read_result(path, ""), "", MADE)
