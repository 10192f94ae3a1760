"""The words of the About tab; equation and section numbers are the paper's."""

from __future__ import annotations

from app.page import speech
from lfdrt.languages import FAMILIES

WHAT_TITLE = "What this is"
WHAT = (
    "LFD-RT predicts the sentiment of a text, a picture, or both, in languages for which nobody "
    "labelled anything. A text encoder that knows about a hundred languages and an image encoder "
    f"read the input; a matrix for each of {len(FAMILIES)} language families (a disentangler) "
    "re-reads the text "
    "as that family; the picture then asks the text (cross-attention), and two classifiers give "
    "their word. When they disagree, the one that is surer decides (§3.5 of the paper).",
    "Everything runs on this machine. Texts are not stored at all. Pictures lie in a temporary "
    "folder and are deleted after about a day, or when the app is stopped.",
)

CARD_TITLE = "The checkpoint in use"
CARD_WAIT = "The model is still loading; its card appears here."
SCORES_TITLE = "Its scores"
SCORES_NONE = "The checkpoint's card holds no scores."
SCORES_SELECTION = "How it was selected: {rule}."
CARD_DEVICE = "Runs on"
CARD_LABELS = "Labels"
CARD_FAMILIES = "Families with a disentangler"

ATTENTION_TITLE = "Attention is not an explanation"
ATTENTION = (
    "The heat maps show how much weight each word had in a weighted mean, and nothing else. A word "
    "with much weight need not be the reason for the label: the encoder has already mixed every "
    "word's meaning into the others, and other weights often give the same label. What does say "
    "something is a change: remove a word or the picture and predict again.",
)

DECISIONS_TITLE = "Decisions where the paper is silent or contradicts itself"
DECISIONS: tuple[tuple[str, str], ...] = (
    (
        "Rethinking has a projection that can teach (Eq. 18)",
        "With all else frozen, a projection that reads Z could never change a prediction, so it "
        "reads the hidden layers of both classifiers. The default adds what the paper has not: "
        "soft pseudo-labels of the model as it was, and the same label for the view with hidden "
        "words. To the letter it lowered scores here by 3.8 points of macro-F1; with the additions "
        "it changes next to nothing on average.",
    ),
    (
        "Alignment loss (Eq. 2, 4)",
        "As printed, Eq. 2 repeats its negative term; the standard symmetric contrastive loss is "
        "used. Where image and text were paired by label, all pairs of one label are positives.",
    ),
    (
        "Alignment after the disentanglers",
        "The classifiers are trained on English alone, through the Indo-European disentangler, and "
        "no printed loss makes another family's output land where they expect it. A further "
        "contrastive term between the fused vectors of a sentence and its translation does.",
    ),
    (
        "Own family is the target (Eq. 8)",
        "The masked-language loss is taken on the head of the family that the translated text "
        "belongs to, because texts are later read through their own family; the heads of other "
        "families are pushed towards uniform (Eq. 9).",
    ),
    (
        "Vocabulary head tied to the word embeddings (Eq. 7, 14)",
        "W_l is the frozen word matrix times a small learned one, with a norm before it. A free "
        "W_l would be larger than all the rest, and without the norm the uniformity term is met "
        "by shrinking its input.",
    ),
    (
        "A masked word asks its own text too (Eq. 7)",
        "As printed, a head sees a mixture of English values, which cannot say which language to "
        "speak. The masked token is added to it, and the prediction has a hidden layer and a "
        "confidence that may be 0: a family that does not know a text can say nothing.",
    ),
    (
        "How far a family's matrix reaches (Eq. 5, 11)",
        "For masked words the whole way. The classifiers read tokens that went a share of it, "
        "chosen without labels by how alike translations and originals are classified.",
    ),
    (
        "Classes are taken to be equally frequent",
        "The English sets differ in which classes they have and how often. Those shares are taken "
        "out of the loss; in use every class counts alike, unless a mix is given (--prior).",
    ),
    (
        "Queries of the fusion (Eq. 11, 14)",
        "Query 0 is the picture. The masked-language loss needs one prediction for each text "
        "position: query p is token p plus the picture.",
    ),
    (
        "The picture is added to what it read (Eq. 11)",
        "As printed, the fused vector is a weighted mean of text values: a picture could choose "
        "words but say nothing itself. The picture's vector is added.",
    ),
    (
        "The anchor text is disentangled too",
        "The paper uses the English text raw in pre-training and disentangled in fine-tuning; here "
        "it always passes its family's disentangler.",
    ),
    (
        "Missing text or picture",
        "Learned stand-ins. In training every pair is read three times: both, the text alone, the "
        "picture alone; the encoders run once for all three.",
    ),
    (
        "Pairs of text and picture are constructed",
        "No data set with both exists here for these languages: faces were paired with sentences "
        "by their label, not by origin. Scores on such pairs say so.",
    ),
)

SLIPS_TITLE = "Slips in the paper"

LIMITS_TITLE = "Limits"
LIMITS = (
    "English alone had labels in training. Every other language is read by transfer, and how well "
    "that works differs much between languages; the card above has the scores.",
    "The image encoder was trained on faces only, 48 × 48 grey research pictures and drawn ones. "
    "Of a photograph one face is found and read, and nothing around it; a picture without a face, "
    "a landscape or a meme, says little. A face that is small, turned by more than 30° or seen "
    "from the side may be missed: the whole picture is then read, and the page says so.",
    "The families tell languages apart and hardly help to tell sentiments apart: over ten test "
    "sets outside Indo-European, reading through the own family's disentangler scores 0.9 points "
    "more than through none and 0.6 more than through another family's, and a model without them "
    "scores about the same. The page says how much the readings differ for each sample.",
    "Fine-tuning without labels hardly raised scores on average over our test languages "
    "(assets/benchmarks/rethinking). A few labelled rows of yours tell whether it did with yours.",
    "Emotion labels are what annotators saw in a text or a face, not what anybody felt. Do not use "
    "this to judge people.",
    f"Languages outside the {len(FAMILIES)} families have no disentangler; they are read through "
    "none, or through one that you choose.",
    "No native speaker has read the page in Spanish, French, Chinese, Arabic or Indonesian. What "
    "is kept in files, such as model cards, and what the library says of a table or an error, "
    "stays English.",
    "Many browser tabs of this app at once block each other: browsers open six connections to one "
    "host.",
)

LICENCES_TITLE = "Licences"
LICENCES = (
    "Code: MIT. Text encoder: multilingual-e5-small, MIT. Image encoder: EfficientNet-Lite0 with "
    "ImageNet weights, Apache-2.0. Both were trained further on data that is partly for research "
    "only, so take the checkpoint as for research; the README lists the data.",
    "Languages of the world, their families and places: Glottolog 5.1 (Hammarström, Forkel, "
    "Haspelmath and Bank, Max Planck Institute for Evolutionary Anthropology, Leipzig), CC BY 4.0; "
    "their scripts: GlotScript (Kargaran, Yvon and Schütze), CC BY-SA 4.0, as is the file in "
    "assets/languages that holds both; the coastline: Natural Earth, public domain; codes and "
    "other names: ISO 639-3 (SIL International), by way of python-iso639. "
    "The example sentences were written and the faces drawn for this project. Faces in photographs "
    "are found by libfacedetection, BSD.",
    "Where the system has no font for a script, the page brings one: parts of Google's Noto fonts, "
    "SIL Open Font License 1.1 (assets/fonts). They hold the scripts of some hundred languages; of "
    "Chinese and Japanese letters and Korean syllables the common ones, so that a rare one in a "
    "text of yours may still show as a box.",
)


speech.spoken(__name__)
