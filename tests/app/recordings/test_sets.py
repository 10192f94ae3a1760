"""What can be recorded on a machine, how many rows it has, and how long that takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.pace import START, Pace
from app.models.requests import Refused
from app.models.shelf import Choice, labels_of
from app.recordings import tab as choosing
from app.recordings import words
from app.recordings.kind import (
    FACE,
    TEXT,
    estimate,
    recordable,
    sample_languages,
    sample_rows,
)
from tests.app.jobs.kinds import recorded as spec_of

ASKED = {"name": "x", "what": words.SAMPLE, "inputs": "text", "sets": (), "languages": (),
         "family": "own", "note": ""}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """XED in Arabic and French, and only one of MELD's two splits."""
    for name, rows in (("xed/ar.dev", 3), ("xed/fr.dev", 2), ("meld/en.dev", 4)):
        path = tmp_path / "data" / "text" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{i},text {i},joy\n" for i in range(rows)]
        path.write_text("id,text,label\n" + "".join(lines), encoding="utf-8")
    return tmp_path / "data"


def choice(folder: Path, name: str = "tiny") -> Choice:
    return Choice(key="", name=name, folder=folder, labels=labels_of(folder), tuned=False)


def test_what_is_there_and_what_is_not(tiny_folder: Path, data: Path) -> None:
    can = recordable(tiny_folder, labels_of(tiny_folder), data)
    assert [(one.key, one.rows) for one in can.found] == [("xed:ar", 3), ("xed:fr", 2)]
    assert can.sample and "meld en test" in can.missing and "meld en dev" not in can.missing
    assert "xed ar dev" not in can.missing and "brighter tt dev" in can.missing


def test_a_file_in_another_format_is_not_there(tiny_folder: Path, data: Path) -> None:
    (data / "text" / "xed" / "ar.dev.csv").write_bytes(b"id,text\n\xff,x\n")
    can = recordable(tiny_folder, labels_of(tiny_folder), data)
    assert [one.key for one in can.found] == ["xed:fr"] and "xed ar dev" in can.missing


def test_the_sample_set_needs_its_classes(two_folders: Path) -> None:
    polarity = choice(two_folders.parent / "polarity", "polarity")
    with pytest.raises(Refused, match="polarity has other classes than our sample set"):
        choosing.spec(polarity, None, **ASKED)
    wanted = choosing.spec(choice(two_folders), None, **ASKED | {"languages": ("sw", "tr")})
    assert (wanted.rows, wanted.languages, wanted.sets) == (28, ("sw", "tr"), ())
    assert sample_rows(()) == 14 * len(sample_languages()) == 392


def test_data_sets_are_chosen_by_set_and_language(tiny_folder: Path, data: Path) -> None:
    tiny, asked = choice(tiny_folder), ASKED | {"what": words.DATA}
    wanted = choosing.spec(tiny, data, **asked)
    assert (wanted.sets, wanted.rows, wanted.inputs) == (("xed:ar", "xed:fr"), 5, "text")
    wanted = choosing.spec(tiny, data, **asked | {"languages": ("fr",)})
    assert (wanted.sets, wanted.rows) == (("xed:fr",), 2)
    with pytest.raises(Refused, match="None of these data sets"):
        choosing.spec(tiny, data, **asked | {"sets": ("xed",), "languages": ("tr",)})
    with pytest.raises(Refused, match="No data set for tiny"):
        choosing.spec(tiny, data / "elsewhere", **asked)


def test_an_estimate_follows_this_machines_last_long_recording() -> None:
    """Twice as slow as the constants then: twice as long now, but for the start."""
    both = spec_of(rows=1000)
    rows = 1000 * (TEXT + FACE)
    assert estimate(both, [], Pace()) == pytest.approx(START + rows)
    slow, short = (spec_of(rows=500), START + rows), (spec_of(rows=10), 900.0)
    assert estimate(both, [short, slow], Pace()) == pytest.approx(START + 2 * rows)
    text_alone = spec_of(rows=1000, inputs="text")
    assert estimate(text_alone, [slow], Pace()) == pytest.approx(START + 2 * 1000 * TEXT)
