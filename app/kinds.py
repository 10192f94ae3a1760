"""Every kind of job, in the order of the tabs: all share the lock, and a kiosk clears them."""

from __future__ import annotations

from pathlib import Path

from app.families.kind import STUDY
from app.finetune.kind import TRAINING
from app.finetune.teach.kind import TEACHING
from app.jobs.engine import Engines, Machine
from app.recordings.kind import RECORDING
from app.table.kind import TABLE

KINDS = (TABLE, TEACHING, TRAINING, RECORDING, STUDY)


def engines(runs: Path, *, device: str, single_user: bool) -> Engines:
    """runs: the folder of runs. single_user: whoever asks sees every job; otherwise only its own.
    Nothing is touched before they are opened."""
    return Engines(
        Machine(runs=runs.resolve(), device=device, single_user=single_user, kinds=KINDS)
    )
