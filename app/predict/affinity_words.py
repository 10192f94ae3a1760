"""What the page says of a text's affinity to families."""

from __future__ import annotations

from app.page import speech

TITLE = "Which families this text leans to"
LEAD = (
    "How much likelier each family's head makes the hidden words than chance does, on average over "
    "tokens. The line is a 95 % interval over the {words} words: another text would have others."
)
ONE_WORD = "One word alone: no interval can be told."
MIX = "As a mix, by the words and by nearness in Glottolog's tree: {shares}."
WITHOUT = (
    "No family was trained for {language}, so the text is read through none, unless you choose "
    "one. The mix that its words ask for is {shares}."
)
UNKNOWN = (
    "The language is not known, so the text is read through none, unless you choose a family. The "
    "mix that its words ask for is {shares}."
)
SHARE = "{share} {family}"
NO_FAMILY = "no family"
OTHERS = "others"
COLUMNS = ("Family", "Nats a token above chance", "Words found best", "Share of the mix")
ON_MAP = "Show on the map and in the tree"
LAYER = "Your text in Predict: nats a token above chance"
NOT_APART = "not apart from the first"
INTERVAL = "{value:.1f} [{low:.1f}, {high:.1f}]"
SHARE_INTERVAL = "{share} [{low}, {high}]"
READ = "Read through"
READ_COLUMNS = ("Read through", "Decision", "Mean probability")
THROUGH = {"none": "No disentangler", "mix": "The mix", "own": "Own family"}
USED = "shown above"
SAVED = ("family", "nats_above_chance", "low", "high", "behind_the_first", "words_won", "share",
         "share_low", "share_high")  # fmt: skip


speech.spoken(__name__, "SAVED")
