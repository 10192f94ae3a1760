"""What is said of jobs, whatever their kind; what differs, each feature fills in as `JobWords`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.page.say import NBSP, rows

BUSY = "{holds} on this machine already. Wait until it ends, or stop it if it is yours."
STATES = {
    "starting": "Starting",
    "stopping": "Stopping",
    "stopped": "Stopped",
    "done": "Complete",
    "lost": "Interrupted",
    "failed": "Failed",
}


@dataclass(frozen=True, kw_only=True)
class JobWords:
    """One kind of jobs in words. noun: "training". holds, holds_own: the machine, to others and to
    its owner, after its name. what: that could not be started. not_resumable: with {name}. lost: of
    one whose process is gone without a word. running: what one at work does; ends: of other states,
    or by how one ended, what is said otherwise than of other kinds. mine: over the list of a
    visitor's own. stopped: below one that was stopped; failed_next, lost_next: what to do. buttons:
    by the word that they say, and "resume"; download, save_file: what gets the result packed, and
    saved then."""

    noun: str
    holds: str
    holds_own: str
    what: str
    not_resumable: str = "“{name}” is complete: there is nothing to go on with."
    lost: str
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
    def busy(self) -> str:
        return BUSY.format(holds=self.holds)

    @property
    def busy_own(self) -> str:
        """With {name}."""
        return f"“{{name}}” is still being {self.holds_own}. Wait until it ends, or stop it."

    @property
    def not_started(self) -> str:
        """With {why}."""
        return f"The {self.what} could not be started: {{why}}."

    @property
    def states(self) -> dict[str, str]:
        """By state, or by how one ended."""
        return {**STATES, "running": self.running, **self.ends}

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
GO_THERE = "Go there"


def far(done: int, total: int) -> str:
    return FAR.format(done=f"{done:,}", total=rows(total).replace(" ", NBSP))
