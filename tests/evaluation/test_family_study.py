"""The recording of families: its stages, what stops it, and what its file refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.evaluation.family_study import FamilyStudy, Texts, held_out_texts
from lfdrt.evaluation.recordings.families import (
    FAMILIES,
    FamiliesRecording,
    read_families,
)
from lfdrt.evaluation.recordings.recording import RecordingError
from lfdrt.evaluation.suites import Suite
from lfdrt.events import Preparing, RunFinished
from lfdrt.labels import EKMAN7
from lfdrt.languages import FAMILIES as ALL
from lfdrt.runs.files import SEAL, unsealed
from lfdrt.runs.work import CONTROL, STOP
from lfdrt.runtime import resolve_runtime
from tests.csv_files import LABELLED, PAIRS, write
from tests.tiny import SENTENCES

RUNTIME = resolve_runtime("cpu", "float32")
SUITES = (
    Suite(source="made", languages=("en",), split="dev"),
    Suite(source="made", languages=("tr", "ja"), split="test", excluded=("neutral",)),
)
TEXTS = Texts(about="made up", by_language={"en": SENTENCES[:3], "tr": SENTENCES[4:6]})


@pytest.fixture
def checkpoint(tiny_folder: Path) -> Checkpoint:
    return load_checkpoint(tiny_folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A few rows of three languages, and held-out pairs of two."""
    folder = tmp_path / "data"
    for suite in SUITES:
        for language in suite.languages:
            labels = [name for name in EKMAN7.labels if name not in suite.excluded]
            rows = [(i, SENTENCES[i % 9], name) for i, name in enumerate(labels * 2)]
            path = folder / "text" / "made" / f"{language}.{suite.split}.csv"
            write(path, [LABELLED, *rows])
    for language in ("eo", "tr"):
        pairs = [(s, t, "own", "dev") for s, t in zip(SENTENCES[:4], SENTENCES[4:8], strict=True)]
        write(folder / "parallel" / f"en-{language}.csv", [("en", language, *PAIRS), *pairs])
    return folder


def _study(folder: Path, checkpoint: Checkpoint, data: Path | None) -> FamilyStudy:
    texts = TEXTS if data is None else held_out_texts(data, "en")
    return FamilyStudy(folder, checkpoint, RUNTIME, texts, data=data, suites=SUITES, note="A try.")


def test_everything_with_data(tmp_path: Path, data: Path, checkpoint: Checkpoint) -> None:
    study = _study(tmp_path / "families", checkpoint, data)
    events = list(study.events())
    stages = {e.stage: (e.done, e.total) for e in events if isinstance(e, Preparing)}
    assert stages == {"distances": (12, 12), "retrieval": (2, 2), "words": (2, 2),
                      "transfer": (38, 38)}  # fmt: skip
    study.publish()
    found = read_families(tmp_path / "families")
    assert (found.name, found.note, found.label_set) == ("families", "A try.", "ekman7")
    assert found.families == tuple(family.code for family in ALL)
    assert found.distances.languages == ("en", "tr", "eo")
    assert found.distances.texts == 12
    assert found.distances.relative_l2[0][0] == 0
    assert 0 < found.distances.relative_l2[0][13] == found.distances.relative_l2[13][0]
    assert [row.set for row in found.transfer] == ["made en dev", "made tr test", "made ja test"]
    assert found.transfer[1].own == found.transfer[1].by_family["turkic"]
    assert found.transfer[1].rows == 12
    gains = {gain.language: gain for gain in found.gains}
    assert list(gains) == ["en", "tr", "ja"]
    low, high = gains["ja"].own_minus_none_interval
    assert low <= gains["ja"].own_minus_none <= high
    assert found.summary is not None
    assert found.summary.languages == ("ja", "tr")
    assert [one.language for one in found.retrieval] == ["tr", "eo"]
    assert found.retrieval[0].family == "turkic"
    (group,) = found.words.values()
    assert [one.language for one in group.languages] == ["tr", "eo"]
    turkish = group.languages[0]
    assert turkish.own is not None and turkish.words > 0
    assert turkish.by_family["turkic"] == pytest.approx(turkish.own.uniformity, abs=0.006)
    words = (tmp_path / "families" / FAMILIES).read_text(encoding="utf-8")
    assert str(tmp_path) not in words
    assert not any(sentence in words for sentence in SENTENCES[:9])


