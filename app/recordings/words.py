"""The words of recorded runs: playing them, and recording a new one."""

from __future__ import annotations

from collections.abc import Sequence

from app.jobs.words import JobWords
from app.page import say, speech
from app.page.speech import t

TAB = "Recorded runs"
TITLE = "Watch a recorded evaluation"
LEAD = (
    "Every answer of a checkpoint on a test set, as it was recorded. Space plays and pauses, the "
    "arrows step."
)
FIRST_LABEL = "Recording"
SECOND_LABEL = "Beside it"
ALONE = "(nothing)"
NARROWING = {
    "sources": "Data sets",
    "languages": "Languages",
    "families": "Families",
    "classes": "True class",
}
EVERY = "All, where none is chosen."
ONLY_LABEL = "Show"
ONLY = {
    "all": "All",
    "errors": "Errors",
    "disagreements": "Disagreements",
    "differences": "Differences",
}
ONLY_INFO = "What is left out still counts. Differences: between two recordings."
MIXED = "In random order"
FILTERS = "Choose samples"
BUTTONS = {
    "first": "First",
    "back": "Back",
    "play": "Play",
    "pause": "Pause",
    "next": "Next",
    "last": "Last",
}
SPEED = "Samples a second"
SEEK = "Position"
SPEEDS = (1, 5, 25, 100, 500)

SHORT = "{name}: {inputs}, {rows} samples"
DEMO = "a demonstration, not evidence"
ABOUT = "{checkpoint}, {inputs}, {rows} samples, {date}, {device}"
SELECTED = "Selected by: {rule}."
DEMONSTRATION = (
    "Sentences and faces of this set were made for this project: a demonstration, not evidence."
)
YOURS = "Yours: {name}"
NO_SUCH_RECORDING = (
    "There is no recording to play here: choose another one, or make one under “Record a new one”."
)
DAMAGED = "The recording “{name}” cannot be played: its files are damaged or incomplete."
COPY_AGAIN = "Choose another one, or copy assets/benchmarks/recordings from the program again."
RECORD_AGAIN = "Delete it under “Record a new one”, and record it again."
NOTHING = "No sample fits this choice. Choose less."
POSITION = "{n} of {total}"
GOLD, SAYS, FIRST, SECOND = "True label", "Model says", "First classifier", "Second classifier"
RIGHT, WRONG = "right", "wrong"
ONLY_CLASSIFIER = "Its one classifier"
ONE_CLASSIFIER = "One classifier: there is no agreement to show."
AGREE, DISAGREE = "both classifiers agree", "the classifiers disagree"
READ_THROUGH = "read through {family}"
EXCLUDED = "{labels} is never predicted here: the set has no such label."
AGAINST = "The face contradicts the sentence on purpose."
NO_TEXT = "(no text was read)"
SCORES = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro-F1",
    "weighted_f1": "Weighted F1",
    "agreement": "Agreement",
}
SCORES_TITLE, SCORE, VALUE = "Scores", "Score", "Value"
COUNTED = "after {n} samples"
CONFUSION = "What was taken for what"
CURVES = "Scores as they build up"
CURVES_AXIS = "samples"
PAIR = {
    "both_right": "both right",
    "only_first": "only {first} right",
    "only_second": "only {second} right",
    "both_wrong": "both wrong",
}
PAIR_TITLE = "Compared"
PAIR_ALONE = "{first} has {a} samples and {second} {b} that the other lacks; these are left out."
COMPARED, SAMPLES = "Answers", "Samples"
DIFFERENCES = "Samples with different answers"
DIFFERENCE_COLUMNS = ("Position", "Data set", "Split", "Language", "Sample", "True label")
ALL_DIFFERENCES = "All {n} of this choice, as a table:"
TOO_MANY_DIFFERENCES = "They are too many to be saved as a table: choose fewer samples."
NO_DIFFERENCE = "No sample has different answers."
PER_CLASS = "Class by class"
CLASS_COLUMNS = ("Class", "True", "Said", "F1")

