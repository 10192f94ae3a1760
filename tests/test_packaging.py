"""A wheel is built from what git holds, installed into an empty environment, and used elsewhere.

Nothing is downloaded: libraries come from the environment of the tests, by a `.pth` file.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

import lfdrt
from tests.test_setup import MEGABYTE, ROOT, tracked

SECONDS = 240
PARTS = ("lfdrt", "app", "assets", "checkpoints")
NOT_CARRIED = ("assets/make_", "assets/capture.webp")

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Installed:
    """scripts: the folder of the commands. site: where the package lies. elsewhere: a folder that
    is no checkout, and everything that a user keeps."""

    scripts: Path
    site: Path
    elsewhere: Path

    def command(self, name: str) -> str:
        found = shutil.which(name, path=str(self.scripts))
        assert found is not None
        return found

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LFDRT_", "PYTHON"))}
        home = str(self.elsewhere)
        own = {"HOME": home, "USERPROFILE": home, "LOCALAPPDATA": home, "TMPDIR": home}
        return kept | own | {"XDG_DATA_HOME": home, "GRADIO_TEMP_DIR": f"{home}/uploads"}

    def run(self, *words: str) -> str:
        """What it printed."""
        done = subprocess.run(
            [self.command(words[0]), *words[1:]],
            cwd=self.elsewhere,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, since building leaves its traces beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in tracked():
        if path.parts[0] in PARTS or len(path.parts) == 1:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, source / path)
    _pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    shutil.rmtree(source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    made = venv.EnvBuilder(with_pip=False)
    made.create(folder / "environment")
    context = made.ensure_directories(folder / "environment")
    python = Path(context.env_exe)
    _pip("install", "--no-compile", str(wheel), python=python)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.check_output([python, "-c", asked], text=True).strip())
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Installed(scripts=python.parent, site=site, elsewhere=elsewhere)


def _pip(verb: str, *words: str, python: Path | None = None) -> None:
    into = [] if python is None else ["--python", str(python)]
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *into, verb]
    subprocess.run([*command, "--no-deps", "--no-index", *words], check=True, timeout=SECONDS)


def test_a_wheel_holds_the_program_and_what_it_reads(wheel: Path) -> None:
    """And no name beside lfdrt. Everything of the four folders that git holds, but what only makes
    or shows them."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {path.as_posix() for path in tracked() if path.parts[0] in (*PARTS, "app.py")}
    expected = {
        name if name.startswith("lfdrt/") else f"lfdrt/bundle/{name}"
        for name in expected
        if not name.startswith(NOT_CARRIED)
    }
    assert names == expected
    assert {PurePosixPath(name).parts[0] for name in names} == {"lfdrt"}
    assert wheel.name.startswith(f"lfdrt-{lfdrt.__version__}-py3-none-any")
    assert wheel.stat().st_size < 140 * MEGABYTE


def test_the_command_works_outside_a_checkout(installed: Installed) -> None:
    """On the bundled model; the package that it is told by its version is the installed one."""
    assert installed.run("lfdrt", "--version") == f"lfdrt {lfdrt.__version__}\n"
    text = "Ninafurahi sana kukuona leo"
    told = json.loads(installed.run("lfdrt", "predict", "--text", text, "--lang", "sw", "--json"))
    assert (told["label"], told["family"], told["checkpoint"]) == (
        "joy",
        "niger-congo",
        "compact",
    )


def test_a_job_of_the_app_finds_the_package(installed: Installed) -> None:
    """It is started as `python -m lfdrt` in the folder that the app came with."""
    bundle = installed.site / "lfdrt" / "bundle"
    asked = "import lfdrt.places as p; print(p.INSTALLED, p.HOME, p.__file__, sep='\\n')"
    python = installed.command("python")
    told = subprocess.check_output(
        [python, "-c", asked], cwd=bundle, env=installed.environment, encoding="utf-8"
    )
    sure, *places = told.splitlines()
    assert sure == "True"
    assert [Path(one).resolve() for one in places] == [
        bundle.resolve(), (installed.site / "lfdrt" / "places.py").resolve()
    ]  # fmt: skip
    command = [python, "-m", "lfdrt", "--version"]
    said = subprocess.check_output(command, cwd=bundle, env=installed.environment, text=True)
    assert said == f"lfdrt {lfdrt.__version__}\n"


def test_the_app_works_outside_a_checkout(installed: Installed) -> None:
    """The page, and what it fetches from the assets; what the app keeps, the user has."""
    with _app(installed) as address:
        for path, holds in (("", b"LFD-RT"), ("/fonts/fonts.css", b"@font-face"),
                            ("/examples/sw-food.png", b"PNG")):  # fmt: skip
            with urllib.request.urlopen(address + path, timeout=SECONDS) as answer:
                assert holds in answer.read()
    assert [path for path in installed.elsewhere.rglob("runs") if path.is_dir()]
    assert not (installed.site / "lfdrt" / "bundle" / "runs").exists()


@contextmanager
def _app(installed: Installed) -> Iterator[str]:
    """Its address, as long as it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = subprocess.Popen(
        [installed.command("lfdrt-app"), "--no-browser", "--device", "cpu", "--port", str(port)],
        cwd=installed.elsewhere,
        env=installed.environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert app.stdout is not None
    try:
        assert f":{port}" in app.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(SECONDS)
        app.stdout.close()


def test_the_app_says_how_it_is_called(installed: Installed) -> None:
    assert installed.run("lfdrt-app", "--help").startswith("usage: lfdrt-app ")
    assert installed.run("lfdrt", "--help").startswith("usage: lfdrt ")
