"""A kiosk's visits, what is cleared when one is over, its folder, and its start."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.jobs.process import Holder, ProcessMark, RunLock, lives, mark_of
from app.kiosk.folder import JUST_MADE, PREFIX, temporary_place
from app.kiosk.kiosk import LATE, Kiosk, Visits
from app.kiosk.page import server
from app.models.requests import Refused
from tests.app.jobs.kinds import Recordings, Trainings


@dataclass
class Stand:
    """A kiosk as `app.py` makes it, without its server; what it told others to forget."""

    kiosk: Kiosk
    jobs: Trainings
    recordings: Recordings
    models: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)

    def visit(self, owner: str) -> str:
        key = self.kiosk.visits.begin()
        self.kiosk.visits.met(key, owner, f"page of {owner}")
        return key

    def upload(self, key: str, name: str) -> Path:
        path = self.kiosk.uploads / name / "picture.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"picture")
        self.kiosk.visits.claim(key, {path})
        return path


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    uploads, runs = tmp_path / "uploads", tmp_path / "runs"
    uploads.mkdir()
    jobs = Trainings(runs, single_user=False)
    made = Stand(Kiosk(60.0, uploads), jobs, Recordings(runs, single_user=False))
    made.kiosk.start((jobs.jobs, made.recordings.jobs), (made.models.append,), made.sessions.append)
    yield made
    made.kiosk.close()
    jobs.end_all()
    made.recordings.end_all()


def test_a_visit_is_overdue_without_a_sign_of_life():
    now = [100.0]
    visits = Visits(10.0, clock=lambda: now[0])
    silent, lively = visits.begin(), visits.begin()
    now[0] = 109.0
    assert visits.seen(lively) and visits.overdue() == []
    now[0] = 111.0
    assert visits.overdue() == [silent]
    visits.end(silent)
    assert not visits.seen(silent) and visits.seen(lively)


def test_nothing_can_be_added_to_a_visit_that_is_over(tmp_path: Path):
    visits = Visits(10.0)
    key = visits.begin()
    visits.end(key)
    visits.met(key, "owner", "page")
    visits.claim(key, {tmp_path})
    with visits.uploading(key) as here:
        assert not here and not visits.anybody_uploads()
    assert visits.owners() == set() and visits.files() == set()


def test_a_running_training_ends_and_is_gone_and_that_of_another_stays(
    stand: Stand, tmp_path: Path
):
    mine, other = stand.visit("me"), stand.visit("other")
    theirs = stand.jobs.start(owner="other")
    stand.jobs.becomes(theirs, "done", "other")
    stand.jobs.gate = 2
    run = stand.jobs.start(owner="me")
    stand.jobs.becomes(run, "running", "me")
    process = stand.jobs.record(run).process
    stand.kiosk.over(mine)
    assert not stand.jobs.folder(run).exists() and not lives(process, run)
    assert stand.jobs.jobs.machine.lock.holder() is None
    assert [one.id for one in stand.jobs.jobs.history("other")] == [theirs]
    assert stand.models == [run] and stand.sessions == ["page of me"]
    assert stand.kiosk.visits.seen(other)


def test_a_running_recording_ends_and_is_gone(stand: Stand):
    key = stand.visit("me")
    stand.recordings.gate = 2
    run = stand.recordings.start(owner="me")
    stand.recordings.becomes(run, "running", "me")
    stand.kiosk.over(key)
    with pytest.raises(Refused):
        stand.recordings.live(run, "me")
    assert stand.jobs.jobs.machine.lock.holder() is None


def test_a_job_that_begins_after_its_visit_is_gone_at_the_next_look(stand: Stand, tmp_path: Path):
    stand.kiosk.over(stand.visit("me"))
    run = stand.jobs.start(owner="me")
    stand.kiosk.look()
    assert not stand.jobs.folder(run).exists() and stand.jobs.jobs.machine.lock.holder() is None


def test_files_are_deleted_but_those_that_somebody_else_has_too(stand: Stand):
    mine, other = stand.visit("me"), stand.visit("other")
    alone, shared = stand.upload(mine, "alone"), stand.upload(mine, "shared")
    stand.upload(other, "shared")
    made_here = stand.kiosk.uploads / "exports" / "mine" / "export.zip"
    made_here.parent.mkdir(parents=True)
    made_here.write_bytes(b"zip")
    (stand.kiosk.uploads / "half.zip").write_bytes(b"zip")
    stand.kiosk.over(mine)
    assert {path.name for path in stand.kiosk.uploads.iterdir()} == {"shared"}
    assert not alone.exists() and shared.exists()
    stand.kiosk.over(other)
    assert list(stand.kiosk.uploads.iterdir()) == []


@pytest.mark.parametrize("away", [-LATE - 1, 86_400.0], ids=["late", "the clock was set back"])
def test_an_upload_of_somebody_else_arrives_whole(stand: Stand, away: float):
    mine, other = stand.visit("me"), stand.visit("other")
    alone, half = stand.upload(mine, "alone"), stand.kiosk.uploads / "half"
    half.write_bytes(b"ha")
    with stand.kiosk.visits.uploading(other):
        stand.kiosk.over(mine)
        assert not alone.exists() and half.exists()
    stand.kiosk.look()
    assert half.exists()
    os.utime(half, (time.time() + away,) * 2)
    stand.kiosk.look()
    assert not half.exists()


def test_the_folder_is_gone_at_the_end_with_all_that_lay_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("GRADIO_TEMP_DIR", "elsewhere")
    with temporary_place() as place:
        assert place.folder.parent == tmp_path.resolve()
        assert os.environ["GRADIO_TEMP_DIR"] == str(place.uploads)
        (place.uploads / "picture.png").write_bytes(b"picture")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("away", [-JUST_MADE - 1, 86_400.0], ids=["old", "the clock was set back"])
def test_the_folder_of_a_crashed_kiosk_is_removed_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: float
):
    """With the training that still runs in it; that of a kiosk that lives stays."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("GRADIO_TEMP_DIR", "elsewhere")
    crashed, living = tmp_path / f"{PREFIX}a", tmp_path / f"{PREFIX}b"
    for folder, process in (
        (crashed, ProcessMark(pid=2**22 + 1, create_time=1.0)),
        (living, mark_of(os.getpid())),
    ):
        folder.mkdir()
        RunLock(folder).take(Holder(run="no such words", process=process))
    jobs = Trainings(crashed / "runs", single_user=False)
    jobs.gate = 2
    run = jobs.start(owner="me")
    jobs.becomes(run, "running", "me")
    process = jobs.record(run).process
    for folder in (crashed, living):
        os.utime(folder, (time.time() + away,) * 2)
    with temporary_place():
        assert not crashed.exists() and living.exists()
        assert not lives(process, run)


