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
TABLE_LOST = "The process of this table ended without a word. What it finished is kept."
NO_PREDICTIONS = "“{name}” has no finished rows yet."
NOT_RUNNING = "“{name}” is not running any more."
STILL_RUNNING = "“{name}” is still running. Stop it first."
NO_DATA = "Choose a table, or a ZIP of pictures, to learn from."
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
NOTHING_KEPT = (
    "It did not stop by itself and was ended. No pass had been finished, so there is nothing to "
    "keep; go on with it, or delete it."
)
NO_OUTCOME = "“{name}” has no predictions to compare."
BAD_OUTCOME = "{file} cannot be read. It was changed or cut off."
NO_CHECKPOINT = "“{name}” has no model to download."
NOT_EXPORTED = "The ZIP could not be written: {why}. Free some space and try again."

DATA_FOLDER = "the data folder"
RECORDING_LOST = "The process of this recording ended without a word. What it finished is kept."
NAME_TAKEN = "There is a recording called “{name}” already: choose another name."
NOT_RECORDED = "“{name}” is not complete, or damaged: record it again."

NO_ZIP = "{name} is no ZIP, or it is damaged. Choose one that was downloaded here."
FOREIGN_ZIP = (
    "{name} is no training that was downloaded here: {member!r} does not belong into one. Choose "
    "the ZIP as it was downloaded, not packed anew."
)
INCOMPLETE_ZIP = "{name} is incomplete: {member} is missing. Download it again."
TOO_LARGE = "{name} unpacks to more than {size}. It is no training of this program."
BAD_ZIP = "{name} cannot be used: {why}"
