"""What is said of jobs, whatever their kind; what differs, each feature fills in as `JobWords`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.page.say import NBSP, rows


@dataclass(frozen=True, kw_only=True)
class JobWords:
    """One kind of jobs in words. noun: "training". busy, busy_own: where one holds the machine; the
    second, with its {name}, to its owner. not_started: with {why}. not_resumable: with {name}.
    lost: of one whose process is gone without a word. states: by state, or by how one ended. mine:
    over the list of a visitor's own. stopped: below one that was stopped; failed_next, lost_next:
    what to do. buttons: by the word that they say, and "resume"; download, save_file: what gets the
    result packed, and saved then."""

    noun: str
    busy: str
    busy_own: str
    not_started: str
    not_resumable: str
    lost: str
    states: Mapping[str, str]
    mine: str
    stopped: str = ""
    failed_next: str
    lost_next: str
    buttons: Mapping[str, str]
    download: str
    save_file: str

    @property
    def none(self) -> str:
        return f"There is no such {self.noun}. It may have been deleted."

    @property
    def no_name(self) -> str:
        return f"Give the {self.noun} a name."

    @property
    def damaged(self) -> str:
        return f"A {self.noun} that cannot be read"


NAME_TAKEN = "There is a {noun} called “{name}” already: choose another name."
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


def far(done: int, total: int) -> str:
    return FAR.format(done=f"{done:,}", total=rows(total).replace(" ", NBSP))