def test_distances_alone_without_data(tmp_path: Path, checkpoint: Checkpoint) -> None:
    study = _study(tmp_path / "families", checkpoint, None)
    assert isinstance(list(study.events())[-1], RunFinished)
    found = study.publish()
    assert (found.transfer, found.summary, found.gains, found.retrieval) == ((), None, (), ())
    assert found.distances.about == "made up"
    assert found.distances.texts == 5


def test_it_stops_when_told(tmp_path: Path, checkpoint: Checkpoint) -> None:
    study = _study(tmp_path / "families", checkpoint, None)
    events = study.events()
    next(events)
    (study.work.path / CONTROL).write_text(STOP, encoding="utf-8")
    last = list(events)[-1]
    assert isinstance(last, RunFinished)
    assert last.reason == "stopped"
    assert not (tmp_path / "families").exists()


@pytest.fixture
def recorded(tmp_path: Path, checkpoint: Checkpoint) -> Path:
    study = _study(tmp_path / "families", checkpoint, None)
    list(study.events())
    study.publish()
    return tmp_path / "families"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 9}, "format 9 is not the one"),
        ({"families": ["turkic"]}, "distances are of other families"),
        ({"gains": "none"}, "gains"),
        ({"more": 1}, "more"),
        ({SEAL: "0"}, "changed after it was written"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence(
    recorded: Path, change: dict[str, object], sentence: str
) -> None:
    path = recorded / FAMILIES
    words = unsealed(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(words | change), encoding="utf-8")
    with pytest.raises(RecordingError, match=sentence) as told:
        read_families(recorded)
    assert "record it again with python -m lfdrt families" in str(told.value)


def test_missing_and_damaged_files_are_told(recorded: Path, tmp_path: Path) -> None:
    assert isinstance(read_families(recorded), FamiliesRecording)
    (recorded / FAMILIES).write_text('{"format": 1', encoding="utf-8")
    with pytest.raises(RecordingError, match="families.json cannot be used"):
        read_families(recorded)
    with pytest.raises(RecordingError, match="is no recording of families"):
        read_families(tmp_path)


def test_words_that_lie_beside_a_recording(tmp_path: Path, checkpoint: Checkpoint) -> None:
    """Those of the same weights are read; those of others are refused in words."""
    study = _study(tmp_path / "families", checkpoint, None)
    list(study.events())
    made = study.publish()
    assert read_families(tmp_path / "families").words == {}
    head = {"first": 0.1, "cross_entropy": 8.0, "uniformity": 4.0}
    mean = {"own": head, "others": head, "sharpest": 0.6, "rank": 1.0, "script_rank": 3.0,
            "languages": 1}  # fmt: skip
    row = {"language": "tr", "family": "turkic", "words": 9, "own": head, "others": head,
           "sharpest": 0.6, "rank": 1, "script_rank": 3.0, "sharpest_head": "turkic",
           "by_family": {"turkic": 4.0}}  # fmt: skip
    group = {"about": "made", "families": ["turkic"], "mean": mean, "languages": [row]}
    beside = tmp_path / "families" / "words.json"
    report = {"weights_sha256": made.weights_sha256, "words": {"held out": group}}
    beside.write_text(json.dumps(report), encoding="utf-8")
    found = read_families(tmp_path / "families").words["held out"]
    assert found.languages[0].own == found.mean.own
    assert found.mean.sharpest_interval is None
    beside.write_text(json.dumps(report | {"weights_sha256": "f" * 64}), encoding="utf-8")
    with pytest.raises(RecordingError, match=r"words\.json .*\(it is of other weights"):
        read_families(tmp_path / "families")
