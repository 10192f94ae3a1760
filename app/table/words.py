"""The words of predicting a whole table in the Predict tab."""

from __future__ import annotations

from app.jobs.words import JobWords
from app.page import speech
from app.page.say import NBSP
from app.page.speech import t

TAB = "A whole table"
TITLE = "A table in, the same table with predictions out"
LEAD = (
    "Every column of yours comes back, with a label, both classifiers' words, every probability "
    "and the language beside it. It goes on when you close this page, and is here when you come "
    "back. A row that cannot be read keeps its place, with a note that says why."
)
TABLE, IMAGES = "Table", "Pictures (optional)"
LIMITS = (
    f"Up to {{rows:,}} rows and {{size}}{NBSP}MB. Pictures: one ZIP; a column of the table names "
    "its files."
)
LANGUAGE = "Language of the texts"
LANGUAGE_INFO = "For rows that name none themselves."
DETECT = "Detect for every row"
FAMILY = "Read through"
MODEL = "Model for the table"
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
MIX = "With your mix"
MIX_INFO = "The model expects the classes as often as you told it; off: all alike."
START = "Predict the table"
NO_TABLE = "Choose a table first."
LOADING = "Loading the model"
JOB = JobWords(
    noun="table",
    busy="A table is being predicted on this machine already. Wait until it ends, or stop it if "
    "it is yours.",
    busy_own="“{name}” is still being predicted, in the Predict tab. Wait until it ends, or "
    "stop it.",
    not_started="The prediction of the table could not be started: {why}.",
    none="There is no such table. It may have been deleted.",
    no_name="Give the table a name.",
    name_taken="There is a table called “{name}” already: choose another name.",
    damaged="A table that cannot be read",
    lost="The process of this table ended without a word. What it finished is kept.",
    running="Predicting",
    mine="Your tables",
    stopped="What is finished is below and can be downloaded; “Go on” predicts the rest.",
    lost_next="“Go on” predicts the rest.",
    download="Download the table (CSV)",
    save_file="Save the CSV",
)
RESULT = "What came out"
ROWS_DONE = "Rows"
DISAGREE = "Classifiers disagree"
UNREAD = "Not predicted"
LABELS, LANGUAGES = "Labels", "Labels by language"
FIRST = "The first predictions"
COLUMN_LABEL, COLUMN_LANGUAGE, COLUMN_ROWS = "Label", "Language", "Rows"
COLUMN_SHARE = "Share of rows"
NO_LANGUAGE = "not told"
MORE_LANGUAGES = "More languages ({count}) are in the CSV."
NOTHING_YET = "No row is finished yet."
SOURCE = "data: {name}, {rows}; read through {family}"
SOURCE_TITLE = "Where these predictions come from"

ROW = "{model} · {rows} · {date}"
NO_PREDICTIONS = "“{name}” has no finished rows yet."
UNREADABLE = (
    "The predictions were written, but cannot be shown: {why}. The download has them as they are."
)


WITH_CLASS_MIX, WITHOUT_CLASS_MIX = "with your class mix", "without your class mix"


def mix(used: bool) -> str:
    return t(WITH_CLASS_MIX if used else WITHOUT_CLASS_MIX)


speech.spoken(__name__)
