"""Every kind of job from start to end: followed, stopped, lost, found again, each by its owner.

The processes are `fake`, which goes no further than a test lets it.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.jobs import engine, process
from app.jobs.engine import Grace, Machine, Patience
from app.jobs.process import NAME, RunLock
from app.jobs.store import JobFolder, browser_secret
from app.models.requests import Refused
from tests.app.jobs.kinds import FAST, KINDS, Driver, Trainings, until

Make = Callable[..., Driver]


@pytest.fixture(params=KINDS, ids=[kind.name for kind in KINDS])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes the jobs of one kind, any number of times: an app that is started again."""
    made: list[Driver] = []

    def one(**options: object) -> Driver:
        made.append(request.param(tmp_path / "runs", **options))
        return made[-1]

    yield one
    for jobs in made:
        jobs.end_all()


@pytest.fixture
def jobs(make: Make) -> Driver:
    return make()


def holds_the_lock(jobs: Driver) -> str | None:
    try:
        return str(json.loads((jobs.runs / NAME).read_text("utf-8"))["run"])
    except OSError:
        return None


def ids(jobs: Driver, owner: str = "") -> list[str]:
    return [one.id for one in jobs.jobs.history(owner)]


def test_it_is_followed_to_its_end(jobs: Driver) -> None:
    jobs.gate = 3
    run = jobs.start()
    assert jobs.state(run) in ("starting", "running")
    jobs.reaches(run, 3)
    assert jobs.state(run) == "running" and jobs.far(run) == 3
    assert holds_the_lock(jobs) == run
    jobs.open_gate(run)
    jobs.becomes(run, "done")
    assert jobs.far(run) == 10 and jobs.failure(run) == "" and ids(jobs) == [run]
    with pytest.raises(Refused, match="nothing to go on with"):
        jobs.jobs.resume(run, "")
    with pytest.raises(Refused, match="“first” is not running"):
        jobs.end(run)
    jobs.gate = None
    jobs.becomes(jobs.start("second"), "done")  # the lock is free


def test_before_its_first_event_it_is_starting(jobs: Driver) -> None:
    jobs.mode = "slow"
    run = jobs.start()
    assert jobs.state(run) == "starting" and jobs.far(run) == 0


def test_told_to_end_it_keeps_what_is_done(jobs: Driver) -> None:
    jobs.gate = 6
    run = jobs.start()
    jobs.reaches(run, 6)
    jobs.end(run)
    assert jobs.state(run) in ("stopping", jobs.ended)
    jobs.becomes(run, jobs.ended)
    assert jobs.far(run) == 6 and jobs.failure(run) == ""
    jobs.becomes(jobs.start("second"), "running")


def test_one_that_does_not_listen_is_ended_and_loses_nothing(make: Make) -> None:
    jobs = make(grace=FAST)
    jobs.mode, jobs.gate = "deaf", 6
    run = jobs.start()
    jobs.reaches(run, 6)
    jobs.mode = "plain"
    jobs.end(run)
    assert jobs.state(run) == "stopping"
    jobs.becomes(run, jobs.ended)
    assert jobs.far(run) >= 5


def test_a_killed_one_is_lost_and_goes_on_from_what_is_kept(jobs: Driver) -> None:
    jobs.gate = 7
    run = jobs.start()
    jobs.reaches(run, 7)
    jobs.kill(run)
    jobs.becomes(run, "lost")
    jobs.gate = 8
    jobs.jobs.resume(run, "")
    jobs.reaches(run, 8)
    jobs.open_gate(run)
    jobs.becomes(run, "done")
    assert jobs.far(run) == 10 and jobs.failure(run) == ""


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [("fails", "row 3 is not a row."), ("raises", "MemoryError: no room for 3 GB")],
)
def test_a_failing_one_says_why_and_can_go_on(jobs: Driver, mode: str, sentence: str) -> None:
    jobs.mode = mode
    run = jobs.start()
    jobs.becomes(run, "failed")
    assert jobs.failure(run).endswith(sentence)
    assert str(jobs.runs.parent) not in jobs.failure(run), "no path of this machine"
    jobs.mode = "plain"
    jobs.jobs.resume(run, "")
    jobs.becomes(run, "done")
    assert jobs.failure(run) == ""


