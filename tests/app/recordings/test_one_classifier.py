"""The player of a baseline's recording: one classifier, and no word of agreement."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.recordings import playing, words
from app.recordings.playing import Where
from app.recordings.recordings import Recordings
from lfdrt.evaluation.recordings.files import write_files
from lfdrt.evaluation.recordings.recording import Recording
from tests.app.recordings.test_playing import bundled
from tests.evaluation.recorded import drawn


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """The same samples by one classifier, `alone`, and by two, `two`."""
    folder = tmp_path_factory.mktemp("recordings")
    two = drawn(40, name="two")
    alone = replace(
        two, run=replace(two.run, name="alone", classifiers=1), p_2=two.p_1, agree=two.agree | True
    )
    for one in (two, alone):
        _write(folder / one.run.name, one)
    return bundled(tmp_path_factory.mktemp("runs"), folder)


def _write(folder: Path, recording: Recording) -> None:
    folder.mkdir()
    write_files(folder, recording)


def test_one_classifier_has_no_agreement(recordings: Recordings) -> None:
    shown = playing.show(recordings, Where(first="alone", n=10))
    everything = shown.about + shown.now + shown.standing + shown.downloads
    assert words.ONE_CLASSIFIER in shown.about and words.ONLY_CLASSIFIER in shown.now
    for said in (
        words.SCORES["agreement"],
        words.FIRST,
        words.SECOND,
        words.AGREE,
    ):
        assert said not in everything.replace(words.ONE_CLASSIFIER, "")
    assert words.SCORES["macro_f1"] in shown.standing
    names = [line.name for line in playing.curves(recordings, Where(first="alone", n=10)).data]
    assert names == [words.SCORES[key] for key in ("accuracy", "macro_f1", "weighted_f1")]


def test_two_classifiers_keep_theirs_beside_it(recordings: Recordings) -> None:
    """Side by side, each column says what its recording has."""
    shown = playing.show(recordings, Where(first="two", second="alone", n=10))
    assert shown.about.count(words.ONE_CLASSIFIER) == 1
    assert shown.now.count(words.FIRST) == 1 and shown.now.count(words.ONLY_CLASSIFIER) == 1
    assert len(re.findall('id="play-agreement"', shown.standing)) == 1
    assert len(re.findall('id="play-accuracy"', shown.standing)) == 2


def test_disagreements_of_one_classifier_are_none(recordings: Recordings) -> None:
    assert playing.count(recordings, Where(first="alone", only="disagreements")) == 0
    assert playing.count(recordings, Where(first="two", only="disagreements")) > 0
