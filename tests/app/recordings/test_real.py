"""One true recording of a tiny model through the jobs: stopped, gone on with, played."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.process import kill_tree
from app.recordings import playing
from app.recordings.folder import RecordingFolder
from app.recordings.jobs import RecordingJobs
from app.recordings.playing import Where
from app.recordings.recordings import Recordings
from tests.app.job_runs import until
from tests.app.record_runs import spec_of, state_becomes


@pytest.mark.slow  # starts two processes that import torch
def test_a_recording_from_a_choice_to_the_player(tmp_path: Path, tiny_folder: Path) -> None:
    jobs = RecordingJobs(tmp_path / "runs", device="cpu", single_user=True)
    languages = ("sw", "tr", "fi", "eu")
    run = jobs.start(
        spec_of("true", checkpoint=tiny_folder, model="tiny", languages=languages, rows=56), ""
    )
    folder = RecordingFolder(tmp_path / "runs" / "recordings" / run)
    try:
        until(folder.work.is_dir)  # a word that is said before the recorder listens is not lost
        jobs.stop(run, "")
        until(lambda: jobs.live(run, "").info.state in ("stopped", "done"))
        if jobs.live(run, "").info.state == "stopped":
            jobs.resume(run, "")
        state_becomes(jobs, run, "done")
    finally:
        record = folder.record()
        kill_tree(record.process if record else None, run)
    recordings = Recordings(None, jobs)
    assert [one.language for one in recordings.run(run).sets] == list(languages)
    shown = playing.show(recordings, Where(first=run, n=56))
    assert shown.total == 56 and "after 56 samples" in shown.standing
    assert "true" in shown.about and "tiny" in shown.about
