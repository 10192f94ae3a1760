"""Whole pretrained models by `transformers`, out of a folder or the hub: Llama and BLIP-2.

LFD-RT and the other baselines take encoders alone, as towers; these are used with their heads, in
their own number format, or through adapters. Safetensors only, and no code of the folder's is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import AutoModel, AutoModelForCausalLM, Blip2Model

from lfdrt.encoders.hub import MissingWeights, model_folder, shown_name
from lfdrt.encoders.pretrained import read_image_processor, read_model, read_tokenizer
from lfdrt.errors import UserError
from lfdrt.letters import usual
from lfdrt.runtime import Runtime
from lfdrt.weights import find_file, read_json

NO_STAND_IN = "Nothing small enough to be bundled stands in for it: --stand-in has none."
PAD = 0
"""Fills rows up. Any id will do where nothing attends to it; Llama 3 has none of its own for it."""

_CAUSAL = ("ForCausalLM",)
_BLIP2 = ("Blip2ForConditionalGeneration", "Blip2Model")
"""How the names of their architectures end."""


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """`name`: of the weights, for people. `model`: frozen, in evaluation mode. `pictures`: what
    prepares them as the model's authors did, for a model that reads any."""

    name: str
    model: Any
    tokenizer: Tokenizer
    pictures: Any = None


def read_causal(name: str, runtime: Runtime) -> Pretrained:
    """A language model with its projection to words. MissingWeights says what is not there."""
    return _read(AutoModelForCausalLM, name, runtime, _CAUSAL)


def read_decoder(name: str, runtime: Runtime) -> Pretrained:
    """A language model without its projection to words: hidden states. MissingWeights as above."""
    return _read(AutoModel, name, runtime, _CAUSAL)


def read_blip2(name: str, runtime: Runtime) -> Pretrained:
    """BLIP-2 with any decoder for its language model. MissingWeights as above."""
    found = _read(Blip2Model, name, runtime, _BLIP2, pictures=True)
    if not found.model.config.use_decoder_only_language_model:
        raise MissingWeights(
            f"{name} has an encoder and a decoder for its language model; one of OPT is needed, "
            "such as Salesforce/blip2-opt-2.7b."
        )
    return found


def _read(
    kind: Any,
    name: str,
    runtime: Runtime,
    architectures: tuple[str, ...],
    *,
    pictures: bool = False,
) -> Pretrained:
    try:
        folder = model_folder(name)
    except MissingWeights as error:
        raise MissingWeights(" ".join((str(error), *_licence(name), NO_STAND_IN))) from None
    try:
        _demand(folder, architectures)
        tokenizer = read_tokenizer(folder).backend_tokenizer
        model = read_model(kind, folder, runtime.dtype)
        prepare = read_image_processor(folder) if pictures else None
    except ValueError as error:
        raise MissingWeights(f"{name} cannot be used: {error}. {NO_STAND_IN}") from error
    model.requires_grad_(False).to(runtime.device)
    return Pretrained(name=shown_name(name), model=model, tokenizer=tokenizer, pictures=prepare)


def _demand(folder: Path, endings: tuple[str, ...]) -> None:
    """UserError: config.json names no such architecture. Asked first: transformers would build any
    other as well as it can, a BERT as a model that writes, or a Llama as BLIP-2 with random weights
    in 15 GB."""
    named = read_json(find_file(folder, "config.json")).get("architectures") or ["nothing"]
    if not str(named[0]).endswith(endings):
        raise UserError(
            f"its config.json names {named[0]} as its architecture; one of {', '.join(endings)} is "
            "needed"
        )


def cut_texts(tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int) -> list[str]:
    """The texts in usual letters, without what lies behind their first `max_tokens` tokens."""
    texts = [usual(text).text for text in texts]
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [
        text if len(e) <= max_tokens else text[: e.offsets[max_tokens - 1][1]]
        for text, e in zip(texts, encoded, strict=True)
    ]


def _licence(name: str) -> list[str]:
    """Meta gives its weights only to accounts that have accepted its licence."""
    if not name.startswith("meta-llama/"):
        return []
    where = f"https://huggingface.co/{name}"
    return [f"Accept Meta's licence at {where} first, then log this machine in: hf auth login."]
