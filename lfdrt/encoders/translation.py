"""Translation of texts by a model on this disk: NLLB, M2M100, mBART or Marian, by `transformers`.

As the paper translated its test sets (§4.1, there with Google Translate).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
from transformers.utils import logging

from lfdrt.errors import UserError
from lfdrt.languages import resolve
from lfdrt.letters import usual
from lfdrt.runtime import Runtime

BATCH = 16
MAX_TOKENS = 512
"""Longest text where the model does not say; its own limit where that is lower."""

# What a token of a language looks like: NLLB `swh_Latn`, mBART `sw_KE`, M2M100 `__sw__`, Marian
# `>>swh<<`.
_LANGUAGE_TOKEN = re.compile(r"[a-z]{2,3}_[A-Z][A-Za-z]{1,3}|__[a-z]{2,3}__|>>[\w-]+<<")
# NLLB and Marian name the member of a macrolanguage that they were trained on.
_MEMBERS = {"swa": "swh", "ara": "arb", "mlg": "plt", "zho": "cmn", "msa": "zsm", "fas": "pes"}


class TranslationError(UserError):
    """A folder that holds no translation model, or a language that it does not know."""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """`cut`: the text was longer than the model reads, and its end is missing."""

    text: str
    cut: bool


class Translator:
    """Translates from one language into one other; `load` makes it."""

    def __init__(
        self, *, model: Any, tokenizer: Any, runtime: Runtime, prefix: str, first: int | None
    ) -> None:
        """prefix: written before every text (Marian); first: token that every translation begins
        with (NLLB, M2M100, mBART)."""
        self.model, self.tokenizer, self.runtime = model, tokenizer, runtime
        self.prefix, self.first = prefix, first
        limit = getattr(model.config, "max_position_embeddings", MAX_TOKENS)
        self.max_tokens = min(limit, tokenizer.model_max_length, MAX_TOKENS)

    @classmethod
    def load(cls, folder: Path, runtime: Runtime, *, source: str, target: str) -> Translator:
        """From a folder as `save_pretrained` writes it, safetensors only; nothing is downloaded.

        source, target: language tags or names, or the model's own codes. Raises TranslationError.
        """
        if not (folder / "config.json").is_file():
            raise TranslationError(f"{folder} holds no config.json: name a model's folder.")
        logging.disable_progress_bar()
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, **options)
            model = AutoModelForSeq2SeqLM.from_pretrained(folder, use_safetensors=True, **options)
        # transformers meets a stranger's files here: whatever it raises, the folder is unusable.
        except Exception as error:
            raise TranslationError(
                f"{folder} holds no translation model that can be read ({error}). It needs "
                "safetensors weights; Marian and M2M100 need: pip install sentencepiece"
            ) from error
        prefix, first = _directed(tokenizer, source, target)
        model = model.to(runtime.device).eval()
        return cls(model=model, tokenizer=tokenizer, runtime=runtime, prefix=prefix, first=first)

    def translate(self, texts: Sequence[str]) -> list[Translation]:
        """In the order of the texts; batches hold texts of like length. Empty stays empty."""
        texts = [usual(text).text for text in texts]
        lengths = {
            i: len(self.tokenizer(self.prefix + text, verbose=False).input_ids)
            for i, text in enumerate(texts)
            if text.strip()
        }
        order = sorted(lengths, key=lengths.__getitem__)
        found = {i: "" for i in range(len(texts))}
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            found |= zip(chosen, self._batch([texts[i] for i in chosen]), strict=True)
        return [
            Translation(text=found[i], cut=lengths.get(i, 0) > self.max_tokens)
            for i in range(len(texts))
        ]

    @torch.inference_mode()
    def _batch(self, texts: Iterable[str]) -> list[str]:
        inputs = self.tokenizer(
            [self.prefix + text for text in texts],
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=self.max_tokens,
        ).to(self.runtime.device)
        forced = {} if self.first is None else {"forced_bos_token_id": self.first}
        # Twice the source and a little: other scripts take more tokens, and a loop must end.
        longest = min(2 * inputs.input_ids.shape[1] + 16, self.max_tokens - 1)
        with self.runtime.autocast():
            ids = self.model.generate(
                input_ids=inputs.input_ids,
                attention_mask=inputs.attention_mask,
                max_new_tokens=longest,
                **forced,
            )
        return [text.strip() for text in self.tokenizer.batch_decode(ids, skip_special_tokens=True)]


def language_token(tokens: Sequence[str], name: str) -> str:
    """The token of a language among a model's language tokens; TranslationError if it has none."""
    for token in tokens:
        if name in (token, token.strip("_<>")):
            return token
    try:
        language = resolve(name)
    except ValueError as error:
        raise TranslationError(str(error)) from error
    codes = {language.code, language.iso3, _MEMBERS.get(language.iso3, language.iso3)}
    fitting = [token for token in tokens if _base(token) in codes]
    if not fitting:
        known = ", ".join(sorted(token.strip("_<>") for token in tokens)[:12])
        raise TranslationError(
            f"The model has no code for {language.name}; it knows {known}"
            f"{' and more' if len(tokens) > 12 else ''}."
        )
    return max(
        fitting, key=lambda token: (token.endswith(f"_{language.script}"), fitting[0] == token)
    )


def _base(token: str) -> str:
    return re.split(r"[_-]", token.strip("_<>"))[0].lower()


def _directed(tokenizer: Any, source: str, target: str) -> tuple[str, int | None]:
    """Prefix and first token for these languages; sets the tokenizer's source language."""
    words = {*tokenizer.get_vocab(), *getattr(tokenizer, "lang_token_to_id", ())}  # M2M100 has both
    tokens = sorted(filter(_LANGUAGE_TOKEN.fullmatch, words))
    if any(token.startswith(">>") for token in tokens):
        marian = [token for token in tokens if token.startswith(">>")]
        return f"{language_token(marian, target)} ", None
    if not tokens:  # a model of one pair; that it is this pair cannot be checked
        return "", None
    token = language_token(tokens, target)
    tokenizer.src_lang = language_token(tokens, source).strip("_")
    return "", tokenizer.convert_tokens_to_ids(token)
