"""The words of an uploaded table: how it is read, and what was found in it."""

from __future__ import annotations

from app.page import speech

READABLE = "Reads {names}."
ALL_FORMATS = "All that can be read"
FORMAT_COLUMNS = ("What", "Files", "How it is read")
ASKED = "How the file is read"
LOOK = "Please look: this is what was taken. Press another answer to have the file read again."
ELSE = "What else can be chosen"
NOTHING = "nothing in it"
ROLES = {
    "text": "Text",
    "image": "Picture",
    "lang": "Language",
    "label": "Label",
    "id": "Row's name",
}
NO_COLUMN = "(none)"
COLUMNS = "Columns"
COLUMNS_INFO = "Guessed from names and contents; change what is wrong."
STAGES = {
    "unpack": "Looking through the pictures",
    "check": "Counting the rows",
    "read": "Reading the table",
    "pictures": "Checking the pictures",
}
PREVIEW = "The first rows"
FINDINGS = "What to know"
NO_FINDINGS = "Nothing unusual was found."
FACTS = {
    "rows": "Usable rows",
    "format": "Format",
    "languages": "Languages",
    "tokens": "Tokens in a sentence",
    "unknown": "Unknown to the tokenizer",
    "pictures": "Pictures",
    "labels": "Labels",
}
LONGEST = "at most {longest}"
PICTURES_ALONE = "pictures alone"
LENGTHS = "Lengths in tokens"
LENGTH_BIN = "up to {up_to}"
LENGTH_LAST = "more"
UNRECOGNISED = "not a class of the model"
LENGTH_COLUMNS = ("Tokens", "Sentences")


speech.spoken(__name__)
