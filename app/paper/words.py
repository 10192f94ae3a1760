"""The words of the paper's part of the Benchmark tab."""

from __future__ import annotations

from app.page import speech

TAB = "The paper's tables"

# The paper's tables
TITLE = "What the paper reports"
LEAD = (
    "Tables 4 to 7 of the paper, copied figure by figure. These are the paper's figures: "
    "nothing here was measured by this program, and the paper gives neither seeds nor intervals."
)
MARK = "The paper's figures: {setting}, Table {number}, in {unit}"
MARK_COMPUTED = "Computed here from the paper's figures: {setting}, Table {number}, in {unit}"
TABLE_LABEL = "Table"
TABLES = {
    4: "Table 4: MELD, by class",
    5: "Table 5: MELD, by language and family",
    6: "Table 6: CH-SIMS, by language and family",
    7: "Table 7: MELD, one part left out",
}
VIEW_LABEL = "Show"
VIEWS = {
    "f1": "F1",
    "accuracy": "Accuracy",
    "languages": "Languages",
    "families": "Families",
    "overall": "Overall",
    "scores": "Scores",
    "differences": "What leaving it out costs",
}
SYSTEMS_LABEL = "Systems in the chart"
SYSTEMS_INFO = "The table below has all of them."
VIEW_TITLES = {
    (4, "f1"): "F1 for each emotion",
    (4, "accuracy"): "Accuracy for each emotion",
    (5, "languages"): "F1 for each language",
    (5, "families"): "F1 for each family",
    (6, "languages"): "F1 for each language",
    (6, "families"): "F1 for each family",
    (6, "overall"): "Accuracy and F1 over five languages",
    (7, "scores"): "Accuracy and F1 with one part left out",
    (7, "differences"): "Change when one part is left out",
}
CAPTION = "{title}. {mark}"
SUBTITLE = "{setting}; Table {number} of the paper"
SUBTITLE_COMPUTED = "{setting}; computed from Table {number} of the paper"
UNIT = {"score": "percent", "difference": "points"}
SORT_HINT = "Press a heading to sort. ★ marks the highest of a column."
SORT_HINT_DIFFERENCES = "Press a heading to sort. ★ marks the smallest loss of a column."
BEST = "highest"
UNREADABLE = "not readable"
NOTE_MARK = "†"
SYSTEM_HEAD = "System"
LEFT_OUT_HEAD = "Model"
GROUPS = {"all": "All", "average": "Average", "accuracy": "Accuracy", "f1": "F1"}
ANCHOR = "the anchor"
PARTS = {
    "w/o CLIP": "no image",
    "w/o mBERT": "no text",
    "w/o LFD": "no disentanglers",
    "w/o DSA": "no alignment",
    "w/o RFT": "no rethinking",
    "LFD-RT": "nothing left out",
}
FAMILIES_NOTE = (
    "The paper has no figures by family: these are plain means, made here, of the languages that "
    "the table prints. The anchor, whose labels were seen in training, stands apart."
)
WHOLE = "Every figure of Table {number}, one in each row:"

SETTING_TITLE = "Setting"
SETTING_HEADS = {
    "Encoders": "Encoders",
    "Modalities": "Modalities",
    "Measures": "Measures",
    "Training": "Training",
    "Data": "Data",
    "Classes": "Classes",
    "Languages": "Languages",
    "Parallel text": "Parallel text",
}
SETTING_COMMON = {
    "Encoders": "mBERT for text, CLIP for images",
    "Modalities": "Text and image; the audio of the clips is left out",
    "Measures": "Accuracy and weighted F1; no seeds, no intervals",
    "Training": "Adam at 5·10⁻⁶, one RTX 3090, 20 hours",
}
SETTINGS = {
    "MELD": {
        "Data": "MELD, utterances from the series “Friends”, with frames of their video; 5,548 for "
        "training, 2,710 for validation, 2,511 for testing",
        "Classes": "anger, disgust, fear, joy, neutral, sadness, surprise",
        "Languages": "English labels; validation and test translated by Google Translate into 22 "
        "languages",
        "Parallel text": "124,037 pairs of WikiMatrix, English with 28 languages",
    },
    "CH-SIMS": {
        "Data": "CH-SIMS, Chinese video clips; 1,462 for training, 665 for validation, 655 for "
        "testing",
        "Classes": "negative, weakly negative, neutral, weakly positive, positive",
        "Languages": "Chinese labels; validation and test translated by Google Translate into 4 "
        "languages",
        "Parallel text": "26,965 pairs of WikiMatrix, Chinese with 4 languages",
    },
}

