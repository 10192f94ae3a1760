"""`lfdrt affinity`: a text in words and as JSON, the study, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from tests.csv_files import write
from tests.tiny import SENTENCES
from tests.tiny_data import hold_out, tiny_data

TEXT = "Ninafurahi sana kukuona leo"


def test_a_text_in_words_and_as_json(tiny_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["affinity", "--checkpoint", str(tiny_folder), "--device", "cpu", "--text", TEXT]
    words += ["--lang", "sw", "--translation", "I am so happy to see you today"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert told.startswith("4 words; Swahili.")
    assert "The mix: " in told and "Read through the own family: " in told
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    gains = [row["nats_above_chance"] for row in found["families"]]
    assert gains == sorted(gains, reverse=True) and len(gains) == 13
    assert all(low <= g <= high for row, g in zip(found["families"], gains, strict=True)
               for low, high in [row["interval"]])  # fmt: skip
    assert {*found["readings"]} == {"none", "mix", "own"}


def test_a_language_without_a_family_has_no_own_reading(
    tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["affinity", "--checkpoint", str(tiny_folder), "--lang", "vi", "--text", "Oso pozik"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "Read through the mix: " in told and "own family" not in told
    assert "No disentangler was trained for Vietnamese" in told


def test_the_study(tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = tiny_data(tmp_path / "data"), tmp_path / "study" / "affinity.json"
    hold_out(data)
    write(data / "unseen" / "en-kk.csv", [("en", "kk"), SENTENCES[:2], SENTENCES[2:4]])
    write(data / "unseen" / "en-vi.csv", [("en", "vi"), SENTENCES[4:6], SENTENCES[6:8]])
    words = ["affinity", "--study", "--checkpoint", str(tiny_folder), "--data", str(data)]
    assert main([*words, "--out", str(out), "--sentences", "2"]) == 0
    assert "unseen: the mix minus none" in capsys.readouterr().out
    report = json.loads(out.read_text(encoding="utf-8"))
    rows = {row["language"]: row for row in report["languages"]}
    assert rows["vi"]["rank"] is None and rows["vi"]["agreed"]["own"] is None
    assert rows["kk"]["agreed"]["own"] is not None
    assert rows["kk"]["shares"]["turkic"] > 0
    for row in report["languages"]:
        assert sum(row["shares"].values()) == pytest.approx(1, abs=1e-2)
        if row["group"] == "withheld":
            assert row["shares"][row["family"]] == 0
    unseen = report["groups"]["unseen"]
    assert unseen["languages"] == 2 and unseen["ranked"] == 1
    low, high = unseen["kl_minus_none"]["mix"]["interval"]
    assert low <= unseen["kl_minus_none"]["mix"]["difference"] <= high


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "There is no text"),
        (["--text", "  "], "There is no text"),
        (["--text", "a", "--out", "f"], "--out needs --study"),
        (["--study", "--text", "a"], "--text cannot be used with --study"),
        (["--study", "--out", "f"], "--study needs --data"),
        (["--text", "a", "--lang", "xxxxxx"], "is not a language that I know"),
    ],
)
def test_what_is_refused(
    more: list[str], said: str, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["affinity", "--checkpoint", str(tiny_folder), *more]) == 2
    assert said in capsys.readouterr().err
