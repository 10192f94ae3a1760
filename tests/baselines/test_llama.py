"""Llama scores labels as a plain loop over them would, and learns them through LoRA alone."""

from __future__ import annotations

import builtins
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from lfdrt.__main__ import main
from lfdrt.baselines import llama
from lfdrt.baselines import pretrained as module
from lfdrt.baselines.base import TEXT
from lfdrt.baselines.build_whole import add_lora
from lfdrt.baselines.likelihood_run import LikelihoodRun
from lfdrt.baselines.llama import LabelLikelihood, prompt
from lfdrt.baselines.pretrained import NO_STAND_IN, Pretrained, cut_texts, read_causal
from lfdrt.baselines.run_folder import new_model, train_in
from lfdrt.baselines.settings import LoraSettings, settings_of
from lfdrt.baselines.train import training_rows
from lfdrt.baselines.vectors import vectors_of
from lfdrt.config import ConfigError
from lfdrt.data.records import read_labelled
from lfdrt.encoders.hub import MissingWeights
from lfdrt.errors import UserError
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.events import StepDone
from lfdrt.labels import EKMAN7, SIMS5
from lfdrt.runs.log import read_events
from lfdrt.runtime import Runtime, resolve_runtime
from tests.baselines.tiny_llm import BEGIN, tiny_llama
from tests.baselines.tiny_sets import tiny_sets
from tests.tiny import SENTENCES, tiny_tokenizer

RUNTIME = Runtime(device=torch.device("cpu"), dtype=torch.float32)
LORA = LoraSettings(rank=4, dropout=0.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("llama"))


def labeller(folder: Path, max_tokens: int = 64, learn_tokens: int = 64) -> LabelLikelihood:
    language = read_causal(str(folder), RUNTIME)
    scores = LabelLikelihood(language, EKMAN7, max_tokens=max_tokens, learn_tokens=learn_tokens)
    return scores.eval()


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


def test_pieces_that_begin_with_the_space_and_an_end_token_stay_with_the_label() -> None:
    """SentencePiece's kind of tokenizer, which also ends every text: the context is the prompt
    without that end, and every label keeps one."""
    tokenizer = tiny_tokenizer()
    language = Pretrained(name="", model=torch.nn.Identity(), tokenizer=tokenizer)
    scores = LabelLikelihood(language, EKMAN7, max_tokens=64, learn_tokens=64)
    (found,) = scores._endings([SENTENCES[0]])
    *before, end = tokenizer.encode(prompt(SENTENCES[0], EKMAN7.labels)).ids
    assert found.context == tuple(before)
    joy = tokenizer.encode(" joy").ids[1:]
    assert found.endings[3] == tuple(joy) and joy[-1] == end


def test_the_prompt_names_the_text_on_one_line_and_ends_without_a_space() -> None:
    asked = prompt("so\n happy ", SIMS5.labels)
    assert "Text: so happy\n" in asked and asked.endswith("Sentiment:")
    assert "weakly positive or positive?" in asked


def test_a_long_text_loses_its_end_and_never_the_question(folder: Path) -> None:
    model = labeller(folder, max_tokens=8, learn_tokens=5)
    with torch.inference_mode():
        scores = model([SENTENCES[0], SENTENCES[0] + " again" * 50, "so"])
    torch.testing.assert_close(scores[0], scores[1])
    assert not torch.allclose(scores[0], scores[2], atol=0.1)
    reading, learning = model.loss([SENTENCES[0]], [0]), model.train().loss([SENTENCES[0]], [0])
    assert reading.item() == pytest.approx(-scores[0, 0].item(), abs=1e-4)
    assert learning.item() != pytest.approx(reading.item(), abs=1e-2)


def test_many_texts_are_read_in_parts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, texts = labeller(folder), list(SENTENCES[:5])
    with torch.inference_mode():
        whole = model(texts)
        monkeypatch.setattr(llama, "ROWS", 2)
        torch.testing.assert_close(model(texts), whole, atol=1e-4, rtol=1e-4)


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


def test_adapters_change_nothing_at_first_and_are_those_of_their_seed(folder: Path) -> None:
    plain, model, same = (labeller(folder) for _ in range(3))
    for one in (model, same):
        one.model = add_lora(one.model, LORA, seed=1)
    with torch.inference_mode():
        torch.testing.assert_close(model([SENTENCES[0]]), plain([SENTENCES[0]]))
    found = dict(same.named_parameters())
    assert all(torch.equal(p, found[name]) for name, p in model.named_parameters())
    learned = [p for p in model.parameters() if p.requires_grad]
    assert len(learned) == 2 * 4 * 2  # A and B of four projections of two layers


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


def run(folder: Path, weights: Path, data: Path, *more: str) -> int:
    return main(
        ["baseline", "llama", "--text-encoder", str(weights), "--data", str(data), "--device",
         "cpu", "--out", str(folder / "runs"), *more]
    )  # fmt: skip


