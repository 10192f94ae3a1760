"""Towers by name: a folder of this machine, or weights of the Hugging Face hub.

Text encoders in transformers' format, image encoders in open_clip's; safetensors only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from lfdrt.config import ConfigError, ImageConfig, TextConfig, from_dict, longest_text
from lfdrt.encoders.hub import MissingWeights, local_folder, model_folder, shown_name
from lfdrt.encoders.image import build_tower, hub_repository
from lfdrt.encoders.pretrained import read_backbone, read_tokenizer
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.weights import read_json

LONGEST = 512
"""Tokens of a text for an encoder without a limit of its own."""

CLIP_CONFIG, CLIP_WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"
VISUAL = "visual."  # open_clip's name of the vision tower


def named_text_tower(name: str) -> TextTower:
    """A folder in transformers' format, or the hub's OWNER/MODEL.

    Its texts get no prefix. MissingWeights (a sentence): what is missing, and where.
    """
    folder = model_folder(name)
    _demand(folder, name, "config.json")
    if not list(folder.glob("*.safetensors")):
        raise MissingWeights(
            f"{name} has no .safetensors file, and other formats are not read. Convert it on a "
            "machine that you trust it on: transformers' "
            "AutoModel.from_pretrained(FOLDER).save_pretrained(NEW), and its tokenizer likewise."
        )
    try:
        backbone, state = read_backbone(folder)
        tokenizer = read_tokenizer(folder)
        config = _text_config(backbone, tokenizer)
    except ValueError as error:
        raise MissingWeights(f"{name} cannot be the text encoder: {error}") from error
    return TextTower(
        name=shown_name(name), config=config, state=state, tokenizer=tokenizer.backend_tokenizer
    )


def named_image_tower(name: str) -> ImageTower:
    """A folder in open_clip's format, open_clip's MODEL/PRETRAINED, or the hub's OWNER/MODEL.

    MissingWeights (a sentence): what is missing, and where.
    """
    folder = clip_folder(name)
    try:
        config = _image_config(read_json(folder / CLIP_CONFIG))
        state = _vision_weights(folder / CLIP_WEIGHTS, build_tower(config.tower).state_dict())
    except ValueError as error:
        raise MissingWeights(f"{name} cannot be the image encoder: {error}") from error
    return ImageTower(name=shown_name(name), config=config, state=state)


def clip_folder(name: str) -> Path:
    """Where both of open_clip's files lie. MissingWeights (a sentence): what is missing there."""
    local = local_folder(name) is not None
    folder = model_folder(name if local else hub_repository(name) or name)
    pickled = folder / "open_clip_pytorch_model.bin"
    if pickled.is_file() and not (folder / CLIP_WEIGHTS).is_file():
        raise MissingWeights(
            f"{name} has its weights as {pickled.name}, which would have to be "
            "unpickled. Convert it on a machine that you trust it on: "
            "safetensors.torch.save_file(torch.load('open_clip_pytorch_model.bin', "
            "weights_only=True), 'open_clip_model.safetensors')."
        )
    for file in (CLIP_CONFIG, CLIP_WEIGHTS):
        _demand(folder, name, file)
    return folder


def _demand(folder: Path, name: str, file: str) -> None:
    if (folder / file).is_file():
        return
    other = ""
    if file == CLIP_CONFIG and (folder / "config.json").is_file():
        other = " It looks like a folder of transformers: open_clip's own is needed."
    raise MissingWeights(f"{name} has no {file}: looked in {folder}.{other}")


def _text_config(backbone: dict[str, Any], tokenizer: Any) -> TextConfig:
    """`tokenizer`: of transformers. ConfigError: it has no token to mask with, or is another
    model's."""
    pad, mask, unknown = tokenizer.pad_token, tokenizer.mask_token, tokenizer.unk_token
    if absent := [k for k, t in {"pad": pad, "mask": mask, "unknown": unknown}.items() if not t]:
        raise ConfigError(f"its tokenizer has no {absent[0]} token, as BERT and XLM-R have")
    if len(tokenizer) > backbone["vocab_size"]:
        raise ConfigError(
            f"its tokenizer has {len(tokenizer)} tokens, its encoder {backbone['vocab_size']}"
        )
    return TextConfig(
        backbone=backbone,
        packed_words=False,
        prefix="",
        max_tokens=longest_text(backbone) or LONGEST,
        pad_token=pad,
        mask_token=mask,
        unknown_token=unknown,
    )


def _image_config(settings: Any) -> ImageConfig:
    """Of open_clip_config.json, what the vision tower needs."""
    model, pictures = (
        settings.get(part) if isinstance(settings, dict) else None
        for part in ("model_cfg", "preprocess_cfg")
    )
    if not isinstance(model, dict) or not isinstance(pictures, dict):
        raise ConfigError(f"{CLIP_CONFIG} has no model_cfg and preprocess_cfg")
    tower = {k: model[k] for k in ("embed_dim", "vision_cfg", "quick_gelu") if k in model}
    vision = model.get("vision_cfg")
    found = {
        "tower": tower,
        "size": vision.get("image_size") if isinstance(vision, dict) else None,
        "mean": pictures.get("mean"),
        "std": pictures.get("std"),
    }
    return from_dict(ImageConfig, found)


def _vision_weights(path: Path, expected: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those of the vision tower, float32. ConfigError: not the ones that are `expected`."""
    try:
        with safe_open(path, framework="pt") as file:
            names = {n.removeprefix(VISUAL): n for n in file.keys() if n.startswith(VISUAL)}
            shapes = {n: tuple(file.get_slice(full).get_shape()) for n, full in names.items()}
            if wrong := sorted(
                {n for n, t in expected.items() if shapes.get(n) != tuple(t.shape)}
                | shapes.keys() - expected.keys()
            ):
                raise ConfigError(
                    f"{len(wrong)} weights do not fit its configuration, first {wrong[0]!r}"
                )
            state = {n: file.get_tensor(full) for n, full in names.items()}
    except (SafetensorError, OSError) as error:
        raise ConfigError(f"{path.name} is damaged or not safetensors ({error})") from None
    return {n: t.float() if t.is_floating_point() else t for n, t in state.items()}
