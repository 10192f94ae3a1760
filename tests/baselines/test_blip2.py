"""BLIP-2 tells pictures and texts apart; what cannot be it is refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from transformers import Blip2ForConditionalGeneration, BlipImageProcessor

from lfdrt.__main__ import main
from lfdrt.baselines.base import BOTH, IMAGE, TEXT, ConcatClassifier
from lfdrt.baselines.pretrained import NO_STAND_IN, read_blip2
from lfdrt.baselines.whole_encoders import blip2_encoders
from lfdrt.encoders.hub import MissingWeights
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.runtime import Runtime
from tests.baselines.tiny_llm import tiny_blip2, tiny_llama
from tests.baselines.tiny_sets import tiny_sets
from tests.tiny import SENTENCES

RUNTIME = Runtime(device=torch.device("cpu"), dtype=torch.float32)
PICTURES = (Image.new("RGB", (50, 40), "red"), Image.new("RGB", (20, 70), "blue"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_blip2(tmp_path_factory.mktemp("blip2"))


@torch.inference_mode()
def test_a_picture_is_the_mean_of_the_q_formers_outputs(folder: Path) -> None:
    """By the library's own whole model: its vision tower, its queries, its Q-Former."""
    _, image = blip2_encoders(read_blip2(str(folder), RUNTIME), max_tokens=16)
    found = image(PICTURES)
    whole = Blip2ForConditionalGeneration.from_pretrained(folder).eval()
    prepare = BlipImageProcessor.from_pretrained(folder)
    for picture, vector in zip(PICTURES, found, strict=True):
        pixels = prepare(images=picture, return_tensors="pt").pixel_values
        seen = whole.vision_model(pixel_values=pixels).last_hidden_state
        outputs = whole.qformer(query_embeds=whole.query_tokens, encoder_hidden_states=seen)
        torch.testing.assert_close(vector, outputs.last_hidden_state[0].mean(dim=0))
    assert found.shape == (2, 16) and not torch.allclose(found[0], found[1], atol=0.1)


@torch.inference_mode()
def test_a_text_is_the_last_state_of_blip2s_language_model(folder: Path) -> None:
    blip2 = read_blip2(str(folder), RUNTIME)
    text, _ = blip2_encoders(blip2, max_tokens=64)
    found = text([SENTENCES[0], "so"])
    for sentence, vector in zip((SENTENCES[0], "so"), found, strict=True):
        ids = torch.tensor([blip2.tokenizer.encode(sentence).ids])
        states = blip2.model.language_model(input_ids=ids, output_hidden_states=True).hidden_states
        torch.testing.assert_close(vector, states[-1][0, -1], atol=1e-4, rtol=1e-4)


def test_both_are_frozen_and_stand_side_by_side(folder: Path) -> None:
    encoders = blip2_encoders(read_blip2(str(folder), RUNTIME), max_tokens=16)
    assert [e.reads for e in encoders] == [TEXT, IMAGE]
    assert not any(e.learns for e in encoders)
    model = ConcatClassifier(encoders=encoders, hidden=8, classes=7, dropout=0.0)
    assert model.inputs == BOTH
    with torch.inference_mode():
        vectors = [encoders[0](SENTENCES[:2]), encoders[1](PICTURES)]
        assert model.classify(vectors, BOTH).shape == (2, 7)


@torch.inference_mode()
def test_bfloat16_weights_take_pictures_and_texts(folder: Path) -> None:
    """As on a GPU: the Q-Former and the vision tower may then have different formats."""
    runtime = Runtime(device=torch.device("cpu"), dtype=torch.bfloat16)
    exact = blip2_encoders(read_blip2(str(folder), RUNTIME), max_tokens=16)
    rounded = blip2_encoders(read_blip2(str(folder), runtime), max_tokens=16)
    for one, other, inputs in zip(exact, rounded, (SENTENCES[:2], PICTURES), strict=True):
        with runtime.autocast():
            found = other(inputs)
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, one(inputs), atol=0.2, rtol=0.1)


def test_an_empty_text_and_an_odd_picture_have_vectors(folder: Path) -> None:
    text, image = blip2_encoders(read_blip2(str(folder), RUNTIME), max_tokens=16)
    with torch.inference_mode():
        assert torch.isfinite(text(["", "👩‍👩‍👧" * 99])).all()
        assert torch.isfinite(image([Image.new("RGB", (1, 900))])).all()


def test_what_is_not_blip2_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=NO_STAND_IN):
        read_blip2(str(tmp_path / "nowhere"), RUNTIME)
    with pytest.raises(MissingWeights, match="LlamaForCausalLM.*Blip2Model is needed"):
        read_blip2(str(tiny_llama(tmp_path / "llama")), RUNTIME)
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "preprocessor_config.json").unlink()
    with pytest.raises(MissingWeights, match="no image processor"):
        read_blip2(str(tmp_path), RUNTIME)


def test_blip2_on_t5_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    from transformers import Blip2Config, T5Config

    config = Blip2Config.from_pretrained(folder)
    t5 = T5Config(d_model=16, d_kv=4, d_ff=16, num_layers=1, num_heads=2, vocab_size=400)
    whole = Blip2Config(
        vision_config=config.vision_config.to_dict(),
        qformer_config=config.qformer_config.to_dict(),
        text_config=t5.to_dict(),
        num_query_tokens=4,
    )
    Blip2ForConditionalGeneration(whole).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert json.loads((tmp_path / "config.json").read_text())["text_config"]["model_type"] == "t5"
    with pytest.raises(MissingWeights, match="an encoder and a decoder.*blip2-opt-2.7b"):
        read_blip2(str(tmp_path), RUNTIME)


@pytest.mark.slow  # trains two steps and scores three readings
def test_blip2_is_trained_and_recorded_with_all_its_inputs(folder: Path, tmp_path: Path) -> None:
    data, runs = tiny_sets(tmp_path / "data"), tmp_path / "runs"
    code = main(
        ["baseline", "blip2", "--text-encoder", str(folder), "--steps", "2", "--data", str(data),
         "--device", "cpu", "--out", str(runs), "--record", str(tmp_path / "rec")]
    )  # fmt: skip
    assert code == 0
    recording = read_recording(tmp_path / "rec")
    assert recording.run.inputs == BOTH and recording.run.classifiers == 1
    assert f"{folder.name}, language model (text, frozen)" in recording.run.note
    assert f"{folder.name}, Q-Former (image, frozen)" in recording.run.note
    pictures = read_recording(runs / "blip2-0" / "recorded-image")
    assert len(np.unique(pictures.p_1.round(6), axis=0)) > 1  # the faces are told apart
    with safe_open(runs / "blip2-0" / "learned.safetensors", framework="pt") as file:
        kept = list(file.keys())
    assert kept and not any("model." in name or "decoder." in name for name in kept)
