"""Tiny translation models with random weights in the true layouts; what they say means nothing.

Knows how NLLB, M2M100 and Marian models lie on a disk; the last two need sentencepiece.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch

from tests.tiny import SENTENCES

_SIZES = {
    "d_model": 16,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 16,
    "decoder_ffn_dim": 16,
    "max_position_embeddings": 48,
}


def tiny_nllb(folder: Path, *, seed: int = 0) -> Path:
    """A model of English, Swahili and two scripts of Chinese, letter by letter."""
    from transformers import NllbTokenizer

    letters = sorted(set("▁" + "".join(SENTENCES)) - {" "})
    vocabulary = {t: i for i, t in enumerate(["<s>", "<pad>", "</s>", "<unk>", *letters])}
    codes = ["eng_Latn", "swh_Latn", "zho_Hans", "zho_Hant"]
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=[], additional_special_tokens=codes)
    tokenizer.save_pretrained(folder)
    return _m2m100_model(folder, len(tokenizer), seed)


def tiny_m2m100(folder: Path) -> Path:
    from transformers import M2M100Tokenizer

    vocabulary = _sentencepiece(folder, "sentencepiece.bpe")
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = M2M100Tokenizer(
        vocab_file=str(folder / "vocab.json"), spm_file=str(folder / "sentencepiece.bpe.model")
    )
    tokenizer.save_pretrained(folder)
    return _m2m100_model(folder, max(tokenizer.lang_token_to_id.values()) + 1, 0)


def tiny_marian(folder: Path, *codes: str) -> Path:
    """`codes`: languages it translates into; none: a model of one pair."""
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    vocabulary = _sentencepiece(folder, "source")
    (folder / "target.spm").write_bytes((folder / "source.model").read_bytes())
    for token in (*(f">>{code}<<" for code in codes), "<pad>"):
        vocabulary.setdefault(token, len(vocabulary))
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = MarianTokenizer(
        source_spm=str(folder / "source.model"),
        target_spm=str(folder / "target.spm"),
        vocab=str(folder / "vocab.json"),
    )
    tokenizer.save_pretrained(folder)
    pad = vocabulary["<pad>"]
    _save(
        folder,
        MarianMTModel,
        MarianConfig(
            vocab_size=len(vocabulary),
            pad_token_id=pad,
            eos_token_id=vocabulary["</s>"],
            decoder_start_token_id=pad,
            **_SIZES,
        ),
        seed=0,
    )
    return folder


def _m2m100_model(folder: Path, words: int, seed: int) -> Path:
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    config = M2M100Config(
        vocab_size=words,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        **_SIZES,
    )
    return _save(folder, M2M100ForConditionalGeneration, config, seed=seed)


def _save(folder: Path, kind: type, config: object, *, seed: int) -> Path:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        kind(config).save_pretrained(folder)
    return folder


def _sentencepiece(folder: Path, name: str) -> dict[str, int]:
    """Trains `{name}.model` on the sentences and returns its pieces with their numbers."""
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "sentences.txt"
    text.write_text("\n".join(SENTENCES), "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / name),
        vocab_size=300,
        hard_vocab_limit=False,
        bos_id=0,
        pad_id=1,
        eos_id=2,
        unk_id=3,
        pad_piece="<pad>",
        minloglevel=2,
    )
    text.unlink()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{name}.model"))
    return {pieces.id_to_piece(i): i for i in range(pieces.get_piece_size())}