ODD_TITLE = "To be read with care"
ODD = {
    4: (
        "The column “All” of F1 cannot be a weighted mean of the seven columns before it: no set "
        "of weights comes closer than 5 points to all nine systems at once. It equals the average "
        "over languages in Table 5; over which languages the classes were scored is not said.",
        "The text says that GPT-4o is ahead of LFD-RT on disgust and fear. In the table that holds "
        "for the accuracy of fear alone (13.0 against 12.1); it is also ahead in the F1 of anger "
        "(28.1 against 27.7).",
        "The text says that the multilingual systems are behind the multimodal ones. Llama 3.2 "
        "(50.3 and 46.9) is ahead of CLIP (48.6 and 42.5) and BLIP2 (48.0 and 44.7).",
        "The splits add up to 10,769 utterances, the text speaks of 13,708.",
    ),
    5: (
        "The average is over 23 languages by the text; seven are printed.",
        "Luxembourgish is printed here, but is not among the 23 languages of Table 2.",
    ),
    6: (
        "Two averages are not the mean of the five languages beside them: mBERT 32.1 (mean 31.2) "
        "and CLIP 24.0 (mean 23.5). The other seven are.",
        "The text speaks of LFD-RT as ahead. In Japanese M2SA is (41.0 against 40.3), in Korean "
        "and Tatar L + C (35.2 against 33.3, 28.1 against 27.0).",
        "The splits add up to 2,782 clips, the text speaks of 2,281.",
    ),
    7: (
        "Without its text encoder the model has 48.9 and 43.4, more than without the image (48.1 "
        "and 42.3) and more than mBERT, which reads the text alone, in Table 4 (46.5 and 32.9).",
        "The caption calls the model DFD-RT; LFD-RT is meant.",
    ),
}

OURS_TITLE = "How ours relates"
OURS_LEAD = (
    "The same method in another experiment. Do not set a score of ours beside one of these: what "
    "differs is more than the model."
)
OURS_HEAD = ("", "The paper", "{name}, the checkpoint in use")
OURS: dict[str, tuple[str, str]] = {
    "text_encoder": ("Text encoder", "mBERT, 12 layers, width 768"),
    "image_encoder": ("Image encoder", "CLIP"),
    "images": ("Images", "frames of the same video as the sentence"),
    "texts": ("Labelled texts", "5,548 lines of MELD"),
    "parallel": ("Parallel texts", "124,037 pairs of WikiMatrix"),
    "tests": ("Tests", "MELD and CH-SIMS, translated by machine"),
    "scored": ("What is scored", "text and image, after rethinking"),
    "compute": ("Compute", "20 hours on an RTX 3090"),
}
"""By the keys of `tab.facts`, which has what the checkpoint's card says of each."""
OURS_SIZE = "{name}; {layers} layers, width {width}"
OF_BASE = "that of {base}"
UNTOLD = "not stated in its card"
NO_SCORES = "its card holds no scores"
RETHOUGHT = "after rethinking"
NOT_RETHOUGHT = "before rethinking"
STEPS = "{steps} steps"
MINUTES = "{n} minutes"
OURS_END = (
    "Recordings of other checkpoints name theirs. With a hub and the paper's data, the preset "
    "“paper” trains its setting by the same code; that has not been done here."
)


speech.spoken(__name__, "NOTE_MARK")