def test_an_app_that_is_started_again_finds_it(jobs: Driver, make: Make) -> None:
    jobs.gate = 3
    run = jobs.start()
    jobs.reaches(run, 3)
    again = make()
    assert again.state(run) == "running" and again.far(run) == 3
    with pytest.raises(Refused, match="“first” is still being"):
        again.start("second")
    again.end(run)
    again.becomes(run, jobs.ended)
    jobs.becomes(run, jobs.ended)


def test_a_word_that_was_said_before_the_restart_is_remembered(jobs: Driver, make: Make) -> None:
    jobs.mode, jobs.gate = "deaf", 6
    run = jobs.start()
    jobs.reaches(run, 6)
    (jobs.folder(run) / "control").write_text(jobs.ends)
    make(grace=FAST).becomes(run, jobs.ended)


def test_a_clock_that_is_set_back_keeps_none_alive(jobs: Driver, make: Make) -> None:
    """It was told to end by a clock that is a day ahead of the one of now."""
    jobs.mode, jobs.gate = "deaf", 6
    run = jobs.start()
    jobs.reaches(run, 6)
    (control := jobs.folder(run) / "control").write_text(jobs.ends)
    os.utime(control, (time.time() + 86_400,) * 2)
    make(grace=FAST).becomes(run, jobs.ended)


