"""A baseline's encoders by its name: the system's own weights, or the stand-in's.

A literal table of plain functions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lfdrt.baselines.base import Encoder
from lfdrt.baselines.build_whole import BUILDERS_OF_WHOLE
from lfdrt.baselines.settings import BaselineSettings, needed
from lfdrt.baselines.tower_encoders import ClipTextEncoder, ImageTowerEncoder, TextTowerEncoder
from lfdrt.encoders.clip_text import named_clip_text
from lfdrt.encoders.hub import MissingWeights
from lfdrt.encoders.named import named_image_tower, named_text_tower
from lfdrt.runtime import Runtime
from lfdrt.training.tower_folder import read_image_tower, read_text_tower


def build_encoders(settings: BaselineSettings, towers: Path, runtime: Runtime) -> list[Encoder]:
    """`towers`: the folder of the stand-in's. `runtime`: whole models are read in its format.

    MissingWeights or DataError (a sentence): which weights are missing, and what to pass instead.
    """
    if settings.system in BUILDERS_OF_WHOLE:
        return BUILDERS_OF_WHOLE[settings.system](settings, runtime)
    try:
        return BUILDERS[settings.system](settings, towers)
    except MissingWeights as error:
        raise MissingWeights(
            f"{error} Or pass --stand-in compact: the small encoders that LFD-RT's bundled "
            "checkpoint began with take their place, and the recording says so."
        ) from error


def text_alone(settings: BaselineSettings, towers: Path) -> list[Encoder]:
    """mbert, xlmr. With a stand-in they are one and the same system."""
    return [_text(settings, towers)]


def clip(settings: BaselineSettings, towers: Path) -> list[Encoder]:
    """Both frozen, as in the paper's L+C. The stand-in has no text tower of this kind."""
    image = _image(settings, towers)
    if settings.stand_in:
        return [image]
    return [ClipTextEncoder(named_clip_text(needed(settings.image)), name=image.name), image]


def text_beside_image(settings: BaselineSettings, towers: Path) -> list[Encoder]:
    """m2sa. Its authors' code classifies both encoders' pooled outputs by one linear layer and
    trains both unless told to freeze one; here the image's is frozen, as in every system of this
    project, and the classifier is that of LFD-RT."""
    return [_text(settings, towers), _image(settings, towers)]


def _text(settings: BaselineSettings, towers: Path) -> TextTowerEncoder:
    tower = (
        read_text_tower(towers) if settings.stand_in else named_text_tower(needed(settings.text))
    )
    return TextTowerEncoder(
        tower,
        frozen_layers=settings.frozen_layers,
        max_tokens=settings.max_tokens,
        learn_tokens=settings.learn_tokens,
        dropout=not settings.stand_in,
    )


def _image(settings: BaselineSettings, towers: Path) -> ImageTowerEncoder:
    if settings.stand_in:
        return ImageTowerEncoder(read_image_tower(towers))
    return ImageTowerEncoder(named_image_tower(needed(settings.image)))


BUILDERS: dict[str, Callable[[BaselineSettings, Path], list[Encoder]]] = {
    "mbert": text_alone,
    "xlmr": text_alone,
    "clip": clip,
    "m2sa": text_beside_image,
}


def same_with_stand_in(system: str) -> list[str]:
    """The systems, itself among them, that are one and the same where a stand-in takes the place
    of their weights."""
    return [name for name, build in BUILDERS.items() if build is BUILDERS.get(system)]
