"""Which checkpoints can be asked and which are in memory; with words instead of models."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.models.shelf import MOST, Choice, Phase, Shelf, Slot, beside, labels_of


class Reader:
    """Reads a folder as its name; fails for names in `broken`; counts what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.broken: dict[str, Exception] = {}

    def __call__(self, folder: Path, report: Callable[[Phase], None]) -> str:
        report("reading")
        self.read.append(folder.name)
        if folder.name in self.broken:
            raise self.broken[folder.name]
        return folder.name


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def shelf(reader: Reader) -> Shelf[str]:
    return Shelf([choice(key, tuned=False) for key in "abc"], reader, threading.Lock())


def choice(key: str, *, tuned: bool = True, folder: str = "") -> Choice:
    return Choice(key=key, name=key, folder=Path(folder or key), labels=(), tuned=tuned)


def taken(shelf: Shelf[str], key: str) -> Slot[str]:
    _, slot = shelf.take(key)
    assert slot.wait(120)
    return slot


def test_what_is_in_memory_is_not_read_again(shelf: Shelf[str], reader: Reader) -> None:
    assert taken(shelf, "a") is taken(shelf, "a")
    assert reader.read == ["a"]


def test_the_least_recently_asked_is_dropped(shelf: Shelf[str], reader: Reader) -> None:
    """a b, then a again, then c: b goes. It stays usable for who holds it."""
    assert MOST == 2
    a, b = taken(shelf, "a"), taken(shelf, "b")
    assert taken(shelf, "a") is a
    taken(shelf, "c")
    assert taken(shelf, "a") is a
    assert b.value == "b"
    assert reader.read == ["a", "b", "c"]
    assert taken(shelf, "b") is not b
    assert reader.read == ["a", "b", "c", "b"]


def test_one_that_failed_says_why_and_is_tried_again(shelf: Shelf[str], reader: Reader) -> None:
    reader.broken["a"] = ValueError("config.json is missing")
    slot = taken(shelf, "a")
    assert (slot.status.phase, slot.status.failure) == ("failed", "config.json is missing")
    assert slot.value is None
    del reader.broken["a"]
    assert taken(shelf, "a").value == "a"


def test_a_fault_of_the_program_is_logged_with_its_name(
    shelf: Shelf[str], reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    reader.broken["a"] = MemoryError("no room")
    assert taken(shelf, "a").status.failure == "MemoryError: no room"
    assert "the model did not load" in caplog.text


@pytest.mark.parametrize("kind", [ValueError, OSError])
def test_no_path_of_this_machine_is_told(
    tmp_path: Path, kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    """Visitors read its name; the log, which is the operator's, has the path."""

    def read(folder: Path, report: Callable[[Phase], None]) -> str:
        raise kind(f"{folder / 'config.json'} is damaged")

    shelf = Shelf([choice("t", folder=str(tmp_path / "secret"))], read, threading.Lock())
    said = taken(shelf, "t").status.failure
    assert "config.json is damaged" in said
    assert str(tmp_path) not in said and "secret" not in said
    assert str(tmp_path) in caplog.text


def test_an_unknown_key_is_none(shelf: Shelf[str]) -> None:
    with pytest.raises(KeyError):
        shelf.take("../a")


def test_a_tuned_one_comes_and_goes(shelf: Shelf[str], reader: Reader) -> None:
    shelf.add(choice("t"))
    assert taken(shelf, "t").value == "t"
    assert [c.key for c in shelf.bundled()] == ["a", "b", "c"]
    shelf.remove("t")
    shelf.remove("t")
    assert shelf.find("t") is None
    with pytest.raises(KeyError):
        shelf.take("t")
    shelf.add(choice("t"))
    taken(shelf, "t")
    assert reader.read == ["t", "t"]  # it was not kept in memory


def test_another_folder_for_a_key_is_read(shelf: Shelf[str]) -> None:
    shelf.add(choice("t"))
    first = taken(shelf, "t")
    shelf.add(choice("t"))
    assert taken(shelf, "t") is first
    shelf.add(choice("t", folder="u"))
    assert taken(shelf, "t").value == "u"


def test_a_bundled_one_is_neither_replaced_nor_removed(shelf: Shelf[str]) -> None:
    with pytest.raises(ValueError, match="bundled"):
        shelf.add(choice("a", folder="elsewhere"))
    shelf.remove("a")
    assert taken(shelf, "a").value == "a"


def test_one_is_read_at_a_time() -> None:
    """Reading takes several times the memory that is kept."""
    go, inside, most = threading.Event(), [], []

    def read(folder: Path, report: Callable[[Phase], None]) -> str:
        inside.append(folder.name)
        most.append(len(inside))
        go.wait(120)
        inside.remove(folder.name)
        return folder.name

    shelf = Shelf([choice("a"), choice("b")], read, threading.Lock())
    slots = [shelf.take("a")[1], shelf.take("b")[1]]
    assert not slots[0].wait(0.1)
    go.set()
    assert all(slot.wait(120) for slot in slots)
    assert most == [1, 1]


def made(folder: Path, settings: object) -> Path:
    folder.mkdir()
    (folder / "card.json").write_text("{}", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def test_checkpoints_beside_the_base_are_found(tmp_path: Path) -> None:
    """By name; neither a run's folder, nor one that is being saved or was put aside."""
    of_model = {"label_set": {"labels": ["joy", "fear"]}}
    base = made(tmp_path / "m", of_model)
    for name in ("z", "a", ".z-1f", "z.old"):
        made(tmp_path / name, of_model)
    made(tmp_path / "run", {"epochs": 3})
    made(tmp_path / "list", [1])
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    found = beside(base)
    assert [(c.key, c.name, c.labels) for c in found] == [
        ("a", "a", ("joy", "fear")),
        ("z", "z", ("joy", "fear")),
    ]
    assert beside(tmp_path / "absent" / "base") == []


@pytest.mark.parametrize("content", ["", "[", "null", '{"label_set": 3}', '{"label_set": {}}'])
def test_a_strange_config_has_no_labels(content: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    assert labels_of(tmp_path) == ()
