"""Text encoders, whole models and what prepares their inputs, out of a transformers folder.

Safetensors only; downloads nothing and runs no code of the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging

from lfdrt.config import ConfigError
from lfdrt.encoders.text import build_backbone

_LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
# Settings of the task that a checkpoint was trained for, and of the library that wrote it.
_OF_HEADS = frozenset(
    {"architectures", "auto_map", "dtype", "id2label", "label2id", "problem_type"}
    | {"transformers_version"}
)


def read_backbone(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Configuration and float32 weights of an encoder; weights of heads are left out.

    ConfigError: no encoder, or weights that the folder lacks and that would stay random (a pooler's
    may: it is not used).
    """
    model = read_model(AutoModel, folder, torch.float32, unused=("pooler.",))
    settings = json.loads(model.config.to_json_string(use_diff=False))
    backbone = {k: v for k, v in settings.items() if k not in _OF_HEADS and k[0] != "_"}
    with torch.device("meta"):  # its weights' names are all that is asked for
        names = build_backbone(backbone, packed_words=False).state_dict()
    state = model.state_dict()
    return backbone, {name: state[name] for name in names}


def read_model(kind: Any, folder: Path, dtype: torch.dtype, *, unused: tuple[str, ...] = ()) -> Any:
    """A model of one of transformers' classes, in evaluation mode, with the folder's weights.

    ConfigError: no such model, or weights that the folder lacks and that would stay random, but for
    those whose names begin with one of `unused`.
    """
    with _reading(f"model in safetensors ({kind.__name__})"):
        model, told = kind.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, output_loading_info=True, **_LOCAL
        )
    if absent := sorted(n for n in told["missing_keys"] if not n.startswith(unused)):
        raise ConfigError(f"{len(absent)} weights are missing, first {absent[0]!r}")
    return model


def read_image_processor(folder: Path) -> Any:
    """What prepares pictures as the model's authors did. ConfigError: the folder names none."""
    with _reading("image processor"):
        return AutoImageProcessor.from_pretrained(folder, **_LOCAL)


def read_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """A fast tokenizer; slow ones are converted. ConfigError: there is none that can be."""
    with _reading("tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
    if not tokenizer.is_fast:
        raise ConfigError("its tokenizer has no fast form")
    return tokenizer


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Quiet, and with one kind of error: what a wrong folder makes transformers raise is not
    documented. Its table of left-out weights would be printed for every head."""
    level = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    except Exception as error:
        raise ConfigError(f"no {what} can be read there: {error}") from error
    finally:
        logging.set_verbosity(level)
