"""The settings that the rethinking benchmark compares, by name. Knows no data and no scores."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lfdrt.training.rethink.settings import PRESETS, RethinkSettings


@dataclass(frozen=True, kw_only=True)
class Arm:
    """rows: what is learned from, and reported on ("adapt": all dev rows; halves: the other half).
    labels: the true ones teach, which is the ceiling."""

    settings: RethinkSettings
    rows: str = "adapt"
    labels: bool = False


LITERAL = PRESETS["paper"]
CURE = PRESETS["quick"]
ALIGNED = replace(CURE, alignment=0.25)
ENCODER = replace(CURE, through="encoder", epochs=2)
HARD = RethinkSettings(epochs=5)

SETTINGS: dict[str, Arm] = {
    # Eq. 18 as printed, through everything it can go through.
    "Eq. 18, classifiers (paper)": Arm(settings=LITERAL),
    "Eq. 18, agree only": Arm(settings=replace(LITERAL, masked_weight=0.0)),
    "Eq. 18, projection": Arm(settings=replace(LITERAL, through="projection", epochs=1)),
    "Eq. 18, fusion": Arm(settings=replace(LITERAL, through="fusion", epochs=2)),
    "Eq. 18, encoder": Arm(settings=replace(LITERAL, through="encoder", epochs=2)),
    # One cure at a time, on Eq. 18 with a falling rate.
    "decay": Arm(settings=HARD),
    "confidence 0.5": Arm(settings=replace(HARD, confidence=0.5)),
    "class balance 0.5": Arm(settings=replace(HARD, class_balance=0.5)),
    "information 0.3": Arm(settings=replace(HARD, information=0.3)),
    "alignment alone": Arm(settings=replace(ALIGNED, epochs=1, rate=0.0)),
    "alignment, hard labels": Arm(settings=replace(HARD, alignment=ALIGNED.alignment)),
    "alignment, hard labels, first teacher": Arm(
        settings=replace(HARD, alignment=ALIGNED.alignment, teacher="first")
    ),
    "alignment, soft labels now": Arm(settings=replace(ALIGNED, teacher="now")),
    "cure without the masked view": Arm(settings=replace(CURE, masked_view=0.0)),
    "cure without the masked-language loss": Arm(settings=replace(CURE, masked_weight=0.0)),
    # Biases aligned first, which the first checkpoint gained most from.
    "quick, aligned": Arm(settings=ALIGNED),
    "thorough, aligned": Arm(settings=replace(ALIGNED, epochs=10)),
    "halves, quick, aligned": Arm(settings=ALIGNED, rows="halves"),
    "pictures, quick, aligned": Arm(settings=ALIGNED, rows="pictured halves"),
    # What was chosen.
    "quick": Arm(settings=CURE),
    "thorough": Arm(settings=PRESETS["thorough"]),
    "quick, encoder": Arm(settings=ENCODER),
    # With a picture a row, and the same rows without.
    "halves, Eq. 18": Arm(settings=LITERAL, rows="halves"),
    "halves, quick": Arm(settings=CURE, rows="halves"),
    "pictures, Eq. 18": Arm(settings=LITERAL, rows="pictured halves"),
    "pictures, quick": Arm(settings=CURE, rows="pictured halves"),
    "pictures, quick, encoder": Arm(settings=ENCODER, rows="pictured halves"),
    # The same tuning with the true labels of the half that is learned from.
    "halves, true labels": Arm(settings=HARD, rows="halves", labels=True),
    "halves, true labels, encoder": Arm(
        settings=replace(HARD, through="encoder", epochs=4), rows="halves", labels=True
    ),
    "pictures, true labels": Arm(settings=HARD, rows="pictured halves", labels=True),
}
