"""Table 7 as settings: each row is the full run with one thing left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lfdrt.training.settings import PARALLEL_TERMS, PretrainSettings

Row = Callable[[PretrainSettings], PretrainSettings]


def without_terms(settings: PretrainSettings, *names: str) -> PretrainSettings:
    """The same run with some terms of Eq. 17 switched off."""
    return replace(settings, weights=replace(settings.weights, **dict.fromkeys(names, 0.0)))


def english_only(settings: PretrainSettings) -> PretrainSettings:
    """The same encoder on the same labels, and no parallel text at all."""
    return without_terms(settings, *PARALLEL_TERMS)


def without_image(settings: PretrainSettings) -> PretrainSettings:
    text_only = replace(settings, reading_weights=(0.0, 1.0, 0.0))
    return without_terms(text_only, "cross_modal")


def without_text(settings: PretrainSettings) -> PretrainSettings:
    """Faces alone; no text is classified, so nothing is left to align with it."""
    image_only = replace(settings, reading_weights=(0.0, 0.0, 1.0))
    return without_terms(image_only, "cross_modal", "mask_2", *PARALLEL_TERMS)


def without_disentanglers(settings: PretrainSettings) -> PretrainSettings:
    """Without W^k and with neither of the terms of Eq. 10; alignments stay."""
    return replace(without_terms(settings, "mask_1", "uniformity"), disentangle=False,
                   wrong_families=0)  # fmt: skip


def without_alignments(settings: PretrainSettings) -> PretrainSettings:
    return without_terms(settings, "cross_lingual", "cross_modal", "post_alignment")


ROWS: dict[str, Row] = {
    "full": lambda settings: settings,
    "english_only": english_only,
    "without_image": without_image,
    "without_text": without_text,
    "without_lfd": without_disentanglers,
    "without_alignments": without_alignments,
    "without_consistency": lambda settings: without_terms(settings, "consistency"),
    "without_wrong_families": lambda settings: replace(settings, wrong_families=0),
    "family_target_anchor": lambda settings: replace(settings, family_target="anchor"),
}
"""Name -> what it changes. The last three ask about decisions of this project, not of the paper."""
