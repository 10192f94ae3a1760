"""The words of the Families tab."""

from __future__ import annotations

from app.jobs.words import JobWords
from app.page import speech

TAB = "Families"
TITLE = "What the families do"
CHOOSE = "Recorded of"
NONE_RECORDED = (
    "Nothing was recorded of this checkpoint's families. "
    "python -m lfdrt families CHECKPOINT --data DATA --out assets/benchmarks/recordings/NAME "
    "does it."
)
OTHER_WEIGHTS = (
    "These numbers are of the checkpoint {recorded}. The one that this app runs, {running}, has "
    "other weights, so they say nothing about it."
)
FITTING = "Recorded of it, and to be chosen above: {names}."
RECORD_IT = (
    "For its own: python -m lfdrt families CHECKPOINT --data DATA --out "
    "assets/benchmarks/recordings/NAME."
)
ABOUT = "{checkpoint}, trained {trained}."

VERDICTS = {
    "helps": "Reading through the own family helps",
    "hurts": "Reading through the own family hurts",
    "unclear": "Reading through the own family is not shown to help",
}
VERDICT = (
    "Macro-F1 {own} through the language's own family, {none} through no disentangler, {others} "
    "through the twelve other families. Own minus none: {difference} points, 95 % interval "
    "{low} to {high}; own minus others: {difference_others} points, {low_others} to {high_others}. "
    "Over {over}."
)
NO_SUMMARY = "This recording was made without data: there are distances, but no scores."
READS = {"own": "Own family", "none": "No disentangler", "others": "The other families"}

GAINS = "What the own family gains, language by language"
GAINS_LEAD = (
    "Macro-F1 through the own family minus through none, in points, with 95 % intervals (paired "
    "bootstrap over rows). The intervals are not adjusted for looking at many languages."
)
GAINS_AXIS = "points of macro-F1"
TRANSFER = "Every language through every family"
TRANSFER_LEAD = (
    "Macro-F1 in percent. Rows are languages with the set they were scored on, columns the family "
    "whose disentangler reads them; a frame marks the language's own family."
)
TRANSFER_MODES = {"score": "Macro-F1, %", "difference": "Difference from no disentangler"}
SHOW = "Show"
HEADS = "What the heads know"
HEADS_LEAD = (
    "The paper's own test of its families (Eq. 8, 9): words of a sentence are hidden; the own "
    "family's head should find them, and the others should say nothing."
)
HEAD_MODES = {"held out": "Languages that were trained", "unseen": "Languages never trained"}
HEADS_LEARNED = "The heads know their languages"
HEADS_NOT_LEARNED = "The heads tell no language from another"
HEADS_SAID = (
    "The own family's head finds {first} of the hidden words, another one {others}. It is the "
    "sharpest of {heads} for {sharpest} of the sentences ({interval}by chance {chance}), and over "
    "all sentences for {whole} of {languages} languages."
)
INTERVAL = "95 % interval {low} to {high}; "
UNSEEN_SAID = (
    "For {languages} languages that were never trained it stands at {rank:.1f} of {heads} on "
    "average (by chance {chance:.0f}; knowing scripts alone {script:.1f})."
)
HOW_HEADS = (
    "python -m lfdrt evaluate CHECKPOINT --data DATA --words --out "
    "assets/benchmarks/recordings/NAME/words.json measures it, or “Measure” below."
)
NO_HEADS = f"What the heads know was not measured for this recording. {HOW_HEADS}"
NO_HEADS_HERE = "Not measured for these languages."
OWN_HEAD, OTHER_HEADS = "Own family's head", "Mean of the others"
BY_SCRIPT, CHANCE = "By script alone", "chance"
SHARPNESS_AXIS = "KL from uniform, nats: how sharply hidden words are guessed"
RANK_AXIS = "rank of the own family's head among {heads} by sharpness; 1 is best"
SHARPEST_INSTEAD = "sharpest: {family}"
RANK, RANK_BY_SCRIPT, SHARPEST_HEAD = "Rank", "Rank by script", "Sharpest"
SHARPEST_SHARE = "Own sharpest, % of sentences"
SHARE_ENDS = ("95 % from", "95 % to")
OWN_SHARPNESS, OTHERS_SHARPNESS = "Own, nats", "Others, nats"
OWN_RIGHT, OTHERS_RIGHT = "Own right, %", "Others right, %"
OWN_CE, OTHERS_CE = "Own cross-entropy", "Others' cross-entropy"
HIDDEN_WORDS = "Hidden words"
DISTANCES = "How far apart the disentanglers are"
DISTANCES_LEAD = (
    "Measured by what they do to the same tokens, not by their weights. “none” is the token as it "
    "is, so its row says how far each disentangler moves a token."
)
DISTANCES_OF = "Means over {tokens:,} tokens of {texts:,} texts: {about}."
DISTANCE_KINDS = {"relative_l2": "Relative distance", "one_minus_cosine": "1 − cosine"}
RETRIEVAL = "Finding the English sentence, before and after"
RETRIEVAL_LEAD = (
    "Share of held-out translations whose nearest English sentence, among all of the language's "
    "pairs, is their own: by the encoder's vectors, and after the disentanglers."
)
RETRIEVAL_DATA = "held-out translations of {languages} languages with their English sentences"
BEFORE, AFTER = "before", "after the disentanglers"
LANGUAGES = "Which language belongs where"
LANGUAGES_LEAD = (
    "The families of the paper's Table 3 and their languages. The bundled checkpoint has read all "
    "of them in training but Luxembourgish. All others are in the Languages tab."
)
LANGUAGES_DATA = "the paper's Tables 2, 3 and 5"
LANGUAGE_COLUMNS = ("Language", "Code", "ISO 639-3", "Script", "Family", "From")
LAYER_SHARP = "Own head sharpest, share of sentences"
LAYER_HIDDEN = "Hidden words found by the own head"
LAYER_GAINS = "Own family − none, points of F1"
LAYER_SCORES = "Macro-F1"
POINTS_INTERVAL = "{value} [{low}, {high}]"
NUMBERS = "The numbers"
SETS, ROWS, FAMILY, LANGUAGE, PAIRS = "Sets", "Rows", "Family", "Language", "Pairs"
OWN_MINUS_NONE, OWN_MINUS_OTHERS = "own − none", "own − others"
INTERVAL_ENDS = (", 95 % from", ", 95 % to")
SLIPS = "Slips of the paper"