ERROR_WORDS = "Words behind the errors"
ERROR_WORDS_LEAD = (
    "Which words come most in texts that were given a class they do not have. Counted in the texts "
    "themselves, over all samples that are chosen above, wherever the player stands."
)
COUNT_WORDS, COUNTING_WORDS = "Count the words", "Counting …"
ERROR_COLUMNS = ("Word", "Class said", "Errors with it", "All texts with it", "Errors expected")
ERROR_WORDS_ORDER = (
    "First the words that are most above what is expected: as many errors as among all texts. "
    "Words in at least two errors, each counted once a text; of scripts without spaces, pairs of "
    "characters. Sort by any column."
)
NO_ERROR_WORDS = "No word comes in two errors of the same class."
NO_TEXTS_AT_HAND = "Which words they have cannot be told without the texts."
NO_DATA_AT_HAND = (
    "A recording holds answers and ids, and the texts of {sources} are not part of this program: "
    "start it with --data FOLDER where you have them."
)


OF_ERRORS = "{wrong:,} of {rows:,} samples were given another class than their own."
OF_ERRORS_UNKNOWN = (
    "{wrong:,} of {rows:,} samples were given another class than their own. The texts of "
    "{unknown:,} are not on this machine."
)


def of_errors(wrong: int, rows: int, unknown: int) -> str:
    """unknown: samples whose text is not at hand."""
    said = OF_ERRORS_UNKNOWN if unknown else OF_ERRORS
    return t(said).format(wrong=wrong, rows=rows, unknown=unknown)


def position(n: int, total: int) -> str:
    return t(POSITION).format(n=say.count(n), total=say.count(total))


RECORD_TITLE = "Record a new one"
RECORD_LEAD = (
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
SETS, RECORD_LANGUAGES = "Data sets", "Languages"
FAMILY = "Read through"
READINGS = {"own": "The language's own family", "none": "No disentangler"}
NOTE = "Note (optional)"
NOTE_INFO = "A sentence that goes with the recording."
NOTE_LENGTH = 300  # characters
SET = "{source} ({languages}, {rows})"
MISSING = "Not on this machine: {sets}."
ESTIMATE = "{time} on this machine for {rows}."
START = "Record"

NO_CLASSES = (
    "{model} has other classes than our sample set. Choose another model, or data sets on this "
    "machine (start the app with --data FOLDER)."
)
NO_SETS = "No data set for {model} is in the data folder. Choose our sample set or another model."
NO_ROWS = "None of these data sets has one of these languages: choose others."

STATE_LOADING = "Loading the model"
DONE_SETS = "{done} of {sets} sets"
NEWEST = "Newest: {set}"
COMPLETE = "It stands in the list of recordings above."
JOB = JobWords(
    noun="recording",
    busy="A recording is being made on this machine already. Wait until it ends, or stop it if "
    "it is yours.",
    busy_own="“{name}” is still being recorded, in the Benchmark tab. Wait until it ends, or stop "
    "it.",
    not_started="The recording could not be started: {why}.",
    none="There is no such recording. It may have been deleted.",
    no_name="Give the recording a name.",
    name_taken="There is a recording called “{name}” already: choose another name.",
    damaged="A recording that cannot be read",
    lost="The process of this recording ended without a word. What it finished is kept.",
    running="Recording",
    mine="Your recordings",
    stopped="What is finished is kept: “Go on” records the rest.",
    lost_next="“Go on” records the rest.",
    save_file="Save the ZIP",
)
PLAY = "Play it"
OF_SAMPLE = "our sample set, {inputs}"
ROW = "{model} · {what} · {rows} · {date}"


def set_choice(source: str, counts: Sequence[int]) -> str:
    """A data set in the list. counts: rows of each of its languages."""
    languages = say.languages(len(counts))
    return t(SET).format(source=source, languages=languages, rows=say.rows(sum(counts)))


def estimated(seconds: float, count: int) -> str:
    return t(ESTIMATE).format(time=say.span(seconds), rows=say.rows(count))


DATA_FOLDER = "the data folder"
NOT_RECORDED = "“{name}” is not complete, or damaged: record it again."
READ = "read: {inputs}"
RECORDING = "recording {name}"


NAMED = {
    "full": "full: the whole method, one seed",
    "without_lfd": "without_lfd: without the disentanglers",
    "without_image": "without_image: without pictures",
    "english_only": "english_only: English labels alone",
}
"""What the parts of the method that were left out are called in a list."""


def titled(name: str) -> str:
    """Of a recording, as a list has it."""
    return t(NAMED[name]) if name in NAMED else name


speech.spoken(__name__, "SAMPLE", "DATA")
