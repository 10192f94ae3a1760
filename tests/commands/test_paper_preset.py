"""The paper's preset from the command line to the app, on a tiny BERT and a tiny CLIP ViT.

The architectures, the commands and every setting but the number of steps are the true ones; the
encoders are random, as their own libraries save them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from safetensors.torch import load_file

from app.about.tab import checkpoint as about_checkpoint
from app.models.requests import Request
from app.models.service import Service
from app.predict.answers import answer
from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint, stored_format
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.labels import EKMAN7
from tests.csv_files import LABELLED, write
from tests.encoders.tiny_named import PIECES, WIDTH, tiny_bert, tiny_clip
from tests.tiny import SENTENCES
from tests.tiny_data import tiny_data
from tests.tiny_faces import write_faces


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Encoders, data, towers of `lfdrt towers` and a run of `lfdrt pretrain`."""
    folder = tmp_path_factory.mktemp("paper")
    tiny_bert(folder / "bert")
    tiny_clip(folder / "clip")
    _data(folder / "data")
    assert main(["towers", "--text-encoder", str(folder / "bert"), "--image-encoder",
                 str(folder / "clip"), "--out", str(folder / "towers")]) == 0  # fmt: skip
    assert main(["pretrain", "--preset", "paper", "--steps", "2", "--device", "cpu",
                 "--data", str(folder / "data"), "--towers", str(folder / "towers"),
                 "--out", str(folder / "run")]) == 0  # fmt: skip
    return folder


def _data(folder: Path) -> None:
    """The true layout: MELD's English, three languages of parallel text, faces."""
    tiny_data(folder)
    (folder / "text" / "made").rename(folder / "text" / "meld")
    rows = [(f"{i}", SENTENCES[i % 4], name) for i, name in enumerate(EKMAN7.labels)]
    for split in ("dev", "test"):
        write(folder / "text" / "meld" / f"en.{split}.csv", [LABELLED, *rows])
    (folder / "images").mkdir()
    write_faces(folder / "images")
    Image.new("RGB", (60, 40), "teal").save(folder / "a.png")


def test_a_run_of_the_papers_model_ends_in_its_checkpoint(folder: Path) -> None:
    checkpoint = load_checkpoint(folder / "run" / "checkpoint")
    config, settings = checkpoint.model.config, checkpoint.card["settings"]
    assert (config.name, config.width, config.text.prefix) == ("paper", WIDTH, "")
    assert (config.image.size, config.image.mean[0]) == (224, pytest.approx(0.48145466))
    assert config.text.backbone["hidden_dropout_prob"] == 0.1
    assert (settings["rate_encoder"], settings["kl_families"]) == (5e-6, 12)
    assert checkpoint.card["towers"] == {"text": "bert", "image": "clip"}
    words = checkpoint.model.text.word_embeddings.weight
    assert words.shape == (len(PIECES), WIDTH)
    curves = (folder / "run" / "curves.csv").read_text(encoding="utf-8")
    assert all(term in curves for term in ("cross_lingual", "uniformity", "mask_1", "mask_2"))


def test_only_what_may_learn_has_learned(folder: Path) -> None:
    """All layers of the encoder move, its embeddings and CLIP stay as they came. Biases begin at 0
    and are stored in float32: two steps of Adam at 5e-6 take them to at most 1e-5."""
    model = load_checkpoint(folder / "run" / "checkpoint").model
    text, image = (load_file(folder / "towers" / f"{k}.safetensors") for k in ("text", "image"))
    ours = model.text.backbone.state_dict()
    for name in (n for n in text if n.startswith("embeddings.")):
        assert ours[name].equal(stored_format(text[name]).float()), name
    for layer in (0, 1):
        bias = ours[f"encoder.layer.{layer}.output.dense.bias"].abs()
        assert 0 < bias.max() <= 1.1e-5
    for name, weight in model.image.tower.state_dict().items():
        assert weight.equal(stored_format(image[name]).float()), name


def test_layers_that_are_computed_again_give_the_same_run(folder: Path) -> None:
    words = ["pretrain", "--preset", "paper", "--steps", "2", "--device", "cpu", "--recompute"]
    words += ["--data", str(folder / "data"), "--towers", str(folder / "towers")]
    words += ["--features", str(folder / "run"), "--out", str(folder / "again")]
    assert main(words) == 0
    one, other = (load_checkpoint(folder / name / "checkpoint") for name in ("run", "again"))
    assert [c.card["settings"]["recompute"] for c in (one, other)] == [False, True]
    for name, weight in one.model.state_dict().items():
        assert weight.equal(other.model.state_dict()[name]), name


def test_faces_went_through_clip_as_it_is(folder: Path) -> None:
    """21 pictures of 48 px: 14 to train on, read at 224 px; no `lfdrt faces` came before."""
    features = load_file(folder / "run" / "faces.safetensors")["features"]
    assert features.shape == (14, 16)
    assert not (folder / "towers" / "faces.safetensors").exists()


def test_faces_of_another_tower_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["faces", "--data", str(folder / "data"), "--towers", str(folder / "towers")]
    assert main(words) == 2
    assert "which pretrain uses as it is" in capsys.readouterr().err


def test_evaluate_rethink_and_predict_read_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = folder / "run" / "checkpoint"
    words = ["evaluate", str(checkpoint), "--data", str(folder / "data"), "--sets", "meld"]
    assert main([*words, "--device", "cpu", "--record", str(folder / "recording")]) == 0
    recording = read_recording(folder / "recording")
    assert len(recording) == 14
    assert recording.run.checkpoint == "run"
    rows = [
        ("text", "image"),
        *((s, "data/a.png" if n % 2 else "") for n, s in enumerate(SENTENCES)),
    ]
    write(folder / "rows.csv", rows)
    words = ["rethink", "--data", str(folder / "rows.csv"), "--lang", "tr", "--preset", "paper"]
    words += ["--epochs", "1", "--checkpoint", str(checkpoint), "--out", str(folder / "rethought")]
    assert main([*words, "--device", "cpu"]) == 0
    capsys.readouterr()
    words = ["predict", "--checkpoint", str(folder / "rethought" / "checkpoint"), "--json"]
    words += ["--lang", "tr", "--text", "Soup", "--image", str(folder / "data" / "a.png")]
    assert main([*words, "--device", "cpu"]) == 0
    assert json.loads(capsys.readouterr().out)["label"] in EKMAN7.labels
    assert main(["info", "--checkpoint", str(checkpoint), "--device", "cpu"]) == 0
    told = capsys.readouterr().out
    assert f"bert, width {WIDTH}, {len(PIECES)} words, up to 128 tokens" in told
    assert "packed" not in told


def test_the_app_opens_it(folder: Path) -> None:
    """Pieces of words and a picture's regions are shown, by a tokenizer and a grid it never had."""
    service = Service(folder / "run" / "checkpoint", "cpu")
    service.start()
    assert service.wait(120)
    assert service.status.phase == "ready", service.status.failure
    request = Request(text="Soup é", picture=folder / "data" / "a.png", language="tr",
                      translation="So happy")  # fmt: skip
    last = list(answer(service, request))[-1]
    for kind in ("families", "regions", "translation"):
        assert f'class="card {kind}"' in last.details
    assert 'class="card sharpness"' in last.sharpness
    assert "paper" in about_checkpoint(service.loaded, "")
