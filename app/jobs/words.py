"""Sentences of the jobs: why something is refused, and what a job's end means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class JobWords:
    """What is said of one kind of jobs. busy, busy_own: where one holds the machine; the second,
    with its {name}, to its owner."""

    none: str
    no_name: str
    busy: str
    busy_own: str
    not_started: str
    not_resumable: str


TRAINING = JobWords(
    none="There is no such training. It may have been deleted.",
    no_name="Give the training a name.",
    busy="A training is running on this machine already. Wait until it ends, or stop it if it is "
    "yours.",
    busy_own="“{name}” is still being trained. Wait until it ends, or stop it.",
    not_started="The training could not be started: {why}.",
    not_resumable="“{name}” has ended: there is nothing to go on with. Start a new training.",
)
RECORDING = JobWords(
    none="There is no such recording. It may have been deleted.",
    no_name="Give the recording a name.",
    busy="A recording is being made on this machine already. Wait until it ends, or stop it if it "
    "is yours.",
    busy_own="“{name}” is still being recorded, in the Benchmark tab. Wait until it ends, or stop "
    "it.",
    not_started="The recording could not be started: {why}.",
    not_resumable="“{name}” is complete: there is nothing to go on with.",
)
TABLE = JobWords(
    none="There is no such table. It may have been deleted.",
    no_name="Give the table a name.",
    busy="A table is being predicted on this machine already. Wait until it ends, or stop it if it "
    "is yours.",
    busy_own="“{name}” is still being predicted, in the Predict tab. Wait until it ends, or stop "
    "it.",
    not_started="The prediction of the table could not be started: {why}.",
    not_resumable="“{name}” is complete: there is nothing to go on with.",
)
NOT_RUNNING = "“{name}” is not running any more."
STILL_RUNNING = "“{name}” is still running. Stop it first."
NO_FILE = "{name} is not there any more. Upload it again."
NO_OWNER = "The page has not finished loading. Reload it, and try again."
NOT_STORED = (
    "The folder of trainings cannot be written: {why}. Free some space, or choose another folder."
)
NO_SPACE = (
    "The disk has no room for the data ({needed} needed, {free} free). Delete earlier trainings or "
    "other files."
)
NOT_COPIED = "{name} could not be stored: {why}. Free some space, or check the folder of trainings."
NOT_DELETED = (
    "“{name}” could not be deleted: {why}. Close its files in other programs and try again."
)
NOT_EXPORTED = "The ZIP could not be written: {why}. Free some space and try again."
OPEN = "Open"
DELETE = "Delete"
DELETE_SURE = "Really delete?"
