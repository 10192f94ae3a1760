"""`predict` of a table: columns, rows that cannot be read, and runs that were interrupted."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from lfdrt.__main__ import main
from lfdrt.commands import predict_table
from lfdrt.labels import POLARITY3
from tests.csv_files import read, write
from tests.data.zips import zipped
from tests.scenes import three
from tests.tiny import tiny_checkpoint

ROOT = Path(__file__).parents[2]
LABELS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
ADDED = ["label", "agree", "label_1", "label_2", "language", "family"]
ADDED += [*(f"p_{label}" for label in LABELS), "note"]

Run = Callable[..., int]


@pytest.fixture
def run(tiny_folder: Path) -> Run:
    def predict(source: Path, target: Path, *more: str) -> int:
        paths = ["--input", str(source), "--output", str(target)]
        return main(["predict", "--checkpoint", str(tiny_folder), *paths, *more])

    return predict


def sentences(count: int) -> list[list[str]]:
    """Lengths vary, so that rows are read in another order than they are written."""
    rows = [[f"{i:04}", "I am so happy " + "today and " * (i % 7)] for i in range(count)]
    return [["id", "text"], *rows]


def test_every_input_column_then_the_predictions(tmp_path: Path, run: Run) -> None:
    rows = [
        ["id", "text", "remark"],
        ["007", "I am so happy that you came", "=1+1"],
        ["NA", 'She said "no",\ntwice', "null"],
    ]
    source = write(tmp_path / "t.csv", rows)
    assert run(source, tmp_path / "o.csv", "--lang", "en") == 0
    found = read(tmp_path / "o.csv")
    assert list(found[0]) == ["id", "text", "remark", *ADDED]
    assert [row["id"] for row in found] == ["007", "NA"]
    assert found[1]["text"] == rows[2][1] and found[1]["remark"] == "null"
    assert found[0]["remark"] == "'=1+1"  # a spreadsheet must not run it; reading it undoes this
    for row in found:
        assert row["label"] in LABELS and row["agree"] in ("true", "false")
        assert (row["agree"] == "true") == (row["label_1"] == row["label_2"])
        assert row["label"] in (row["label_1"], row["label_2"])
        assert (row["language"], row["family"]) == ("en", "indo-european")
        assert sum(float(row[f"p_{label}"]) for label in LABELS) == pytest.approx(1, abs=1e-4)


def test_a_table_says_what_a_single_prediction_says(
    tmp_path: Path, run: Run, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Estoy muy contenta de verte otra vez"
    Image.new("RGB", (50, 90), "teal").save(tmp_path / "p.png")
    source = write(tmp_path / "t.csv", [["text", "image"], [text, "p.png"], ["Nem értem", ""]])
    assert run(source, tmp_path / "o.csv", "--lang", "es") == 0
    capsys.readouterr()
    sample = ["--text", text, "--image", str(tmp_path / "p.png"), "--lang", "es", "--json"]
    assert main(["predict", "--checkpoint", str(tiny_folder), *sample]) == 0
    alone = json.loads(capsys.readouterr().out)["probabilities"]
    row = read(tmp_path / "o.csv")[0]
    for label in LABELS:  # padding and batch change the last digits in bfloat16
        assert float(row[f"p_{label}"]) == pytest.approx(alone[label], abs=0.01)


def test_photographs_are_read_as_a_single_prediction_reads_them(
    tmp_path: Path, run: Run, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three().save(tmp_path / "p.png")
    source = write(tmp_path / "t.csv", [["image"], ["p.png"]])
    found = []
    for more in ((), ("--whole-pictures",)):
        assert run(source, tmp_path / f"o{len(more)}.csv", *more) == 0
        capsys.readouterr()
        sample = ["--image", str(tmp_path / "p.png"), "--json", *more]
        assert main(["predict", "--checkpoint", str(tiny_folder), *sample]) == 0
        alone = json.loads(capsys.readouterr().out)
        (row,) = read(tmp_path / f"o{len(more)}.csv")
        for label in LABELS:
            assert float(row[f"p_{label}"]) == pytest.approx(
                alone["probabilities"][label], abs=0.01
            )
        assert row["note"] == " ".join(alone["notes"])
        found.append([row[f"p_{label}"] for label in LABELS])
    assert found[0] != found[1], "one is of a face, one of the whole picture"


def test_rows_that_cannot_be_read_do_not_stop_the_run(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    Image.new("RGB", (20, 20), "red").save(folder / "good.png")
    Image.new("RGB", (20, 20), "red").save(tmp_path / "outside.png")
    (folder / "broken.png").write_bytes((folder / "good.png").read_bytes()[:40])
    rows = [
        ("happy today", "good.png", "en", None),
        ("", "good.png", "", None),
        ("happy today", "none.png", "en", "'none.png' was not found"),
        ("happy today", "broken.png", "en", "'broken.png' is damaged"),
        ("happy today", "../outside.png", "en", "is outside the table's folder"),
        ("happy today", str(tmp_path / "outside.png"), "en", "is outside the table's folder"),
        ("  ", "", "en", "neither a text nor a picture"),
        ("happy today", "", "q-q-q", "'q-q-q' is not a language"),
        ("happy today", "a\0b.png", "en", "is not a file name"),
        ("happy today", "", "sw", None),
    ]
    source = folder / "t.jsonl"
    source.write_text(
        "".join(json.dumps(dict(zip("tip", row, strict=False))) + "\n" for row in rows)
    )
    names = ["--text-column", "t", "--image-column", "i", "--lang-column", "p"]
    assert run(source, tmp_path / "o.csv", *names) == 0
    found = read(tmp_path / "o.csv")
    assert len(found) == len(rows)
    for row, (_, _, _, note) in zip(found, rows, strict=True):
        if note is None:
            assert row["label"] in LABELS
        elif ".png'" in note or "outside" in note or "file name" in note:
            assert row["label"] in LABELS
            assert row["note"].startswith("Read by its text alone: ") and note in row["note"]
        else:
            assert row["note"].startswith("Not predicted: ") and note in row["note"]
            assert not any(row[name] for name in ADDED if name != "note")
    assert found[-1]["family"] == "niger-congo"
    assert "8 of 10 rows predicted; 2 could not be read" in capsys.readouterr().out


@pytest.mark.parametrize("packed", [True, False])
def test_pictures_of_a_zip_or_folder_and_a_parquet_table(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str], packed: bool
) -> None:
    """They predict what the same rows as CSV with their pictures beside them predict."""
    (tmp_path / "pics").mkdir()
    Image.new("RGB", (50, 90), "teal").save(tmp_path / "pics" / "p.png")
    content = (tmp_path / "pics" / "p.png").read_bytes()
    images = tmp_path / "pics"
    if packed:
        images = zipped(tmp_path / "p.zip", {"x/P.PNG": content, "notes.txt": b"x"})
    (tmp_path / "p.png").write_bytes(content)
    rows = [["text", "image"], ["so happy", "p.png"], ["so sad", "none.png"], ["so so", ""]]
    source = write(tmp_path / "t.csv", rows)
    assert run(source, tmp_path / "beside.csv", "--lang", "en") == 0
    texts, names = zip(*rows[1:], strict=True)
    pq.write_table(pa.table({"text": texts, "image": names}), tmp_path / "t.parquet")
    capsys.readouterr()
    more = ["--lang", "en", "--images", str(images)]
    assert run(tmp_path / "t.parquet", tmp_path / "packed.csv", *more) == 0
    assert ("'notes.txt'" in capsys.readouterr().err) == packed
    beside, found = read(tmp_path / "beside.csv"), read(tmp_path / "packed.csv")
    assert "'none.png' was not found" in found[1]["note"]
    assert [beside[0], beside[2]] == [found[0], found[2]] and beside[0]["label"]


def test_images_that_are_none_are_refused_before_anything_is_written(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "t.csv", sentences(2))
    for images in (source, tmp_path / "none.zip"):
        assert run(source, tmp_path / "o.csv", "--images", str(images)) == 2
        assert images.name in capsys.readouterr().err
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    Image.new("RGB", (20, 20)).save(tmp_path / "outside.png")
    (folder / "inside.png").symlink_to(tmp_path / "outside.png")
    source = write(folder / "t.csv", [["text", "image"], ["happy", "inside.png"]])
    assert run(source, tmp_path / "o.csv") == 0
    assert "outside the table's folder" in read(tmp_path / "o.csv")[0]["note"]


@pytest.mark.parametrize("rows", [1, predict_table.CHUNK, predict_table.CHUNK + 1, 65])
def test_a_last_batch_of_one_is_a_prediction(tmp_path: Path, run: Run, rows: int) -> None:
    source = write(tmp_path / "t.csv", sentences(rows))
    assert run(source, tmp_path / "o.csv", "--lang", "en") == 0
    found = read(tmp_path / "o.csv")
    assert [row["id"] for row in found] == [f"{i:04}" for i in range(rows)]
    assert all(math.isfinite(float(row[f"p_{label}"])) for row in found for label in LABELS)


def test_a_table_without_rows_gives_a_table_without_rows(tmp_path: Path, run: Run) -> None:
    assert run(write(tmp_path / "t.csv", [["text"]]), tmp_path / "o.csv") == 0
    assert read(tmp_path / "o.csv") == []


@pytest.mark.parametrize(
    ("header", "more", "words"),
    [
        (["text", "label"], [], "already has a column 'label'"),
        (["text", "p_joy"], [], "already has a column 'p_joy'"),
        (["text", "note"], [], "already has a column 'note'"),
        (["words", "picture"], ["--text-column", ""], "which column holds the text"),
        (["text", "b"], ["--text-column", "c"], "no column is called 'c'"),
        (["text", "b"], ["--lang-column", "c"], "no column is called 'c'"),
        (["text", "b"], ["--family", "elvish"], "elvish"),
    ],
)
def test_columns_that_do_not_fit_are_refused_before_anything_is_written(
    tmp_path: Path,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    header: list[str],
    more: list[str],
    words: str,
) -> None:
    source = write(tmp_path / "t.csv", [header, ["a", "b"]])
    assert run(source, tmp_path / "o.csv", *more) == 2
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1
    assert not (tmp_path / "o.csv").exists()


def test_output_must_be_another_file_of_a_known_kind(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "t.csv", sentences(2))
    before = source.read_bytes()
    assert run(source, source) == 2
    assert run(source, tmp_path / "o.xlsx") == 2
    assert run(source, tmp_path / "none" / "o.csv") == 2
    assert run(tmp_path / "none.csv", tmp_path / "o.csv") == 2
    assert capsys.readouterr().err.count("\n") == 4
    assert source.read_bytes() == before


def test_json_lines_out(tmp_path: Path, run: Run) -> None:
    source = write(tmp_path / "t.csv", sentences(3))
    assert run(source, tmp_path / "o.jsonl", "--lang", "en") == 0
    found = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    assert list(found[0]) == ["id", "text", *ADDED]
    assert found[2]["id"] == "0002" and isinstance(found[2]["p_joy"], float)
    assert found[2]["agree"] in (True, False)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_an_output_cut_anywhere_is_continued_to_the_same_file(
    tmp_path: Path, run: Run, suffix: str
) -> None:
    """Also in the middle of a chunk: which rows share a batch changes the last digits."""
    source = write(tmp_path / "t.csv", sentences(predict_table.CHUNK + 40))
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    assert run(source, whole, "--lang", "en") == 0
    content = whole.read_bytes()
    for share in (0.0001, 0.2, 0.95, 0.99999, 1.0):
        cut.write_bytes(content[: int(len(content) * share)])
        assert run(source, cut, "--lang", "en") == 0
        assert cut.read_bytes() == content, share


@pytest.mark.slow  # starts the program, and predicts some thousand rows twice
@pytest.mark.timeout(400)
def test_a_killed_run_is_continued_to_the_same_file(
    tmp_path: Path, run: Run, tiny_folder: Path
) -> None:
    source = write(tmp_path / "t.csv", sentences(5000))
    whole, killed = tmp_path / "whole.csv", tmp_path / "killed.csv"
    command = [sys.executable, "-m", "lfdrt", "predict", "--checkpoint", str(tiny_folder)]
    command += ["--input", str(source), "--output", str(killed), "--lang", "en"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 150
    while not killed.exists() or killed.stat().st_size < 40_000:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()  # SIGKILL
    process.wait()
    assert 0 < len(read(killed)) < 5000
    assert run(source, killed, "--lang", "en") == 0
    assert run(source, whole, "--lang", "en") == 0
    assert killed.read_bytes() == whole.read_bytes()


def test_ctrl_c_keeps_what_is_done_and_says_so(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path / "t.csv", sentences(600)), tmp_path / "o.csv"
    predict = predict_table.RowPredictor.predict
    calls = []

    def stopped(reader: predict_table.RowPredictor, rows: list) -> list:
        calls.append(len(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return predict(reader, rows)

    monkeypatch.setattr(predict_table.RowPredictor, "predict", stopped)
    assert run(source, target, "--lang", "en") == 130
    assert "keeps its 256 finished rows" in capsys.readouterr().err
    assert len(read(target)) == 256
    monkeypatch.undo()
    assert run(source, target, "--lang", "en") == 0
    assert len(read(target)) == 600


def test_the_output_of_another_table_or_other_settings_is_not_continued(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path / "t.csv", sentences(20)), tmp_path / "o.csv"
    assert run(source, target, "--lang", "en") == 0
    lines = target.read_bytes().splitlines(keepends=True)
    target.write_bytes(b"".join(lines[:11]))
    before = target.read_bytes()
    other = sentences(20)
    other[3][1] = "changed"
    assert run(write(tmp_path / "u.csv", other), target, "--lang", "en") == 2
    assert "row 4 differs" in capsys.readouterr().err
    three = tiny_checkpoint(tmp_path / "three", label_set=POLARITY3)
    assert run(source, target, "--checkpoint", str(three)) == 2
    assert "other columns" in capsys.readouterr().err
    reseeded = tiny_checkpoint(tmp_path / "reseeded", seed=1)
    assert run(source, target, "--lang", "en", "--checkpoint", str(reseeded)) == 2
    assert "another checkpoint or other settings" in capsys.readouterr().err
    assert target.read_bytes() == before
