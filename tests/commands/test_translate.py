"""`translate` of a table: columns, faults, and runs that were interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.commands import translate_table
from lfdrt.encoders.translation import Translation, Translator
from tests.csv_files import read, write
from tests.tiny_translation import tiny_nllb

ADDED = ["translation", "translation_language", "translation_model", "translation_note"]

Run = Callable[..., int]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    tiny_nllb(folder / "tiny")
    tiny_nllb(folder / "other", seed=1)
    return folder


@pytest.fixture
def run(models: Path) -> Run:
    def translate(
        source: Path, target: Path, *more: str, to: str = "sw", model: str = "tiny"
    ) -> int:
        paths = ["--model", str(models / model), "--input", str(source), "--output", str(target)]
        return main(["translate", *paths, "--to", to, *more])

    return translate


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A translator that answers at once, in capitals; returns what it was asked."""
    calls: list[list[str]] = []

    def answer(_: Translator, texts: list[str]) -> list[Translation]:
        calls.append(list(texts))
        return [Translation(text=text.upper(), cut=False) for text in texts]

    monkeypatch.setattr(Translator, "translate", answer)
    return calls


def sentences(count: int) -> list[list[str]]:
    return [["id", "text"], *([f"{i:04}", f"I am here {i}"] for i in range(count))]


def test_every_input_column_then_the_translation(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["007", 'She said "no",\ntwice\0'], ["NA", ""], ["x", "so happy " * 30]]
    source = write(tmp_path / "t.csv", [["id", "words"], *rows])
    assert run(source, tmp_path / "o.csv", "--text-column", "words") == 0
    found = read(tmp_path / "o.csv")
    assert list(found[0]) == ["id", "words", *ADDED]
    assert [row["id"] for row in found] == ["007", "NA", "x"]
    assert found[0]["words"] == rows[0][1]
    assert found[0]["translation"] and found[2]["translation"] and not found[1]["translation"]
    assert {(row["translation_language"], row["translation_model"]) for row in found} == {
        ("sw", "tiny")
    }
    assert [row["translation_note"] for row in found] == ["", "", "cut at 48 tokens"]
    told = capsys.readouterr()
    assert "3 rows translated; 1 were too long" in told.out
    assert "Loading weights" not in told.err


def test_an_output_cut_anywhere_is_continued_to_the_same_file(
    tmp_path: Path, run: Run, asked: list[list[str]]
) -> None:
    source = write(tmp_path / "t.csv", sentences(translate_table.CHUNK + 20))
    assert run(source, tmp_path / "whole.csv") == 0
    content, cut = (tmp_path / "whole.csv").read_bytes(), tmp_path / "cut.csv"
    for share in (0.0001, 0.3, 0.95, 1.0):
        cut.write_bytes(content[: int(len(content) * share)])
        asked.clear()
        assert run(source, cut) == 0
        assert cut.read_bytes() == content, share
        assert all(call[0].split()[-1] in ("0", "64") for call in asked), "whole chunks"
    assert sum(map(len, asked)) < translate_table.CHUNK, "nothing finished is done again"


def test_ctrl_c_keeps_what_is_done(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(_: Translator, texts: list[str]) -> list[Translation]:
        if "I am here 64" in texts:
            raise KeyboardInterrupt
        return [Translation(text="x", cut=False)] * len(texts)

    monkeypatch.setattr(Translator, "translate", answer)
    source = write(tmp_path / "t.csv", sentences(100))
    assert run(source, tmp_path / "o.csv") == 130
    assert "keeps its 64 finished rows" in capsys.readouterr().err
    assert len(read(tmp_path / "o.csv")) == 64


def test_another_table_model_or_language_is_not_continued(
    tmp_path: Path, run: Run, asked: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path / "t.csv", sentences(5)), tmp_path / "o.csv"
    assert run(source, target) == 0
    before = target.read_bytes()
    assert run(source, target, to="zh") == 2
    assert run(source, target, model="other") == 2
    told = capsys.readouterr().err
    assert told.count("begun with another model or language") == 2
    changed = sentences(5)
    changed[2][1] = "changed"
    assert run(write(tmp_path / "u.csv", changed), target) == 2
    assert "another input: row 3 differs" in capsys.readouterr().err
    assert target.read_bytes() == before


def test_faults_are_one_sentence_and_write_nothing(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = write(tmp_path / "t.csv", sentences(2)), tmp_path / "o.csv"
    clash = write(tmp_path / "c.csv", [["text", "translation"], ["a", "b"]])
    faults = {
        "no code for Turkish": run(source, target, to="tr"),
        "no column is called 'words'": run(source, target, "--text-column", "words"),
        "already has a column 'translation'": run(clash, target),
        "holds no config.json": run(source, target, model="none"),
        "must end in .csv or .jsonl": run(source, tmp_path / "o.txt"),
        "is the --input file": run(source, source),
    }
    told = capsys.readouterr().err.splitlines()
    assert set(faults.values()) == {2} and len(told) == len(faults)
    for sentence, line in zip(faults, told, strict=True):
        assert sentence in line
    assert not target.exists()
