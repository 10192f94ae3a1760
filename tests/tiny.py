"""A tiny checkpoint with random weights in the true layout, for tests that need a model.

Knows nothing of what a prediction should be; every text and picture gives *some* answer, always
the same one for the same seed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from lfdrt.checkpoint import load_checkpoint, save_checkpoint
from lfdrt.config import ImageConfig, ModelConfig, TextConfig
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.labels import EKMAN7, LabelSet
from lfdrt.languages import FAMILIES
from lfdrt.model.lfdrt import LFDRT

WIDTH = 32
TEXT_TOWER = {
    "model_type": "bert",
    "hidden_size": WIDTH,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 2 * WIDTH,
    "max_position_embeddings": 64,
}
IMAGE_TOWER = {
    "embed_dim": 16,
    "vision_cfg": {
        "layers": 2,
        "width": WIDTH,
        "head_width": 16,
        "patch_size": 8,
        "image_size": 32,
    },
}
SENTENCES = (
    "I am so happy that you came to see us today",
    "She was afraid of the dark and of the long way home",
    "This is the worst soup that I have ever eaten",
    "Nobody told him that the train had already left",
    "Estoy muy contenta de verte otra vez, amiga mía",
    "Ninafurahi sana kukuona leo rafiki yangu",
    "Мин бүген бик шатмын, дустым килде",
    "Nem értem, miért haragszik rám mindenki",
    "Aku takut sekali sama suara itu malam hari",
    "أنا سعيد جدا اليوم لأنك هنا يا صديقي",
    "我今天非常高兴见到你",
    "今日はとても悲しい気持ちです",
    "오늘은 정말 기분이 좋아요",
    "நான் இன்று மிகவும் மகிழ்ச்சியாக இருக்கிறேன்",
    "ძალიან მიხარია შენი ნახვა",
    "Oso pozik nago zu ikusteaz, laguna",
)


def tiny_checkpoint(folder: Path, *, label_set: LabelSet = EKMAN7, seed: int = 0) -> Path:
    """Write a checkpoint of about half a megabyte into `folder` and return it."""
    tokenizer = tiny_tokenizer()
    config = tiny_config(words=tokenizer.get_vocab_size(), label_set=label_set)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LFDRT(config)
    card = {
        "name": "tiny",
        "note": "Random weights for tests: its predictions mean nothing.",
        "data": {"text": "none", "images": "none"},
        "scores": {"brighter dev, macro-F1": {"tt": 0.14, "sw": 0.15}},
        "selection": "none",
    }
    save_checkpoint(folder, model, TextTokenizer(tokenizer, config.text), card)
    return folder


def tiny_with_parts(folder: Path, parts: tuple[str, ...]) -> Path:
    """`tiny_checkpoint` with parts below its families that say something."""
    held = load_checkpoint(tiny_checkpoint(folder))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LFDRT(replace(held.model.config, parts=parts, parts_rank=2))
        model.load_state_dict(model.state_dict() | held.model.state_dict())
        torch.nn.init.normal_(model.disentanglers.up)
    save_checkpoint(folder, model, held.tokenizer, held.card)
    return folder


def tiny_config(*, words: int, label_set: LabelSet = EKMAN7) -> ModelConfig:
    """A two-layer BERT of width 32 and a two-layer ViT with a 4 x 4 grid at 32 px."""
    return ModelConfig(
        name="tiny",
        label_set=label_set,
        anchor="en",
        families=tuple(family.code for family in FAMILIES),
        width=WIDTH,
        classifier_hidden=WIDTH,
        classifier_dropout=(0.1, 0.2),
        disentangle_anchor=True,
        image_residual=True,
        text=TextConfig(
            backbone={**TEXT_TOWER, "vocab_size": words},
            packed_words=False,
            prefix="query: ",
            max_tokens=64,
            pad_token="<pad>",
            mask_token="<mask>",
            unknown_token="<unk>",
        ),
        image=ImageConfig(
            tower=IMAGE_TOWER,
            size=32,
            mean=(0.485, 0.456, 0.406),
            std=(0.229, 0.224, 0.225),
        ),
    )


def tiny_tokenizer() -> Tokenizer:
    """A Unigram tokenizer of XLM-R's shape, trained on `SENTENCES`: other scripts are unknown."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=400, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(("query: " + s for s in SENTENCES), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