def test_time_in_which_the_machine_slept_is_no_time_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks at 0, 1, 5,000, 5,001 ... s: the third counts for two, the tenth second is the ninth
    look."""
    run, looks = JobFolder(tmp_path, Trainings.kind.spec), [0.0, 0.0, 1.0, *range(5000, 5010)]
    run.say("stop")
    ticks = iter(looks)
    monkeypatch.setattr("app.jobs.engine.time.monotonic", lambda: next(ticks))
    patience = Patience(Grace(seconds=10.0, look=1.0))
    over = [patience.is_over("working", run) for _ in looks[1:]]
    assert over.index(True) == 9


def test_it_is_renamed_and_deleted_once_it_is_over(jobs: Driver) -> None:
    jobs.gate = 1
    run = jobs.start()
    jobs.reaches(run, 1)
    jobs.jobs.rename(run, "", "  ten\nthousand\tlines ")
    assert [one.name for one in jobs.jobs.history("")] == ["ten thousand lines"]
    with pytest.raises(Refused, match=jobs.kind.words.no_name):
        jobs.jobs.rename(run, "", " \n")
    with pytest.raises(Refused, match="still running"):
        jobs.jobs.delete(run, "")
    jobs.end(run)
    jobs.becomes(run, jobs.ended)
    jobs.jobs.delete(run, "")
    assert ids(jobs) == [] and not jobs.folder(run).exists()
    assert [p.name for p in jobs.folder(run).parent.iterdir() if ".new-" in p.name] == []


def test_nobody_sees_that_of_another(make: Make) -> None:
    jobs = make(single_user=False)
    run = jobs.start(owner="anna")
    jobs.becomes(run, "done", "anna")
    calls: tuple[Callable[[str, str], object], ...] = (
        jobs.jobs.live,
        jobs.jobs.resume,
        jobs.jobs.delete,
        jobs.end,
        lambda r, o: jobs.jobs.rename(r, o, "mine"),
    )
    for call, strange in product(calls, ("berta", "", "ännä")):
        with pytest.raises(Refused) as foreign:
            call(run, strange)
        with pytest.raises(Refused) as missing:
            call("0" * 16, "anna")
        assert str(foreign.value) == str(missing.value) == jobs.kind.words.none
    assert ids(jobs, "anna") == [run] and ids(jobs, "berta") == ids(jobs) == []
    with pytest.raises(Refused, match="Reload"):
        jobs.start("nobody's")
    assert ids(make(), "") == [run], "single user: everything"


@pytest.mark.parametrize("run", ["", ".", "..", "../runs", "a/b", "0" * 15, NAME, "\0"])
def test_no_name_leads_elsewhere(jobs: Driver, run: str) -> None:
    with pytest.raises(Refused, match=jobs.kind.words.none):
        jobs.jobs.live(run, "")


def test_what_belongs_to_visitors_who_are_gone_is_ended_and_deleted(make: Make) -> None:
    jobs = make(single_user=False)
    jobs.becomes(theirs := jobs.start(owner="berta"), "done", "berta")
    jobs.gate = 2
    run = jobs.start(owner="anna")
    jobs.reaches(run, 2, "anna")
    process = psutil.Process(jobs.record(run).process.pid)
    assert jobs.jobs.erase(lambda owner: owner == "anna") == [run]
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert not jobs.folder(run).exists() and holds_the_lock(jobs) is None
    assert ids(jobs, "berta") == [theirs]


@pytest.mark.parametrize("second", KINDS, ids=[kind.name for kind in KINDS])
def test_one_at_a_time_whatever_the_kind(make: Make, second: type[Driver], tmp_path: Path) -> None:
    jobs = make(single_user=False)
    other = second(tmp_path / "runs", single_user=False)
    jobs.gate = 1
    run = jobs.start("a secret", "anna")
    with pytest.raises(Refused, match="“a secret” is still being"):
        other.start("mine", "anna")
    with pytest.raises(Refused) as refused:
        other.start("mine", "berta")
    assert str(refused.value) == jobs.kind.words.busy, "a foreign one is not named"
    assert ids(other, "berta") == [] and run in ids(jobs, "anna"), "nothing is left of the second"


def test_its_process_is_offline_and_on_its_own(jobs: Driver) -> None:
    jobs.gate = 1
    run = jobs.start()
    jobs.reaches(run, 1)
    told = json.loads((jobs.folder(run) / "environment.json").read_text("utf-8"))
    assert told["HF_HUB_OFFLINE"] == "1"


def test_it_gives_way_to_the_page(jobs: Driver) -> None:
    jobs.gate = 1
    run = jobs.start()
    assert psutil.Process(jobs.record(run).process.pid).nice() != psutil.Process().nice()


def no_space(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    jobs: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("app.jobs.store.replace_whole", no_space)
        with pytest.raises(Refused, match="cannot be written: No space left"):
            jobs.start()
    assert ids(jobs) == [] and holds_the_lock(jobs) is None
    assert [p.name for p in jobs.folder("x").parent.iterdir() if ".new-" in p.name] == []


@pytest.mark.parametrize("failing", [RunLock, JobFolder], ids=["its lock", "its record"])
def test_a_process_that_cannot_be_recorded_is_ended(
    jobs: Driver, monkeypatch: pytest.MonkeyPatch, failing: type
) -> None:
    """The disk is full once it runs: nobody could ever stop it."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*given: Any, **named: Any) -> subprocess.Popen[bytes]:
        begun.append(process.begin(*given, **named))
        return begun[-1]

    jobs.gate = 1
    with monkeypatch.context() as patch:
        patch.setattr(engine, "begin", begin)
        patch.setattr(failing, "hand_over" if failing is RunLock else "change", no_space)
        with pytest.raises(Refused, match="could not be started: No space left"):
            jobs.start()
    assert len(begun) == 1 and begun[0].returncode is not None
    assert holds_the_lock(jobs) is None
    (run,) = ids(jobs)
    jobs.becomes(run, "lost")
    jobs.gate = None
    jobs.jobs.resume(run, "")
    jobs.becomes(run, "done")


