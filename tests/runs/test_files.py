"""Files that are there whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lfdrt.runs import files
from lfdrt.runs.files import replace_whole, whole


def test_a_reader_never_sees_half_of_it(tmp_path: Path) -> None:
    """Two write at once, over and over, while it is read: always one of the two, and whole."""
    path, contents = tmp_path / "run.json", ["a" * 20_000, "ä" * 30_000]
    replace_whole(path, contents[0])

    def write(content: str) -> None:
        for _ in range(50):
            replace_whole(path, content)

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for one in writers:
        one.start()
    while any(one.is_alive() for one in writers):
        assert path.read_text(encoding="utf-8") in contents
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(("busy", "there"), [(3, "new"), (files.TRIES, "old")])
def test_a_file_that_windows_has_open_is_waited_for(
    busy: int, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real, calls = tmp_path / "control", Path.replace, iter(range(99))
    path.write_text("old", encoding="utf-8")

    def replace(self: Path, target: Path) -> Path:
        if next(calls) < busy:
            raise PermissionError(13, "in use", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files, "PAUSE", 0)
    if there == "old":
        with pytest.raises(PermissionError):
            replace_whole(path, "new")
    else:
        replace_whole(path, b"new")
    assert [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()] == [there]


def test_what_fails_on_the_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyError), whole(path) as aside:
        aside.write_text("half", encoding="utf-8")
        raise KeyError
    assert [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()] == ["old"]
