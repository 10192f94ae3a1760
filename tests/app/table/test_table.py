"""Whole tables in the Predict tab: what is asked, what is said of the outcome, and jobs."""

from __future__ import annotations

import csv
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.intake.upload import Upload, read
from app.jobs.kind import ACTIVE, DONE, STOP
from app.kinds import engines
from app.models.requests import Refused
from app.models.service import Service
from app.models.shelf import Choice
from app.page.saving import Provenance
from app.table.kind import (
    TABLE,
    TableJobs,
    TableSpec,
    export,
    has_rows,
    here,
    prefix_for,
    read_result,
)
from app.table.tab import WANTS, hints, result, spec
from app.table.views import result as shown_result
from lfdrt.inference.predictor import Predictor
from lfdrt.labels import EKMAN7
from lfdrt.runtime import resolve_runtime
from tests.app.jobs.kinds import Tables, until
from tests.csv_files import write
from tests.tiny import SENTENCES

EVIL = "<img src=x onerror=alert(1)>"
MADE = Provenance(file="t", source="LFD-RT 9.9")
CHOICE = Choice(key="", name="tiny", folder=Path("tiny"), labels=EKMAN7.labels, tuned=False)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Tables]:
    made = Tables(tmp_path / "runs", single_user=False)
    yield made
    made.end_all()


class TestJobs:
    def test_what_is_finished_can_be_taken_at_any_time(self, jobs: Tables, tmp_path: Path):
        jobs.mode, jobs.gate = "plain", 3
        run = jobs.start("Ma table", "ann")
        jobs.reaches(run, 3, "ann")
        jobs.end(run, "ann")
        jobs.becomes(run, "stopped", "ann")
        (tmp_path / "out").mkdir()
        path = export(jobs.jobs, run, "ann", tmp_path / "out")
        assert path.name == "Ma-table-predictions.csv" and path.stat().st_size == 6
        assert has_rows(jobs.folder(run))

    def test_nothing_finished_is_a_sentence(self, jobs: Tables, tmp_path: Path):
        jobs.mode = "fails"
        jobs.becomes(run := jobs.start(owner="ann"), "failed", "ann")
        with pytest.raises(Refused, match="no finished rows"):
            export(jobs.jobs, run, "ann", tmp_path)
        assert result(jobs.jobs, run, "ann") == "" and not has_rows(jobs.folder(run))

    def test_rows_that_cannot_be_shown_are_told_of_and_logged(
        self, jobs: Tables, caplog: pytest.LogCaptureFixture
    ):
        """The fake's are no table; the download stays."""
        jobs.becomes(run := jobs.start(owner="ann"), "done", "ann")
        assert "cannot be shown" in result(jobs.jobs, run, "ann")
        assert "cannot be read" in caplog.text and has_rows(jobs.folder(run))

    def test_another_visitor_gets_none_of_it(self, jobs: Tables, tmp_path: Path):
        jobs.becomes(run := jobs.start(owner="ann"), "done", "ann")
        with pytest.raises(Refused, match="no such table"):
            export(jobs.jobs, run, "bob", tmp_path)
        assert result(jobs.jobs, run, "bob") == ""


