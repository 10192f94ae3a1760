"""A baseline's recordings, one a reading, and its measures under the names that LFD-RT's have.

Recorded as LFD-RT is (`evaluation.recorder`), with one classifier. Trains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfdrt.baselines.base import TEXT
from lfdrt.baselines.predict import BaselinePredictor, sets_of
from lfdrt.baselines.run_folder import Baseline
from lfdrt.baselines.vectors import TextVectors
from lfdrt.evaluation.ablation import NOISE, measures_of, measures_of_readings
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.recordings.provenance import provenance
from lfdrt.evaluation.recordings.recorder import Recorder
from lfdrt.evaluation.recordings.recording import FORMAT, RecordedRun
from lfdrt.evaluation.suites import set_scores
from lfdrt.runtime import Runtime

KNOWS_FACES = (
    "The stand-in's image encoder had learned emotions from other faces before (lfdrt faces), as "
    "CLIP's has not."
)
PAIRED = (
    f"each text with a face of its label, {NOISE:.0%} of them exchanged (constructed pairing, "
    "evaluation/pairs.py)"
)


def recorder_of(
    baseline: Baseline,
    reading: str,
    folder: Path,
    data: Path,
    texts: TextVectors,
    runtime: Runtime,
) -> Recorder:
    """A recording in the making; `texts` are shared by a model's readings.

    RecordingError: the folder is there. DataError: no data.
    """
    sets = sets_of(baseline, reading, data)
    run = RecordedRun(
        format=FORMAT,
        name=folder.name,
        note=note_of(baseline, reading),
        inputs=reading,
        carries=False,
        labels=baseline.labels.labels,
        sets=(),
        classifiers=1,
        **provenance(baseline, runtime),
    )
    predict = BaselinePredictor(baseline, sets, reading, data, texts, runtime)
    return Recorder(folder, run, sets, predict)


def note_of(baseline: Baseline, reading: str) -> str:
    """What a recording says of the system, its weights, its training and what was read."""
    card = baseline.card
    steps, rows = card["steps"], card["settings"]["rows"]
    learned = f"trained for {steps} steps of {rows} English rows" if steps else "not trained"
    note = f"Baseline {card['system']}: {card['about']}; {card['weights']}; {learned}."
    if reading == TEXT:
        return note
    faces = f" {KNOWS_FACES}" if card["settings"]["stand_in"] else ""
    return f"{note}{faces} Read were {reading}: {PAIRED}."


def measures_of_reading(predictions: Sequence[Predictions], reading: str) -> dict[str, float]:
    if reading == TEXT:
        return measures_of(set_scores(one) for one in predictions)
    return measures_of_readings(predictions, reading)


def recording_folder(run: Path, reading: str) -> Path:
    """Where a run keeps its recording of a reading."""
    return run / f"recorded-{reading.replace(' ', '-')}"
