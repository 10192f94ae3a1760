"""Processes that are disturbed, small disks and closed folders, for `faults`: Linux, as root."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.app.visiting import free_port, jobs_of
from tests.csv_files import write
from tests.tiny import SENTENCES

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Found:
    tries: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, true: bool, what: str) -> None:
        self.tries += 1
        if not true:
            self.wrong.append(what)
            print(f"  WRONG: {what[:300]}", flush=True)


@dataclass(frozen=True)
class Place:
    """folder: an empty one for the case. model: the tiny checkpoint. kills: of each thing."""

    folder: Path
    model: Path
    kills: int

    def table(self, rows: int, label: bool = False) -> Path:
        cells = [(f"r{n}", f"{SENTENCES[n % 16]} {n}") for n in range(rows)]
        head = ("id", "text")
        if label:
            cells, head = [(*row, "joy") for row in cells], (*head, "label")
        return write(self.folder / f"table{rows}{'l' * label}.csv", [head, *cells])

    def commands(self, out: Path) -> dict[str, tuple[list[str], list[Path]]]:
        """Arguments by the command, and the files that it must give whatever happened before."""
        model = ["--checkpoint", str(self.model)]
        data = ["--data", str(self.table(64)), "--lang", "tr", *model, "--out", str(out)]
        labels = ["--labels", str(self.table(24, label=True)), "--mix", "joy=40,anger=10"]
        rows = ["--input", str(self.table(400)), "--output", str(out / "out.csv"), "--lang", "tr"]
        model_of = out / "checkpoint" / "model.safetensors"
        return {
            "rethink": (["rethink", *data, "--epochs", "12"], [out / "predictions.csv", model_of]),
            "teach": (["teach", *data, *labels], [out / "predictions.csv"]),
            "predict": (["predict", *rows, *model], [out / "out.csv"]),
        }


def forked(arguments: Sequence[str], log: Path) -> int:
    """The pid of a command in a process of its own, which has imported what it needs already."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        with log.open("wb") as told:
            for stream in (1, 2):
                os.dup2(told.fileno(), stream)
        from lfdrt.__main__ import main

        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def done(arguments: Sequence[str], log: Path) -> tuple[int, str]:
    _, status = os.waitpid(forked(arguments, log), 0)
    return os.waitstatus_to_exitcode(status), log.read_text(encoding="utf-8", errors="replace")


def imported() -> None:
    """Before the first fork; one thread, since a pool of them does not live through it."""
    import torch

    import lfdrt.commands.predict_table
    import lfdrt.inference.predictor
    import lfdrt.training.rethink.folder
    import lfdrt.training.teach.folder  # noqa: F401

    torch.set_num_threads(1)


def is_one_sentence(said: str) -> bool:
    """For a person: its last line, and no trace."""
    return "Traceback" not in said and said.strip().splitlines()[-1:] != []


@contextmanager
def small_disk(folder: Path, size: int = 64) -> Iterator[Callable[[int | None], None]]:
    """Called with the kB that are to be left on it; None: all. size: MB."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", folder], check=True)
    ballast = folder / "ballast"

    def leave(free: int | None) -> None:
        ballast.unlink(missing_ok=True)
        if free is not None:
            held = os.statvfs(folder)
            with ballast.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, held.f_bavail * held.f_frsize - 1024 * free)

    try:
        yield leave
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def said_by(command: Sequence[str], seconds: float = 120.0, **variables: str) -> tuple[int, str]:
    """Exit status and words; -9 for one that went on, as an app does that could start."""
    ended = subprocess.Popen(
        ["timeout", "-s", "KILL", str(seconds), *command], cwd=ROOT, text=True,
        env=os.environ | variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    told = ""
    assert ended.stdout is not None
    for line in ended.stdout:
        told += line
        if "LFD-RT is at" in line:
            ended.send_signal(signal.SIGKILL)
            for child in jobs_of(Path(command[-1])):
                child.kill()
            return 0, told
    return ended.wait(), told


def without_writing(*folders: Path | str) -> list[str]:
    """Begins a command for whose process these folders are read-only."""
    bind = "".join(f"mount --bind {one} {one} && mount -o remount,ro,bind {one} && "
                   for one in folders)  # fmt: skip
    return ["unshare", "-m", "sh", "-c", f'{bind} exec "$@"', "sh", sys.executable]


def app_command(place: Place, *options: str) -> list[str]:
    """A folder of the case stands last, by which its processes are found."""
    port = str(free_port())
    return ["app.py", "--no-browser", "--port", port, "--checkpoint", str(place.model), *options]
