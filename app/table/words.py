"""The words of predicting a whole table in the Predict tab. Knows no components and no HTML."""

from __future__ import annotations

from app.page.say import NBSP, duration, rows

TAB = "A whole table"
TITLE = "A table in, the same table with predictions out"
LEAD = (
    "Every column of yours comes back, with a label, both classifiers' words, every probability "
    "and the language beside it. It goes on when you close this page, and is here when you come "
    "back. A row that cannot be read keeps its place, with a note that says why."
)
TABLE, IMAGES = "Table", "Pictures (optional)"
LIMITS = (
    f"CSV, TSV, JSON lines, XLSX or Parquet with a header, up to {{rows:,}} rows and {{size}}{NBSP}"
    "MB. Pictures: one ZIP; a column of the table names its files."
)
LANGUAGE = "Language of the texts"
LANGUAGE_INFO = "For rows that name none themselves."
DETECT = "Detect for every row"
FAMILY = "Read through"
MODEL = "Model for the table"
COLUMNS = "Columns"
COLUMNS_INFO = "Guessed from names and contents; change what is wrong."
EMPTY = (
    "What was found in your table appears here: columns, languages, rows that cannot be read, a "
    "preview."
)
READY = "Ready: {rows} to predict"
RENAMED = (
    "Your table has a column called “{column}” already, so the new columns begin with “{prefix}”."
)
NO_PICTURES = (
    "No ZIP was given with the pictures that “{column}” names: the texts alone will be read."
)
START, STOP, RESUME = "Predict the table", "Stop", "Go on"
NO_TABLE = "Choose a table first."

STATES = {
    "starting": "Starting",
    "running": "Predicting",
    "stopping": "Stopping",
    "stopped": "Stopped",
    "done": "Complete",
    "lost": "Interrupted",
    "failed": "Failed",
}
LOADING = "Loading the model"
FAR = "{done} of {total}"
ELAPSED = "{time} so far"
REMAINING = "about {time} left"
STOPPED = "What is finished is below and can be downloaded; “Go on” predicts the rest."
FAILED_NEXT = "Change what the sentence names, then go on or delete it."
LOST_NEXT = "“Go on” predicts the rest."

DOWNLOAD, DOWNLOAD_READY = "Download the table (CSV)", "Save the CSV"
RESULT = "What came out"
ROWS_DONE = "Rows"
DISAGREE = "Classifiers disagree"
UNREAD = "Not predicted"
LABELS, LANGUAGES = "Labels", "Labels by language"
FIRST = "The first rows"
COLUMN_LABEL, COLUMN_LANGUAGE, COLUMN_ROWS = "Label", "Language", "Rows"
COLUMN_SHARE = "Share"
NO_LANGUAGE = "not told"
MORE_LANGUAGES = "More languages ({count}) are in the CSV."
NOTHING_YET = "No row is finished yet."
SOURCE = "data: {name}, {rows}; read through {family}"
SOURCE_TITLE = "Where these predictions come from"

MINE = "Your tables"
NONE_YET = "None yet."
OPEN, DELETE, DELETE_SURE = "Open", "Delete", "Really delete?"
ROW = "{model} · {rows} · {date}"


def far(done: int, total: int) -> str:
    return FAR.format(done=f"{done:,}", total=rows(total).replace(" ", NBSP))


def progress(
    done: int, total: int, elapsed: float | None, remaining: float | None
) -> list[str]:  # fmt: skip
    """How far it is; seconds, None where they are not known."""
    said = [far(done, total)]
    if elapsed is not None:
        said.append(ELAPSED.format(time=duration(elapsed)))
    if remaining is not None:
        said.append(REMAINING.format(time=duration(remaining)))
    return said


TABLE_LOST = "The process of this table ended without a word. What it finished is kept."
NO_PREDICTIONS = "“{name}” has no finished rows yet."