class TestHere:
    """Tables that the loaded model predicts in the app itself, against those of a process."""

    ROWS = 300  # more than one chunk, of texts that repeat

    @pytest.fixture(scope="class")
    def predictor(self, tiny_folder: Path) -> Predictor:
        return Predictor.load(tiny_folder, resolve_runtime("cpu"))

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[TableJobs]:
        engine = engines(tmp_path / "runs", device="cpu", single_user=True).of(TABLE)
        engine.open()
        yield engine
        engine.erase(lambda owner: True)

    def spec(self, folder: Path, checkpoint: Path) -> TableSpec:
        texts = [f"{SENTENCES[i % len(SENTENCES)]} {i % 7}" for i in range(self.ROWS)]
        path = write(
            folder / "t.csv", [("nr", "satz"), *((str(i), t) for i, t in enumerate(texts))]
        )
        return TableSpec(table=path, checkpoint=checkpoint, model="tiny", name="t", rows=self.ROWS,
                         columns={"text": "satz", "image": None, "lang": None})  # fmt: skip

    def test_the_bytes_are_those_of_a_process(
        self, engine: TableJobs, predictor: Predictor, tmp_path: Path, tiny_folder: Path
    ):
        made = self.spec(tmp_path, tiny_folder)
        written = []
        for work in (here(predictor, made), None):
            run = engine.start(made, "", work)
            until(lambda run=run: engine.live(run, "").info.state not in ACTIVE)
            live = engine.live(run, "")
            assert (live.info.state, live.sums.done) == (DONE, self.ROWS), live.failure
            assert (engine.store.mine(run, "")[1].process is None) == (work is not None)
            written.append(export(engine, run, "", live.info.folder).read_bytes())
        assert written[0] == written[1] and written[0].count(b"\n") == self.ROWS + 1

    def test_it_stops_and_a_process_goes_on(
        self, engine: TableJobs, predictor: Predictor, tmp_path: Path, tiny_folder: Path
    ):
        made = self.spec(tmp_path, tiny_folder)
        work, held, go = here(predictor, made), threading.Event(), threading.Event()

        def waiting(folder: Path, asked: TableSpec) -> None:
            held.set()
            go.wait()
            work(folder, asked)

        run = engine.start(made, "", waiting)
        try:
            held.wait()
            with pytest.raises(Refused, match="predicted, in the Predict tab"):
                engine.start(made, "")
            engine.say(run, "", STOP)
            assert engine.live(run, "").info.state == "stopping"
        finally:
            go.set()
        until(lambda: engine.live(run, "").info.state not in ACTIVE)
        assert engine.live(run, "").info.state == "stopped"
        engine.resume(run, "")
        until(lambda: engine.live(run, "").info.state not in ACTIVE)
        assert engine.live(run, "").sums.done == self.ROWS

    def test_what_it_fails_with_is_told(
        self, engine: TableJobs, predictor: Predictor, tmp_path: Path, tiny_folder: Path
    ):
        made = replace(self.spec(tmp_path, tiny_folder), columns={"text": "no such column"})
        run = engine.start(made, "", here(predictor, made))
        until(lambda: engine.live(run, "").info.state not in ACTIVE)
        live = engine.live(run, "")
        assert live.info.state == "failed" and "no such column" in live.failure

    def test_a_process_does_what_is_long_or_would_change_the_model(
        self, predictor: Predictor, tmp_path: Path, tiny_folder: Path
    ):
        made = self.spec(tmp_path, tiny_folder)
        assert here(None, made) is None
        assert here(predictor, replace(made, rows=2_001)) is None
        assert here(predictor, replace(made, images=tmp_path / "p.zip")) is None
        assert here(predictor, replace(made, mix=False)) is not None  # it has no mix


class TestTheCommand:
    def test_every_choice_is_an_option(self, tmp_path: Path):
        made = TableSpec(
            table=Path("data/table.csv"), images=Path("data/images.zip"), checkpoint=Path("c"),
            model="tiny", name="t", columns={"text": "-satz", "image": None, "lang": "l"},
            language="sw", family="turkic", faces=False, prefix="predicted_",
        ).below(tmp_path)  # fmt: skip
        said = TABLE.command(tmp_path, made)
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
        given = Upload(table=str(path), **changes)  # type: ignore[arg-type]
        *_, found = read(service, given, WANTS)
        assert found.upload is not None
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

    def test_what_is_asked_can_be_answered(self, service: Service, tmp_path: Path):
        path = tmp_path / "t.txt"
        path.write_text("Maneno\n" + "Ninafurahi sana kukuona leo\n" * 3, "utf-8")
        *_, found = read(service, Upload(table=str(path)), WANTS)
        assert found.upload and found.upload.rows == 4
        assert 'class="how-read" open' in found.asked
        assert found.asked.index('data-value="yes"') < found.asked.index('data-value="no"')
        *_, found = read(service, Upload(table=str(path), read={"header": "yes"}), WANTS)
        assert found.upload and (found.upload.rows, found.upload.columns) == (3, ("Maneno",))
        assert 'class="how-read">' in found.asked and 'data-value="yes" aria-pressed="true"' in (
            found.asked
        )
        made = spec(found.upload, CHOICE, "own").below(tmp_path)
        assert "--read=header=yes" in TABLE.command(tmp_path, made)

    def test_errors_block(self, service: Service, tmp_path: Path):
        path = tmp_path / "t.csv"
        path.write_text("text,b\nfine,joy\none,more,comma\n", "utf-8")
        report, upload = self.of(service, path)
        assert 'role="alert"' in report and "row 3" in report
        with pytest.raises(Refused, match="Choose a table"):
            spec(upload, CHOICE, "own")

    def test_no_table_is_nothing_to_predict(self, service: Service):
        (found,) = read(service, Upload(), WANTS)
        assert found.upload is not None and "appears here" in found.report
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
