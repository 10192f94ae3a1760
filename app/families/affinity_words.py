"""What the Families tab says of languages that have no family of their own, or few data."""

from __future__ import annotations

from app.page import speech

UNSEEN = "unseen"
WITHHELD = "withheld"
TITLE = "A language without a family"
LEAD = (
    "How is a text read whose language no family was trained for: through none, through a mix of "
    "all families by how well their heads find its words and by nearness in Glottolog's tree, or "
    "through the family of the largest share alone? No label is used: a reading is the better the "
    "more often it has the class of the same sentence in English."
)
MIX_HELPS = "The mix agrees with the English side more often than no family does"
MIX_HURTS = "The mix agrees with the English side less often than no family does"
MIX_OPEN = "The mix is not shown to agree with the English side more often than no family does"
SAID = (
    "Mix minus none, points: {differences}; as probabilities (KL from the English side's, in nats, "
    "less is better): {nats}. A text without a family is therefore read through "
    "{default}, and Predict shows the mix beside it."
)
DEFAULT_NONE = "none"
OTHER_WEIGHTS = "Measured with other weights ({sha}) than those of the bundled checkpoint."
GROUPS = {
    "unseen": "{languages} languages never trained",
    "withheld": "{languages} trained languages whose own family is withheld",
    "left out": "left out of the families' training",
}
GROUP_SAID = "{value} [{low}, {high}] ({group}, {sentences} sentences)"
WORDS_SAID = (
    "Of {ranked} languages never trained the own family's head finds the words best as number "
    "{rank} of {heads} on average [{low}, {high}]; chance is {chance}, knowing scripts alone "
    "{script}."
)
READINGS = {"own": "Own family", "none": "None", "mix": "The mix", "single": "Largest share alone",
            "others": "Each other family, mean"}  # fmt: skip
AGREED_TITLE = "Same class as the English side"
AGREED_COLUMNS = ("Group", *READINGS.values(), "Mix minus none, points", "Own minus none, points")
LANGUAGES_TITLE = "Language by language"
LANGUAGE_COLUMNS = ("Language", "Family", "Group", "Sentences", "Rank by words", "Rank by script",
                    "Best head", "Mix", "Agreed: none", "Agreed: mix", "Agreed: own")  # fmt: skip
LEFT_TITLE = "Languages left out"
LEFT_LEAD = (
    "The families trained anew without the parallel text of these languages: does a family help a "
    "language that it never saw? The encoder had seen them. Words: nats a token above chance."
)
LEFT_RUN = (
    "Begun from the checkpoint {start} (weights {sha}); the moving average at step {steps:,} of "
    "the {all:,} that the command takes."
)
LEFT_COLUMNS = ("Language", "Family", "Rank by words", "Own minus other heads, nats",
                "Agreed: none", "Own minus none, points", "Others minus none, points",
                "Mix minus none, points")  # fmt: skip
LEFT_WORDS = (
    "Its own family's head finds the words of a language that was left out better than the other "
    "heads do for {helped} of {all} (interval above 0)."
)
LEFT_READ = (
    "Reading through the own family rather than none changes how often the English side's class is "
    "met by an amount that the intervals tell from 0 for {apart} of {all}."
)
DATA = "held-out parallel sentences and en-*.csv of unseen; measured with checkpoint {name}, {sha}"
DAMAGED = "{name} in assets/benchmarks/affinity cannot be used: take it from the repository again."


speech.spoken(__name__, "UNSEEN", "WITHHELD")
