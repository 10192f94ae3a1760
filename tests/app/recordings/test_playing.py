"""The player: positions move with the clock, panels say what the recording says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from app.kinds import engines
from app.models.requests import Refused
from app.places import RECORDINGS
from app.recordings import playing
from app.recordings.kind import RECORDING
from app.recordings.player import Filters, Player
from app.recordings.playing import Where
from app.recordings.recordings import Recordings

SAMPLE = Where(first="sample", second="", n=0)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return bundled(tmp_path_factory.mktemp("runs"))


def bundled(runs: Path, folder: Path = RECORDINGS) -> Recordings:
    own = engines(runs, device="cpu", single_user=True).of(RECORDING)
    return Recordings(None, own, folder)


class TestPosition:
    def test_it_moves_as_fast_as_was_asked(self):
        """2.5 s at 4 a second are 10 samples; half of the next is kept for the next look."""
        at = playing.played(Where(first="x", speed=4, playing=True, since=1.0), 100, 3.6)
        assert (at.n, at.playing, at.since) == (10, True, 3.6)
        assert at.part == pytest.approx(0.4)
        later = playing.played(at, 100, 3.8)
        assert later.n == 11

    def test_it_stops_at_the_end(self):
        at = playing.played(Where(first="x", speed=500, playing=True, since=0.0), 100, 9.0)
        assert (at.n, at.playing) == (100, False)

    def test_a_pause_holds(self):
        held = playing.toggled(Where(first="x", n=7, speed=5, playing=True, since=0.0), 100, 2.0)
        assert (held.n, held.playing) == (17, False)
        assert playing.played(held, 100, 60.0).n == 17

    def test_play_at_the_end_begins_anew(self):
        again = playing.toggled(Where(first="x", n=100), 100, 5.0)
        assert (again.n, again.playing, again.since) == (0, True, 5.0)

    def test_nothing_plays_where_nothing_is_shown(self):
        assert not playing.toggled(Where(first="x"), 0, 5.0).playing

    def test_steps_stay_inside(self):
        assert playing.moved(Where(first="x", n=0), 10, to=-1).n == 0
        assert playing.moved(Where(first="x", n=10), 10, to=11).n == 10


class TestShown:
    def test_a_sample_of_ours_has_text_picture_and_english(self, recordings: Recordings):
        shown = playing.show(recordings, replace(SAMPLE, n=1))
        assert shown.total == 392
        assert "data:image/png;base64," in shown.now
        assert 'lang="en"' in shown.now
        assert "demonstration" in shown.about

    def test_right_to_left_text_keeps_its_direction(self, recordings: Recordings):
        shown = playing.show(recordings, replace(SAMPLE, languages=("he",), n=1))
        assert shown.total == 14
        assert '<bdi dir="auto" lang="he">' in shown.now

    def test_texts_of_others_are_named_and_not_there(self, recordings: Recordings):
        shown = playing.show(recordings, Where(first="compact", n=5))
        assert "not part of this program" in shown.now

    def test_errors_are_errors_and_the_others_still_count(self, recordings: Recordings):
        shown = playing.show(recordings, replace(SAMPLE, only="errors", n=3))
        assert "✗" in shown.now and "✓" not in shown.now
        whole = playing.show(recordings, replace(SAMPLE, only="errors", n=shown.total))
        assert "after 392 samples" in whole.standing

    def test_two_are_compared_where_they_differ(self, recordings: Recordings):
        both = replace(SAMPLE, second="sample-text")
        shown = playing.show(recordings, both)
        assert "only sample-text right" in shown.compared
        assert shown.differing.count("data-jump=") == playing.DIFFERING
        differences = playing.count(recordings, replace(both, only="differences"))
        assert 0 < differences < 392

    def test_files_say_what_was_chosen(self, recordings: Recordings):
        part = playing.show(recordings, replace(SAMPLE, languages=("ar", "he"), only="errors", n=2))
        for html in (part.standing, part.downloads):
            assert "shown: Languages ar he, Show Errors, after " in html

    def test_all_differences_are_saved_where_it_stands_still(self, recordings: Recordings):
        both = replace(SAMPLE, second="sample-text", n=5)
        assert "data-download" in playing.show(recordings, both).differing
        assert (
            "data-download" not in playing.show(recordings, replace(both, playing=True)).differing
        )

    def test_a_choice_that_nothing_fits_says_so(self, recordings: Recordings):
        shown = playing.show(recordings, replace(SAMPLE, sources=("meld",)))
        assert shown.total == 0 and "No sample fits" in shown.now
        assert playing.curves(recordings, replace(SAMPLE, sources=("meld",))) is None

    def test_curves_end_where_the_position_is(self, recordings: Recordings):
        figure = playing.curves(recordings, replace(SAMPLE, n=100))
        assert len(figure.data) == 4
        assert max(max(line.x) for line in figure.data) <= 100


class TestFaults:
    def test_recordings_of_different_labels_are_not_compared(self, recordings: Recordings):
        shown = playing.show(recordings, Where(first="compact", second="compact-polarity"))
        assert "different labels" in shown.now and shown.total == 0

    def test_differences_need_two(self, recordings: Recordings):
        shown = playing.show(recordings, replace(SAMPLE, only="differences"))
        assert "name a second one" in shown.now

    def test_a_damaged_recording_is_a_sentence(self, tmp_path: Path):
        shutil.copytree(RECORDINGS / "sample", tmp_path / "cut")
        rows = tmp_path / "cut" / "rows.parquet"
        rows.write_bytes(rows.read_bytes()[:1000])
        asked = Where(first="cut", n=playing.END, playing=True)
        shown = playing.show(bundled(tmp_path / "runs", tmp_path), asked)
        assert (shown.where.n, shown.where.playing) == (0, False), "nothing to play"
        assert "“cut” cannot be played" in shown.now and "copy" in shown.now
        assert str(tmp_path) not in shown.now and "arquet" not in shown.now
        assert playing.curves(bundled(tmp_path / "runs", tmp_path), Where(first="cut")) is None

    @pytest.mark.parametrize("name", ["../../secret", "nothing", "..", ""])
    def test_only_what_is_listed_is_read(self, recordings: Recordings, name: str):
        with pytest.raises(Refused, match="no recording to play"):
            recordings.recording(name)


def test_the_other_is_played_where_one_may_not_be(recordings: Recordings) -> None:
    """A recording that is not this visitor's, or is deleted, takes nothing but itself away."""
    with gr.Blocks():
        owner = gr.BrowserState("")
        player = Player(recordings, owner, Filters(recordings.names(), "sample"))

    def opened(first: str, second: str) -> tuple[str, str]:
        where = player.opened("", first, second)[player.where]
        return where.first, where.second

    assert opened("sample", "sample-text") == ("sample", "sample-text")
    assert opened("sample", "of somebody else") == ("sample", "")
    assert opened("of somebody else", "sample") == ("sample", "")
    assert opened("of somebody else", "") == ("", "")
