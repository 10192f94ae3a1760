"""Llama scores labels as a plain loop over them would, and learns them through LoRA alone."""

from __future__ import annotations

import builtins
import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from lfdrt.baselines import pretrained as module
from lfdrt.baselines.llama import LabelLikelihood, prompt
from lfdrt.baselines.lora import WEIGHTS, LoraSettings, add_lora, load_lora, save_lora
from lfdrt.baselines.pretrained import NO_STAND_IN, cut_texts, read_causal
from lfdrt.encoders.hub import MissingWeights
from lfdrt.labels import EKMAN7, SIMS5, LabelSet
from lfdrt.runtime import Runtime
from tests.baselines.tiny_llm import BEGIN, tiny_llama
from tests.tiny import SENTENCES

RUNTIME = Runtime(device=torch.device("cpu"), dtype=torch.float32)
LORA = LoraSettings(rank=4, dropout=0.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("llama"))


def labeller(folder: Path, label_set: LabelSet = EKMAN7, max_tokens: int = 64) -> LabelLikelihood:
    return LabelLikelihood(read_causal(str(folder), RUNTIME), label_set, max_tokens=max_tokens)


@torch.inference_mode()
def naive(folder: Path, text: str, label: str) -> float:
    """One text, one label: the sum of what the model gives to the label's tokens."""
    language = read_causal(str(folder), RUNTIME)
    asked = prompt(text, EKMAN7.labels)
    before = language.tokenizer.encode(asked).ids
    ids = language.tokenizer.encode(f"{asked} {label}").ids
    assert ids[: len(before)] == before and ids[0] == language.tokenizer.token_to_id(BEGIN)
    log_p = language.model(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)
    return sum(float(log_p[t - 1, ids[t]]) for t in range(len(before), len(ids)))


def test_scores_are_those_of_a_loop_over_texts_and_labels(folder: Path) -> None:
    texts = (SENTENCES[0], SENTENCES[11], "short")
    with torch.inference_mode():
        found = labeller(folder)(texts)
    expected = [[naive(folder, text, label) for label in EKMAN7.labels] for text in texts]
    torch.testing.assert_close(found, torch.tensor(expected), atol=1e-3, rtol=1e-4)


def test_labels_have_one_token_or_several(folder: Path) -> None:
    """Else the test above would not reach the key/value cache."""
    tokenizer = read_causal(str(folder), RUNTIME).tokenizer
    counts = {label: len(tokenizer.encode(f" {label}").ids) - 1 for label in EKMAN7.labels}
    assert counts["joy"] == 1 and max(counts.values()) > 2


def test_the_prompt_names_the_text_on_one_line_and_ends_without_a_space() -> None:
    asked = prompt("so\n happy ", SIMS5.labels)
    assert "Text: so happy\n" in asked and asked.endswith("Sentiment:")
    assert "weakly positive or positive?" in asked


def test_a_long_text_loses_its_end_and_never_the_question(folder: Path) -> None:
    model = labeller(folder, max_tokens=5)
    short, long = model.lengths(["so", SENTENCES[0] * 30])
    assert short < long <= short + 8
    with torch.inference_mode():
        scores = model([SENTENCES[0], SENTENCES[0] + " again" * 50])
    torch.testing.assert_close(scores[0], scores[1])


@pytest.mark.parametrize("text", ["", "  ", "👩‍👩‍👧" * 40, "ა" * 300, "\u0301"])
def test_any_text_has_scores(folder: Path, text: str) -> None:
    with torch.inference_mode():
        assert torch.isfinite(labeller(folder)([text])).all()


def test_cutting_keeps_whole_characters(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    (cut,) = cut_texts(tokenizer, ["日本語です"], 4)
    assert cut and "日本語です".startswith(cut)


def test_lora_alone_learns_and_the_right_labels_become_likelier(folder: Path) -> None:
    model = labeller(folder)
    model.model = add_lora(model.model, LORA, seed=1)
    learned = {n: p for n, p in model.named_parameters() if p.requires_grad}
    frozen = {n: p.clone() for n, p in model.named_parameters() if not p.requires_grad}
    assert learned and all("lora_" in name for name in learned)
    texts, labels = SENTENCES[:4], [3, 2, 1, 5]
    before = model.loss(texts, labels).item()
    optimizer = torch.optim.AdamW(learned.values(), lr=1e-2)
    for _ in range(15):
        model.loss(texts, labels).backward()
        optimizer.step()
        optimizer.zero_grad()
    assert model.loss(texts, labels).item() < before - 1
    assert all(torch.equal(p, frozen[n]) for n, p in model.named_parameters() if n in frozen)


def test_adapters_change_nothing_at_first_and_come_back_from_safetensors(
    folder: Path, tmp_path: Path
) -> None:
    plain, model, other = (labeller(folder) for _ in range(3))
    model.model = add_lora(model.model, LORA, seed=1)
    with torch.inference_mode():
        start = plain([SENTENCES[0]])
        torch.testing.assert_close(model([SENTENCES[0]]), start)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "lora_B" in name:
                value.normal_(generator=torch.Generator().manual_seed(0))
    save_lora(model.model, tmp_path)
    assert not list(tmp_path.glob("*.bin"))
    with safe_open(tmp_path / WEIGHTS, framework="pt") as file:
        assert len(file.keys()) == 2 * 4 * 2  # A and B of four projections of two layers
    other.model = add_lora(other.model, LORA, seed=2)
    load_lora(other.model, tmp_path)
    with torch.inference_mode():
        learned = model([SENTENCES[0]])
        torch.testing.assert_close(other([SENTENCES[0]]), learned)
    assert not torch.allclose(learned, start, atol=0.1)


def test_without_peft_a_sentence_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "peft":
            raise ImportError("No module named 'peft'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ValueError, match=r"needs peft.*\.\[baselines\]"):
        add_lora(labeller(folder).model, LORA, seed=0)


def test_weights_that_are_not_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingWeights, match=f"nowhere.*{NO_STAND_IN}"):
        read_causal(str(tmp_path / "nowhere"), RUNTIME)

    def refused(name: str) -> Path:
        raise MissingWeights(f"{name} is not here.")

    monkeypatch.setattr(module, "model_folder", refused)
    with pytest.raises(MissingWeights, match="Accept Meta's licence.*hf auth login"):
        read_causal("meta-llama/Llama-3.2-3B", RUNTIME)


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
def test_folders_that_lack_a_file(folder: Path, tmp_path: Path, missing: str) -> None:
    for path in folder.iterdir():
        if path.name != missing:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")  # would have to be unpickled
    with pytest.raises(MissingWeights, match=tmp_path.name):
        read_causal(str(tmp_path), RUNTIME)


def test_weights_that_do_not_fit_their_configuration(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    save_file(weights | {"model.norm.weight": torch.ones(7)}, tmp_path / "model.safetensors")
    with pytest.raises(MissingWeights, match="size"):
        read_causal(str(tmp_path), RUNTIME)
    del weights["model.norm.weight"]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(MissingWeights, match="1 weights are missing, first 'model.norm.weight'"):
        read_causal(str(tmp_path), RUNTIME)


def test_a_model_that_does_not_write_is_refused(folder: Path, tmp_path: Path) -> None:
    """transformers would read BERT's weights into a model that is asked for the next word."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["BertForMaskedLM"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(MissingWeights, match="BertForMaskedLM"):
        read_causal(str(tmp_path), RUNTIME)