@pytest.mark.slow  # trains two steps and scores fourteen sets
def test_llama_is_trained_recorded_and_read_again(folder: Path, tmp_path: Path) -> None:
    """The recording's probabilities are those of the model that the run's folder gives back."""
    data = tiny_sets(tmp_path / "data")
    assert run(tmp_path, folder, data, "--steps", "2", "--record", str(tmp_path / "rec")) == 0
    recording = read_recording(tmp_path / "rec")
    assert recording.run.classifiers == 1 and recording.run.inputs == TEXT
    assert np.array_equal(recording.p_1, recording.p_2) and recording.agree.all()
    assert f"{folder.name} (text, LoRA)" in recording.run.note
    assert str(folder.parent) not in recording.run.note
    trained = tmp_path / "runs" / "llama-0"
    losses = [e.losses for e in read_events(trained / "events.jsonl") if isinstance(e, StepDone)]
    assert [list(terms) for terms in losses] == [["label_tokens"]] * 2
    with safe_open(trained / "learned.safetensors", framework="pt") as file:
        assert file.keys() and all("lora_" in name for name in file.keys())
    settings = settings_of("llama", text=str(folder))
    again = train_in(
        trained,
        replace(settings, steps=2),
        towers=tmp_path,
        data=data,
        runtime=resolve_runtime("cpu"),
        show=lambda event: pytest.fail("it is trained already"),
    )
    texts = [row.text for row in read_labelled(data, "meld", "en", "dev")]
    p = vectors_of(again.model.encoders[0], texts, resolve_runtime("cpu")).softmax(-1)
    np.testing.assert_allclose(recording.p_1[: len(p)], p.numpy(), atol=1e-5)


@pytest.mark.slow  # scores fourteen sets
def test_at_zero_steps_llama_is_asked_as_it_is(folder: Path, tmp_path: Path) -> None:
    data = tiny_sets(tmp_path / "data")
    assert run(tmp_path, folder, data, "--steps", "0", "--record", str(tmp_path / "rec")) == 0
    recording = read_recording(tmp_path / "rec")
    assert recording.run.selection.startswith("no training")
    assert f"{folder.name} (text, frozen)" in recording.run.note
    row = read_labelled(data, "meld", "en", "dev")[0]
    expected = torch.tensor([naive(folder, row.text, c) for c in EKMAN7.labels]).softmax(-1)
    np.testing.assert_allclose(recording.p_1[0], expected.numpy(), atol=0.1)  # of bfloat16


def test_a_resumed_training_ends_where_an_uninterrupted_one_does(
    folder: Path, tmp_path: Path
) -> None:
    """Dropout is on: its draws depend on the step and the seed alone."""
    data = tiny_sets(tmp_path / "data")
    settings = replace(settings_of("llama", text=str(folder)), steps=3, rows=20, learn_tokens=4)

    def started(state: str, stop_at: int) -> LikelihoodRun:
        model = new_model(settings, tmp_path, RUNTIME)
        rows = training_rows(data, settings, pictures=False)
        run = LikelihoodRun(model, rows, settings, RUNTIME, state_file=tmp_path / state)
        run.stop = lambda: run.step >= stop_at
        return run

    straight, first, second = started("a.pt", 3), started("b.pt", 1), started("b.pt", 3)
    ends = [list(run.events())[-1] for run in (straight, first)]
    assert [end.reason for end in ends] == ["done", "stopped"]
    second.load_state()
    assert second.step == 1 and list(second.events())[-1].reason == "done"
    for one, other in zip(straight.learned, second.learned, strict=True):
        torch.testing.assert_close(one, other)
    assert any(p.abs().sum() > 0 for n, p in straight.model.named_parameters() if "lora_B" in n)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_layers_that_are_computed_again_change_no_number(
    folder: Path, tmp_path: Path, dtype: str
) -> None:
    """Of a frozen Llama with adapters, whose dropout must fall alike both times."""
    data, runtime = tiny_sets(tmp_path / "data"), resolve_runtime("cpu", dtype)
    found = []
    for again in (False, True):
        settings = settings_of("llama", text=str(folder), recompute=again)
        settings = replace(settings, steps=3, rows=20, learn_tokens=4)
        model = new_model(settings, tmp_path, runtime)
        assert next(model.parameters()).dtype == runtime.dtype
        rows = training_rows(data, settings, pictures=False)
        run = LikelihoodRun(model, rows, settings, runtime, state_file=tmp_path / f"{again}.pt")
        calls = []
        attentions = [m for n, m in model.named_modules() if n.endswith("self_attn")]
        for one in attentions:
            one.register_forward_hook(lambda *_, calls=calls: calls.append(1))
        losses = [e.losses for e in run.events() if isinstance(e, StepDone)]
        found.append((losses, run.learned, len(calls)))
    (losses, learned, calls), (again_losses, again_learned, again_calls) = found
    assert losses == again_losses and again_calls == 2 * calls
    assert all(torch.equal(a, b) for a, b in zip(learned, again_learned, strict=True))


def test_what_learns_no_language_model_has_nothing_to_compute_again() -> None:
    with pytest.raises(UserError, match="--recompute is for llama and llama_clip, not for mbert"):
        settings_of("mbert", recompute=True)


def test_only_llama_can_be_asked_without_training() -> None:
    assert replace(settings_of("llama"), steps=0).steps == 0
    with pytest.raises(ConfigError, match="steps is 0; it is at least 1"):
        replace(settings_of("llama_clip"), steps=0)


def test_llama_has_no_stand_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "llama", "--stand-in", "compact", "--data", str(tmp_path)]) == 2
    assert "llama has no stand-in" in capsys.readouterr().err
