"""Which rows a chat endpoint labels, and what a recording says of where they come from."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import lfdrt
from lfdrt.baselines.chat.settings import ChatSettings
from lfdrt.data.sources.sample import read_sample, sample_languages
from lfdrt.evaluation.evaluate import gold_classes
from lfdrt.evaluation.recordings.recorder import SetRows, suite_sets
from lfdrt.evaluation.recordings.recording import FORMAT, RecordedRun
from lfdrt.evaluation.suites import suites_of
from lfdrt.labels import LabelSet


def sample_sets(languages: Sequence[str], label_set: LabelSet) -> list[SetRows]:
    """Our own sample set, all of it or some languages; errors as `data_sets`."""
    sets = [
        SetRows(rows=read_sample(language), read_through=None, excluded=())
        for language in languages or sample_languages()
    ]
    return _checked(sets, label_set)


def data_sets(
    data: Path, sources: Sequence[str], languages: Sequence[str], label_set: LabelSet
) -> list[SetRows]:
    """What LFD-RT is evaluated on, all of it or some. ValueError: a set, language, file or label
    that there is not; found before anything is paid for."""
    suites = suites_of(label_set.name, sources, languages)
    return _checked(suite_sets(data, suites), label_set)


def chat_run(
    settings: ChatSettings,
    label_set: LabelSet,
    *,
    name: str,
    note: str,
    inputs: str,
    probabilities: bool,
    carries: bool,
) -> RecordedRun:
    """Before any set is recorded. What decides the answers stands in it, so that sets which were
    recorded with other settings are not gone on with."""
    heat = "its own" if settings.temperature is None else f"{settings.temperature:g}"
    form = "a label and probabilities" if probabilities else "a label"
    return RecordedRun(
        format=FORMAT,
        name=name,
        note=note,
        checkpoint=f"{settings.model} at {settings.host}",
        weights_sha256="",
        trained="not here",
        selection=f"nothing was selected; asked for {form} without examples, temperature {heat}",
        seed=None,
        device=settings.host,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        versions={
            "lfdrt": lfdrt.__version__,
            "python": platform.python_version(),
            "openai": version("openai"),
        },
        inputs=inputs,
        carries=carries,
        labels=label_set.labels,
        sets=(),
        classifiers=1,
    )


def _checked(sets: list[SetRows], label_set: LabelSet) -> list[SetRows]:
    for one in sets:
        gold_classes(one.rows, label_set)
    return sets
