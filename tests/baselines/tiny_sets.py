"""All files that a baseline trains on and is recorded on: the true layout, sentences of our own."""

from __future__ import annotations

from pathlib import Path

from lfdrt.baselines.settings import settings_of
from lfdrt.evaluation.suites import EKMAN_SUITES
from lfdrt.labels import EKMAN7
from tests.csv_files import LABELLED, write
from tests.tiny import SENTENCES
from tests.tiny_faces import write_faces


def tiny_sets(folder: Path) -> Path:
    """Four training rows of each label and source, one row of each label and set, faces."""
    for source in settings_of("mbert").sources:
        _write(folder / "text" / source.name / "en.train.csv", SENTENCES[:4])
    for suite in EKMAN_SUITES:
        for language in suite.languages:
            name = f"{language}.{suite.split}.csv"
            _write(folder / "text" / suite.source / name, SENTENCES[4:5], suite.excluded)
    (folder / "images").mkdir()
    write_faces(folder / "images")
    return folder


def _write(path: Path, sentences: tuple[str, ...], excluded: tuple[str, ...] = ()) -> None:
    rows = [
        (f"{i}-{label}", f"{sentence} {label}", label)
        for i, sentence in enumerate(sentences)
        for label in EKMAN7.labels
        if label not in excluded
    ]
    write(path, [LABELLED, *rows])
