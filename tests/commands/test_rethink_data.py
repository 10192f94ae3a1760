"""Data and settings of `lfdrt rethink`: what is read, what teaches, what only reports."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path

import pytest

from lfdrt.__main__ import build_parser, main
from lfdrt.commands.rethink import chosen_settings
from lfdrt.commands.rethink_data import PICTURES, RethinkData, read_data
from lfdrt.errors import UserError
from lfdrt.training.rethink.settings import PRESETS, RethinkSettings
from tests.commands.test_rethink import table
from tests.data.zips import png, zipped
from tests.scenes import three
from tests.tiny import SENTENCES


def parsed(*arguments: object) -> argparse.Namespace:
    return build_parser().parse_args(["rethink", *map(str, arguments)])


def read(tiny: Path, out: Path, *arguments: object) -> RethinkData:
    with read_data(parsed("--checkpoint", tiny, "--out", out, *arguments)) as data:
        return data


def test_rows_with_a_label_only_report(tiny_folder: Path, tmp_path: Path) -> None:
    rows = [(SENTENCES[0], "joy"), (SENTENCES[1], ""), (SENTENCES[2], "Anger"), (SENTENCES[3], "?")]
    data = table(tmp_path / "t.csv", rows, ("satz", "gefühl"))
    named = ("--data", data, "--label-column", "gefühl", "--lang", "de")
    found = read(tiny_folder, tmp_path / "run", *named)
    assert [name for name, _ in found.samples] == ["3", "5"]
    assert [(one.id, one.label) for one in found.labelled] == [("2", "joy"), ("4", "anger")]
    assert found.labelled[0].sample.text == SENTENCES[0]
    assert found.labelled[0].sample.language == "de"


def test_a_column_that_is_named_empty_is_none(tiny_folder: Path, tmp_path: Path) -> None:
    rows = [(SENTENCES[n], "joy", str(n)) for n in range(4)]
    data = table(tmp_path / "t.csv", rows, ("text", "label", "id"))
    found = read(tiny_folder, tmp_path / "run", "--data", data, "--label-column", "")
    assert [name for name, _ in found.samples] == ["0", "1", "2", "3"] and not found.labelled
    found = read(tiny_folder, tmp_path / "run", "--data", data, "--label-column", "",
                 "--id-column", "")  # fmt: skip
    assert [name for name, _ in found.samples] == ["2", "3", "4", "5"]


def test_a_table_of_labels_has_columns_of_its_own(tiny_folder: Path, tmp_path: Path) -> None:
    data = table(tmp_path / "t.csv", [(SENTENCES[0],), (SENTENCES[1],)], ("satz",))
    few = table(tmp_path / "few.csv", [("joy", SENTENCES[2]), ("?", "x y z")], ("label", "text"))
    found = read(tiny_folder, tmp_path / "run", "--data", data, "--text-column", "satz",
                 "--label-column", "", "--labelled", few)  # fmt: skip
    assert len(found.samples) == 2
    assert [(one.label, one.sample.text) for one in found.labelled] == [("joy", SENTENCES[2])]


def test_a_table_of_labels_is_asked_about_apart(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = table(tmp_path / "t.csv", [(SENTENCES[0],), (SENTENCES[1],)], ("satz",))
    first, *others = zip(SENTENCES[2:6], ("joy", "anger") * 2, strict=True)
    few = table(tmp_path / "few.csv", others, first)
    given = ("--data", data, "--labelled", few, "--read-labelled", "header=no")
    found = read(tiny_folder, tmp_path / "run", *given)
    assert [one.label for one in found.labelled] == ["joy", "anger"] * 2
    personal = ("text", "label", "email")
    table(few, [(SENTENCES[2], "joy", "a@example.org")], personal)
    read(tiny_folder, tmp_path / "run", "--data", data, "--labelled", few)
    assert "--read-labelled personal=leave" in capsys.readouterr().err
    with pytest.raises(UserError, match="--read-labelled 'x' is not NAME=VALUE"):
        read(tiny_folder, tmp_path / "run", *given[:-1], "x")


def test_pictures_of_a_zip_are_there_until_the_run_has_ended(
    tiny_folder: Path, tmp_path: Path
) -> None:
    faces = tmp_path / "faces.zip"
    zipped(faces, {"a.png": png(), "b.png": png("red")})
    data = table(tmp_path / "t.csv", [(SENTENCES[0], "a.png"), ("", "b.png")], ("text", "image"))
    run = tmp_path / "run"
    (run / PICTURES / "data").mkdir(parents=True)
    (run / PICTURES / "data" / "000001.png").write_bytes(b"of a run that was killed")
    args = parsed("--checkpoint", tiny_folder, "--out", run, "--data", data, "--images", faces)
    with read_data(args) as found:
        assert (run / PICTURES).is_dir()
        assert [sample.image is not None for _, sample in found.samples] == [True, True]
        assert found.samples[1:][0][0] == "3"
    assert not (run / PICTURES).exists()
    found = read(tiny_folder, run, "--images", faces)
    assert len(found.samples) == 2, "pictures alone can be learned from too"


def test_pictures_are_read_as_predict_reads_them(tiny_folder: Path, tmp_path: Path) -> None:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    three().save(photographs / "three.png")
    faces, whole = (
        read(tiny_folder, tmp_path / "run", "--images", photographs, *more).samples[0][1]
        for more in ((), ("--whole-pictures",))
    )
    assert faces.photograph and whole.photograph and faces.image and whole.image
    assert faces.photograph.face == 1 and faces.photograph.part is not None
    assert faces.image.width == faces.image.height
    assert whole.photograph.part is None and whole.image.width > whole.image.height


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give --data, --images, or both"),
        (["--data", "none.csv"], "none.csv"),
        (["--data", "t.csv", "--text-column", "satz"], "no column is called 'satz'"),
        (["--data", "t.csv", "--family", "martian"], "--family 'martian' is not one of own, none"),
        (["--data", "t.csv", "--lang", "q9!"], "not a language that I know"),
        (["--data", "t.csv", "--checkpoint", "none"], "none"),
        (["--data", "t.csv", "--images", "t.csv"], "t.csv is damaged, or not a ZIP"),
        (["--data", "all.csv"], "all.csv: every row has a label"),
        (["--data", "t.csv", "--epochs", "0"], "epochs is 0; it is at least 1"),
        (["--data", "t.csv", "--through", "all"], "through is 'all'; it is one of"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(
    tiny_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "t.csv", [(s,) for s in SENTENCES[:3]])
    table(tmp_path / "all.csv", [(SENTENCES[0], "joy"), (SENTENCES[1], "fear")], ("text", "label"))
    assert main(["rethink", "--checkpoint", str(tiny_folder), "--out", "run", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said
    assert not Path("run", "events.jsonl").exists()


@pytest.mark.parametrize("field", [field.name for field in fields(RethinkSettings)])
def test_every_setting_has_an_option(field: str) -> None:
    """Under its name, of its type, and not given where it is not given."""
    option, held = f"--{field.replace('_', '-')}", getattr(PRESETS["quick"], field)
    words = {bool: [option.replace("--", "--no-")], int: [option, "2"], float: [option, "0.25"]}
    args = parsed("--data", "t.csv", "--out", "run", *words.get(type(held), [option, "x"]))
    expected = {bool: False, int: 2, float: 0.25}
    assert getattr(args, field) == expected.get(type(held), "x")
    given = {f.name for f in fields(RethinkSettings) if getattr(args, f.name) is not None}
    assert given == {field}


def test_what_is_given_replaces_the_presets() -> None:
    words = ("--preset", "thorough", "--epochs", "2", "--no-decay", "--rate", "2e-5")
    settings = chosen_settings(parsed("--data", "t.csv", "--out", "run", *words))
    assert settings == replace(PRESETS["thorough"], epochs=2, decay=False, rate=2e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(preset: str) -> None:
    args = parsed("--data", "t.csv", "--out", "run", "--preset", preset)
    assert chosen_settings(args) == PRESETS[preset]
