"""What is saved of a played recording: its numbers, and which samples they are of."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from app.places import RECORDINGS
from app.recordings import score_views as player_scores
from app.recordings import views as player
from app.recordings.score_views import Part
from lfdrt.evaluation.recordings.choice import Choice
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.evaluation.recordings.pair import PairPlayback, play_pair
from lfdrt.evaluation.recordings.playback import play
from lfdrt.evaluation.recordings.recording import Recording


@pytest.fixture(scope="module")
def sample() -> Recording:
    return read_recording(RECORDINGS / "sample")


@pytest.fixture(scope="module")
def pair(sample: Recording) -> PairPlayback:
    return play_pair(sample, read_recording(RECORDINGS / "sample-text"), Choice())


def part_of(*runs: Recording, counted: int = 392) -> Part:
    return Part(runs=tuple(r.run for r in runs), chosen=("Languages ar he",), counted=counted)


def tables(html: str) -> list[list[list[str]]]:
    return [
        list(csv.reader(io.StringIO(unescape(content).removeprefix("\ufeff"))))
        for content in re.findall(r'data-content="([^"]*)"', html)
    ]


def test_every_table_and_chart_is_saved_with_its_source(sample: Recording) -> None:
    """Scores, confusion, classes and curves."""
    part, state = part_of(sample, counted=28), play(sample, Choice()).state(28)
    for html, files in (
        (player_scores.standing(part, [state]), [3, 2, 2]),
        (player_scores.downloads(part), [1, 1, 1]),
    ):
        assert [html.count(f'data-download="{k}"') for k in ("csv", "svg", "png")] == files
        for said in (
            sample.run.weights_sha256[:12],
            "selected by: last step",
            "recording sample; data: LFD-RT sample set all (ar, eo",
            "read: text and image; Constructed pairs",
            "shown: Languages ar he, after 28 samples",
            "recorded 2026-",
        ):
            assert said in html


def test_saved_numbers_are_those_of_the_position(sample: Recording) -> None:
    """All 392 samples."""
    right = int(sample.correct.sum())
    state = play(sample, Choice()).state(392)
    scores, confusion, classes = tables(player_scores.standing(part_of(sample), [state]))
    assert scores[:2] == [["Score", "Value"], ["Accuracy", str(round(right / 392, 6))]]
    counts = [[int(n) for n in row[1:]] for row in confusion[1:-1]]
    assert sum(map(sum, counts)) == 392
    assert sum(counts[c][c] for c in range(7)) == right
    assert [int(row[1]) for row in classes[1:-1]] == [sum(row) for row in counts]


def test_before_the_first_sample_there_are_no_scores(sample: Recording) -> None:
    state = play(sample, Choice()).state(0)
    scores = tables(player_scores.standing(part_of(sample, counted=0), [state]))[0]
    assert scores[1] == ["Accuracy", ""]


def test_all_differences_are_saved(pair: PairPlayback) -> None:
    part = part_of(pair.first.recording, pair.second.recording)
    (rows,) = tables(player_scores.differing(part, [], pair.differences))
    assert len(rows) == 1 + len(pair.differing) + 1
    assert rows[0][-2:] == ["sample", "sample-text"]
    assert all(row[-1] != row[-2] for row in rows[1:-1])
    a, b = pair.samples(int(rows[3][0]))
    assert rows[3][1:] == [a.source, a.split, a.language, a.id, a.gold, a.predicted, b.predicted]
    assert rows[-1][0].count("recording sample") == 2 and "392 samples" not in rows[-1][0]
    assert "data-download" not in player_scores.differing(part, [], ())
    assert "choose fewer samples" in player_scores.differing(part, [], None)


def test_the_four_counts_are_saved(pair: PairPlayback) -> None:
    part, state = part_of(pair.first.recording, pair.second.recording), pair.state(392)
    (rows,) = tables(player_scores.compared(part, state, pair.alone))
    assert rows[1] == ["both right", str(state.both_right)]
    assert sum(int(n) for _, n in rows[1:-1]) == 392


def test_constructed_pairs_are_said_to_be(sample: Recording, pair: PairPlayback) -> None:
    assert "Constructed pairs" in player.about([sample.run])
    assert "Constructed pairs" not in player.about([pair.second.recording.run])
