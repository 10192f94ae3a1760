"""L+C: Llama's last state and CLIP's picture side by side; adapters learn, the rest stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from lfdrt.__main__ import main
from lfdrt.baselines.base import BOTH, IMAGE, TEXT, ConcatClassifier
from lfdrt.baselines.build import build_encoders
from lfdrt.baselines.pretrained import read_decoder
from lfdrt.baselines.run_folder import new_model
from lfdrt.baselines.settings import BaselineSettings, settings_of
from lfdrt.baselines.whole_encoders import LastTokenEncoder
from lfdrt.encoders.hub import MissingWeights
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.events import StepDone
from lfdrt.runs.log import read_events
from lfdrt.runtime import Runtime
from tests.baselines.tiny_llm import tiny_llama
from tests.baselines.tiny_sets import tiny_sets
from tests.encoders.tiny_named import tiny_clip
from tests.tiny import SENTENCES

RUNTIME = Runtime(device=torch.device("cpu"), dtype=torch.float32)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    tiny_llama(folder / "llama")
    tiny_clip(folder / "clip")
    return folder


def settings(weights: Path) -> BaselineSettings:
    return settings_of("llama_clip", text=str(weights / "llama"), image=str(weights / "clip"))


@torch.inference_mode()
def test_a_text_is_the_decoders_state_at_its_last_token(weights: Path) -> None:
    """Each text alone and unpadded gives the same: padding on the right changes nothing."""
    language = read_decoder(str(weights / "llama"), RUNTIME)
    encoder = LastTokenEncoder(language, max_tokens=64, learn_tokens=8).eval()
    texts = [SENTENCES[0], "so", SENTENCES[11]]
    found = encoder(texts)
    assert found.shape == (3, 32)
    for text, vector in zip(texts, found, strict=True):
        ids = torch.tensor([language.tokenizer.encode(text).ids])
        alone = language.model(input_ids=ids).last_hidden_state[0, -1]
        torch.testing.assert_close(vector, alone, atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_texts_are_cut_shorter_while_it_learns(weights: Path) -> None:
    language = read_decoder(str(weights / "llama"), RUNTIME)
    encoder = LastTokenEncoder(language, max_tokens=12, learn_tokens=4)
    long, longer = SENTENCES[0], f"{SENTENCES[0]} {SENTENCES[1]}"
    for mode in (True, False):
        encoder.train(mode)
        one, other = encoder([long, longer])
        torch.testing.assert_close(one, other)
    assert not torch.allclose(encoder.train()([long]), encoder.eval()([long]), atol=0.1)


@torch.inference_mode()
@pytest.mark.parametrize("text", ["", " ", "👩‍👩‍👧" * 99, "\u0301"])
def test_any_text_has_a_vector(weights: Path, text: str) -> None:
    encoder = LastTokenEncoder(
        read_decoder(str(weights / "llama"), RUNTIME), max_tokens=8, learn_tokens=8
    )
    assert torch.isfinite(encoder([text])).all()


def test_adapters_and_classifier_learn_and_nothing_else(weights: Path) -> None:
    model = new_model(settings(weights), Path(), RUNTIME)
    assert isinstance(model, ConcatClassifier) and model.inputs == BOTH
    text, image = model.encoders
    assert (text.reads, text.learns, image.reads, image.learns) == (TEXT, True, IMAGE, False)
    learned = [n for n, p in text.named_parameters() if p.requires_grad]
    assert learned and all("lora_" in name for name in learned)
    assert {p.dtype for p in text.parameters() if p.requires_grad} == {torch.float32}


def test_missing_weights_are_named_one_after_the_other(weights: Path, tmp_path: Path) -> None:
    for names in (("nowhere", "clip"), ("llama", "nowhere")):
        text, image = (str(weights / name) for name in names)
        wanted = settings_of("llama_clip", text=text, image=image)
        with pytest.raises(MissingWeights, match="nowhere is not a folder here") as refused:
            build_encoders(wanted, tmp_path, RUNTIME)
        assert "compact" not in str(refused.value)


@pytest.mark.slow  # trains two steps and scores three readings
def test_it_is_trained_and_recorded_with_all_its_inputs(weights: Path, tmp_path: Path) -> None:
    data, runs = tiny_sets(tmp_path / "data"), tmp_path / "runs"
    asked = ["--text-encoder", str(weights / "llama"), "--image-encoder", str(weights / "clip")]
    code = main(
        ["baseline", "llama_clip", *asked, "--steps", "2", "--data", str(data), "--device", "cpu",
         "--out", str(runs), "--record", str(tmp_path / "rec")]
    )  # fmt: skip
    assert code == 0
    recording = read_recording(tmp_path / "rec")
    assert recording.run.inputs == BOTH and recording.run.classifiers == 1
    assert "llama (text, LoRA), clip (image, frozen)" in recording.run.note
    assert len(recording) == recording.run.rows > 0
    assert {p.name for p in (runs / "llama_clip-0").glob("recorded-*")} == {
        "recorded-text",
        "recorded-image",
        "recorded-text-and-image",
    }
    steps = [e for e in read_events(runs / "llama_clip-0" / "events.jsonl") if type(e) is StepDone]
    assert len(steps) == 2
    with safe_open(runs / "llama_clip-0" / "learned.safetensors", framework="pt") as file:
        kept = list(file.keys())
    assert any("lora_B" in name for name in kept) and any("classifier" in name for name in kept)
    assert not any("embed_tokens" in name or "tower" in name for name in kept)
