"""`lfdrt evaluate`: what its report holds, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.commands.evaluate import _retrieval
from lfdrt.data.records import DataError
from lfdrt.data.sources.sample import read_sample
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.evaluation.suites import EKMAN_SUITES
from lfdrt.labels import EKMAN7
from lfdrt.languages import FAMILIES
from lfdrt.runs.work import WorkFolder
from lfdrt.runtime import resolve_runtime
from tests.csv_files import LABELLED, PAIRS, write
from tests.tiny import SENTENCES, tiny_checkpoint, tiny_with_parts
from tests.tiny_faces import write_faces


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Every file of the suites with a row a class and sentence, some faces, one parallel file."""
    folder = tmp_path / "data"
    for suite in EKMAN_SUITES:
        for language in suite.languages:
            path = folder / "text" / suite.source / f"{language}.{suite.split}.csv"
            labels = [name for name in EKMAN7.labels if name not in suite.excluded]
            rows = [(f"{i}", SENTENCES[i % 4], name) for i, name in enumerate(labels * 2)]
            write(path, [LABELLED, *rows])
    (folder / "images").mkdir()
    write_faces(folder / "images")
    pairs = [(s, s, "own", "dev") for s in SENTENCES[:3]]
    write(folder / "parallel" / "en-eo.csv", [("en", "eo", *PAIRS), *pairs])
    return folder


