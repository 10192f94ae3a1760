"""CLIP's own text tower: read by the CLIP baseline, no part of LFD-RT.

Names `open_clip` beside `image.py`, whose vision towers share nothing with it but the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import open_clip
from safetensors.torch import load_file
from torch import Tensor, nn

from lfdrt.config import ConfigError
from lfdrt.encoders.hub import MissingWeights
from lfdrt.encoders.named import CLIP_CONFIG, CLIP_WEIGHTS, VISUAL, clip_folder
from lfdrt.letters import usual
from lfdrt.weights import read_json

# open_clip builds no text tower without a vision tower; this is the smallest it accepts.
_NO_VISION = {"layers": 1, "width": 8, "head_width": 8, "patch_size": 8, "image_size": 8}


class ClipText(nn.Module):
    """English texts to CLIP's shared space; longer ones are cut at its 77 tokens.

    Its byte-pair vocabulary was made of English: it spells other languages out in fragments.
    """

    def __init__(self, model: dict[str, Any]) -> None:
        """`model`: `model_cfg` of open_clip. ConfigError: it describes no text tower of CLIP's."""
        super().__init__()
        text = model.get("text_cfg")
        if not isinstance(text, dict) or "hf_model_name" in text or model.get("custom_text"):
            raise ConfigError("its text tower is not CLIP's own")
        try:
            self.tower = open_clip.CLIP(
                embed_dim=model["embed_dim"],
                vision_cfg=_NO_VISION,
                text_cfg=text,
                quick_gelu=model.get("quick_gelu", False),
            )
        # open_clip does not check a configuration first: a wrong one may raise anything.
        except Exception as error:
            raise ConfigError(f"its configuration describes no text tower: {error}") from error
        del self.tower.visual
        self.width = int(model["embed_dim"])
        self._tokenizer = open_clip.SimpleTokenizer(context_length=self.tower.context_length)
        if self._tokenizer.vocab_size > self.tower.vocab_size:
            raise ConfigError("its vocabulary is smaller than CLIP's")

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Shape: B texts -> (B, width)."""
        ids = self._tokenizer([usual(text).text for text in texts]).to(
            self.tower.positional_embedding.device
        )  # (B, 77)
        return self.tower.encode_text(ids)


def named_clip_text(name: str) -> ClipText:
    """The text tower of the weights that `named.named_image_tower` takes the vision tower of.

    MissingWeights (a sentence): what is missing, and where.
    """
    folder = clip_folder(name)
    try:
        settings = read_json(folder / CLIP_CONFIG)
        text = ClipText(settings["model_cfg"])
        state = load_file(folder / CLIP_WEIGHTS)
        own = {n: t.float() for n, t in state.items() if not n.startswith(VISUAL)}
        text.tower.load_state_dict(own)
    # load_state_dict raises RuntimeError with every name that does not fit.
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise MissingWeights(f"{name} cannot be the text encoder: {error}") from error
    return text
