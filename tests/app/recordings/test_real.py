"""One true recording of a tiny model through the jobs: stopped, gone on with, played."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.recordings import playing
from app.recordings.kind import RECORDING, RecordSpec
from app.recordings.playing import Where
from app.recordings.recordings import Recordings as Played
from tests.app.jobs.kinds import Recordings, recorded, until


class True_(Recordings):
    """Whose processes are the true ones."""

    def _command(self, folder: Path, spec: RecordSpec) -> list[str]:
        return RECORDING.command(folder, spec)


@pytest.mark.slow  # starts two processes that import torch
def test_a_recording_from_a_choice_to_the_player(tmp_path: Path, tiny_folder: Path) -> None:
    jobs = True_(tmp_path / "runs")
    languages = ("sw", "tr", "fi", "eu")
    spec = recorded("true", checkpoint=tiny_folder, model="tiny", languages=languages, rows=56)
    run = jobs.jobs.start(spec, "")
    try:
        until((jobs.folder(run) / "recording.part").is_dir)  # it does not listen yet
        jobs.end(run)
        until(lambda: jobs.state(run) in ("stopped", "done"))
        if jobs.state(run) == "stopped":
            jobs.jobs.resume(run, "")
        jobs.becomes(run, "done")
    finally:
        jobs.end_all()
    played = Played(None, jobs.jobs)
    assert [one.language for one in played.run(run).sets] == list(languages)
    shown = playing.show(played, Where(first=run, n=56))
    assert shown.total == 56 and "after 56 samples" in shown.standing
    assert "true" in shown.about and "tiny" in shown.about
