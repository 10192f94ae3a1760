"""The words of recording a new run in the Benchmark tab. Knows no components and no HTML."""

from __future__ import annotations

from app.page.say import NBSP, duration, rows

TITLE = "Record a new one"
LEAD = (
    "Every answer of a model on every sample, kept to be played, compared and passed on. It goes "
    "on when you close this page, and is here when you come back."
)
MODEL = "Model"
NAME = "Name"
NAME_INFO = "As it will stand in the list."
WHAT = "Samples"
SAMPLE, DATA = "sample", "data"
WHATS = {SAMPLE: "Our sample set", DATA: "Data sets on this machine"}
WHAT_INFO = "Our sample set was made for this project: a demonstration, not evidence."
INPUTS = "Read"
INPUTS_SAID = {
    "text and image": "Text and picture",
    "text": "Text alone",
    "image": "Picture alone",
}
SETS, LANGUAGES = "Data sets", "Languages"
EVERY = "All, where none is chosen."
FAMILY = "Read through"
FAMILIES = {"own": "The language's own family", "none": "No disentangler"}
NOTE = "Note (optional)"
NOTE_INFO = "A sentence that goes with the recording."
NOTE_LENGTH = 300  # characters
SET = "{source} ({languages}, {rows})"
MISSING = "Not on this machine: {sets}."
ESTIMATE = "About {time} on this machine for {rows}."
START, STOP, RESUME = "Record", "Stop", "Go on"

NO_CLASSES = (
    "{model} has other classes than our sample set. Choose another model, or data sets on this "
    "machine (start the app with --data FOLDER)."
)
NO_SETS = "No data set for {model} is in the data folder. Choose our sample set or another model."
NO_ROWS = "None of these data sets has one of these languages: choose others."

STATES = {
    "starting": "Starting",
    "running": "Recording",
    "stopping": "Stopping",
    "stopped": "Stopped",
    "done": "Complete",
    "lost": "Interrupted",
    "failed": "Failed",
}
STATE_LOADING = "Loading the model"
DONE_ROWS = "{done} of {total}"
DONE_SETS = "{done} of {sets} sets"
ELAPSED = "{time} so far"
REMAINING = "about {time} left"
NEWEST = "Newest: {set}"
STOPPED = "What is finished is kept: “Go on” records the rest."
FAILED_NEXT = "Change what the sentence names, then go on or delete it."
LOST_NEXT = "“Go on” records the rest."
COMPLETE = "It stands in the list of recordings above."

MINE = "Your recordings"
NONE_YET = "None yet."
SAVE_NAME = "Save"
PLAY = "Play it"
DOWNLOAD, DOWNLOAD_READY = "Download", "Save the ZIP"
OF_SAMPLE = "our sample set, {inputs}"
ROW = "{model} · {what} · {rows} · {date}"


def set_choice(source: str, languages: int, count: int) -> str:
    """A data set in the list."""
    said = "1 language" if languages == 1 else f"{languages} languages"
    return SET.format(source=source, languages=said, rows=rows(count))


def estimated(seconds: float, count: int) -> str:
    return ESTIMATE.format(time=duration(seconds), rows=rows(count))


def far(done: int, total: int) -> str:
    return DONE_ROWS.format(done=f"{done:,}", total=rows(total).replace(" ", NBSP))


DATA_FOLDER = "the data folder"
RECORDING_LOST = "The process of this recording ended without a word. What it finished is kept."
NAME_TAKEN = "There is a recording called “{name}” already: choose another name."
NOT_RECORDED = "“{name}” is not complete, or damaged: record it again."
READ = "read: {inputs}"
RECORDING = "recording {name}"
