"""Model folders by name: one of this machine, or one of the Hugging Face hub.

The only file that asks a network for weights.
"""

from __future__ import annotations

import re
from pathlib import Path

from huggingface_hub import snapshot_download

from lfdrt.errors import UserError

# JSON, safetensors, vocabularies: nothing that would have to be unpickled or run.
_FILES = ("*.json", "*.safetensors", "*.txt", "*.model")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class MissingWeights(UserError):
    """Weights that are not where a name says: what is missing, where, what to pass instead."""


def local_folder(name: str) -> Path | None:
    """The folder of this machine that is called so."""
    folder = Path(name).expanduser()
    return folder if folder.is_dir() else None


def shown_name(name: str) -> str:
    """A folder by its last part: a checkpoint that is handed on names no path of this machine."""
    folder = local_folder(name)
    return name if folder is None else folder.resolve().name


def model_folder(name: str) -> Path:
    """The folder of this name, or the hub's, fetched into its cache where it is not there yet.

    MissingWeights: there is neither.
    """
    if (folder := local_folder(name)) is not None:
        return folder
    if not _HUB_ID.fullmatch(name):
        raise MissingWeights(
            f"{name} is not a folder here, and not a name of the Hugging Face hub (owner/model)."
        )
    try:
        return Path(snapshot_download(name, allow_patterns=_FILES, ignore_patterns="*/*"))
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise MissingWeights(
            f"{name} is not a folder here, and the Hugging Face hub did not give it ({reason}). "
            f"Where there is a network, `hf download {name} --local-dir FOLDER` gets it: then pass "
            "that folder instead of the name."
        ) from None
