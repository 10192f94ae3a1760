"""What is said of jobs, whatever their kind; what differs, each feature fills in as `JobWords`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from app.page import speech
from app.page.say import NBSP, count, rows
from app.page.speech import t

STATES = {
    "starting": "Starting",
    "stopping": "Stopping",
    "stopped": "Stopped",
    "done": "Complete",
    "lost": "Interrupted",
    "failed": "Failed",
}


@dataclass(frozen=True, kw_only=True)
class JobWords(speech.Sentences):
    """One kind of jobs in words, whole sentences all. noun: in logs and names of tests. busy,
    busy_own: the machine is taken, to others and, with {name}, to the owner. not_started: with
    {why}; not_resumable: with {name}. lost: of one whose process is gone without a word. none: it
    is not there; no_name, name_taken: of a new one, the second with {name}; damaged: in the list.
    running: what one at work does; ends: of other states, or by how one ended, what is said
    otherwise than of other kinds. mine: over the list of a visitor's own. stopped: below one that
    was stopped; failed_next, lost_next: what to do. buttons: by the word that they say, and
    "resume"; download, save_file: what gets the result packed, and saved then."""

    _plain: ClassVar[frozenset[str]] = frozenset({"noun"})

    noun: str
    busy: str
    busy_own: str
    not_started: str
    not_resumable: str = "“{name}” is complete: there is nothing to go on with."
    lost: str
    none: str
    no_name: str
    name_taken: str
    damaged: str
    running: str
    ends: Mapping[str, str] = field(default_factory=dict)
    mine: str
    stopped: str = ""
    failed_next: str = "Change what the sentence names, then go on or delete it."
    lost_next: str
    buttons: Mapping[str, str] = field(default_factory=lambda: {"stop": "Stop", "resume": "Go on"})
    download: str = "Download"
    save_file: str

    @property
    def states(self) -> dict[str, str]:
        """By state, or by how one ended."""
        here = {name: t(said) for name, said in STATES.items()}
        return {**here, "running": self.running, **self.ends}


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
NOTHING_KEPT = (
    "It did not stop by itself and was ended. No pass had been finished, so there is nothing to "
    "keep; go on with it, or delete it."
)
NOT_KEPT = (
    "It did not stop by itself and was ended. Its last whole pass is saved, but could not be "
    "written as a model; go on with it, and stop it again."
)
NOT_EXPORTED = "The file could not be written: {why}. Free some space and try again."

FAR = "{done} of {total}"
ELAPSED = "{time} so far"
REMAINING = "about {time} left"
DAMAGED = "Damaged"
DAMAGED_ABOUT = "its run.json was changed or cut off; what else lies in its folder is untouched"
NONE_YET = "None yet."
OPEN, DELETE, DELETE_SURE = "Open", "Delete", "Really delete?"
NAME, SAVE_NAME = "Name", "Save"
GO_THERE = "Go there"


def far(done: int, total: int) -> str:
    return t(FAR).format(done=count(done), total=rows(total).replace(" ", NBSP))


speech.spoken(__name__)
