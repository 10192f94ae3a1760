"""Words behind the errors: of our own texts, of data at hand, and where none are."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from app.places import RECORDINGS
from app.recordings.playing import Where, error_words
from app.recordings.recordings import Recordings
from lfdrt.evaluation.recordings.error_words import words_in
from lfdrt.evaluation.recordings.files import read_recording
from tests.app.recordings.test_playing import bundled
from tests.csv_files import LABELLED, write


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return bundled(tmp_path_factory.mktemp("runs"))


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u00a0", " ")


def saved(html: str) -> list[list[str]]:
    content = unescape(re.search(r'data-content="([^"]*)"', html)[1])
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def test_of_our_own_texts_they_are_counted_without_data(recordings: Recordings):
    """Every line against the recording itself."""
    html = error_words(recordings, Where(first="sample"))
    recording = read_recording(RECORDINGS / "sample")
    wrong = recording.gold != recording.predicted
    assert f"{int(wrong.sum()):,} of 392 samples were given another class" in words_of(html)
    _, *rows, source = saved(html)
    assert rows and "recording" in source[0]
    for word, label, errors, every, _ in rows:
        has = [word in words_in(text) for text in recording.texts]
        said = recording.predicted == recording.labels.index(label)
        assert int(errors) == int((wrong & said & has).sum()) >= 2
        assert int(every) == sum(has)


def test_a_choice_counts_its_own_samples_alone(recordings: Recordings):
    """What is joy is never wrongly called joy; what the player shows changes nothing."""
    where = Where(first="sample", classes=("joy",), only="errors")
    html = error_words(recordings, where)
    recording = read_recording(RECORDINGS / "sample")
    joy = int((recording.gold == recording.labels.index("joy")).sum())
    assert f" of {joy} samples were given another class" in words_of(html)
    said = {label for _, label, *_ in saved(html)[1:-1]}
    assert said and "joy" not in said


def test_without_the_data_it_says_so_and_shows_no_word(recordings: Recordings):
    named = next(name for name in recordings.names() if not recordings.run(name).carries)
    html = error_words(recordings, Where(first=named))
    said = words_of(html)
    assert "A recording holds answers and ids" in said
    assert "--data FOLDER" in said
    assert "cannot be told without the texts" in said
    assert re.search(r"[1-9][\d,]* of [\d,]+ samples were given another class", said)
    assert "<table" not in html


def test_texts_are_looked_up_where_the_data_are(recordings: Recordings, tmp_path: Path):
    """One file is here, made up; the others are named as missing."""
    named = next(name for name in recordings.names() if not recordings.run(name).carries)
    recording = recordings.recording(named)
    one = recording.run.sets[0]
    ids = [name for name, k in zip(recording.ids, recording.set_of, strict=True) if k == 0]
    rows = [(name, "<b>zebra</b> und", recording.labels[0]) for name in ids]
    write(tmp_path / "text" / one.source / f"{one.language}.{one.split}.csv", [LABELLED, *rows])
    here = bundled(tmp_path / "runs")
    here.data = tmp_path
    html = error_words(here, Where(first=named))
    assert "zebra" in {row[0] for row in saved(html)[1:-1]}
    assert "<b>zebra" not in html
    if len(recording.run.sets) > 1:
        assert "are not on this machine" in words_of(html)
    alone = error_words(here, replace(Where(first=named), languages=("tlh",)))
    assert "0 of 0 samples" in words_of(alone)