@pytest.fixture
def client(stand: Stand) -> TestClient:
    """A server that stores as Gradio's does: uploads by name, files by path."""

    async def upload(request: Request) -> JSONResponse:
        path = stand.kiosk.uploads / "made by upload"
        path.write_bytes(await request.body())
        return JSONResponse([str(path)])

    def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    routes = [
        Route("/gradio_api/upload", upload, methods=["POST"]),
        Route("/{anything:path}", page),
    ]
    return TestClient(Starlette(routes=routes, middleware=[server(stand.kiosk)]))


def test_a_browser_is_one_visit_until_it_starts_over(client: TestClient):
    assert client.post("/kiosk/seen").status_code == 410
    first = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in first and "SameSite=Strict" in first
    assert client.post("/kiosk/seen").status_code == 204
    assert "set-cookie" not in client.get("/").headers
    assert client.post("/kiosk/over").status_code == 204
    assert client.post("/kiosk/seen").status_code == 410
    assert client.get("/").headers["set-cookie"] != first


def test_an_upload_is_on_the_disk_until_its_visit_is_over(client: TestClient, stand: Stand):
    refused = client.post("/gradio_api/upload", content=b"picture")
    assert refused.status_code == 410 and "reload" in refused.text
    client.get("/")
    (path,) = map(Path, client.post("/gradio_api/upload", content=b"picture").json())
    assert stand.kiosk.visits.files() == {path}
    stand.kiosk.over(stand.visit("other"))
    assert path.read_bytes() == b"picture"
    client.post("/kiosk/over")
    assert not path.exists()


def test_only_files_below_the_uploads_are_ever_deleted(
    client: TestClient, stand: Stand, tmp_path: Path
):
    client.get("/")
    outside = tmp_path / "outside"
    outside.write_bytes(b"not a visitor's")
    got = client.get(f"/gradio_api/file={outside}")
    assert got.headers["cache-control"] == "no-store" and stand.kiosk.visits.files() == set()
    key = stand.visit("me")
    stand.kiosk.visits.claim(key, {stand.kiosk.uploads / ".." / "outside"})
    with stand.kiosk.visits.uploading(stand.visit("other")):
        stand.kiosk.over(key)
    assert outside.exists()
