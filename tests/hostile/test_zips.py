"""ZIPs of trainings and teachings that come back damaged, as a whole and in one member: a sentence,
or what was packed; nothing else is ever shown or loaded.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.finetune.archive import TRAININGS, Packing, export, unpack
from app.finetune.teach.packing import TEACHINGS
from app.models.requests import Refused
from tests.app.finetune.teach.test_kind import learned
from tests.app.jobs.kinds import Driver, Teachings, Trainings
from tests.hostile.damage import DAMAGES

KINDS: dict[str, tuple[Packing[Any], type[Driver[Any, Any]]]] = {
    "training": (TRAININGS, Trainings),
    "teaching": (TEACHINGS, Teachings),
}
OF_MEMBERS = ("empty", "two thirds", "all but a byte", "zeros", "twice", "no UTF-8", "a list",
              "an object", "a number", "nested", "bit 0", "bit 5", "24 bits")  # fmt: skip

CARD = "checkpoint/card.json"
"""It holds the checksums of the others, and what people are told."""


@pytest.fixture(scope="module", params=KINDS)
def packed(
    request: pytest.FixtureRequest, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Packing[Any], Path]:
    """The ZIP of one that is done, and how it is read."""
    packing, kind = KINDS[request.param]
    folder = tmp_path_factory.mktemp("packed")
    jobs = kind(folder / "runs")
    run = jobs.start()
    jobs.becomes(run, "done")
    jobs.settled(run)
    shutil.rmtree(jobs.folder(run) / "checkpoint")
    shutil.copytree(tiny_folder, jobs.folder(run) / "checkpoint")
    if kind is Teachings:
        learned(jobs.folder(run))
    return packing, export(packing, jobs.jobs, run, "", folder)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def brought(packing: Packing[Any], file: Path, folder: Path) -> dict[str, bytes] | None:
    """What was unpacked; None: refused, in one sentence."""
    folder.mkdir()
    try:
        unpack(packing, file, folder)
    except Refused as why:
        said = str(why)
        assert said and "\n" not in said and "Traceback" not in said
        return None
    return contents(folder)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_zip_is_refused_or_gives_what_was_packed(
    packed: tuple[Packing[Any], Path], tmp_path: Path, damage: str
) -> None:
    packing, whole = packed
    file = tmp_path / "mine.zip"
    file.write_bytes(DAMAGES[damage](whole.read_bytes()))
    found = brought(packing, file, tmp_path / "found")
    assert found is None or found == brought(packing, whole, tmp_path / "whole")


def test_a_damaged_member_is_refused_or_only_told(
    packed: tuple[Packing[Any], Path], tmp_path: Path
) -> None:
    """Packed anew, so that the ZIP itself is whole. The model is never another one."""
    packing, whole = packed
    with zipfile.ZipFile(whole) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    tried = 0
    for name, content in members.items():
        if name == "README.md":
            continue
        for damage in OF_MEMBERS:
            file = tmp_path / "mine.zip"
            damaged = members | {name: DAMAGES[damage](content or b"x")}
            with zipfile.ZipFile(file, "w") as out:
                for member, held in damaged.items():
                    out.writestr(member, held)
            found = brought(packing, file, tmp_path / f"{tried}")
            if found is not None:
                told = not name.startswith("checkpoint/") or name == CARD
                assert told or found[name] == content, (name, damage)
            shutil.rmtree(tmp_path / f"{tried}")
            tried += 1
    assert tried == (len(members) - 1) * len(OF_MEMBERS)