NOT_MEASURED = "Not measured: that needs data sets."
STUDY_TITLE = "Measure another checkpoint"
STUDY_LEAD = (
    "What its disentanglers do, and with data sets whether reading through the own family pays. "
    "It goes on when you close this page, and is here when you come back."
)
MODEL, NAME = "Model", "Name"
NAME_INFO = "As it will stand in the list above."
WITH_DATA = "With the data sets on this machine"
WITH_DATA_INFO = (
    "Transfer, retrieval, what heads know and what the own family gains need them. Without, "
    "distances are measured on the example sentences."
)
START = "Measure"
SHOW_IT = "Show it"
YOURS = "Yours: {name}"
DATA_FOLDER = "the data folder"
STAGES = {
    "": "Loading the model",
    "distances": "Distances: {done} of {total} sentences",
    "retrieval": "Retrieval: {done} of {total} languages",
    "words": "Hidden words: {done} of {total} languages",
    "transfer": "Transfer: {done} of {total} rows",
}
PART = "part {part} of {parts}"
STUDY_ROW = "{model} · {what} · {date}"
ON_DATA, ON_EXAMPLES = "with data sets", "distances alone"
COMPLETE = "It stands in the list of recordings above."
JOB = JobWords(
    noun="study",
    busy="A study of families is running on this machine already. Wait until it ends, or stop it"
    " if it is yours.",
    busy_own="“{name}” is still being measured, in the Families tab. Wait until it ends, or "
    "stop it.",
    not_started="The study could not be started: {why}.",
    none="There is no such study. It may have been deleted.",
    no_name="Give the study a name.",
    name_taken="There is a study called “{name}” already: choose another name.",
    damaged="A study that cannot be read",
    lost="The process of this study ended without a word.",
    running="Measuring",
    mine="Your studies",
    stopped="Nothing of it is kept: “Go on” begins anew.",
    lost_next="“Go on” begins anew.",
    save_file="Save the file",
)


speech.spoken(__name__)
