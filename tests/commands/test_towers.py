"""`lfdrt towers`: a folder of two encoders by name, read back as it was written; its refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.data.records import DataError
from lfdrt.encoders.named import named_image_tower, named_text_tower
from lfdrt.training.tower_folder import (
    FILES,
    read_image_tower,
    read_text_tower,
    read_untrained_image_tower,
    tower_names,
)
from tests.encoders.tiny_named import tiny_bert, tiny_clip
from tests.tiny_towers import tiny_towers


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    tiny_bert(tmp_path / "bert")
    tiny_clip(tmp_path / "clip")
    encoders = ["--text-encoder", str(tmp_path / "bert"), "--image-encoder", str(tmp_path / "clip")]
    return ["towers", *encoders, "--out", str(tmp_path / "towers")]


def test_towers_are_read_as_they_were_written(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    out = tmp_path / "towers"
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    assert all(name in capsys.readouterr().out for name in FILES[:1])
    text, image = read_text_tower(out), read_image_tower(out)
    assert tower_names(out) == {"text": text.name, "image": image.name}
    named = named_text_tower(str(tmp_path / "bert")), named_image_tower(str(tmp_path / "clip"))
    for found, given in zip((text, image), named, strict=True):
        assert (found.name, found.config) == (given.name, given.config)
        assert found.state.keys() == given.state.keys()
        assert all(found.state[k].equal(t) for k, t in given.state.items())
    assert text.tokenizer.encode("Soup").ids == named[0].tokenizer.encode("Soup").ids
    assert main(words) == 0, "a folder of towers may be replaced"


def test_a_folder_of_other_files_is_left_alone(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "towers").mkdir()
    (tmp_path / "towers" / "thesis.txt").write_text("own")
    assert main(words) == 2
    assert "holds other files (thesis.txt)" in capsys.readouterr().err
    assert (tmp_path / "towers" / "thesis.txt").read_text() == "own"


def test_missing_weights_are_a_sentence_and_leave_nothing(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clip" / "open_clip_model.safetensors").unlink()
    assert main(words) == 2
    assert "has no open_clip_model.safetensors: looked in" in capsys.readouterr().err
    assert not (tmp_path / "towers").exists()
    words[words.index("--text-encoder") + 1] = str(tmp_path / "nowhere")
    assert main(words) == 2
    assert "is not a folder here" in capsys.readouterr().err


def test_what_is_not_towers_names_the_command(tmp_path: Path, words: list[str]) -> None:
    out = tiny_towers(tmp_path / "towers")
    (out / "text.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(DataError, match="does not name a tower.*python -m lfdrt towers"):
        read_text_tower(out)
    (out / "faces.safetensors").unlink()
    with pytest.raises(DataError, match="no faces.safetensors.*python -m lfdrt faces"):
        read_image_tower(out)
    (out / "image.safetensors").unlink()
    with pytest.raises(DataError, match="no image.safetensors.*python -m lfdrt towers"):
        read_untrained_image_tower(out)
