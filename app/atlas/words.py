"""The words of the Languages tab."""

from __future__ import annotations

from app.page import speech

TITLE = "Any language of the world"
LEAD = (
    "8,605 languages of Glottolog, each as one point of its area. Choose one by a click, the "
    "keyboard or the search, in any of its names or codes; large points have been measured."
)
NOTHING = "Choose a language on the map, or find it by name: here stands what is known of it."
UNCHOSEN = "No language is chosen yet."
NOT_ONE = "{code} is not a language of the map. Choose another one."
ISOLATE = "Isolate: nothing is known to be related to it"
UNRELATED = "(filed together, not related)"
ISO1, ISO2, ISO3 = "ISO 639-1", "ISO 639-2", "ISO 639-3"
TAG, GLOTTOCODE = "BCP 47", "Glottocode"
OTHERS, WHOLE, KIND = "Also called", "Part of", "Kind"
SCRIPT, PLACE, READ = "Script", "Place", "Read through"
USUALLY, ALSO = "{first}", "{first}; also {rest}"
NO_SCRIPT, NO_PLACE = "not recorded", "no point: spoken nowhere in particular, or not recorded"
THROUGH = "{family}: a disentangler was trained for it"
THROUGH_NONE = "no disentangler: none was trained for {family}"
THROUGH_ALONE = "no disentangler: it has no relatives that one could be trained on"
AS_PART = "{read}; a text in it is taken as {name} ({code})"
NONE_YET = "–"
VOCABULARY = "Does the vocabulary cover it?"
COVERED = "{pieces:.2f} pieces a word, {unknown} unknown, measured on {of}."
COVERED_SPACELESS = (
    "{unknown} of {tokens:,} pieces unknown, measured on {of}; the script has no spaces, so pieces "
    "cannot be counted by word."
)
OF_SAMPLE = "the {texts} bundled sentences"
OF_YOURS = "your text ({count:,} words)"
OF_YOURS_SPACELESS = "your text"
NO_SAMPLE = "There are no bundled sentences in it: put a text below."
LOADING = "Measured as soon as the model is ready; choose the language again then."
GOOD = (
    "For comparison, on bundled sentences with the tokenizer of multilingual-e5-small: English 1.3 "
    "pieces a word, Spanish 1.4, Finnish 1.9, Georgian 2.3, Tatar 3.1."
)
TEXT = "A text in this language"
TEXT_INFO = "How the encoder's vocabulary cuts it; nothing is kept."
MEASURE = "Count its pieces"
NO_TEXT = "Put a text first."
KIN = "Measured relatives, the nearest first"
KIN_SHARED = "Nearest common family"
ITSELF = "the language itself"
NO_KIN = "None of its relatives has been measured."
LANGUAGE = "Language"
USE = "Use it in Predict"
NOT_MEASURED = "–"


speech.spoken(__name__)