@pytest.mark.slow  # 19 sets through 14 readings, each with its resamples
def test_everything_at_once(
    tmp_path: Path, data: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "report.json"
    words = ["evaluate", str(tiny_folder), "--data", str(data), "--device", "cpu"]
    asked = ["--transfer", "--retrieval", "--pairs", "--out", str(out)]
    assert main([*words, *asked]) == 0
    told = capsys.readouterr().out
    assert "transfer, 10 sets of languages outside Indo-European" in told
    assert "constructed pairing, meld en test" in told
    assert "Selected by: none." in told
    text = out.read_text(encoding="utf-8")
    report = json.loads(text)
    assert str(tmp_path) not in text
    assert not any(sentence in text for sentence in SENTENCES[:4])
    assert report["checkpoint"] == "tiny"
    assert len(report["weights_sha256"]) == 64
    assert len(report["sets"]) == 19
    swahili = next(s for s in report["sets"] if s["set"] == "brighter sw dev")
    assert swahili["read_through"] == "niger-congo"
    assert swahili["rows"] == 14
    assert list(swahili["classes"]) == list(EKMAN7.labels)
    hebrew = next(s for s in report["sets"] if s["set"] == "xed he dev")
    assert all(row[EKMAN7.index("neutral")] == 0 for row in hebrew["confusion"])
    assert report["languages"]["es"]["sets"] == ["mmeld es dev", "brighter es dev", "xed es dev"]
    assert report["families"]["uralic"]["sets"] == ["xed fi dev", "xed hu dev"]
    assert report["all_languages_but_en"]["pooled"]["rows"] == 8 * 14 + 8 * 12
    assert len(report["transfer"]["sets"][0]["by_family"]) == len(FAMILIES)
    assert [r["language"] for r in report["retrieval"]["sets"]] == ["eo"]
    assert report["pairs"]["means"]["brighter dev, 6 languages"]["rows"] == 6 * 14


def test_the_card_takes_the_scores(tmp_path: Path, data: Path) -> None:
    folder = tiny_checkpoint(tmp_path / "own")
    words = ["evaluate", "--checkpoint", str(folder), "--data", str(data), "--device", "cpu"]
    assert main([*words, "--into-card", "--family", "none"]) == 0
    scores = json.loads((folder / "card.json").read_text(encoding="utf-8"))["scores"]
    assert scores["averages"].keys() == {
        "mmeld dev, 2 languages",
        "brighter dev, 6 languages",
        "xed dev, 8 languages",
    }
    assert {row["read_through"] for row in scores["sets"]} == {"none"}


def test_what_the_mark_is_worth(
    tmp_path: Path, data: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """English sets alone are read twice; the card takes the figures too."""
    folder, out = tiny_checkpoint(tmp_path / "own"), tmp_path / "report.json"
    path = data / "text" / "meld" / "en.test.csv"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("today,", "today!,"), encoding="utf-8")
    words = ["evaluate", str(folder), "--data", str(data), "--device", "cpu", "--punctuation"]
    assert main([*words, "--sets", "meld,mmeld", "--out", str(out), "--into-card"]) == 0
    report = json.loads(out.read_text(encoding="utf-8"))["punctuation"]
    assert [row["set"] for row in report["sets"]] == ["meld en dev", "meld en test"]
    unchanged, changed = report["sets"]
    assert (unchanged["changed"], unchanged["weighted_f1"]["difference"]) == (0, 0)
    assert changed["changed"] == written.count("today,") > 0
    assert "meld en test, 4 of 14 rows changed" in capsys.readouterr().out
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["scores"]["punctuation"] == report
    assert main([*words, "--sets", "xed"]) == 2
    assert "reads the sets of en, and none of them is asked for" in capsys.readouterr().err


def test_contradictions_are_refused_before_anything_takes_time(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A card of mixed readings would count each language once for every family."""
    words = ["evaluate", "--checkpoint", str(tiny_folder), "--data", str(tmp_path)]
    for more, sentence in (
        (["--transfer", "--into-card"], "leave out --transfer"),
        (["elsewhere"], "two checkpoints are named"),
        (["--record", str(tmp_path / "new"), "--transfer"], "leave out --transfer"),
        (["--record", str(tmp_path)], "is there already"),
        (["--note", "x"], "--note, --sample and --follow are about a recording"),
        (["--record", str(tmp_path / "new"), "--sample"], "--sample takes no --data"),
        (["--inputs", "image"], "--inputs goes with --sample"),
        (["--sets", "xed", "--languages", "tt"], "'tt' is no language of these data sets"),
        (["--sets", "meld,elsewhere"], "'elsewhere' is no data set of ekman7"),
        (["--out", str(tmp_path)], "is a folder: name a file in it"),
        (["--pairs"], "faces.zip is not in the image folder"),
    ):
        assert main([*words, *more]) == 2
        assert sentence in capsys.readouterr().err


def test_our_own_sample_set_is_recorded_with_its_texts(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sample"
    words = ["evaluate", str(tiny_folder), "--device", "cpu", "--sample"]
    assert main([*words, "--record", str(folder)]) == 0
    assert "a demonstration set" in capsys.readouterr().out
    recording = read_recording(folder)
    assert (len(recording), len(recording.run.sets)) == (392, 28)
    assert (recording.run.inputs, recording.run.carries) == ("text and image", True)
    first = read_sample(recording.run.sets[0].language)[0]
    assert recording.texts is not None
    assert recording.pictures is not None
    assert (recording.texts[0], recording.pictures[0]) == (first.text, first.image.name)
    assert main([*words, "--record", str(tmp_path / "new"), "--inputs", "smell"]) == 2
    assert "--inputs 'smell' is not one of text, image" in capsys.readouterr().err
    assert main(["evaluate", str(tiny_folder)]) == 2
    assert "name the data folder" in capsys.readouterr().err


def test_missing_parallel_files_are_named(tmp_path: Path, tiny_folder: Path) -> None:
    checkpoint = load_checkpoint(tiny_folder)
    with pytest.raises(DataError, match="no parallel files"):
        _retrieval(checkpoint, tmp_path, resolve_runtime("cpu", "float32"))


def test_a_recording_is_stopped_and_gone_on_with(
    tmp_path: Path,
    data: Path,
    tiny_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "recordings" / "mine"
    words = ["evaluate", str(tiny_folder), "--data", str(data), "--device", "cpu"]
    words += ["--sets", "brighter,xed", "--record", str(folder), "--note", "A try."]
    told = WorkFolder.told_to_stop
    looks = iter([False] * 3 + [True])
    monkeypatch.setattr(WorkFolder, "told_to_stop", lambda self: next(looks))
    assert main(words) == 130
    assert "mine.part keeps what is finished" in capsys.readouterr().err
    kept = [path.name for path in folder.with_name("mine.part").iterdir() if path.is_dir()]
    assert len(kept) == 3
    monkeypatch.setattr(WorkFolder, "told_to_stop", told)
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert f"{6 * 14 + 8 * 12} rows recorded" in shown
    assert shown.count("macro_f1") == 14
    recording = read_recording(folder)
    assert (recording.run.name, recording.run.note) == ("mine", "A try.")
    assert recording.run.sets[-1].excluded == ("neutral",)
    assert recording.texts is None
    assert not any(s.encode() in (folder / "rows.parquet").read_bytes() for s in SENTENCES[:4])
    assert not folder.with_name("mine.part").exists()


def test_words_of_every_family(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a language as it is measured, and all of it in the report."""
    folder, out = tiny_checkpoint(tmp_path / "tiny"), tmp_path / "report.json"
    arguments = ["evaluate", str(folder), "--data", str(data), "--words", "--sets", "meld"]
    assert main([*arguments, "--out", str(out), "--device", "cpu", "--prior", "joy=0.5"]) == 0
    told = capsys.readouterr().out
    report = json.loads(out.read_text(encoding="utf-8"))
    languages = [row["language"] for row in report["words"]["held out"]["languages"]]
    assert languages and told.count("held out ") == len(languages)
    assert f"held out, mean of {len(languages)}: own" in told
    assert report["prior"][EKMAN7.index("joy")] == 0.5
    assert report["level"] == "family"


def test_levels_below_the_family(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tatar has a part of its own, the other sets have none: its scores alone are others."""
    folder, out = tiny_with_parts(tmp_path / "tiny", ("tt", "eo")), tmp_path / "report.json"
    asked = ["evaluate", str(folder), "--data", str(data), "--device", "cpu"]
    found = {}
    for level in ("family", "language"):
        more = ["--sets", "brighter", "--words", "--level", level, "--out", str(out)]
        assert main([*asked, *more]) == 0
        report = json.loads(out.read_text(encoding="utf-8"))
        assert report["level"] == level
        found[level] = {s["language"]: s["calibration"] for s in report["sets"]}
    assert [c for c in found["family"] if found["family"][c] != found["language"][c]] == ["tt"]
    (row,) = report["words"]["held out"]["languages"]
    assert row["deeper"].keys() == {"language"}
    assert "\n  own with language: " in capsys.readouterr().out
    for wrong, why in (
        (["--level", "branch"], "this checkpoint is read by family, language."),
        (["--level", "language", "--family", "none"], "leave out --family"),
        (["--level", "language", "--into-card"], "leave out --level"),
        (["--level", "language", "--record", str(tmp_path / "new")], "leave out --level"),
    ):
        assert main([*asked, *wrong]) == 2
        assert why in capsys.readouterr().err