def test_looking_writes_nothing_down(jobs: Driver, make: Make) -> None:
    """What ended while no app was there is settled when one is opened, and not by a look."""
    run = jobs.start()
    jobs.settled(run)
    JobFolder(jobs.folder(run), jobs.kind.spec).change(ended="", seconds=0.0)
    before = contents(jobs.folder(run))
    for _ in range(2):
        assert jobs.state(run) == "done" and ids(jobs) == [run]
    assert contents(jobs.folder(run)) == before
    assert make().record(run).ended == "done"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def test_an_engine_that_is_only_made_touches_nothing(make: Make, tmp_path: Path) -> None:
    kind = make().kind
    runs = tmp_path / "elsewhere"
    machine = Machine(runs=runs, device="cpu", single_user=True, kinds=(kind,))
    made = engine.Engine(kind, machine)
    assert made.history("") == [] and not runs.exists()
    half = runs / kind.folder / ".new-0123456789abcdef"
    half.mkdir(parents=True)
    os.utime(half, (1.0, 1.0))
    threads = threading.active_count()
    engine.Engine(kind, machine)
    assert half.exists() and threading.active_count() == threads
    made.open()
    assert not half.exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"owner": "anna"}'])
def test_one_that_cannot_be_read_is_shown_and_can_be_deleted(
    make: Make, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    jobs, single = make(single_user=False), make()
    jobs.becomes(run := jobs.start(owner="anna"), "done", "anna")
    jobs.settled(run)
    (jobs.folder(run) / "run.json").write_bytes(damage)
    told = b"anna" in damage  # as far as its owner can still be told
    assert [one.id for one in jobs.jobs.store.damaged("anna")] == [run] * told
    assert jobs.jobs.store.damaged("berta") == [] and ids(jobs, "anna") == []
    assert "run.json cannot be read" in caplog.text
    with pytest.raises(Refused, match="no such"):
        jobs.jobs.delete(run, "berta")
    assert [one.id for one in single.jobs.store.damaged("")] == [run]
    single.jobs.delete(run, "")
    assert not jobs.folder(run).exists()


def test_one_that_cannot_be_read_is_erased_with_its_process(make: Make) -> None:
    jobs = make(single_user=False)
    jobs.gate = 1
    run = jobs.start(owner="anna")
    jobs.reaches(run, 1, "anna")
    running = psutil.Process(jobs.record(run).process.pid)
    (jobs.folder(run) / "run.json").write_bytes(b"")
    assert jobs.jobs.erase(lambda owner: owner != "berta") == [run]
    until(lambda: not running.is_running() or running.status() == psutil.STATUS_ZOMBIE)
    assert not jobs.folder(run).exists() and holds_the_lock(jobs) is None


def test_only_what_never_became_a_run_is_cleaned_up(make: Make) -> None:
    folder = make().folder("x").parent
    old, young = folder / ".new-0123456789abcdef", folder / ".new-fedcba9876543210"
    foreign, no_run = folder / "mine", folder / ("a" * 16)
    for path in (old, young, foreign, no_run):
        path.mkdir()
        (path / "events.jsonl").write_text("", encoding="utf-8")
    for path in (old, foreign, no_run):
        os.utime(path, (1.0, 1.0))
    assert ids(make()) == [] and not old.exists()
    assert young.exists() and foreign.exists() and no_run.exists()


def test_its_own_group_is_not_stopped_with_the_app(jobs: Driver) -> None:
    if not hasattr(os, "getsid"):
        pytest.skip("no sessions of processes here")
    jobs.gate = 1
    run = jobs.start()
    jobs.reaches(run, 1)
    pid = jobs.record(run).process.pid
    assert os.getsid(pid) == pid, "Ctrl+C in the app's terminal does not reach it"


def test_the_browsers_secret_survives_a_restart_and_a_crash(tmp_path: Path) -> None:
    secret = browser_secret(tmp_path)
    assert secret == browser_secret(tmp_path) and len(secret) == 64
    path = tmp_path / "browser.secret"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("")  # as a crash between its making and its writing left it
    assert len(browser_secret(tmp_path)) == 64
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_secret_without_room_leaves_nothing_behind(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))  # as a full disk, of any file
    try:
        with pytest.raises(OSError, match="too large"):
            browser_secret(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())
