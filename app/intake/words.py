"""The words of reading a visitor's table."""

from __future__ import annotations

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
DELIMITED = "{format}, {encoding}, separated by {delimiter}"
LONGEST = "at most {longest}"
FORMATS = {
    "delimited": "CSV",
    "jsonl": "JSON lines",
    "xlsx": "XLSX",
    "parquet": "Parquet",
    "pictures": "pictures alone",
}
LENGTHS = "Lengths in tokens"
LENGTH_BIN = "up to {up_to}"
LENGTH_LAST = "more"
UNRECOGNISED = "not a class of the model"
LENGTH_COLUMNS = ("Tokens", "Sentences")
