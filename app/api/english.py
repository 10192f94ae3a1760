"""Every sentence of the API: what its calls are for, and why one is refused. In English whatever
language the page speaks: programs compare and log them."""

from __future__ import annotations

TITLE = "LFD-RT for other programs"
LEAD = (
    "Calls of this app that other programs may use. Their names carry a version: what is here "
    "stays as it is, and what changes comes under a new one. Nothing that is sent is kept."
)
PREDICT = "The sentiment of a text, a picture, or both: one object."
TABLE = "The sentiment of up to {rows:,} rows: one object for each, in order."
PARAMETERS = {
    "text": "The text, in any language; at most {letters:,} characters.",
    "language": "Any language tag, glottocode or name; empty to detect it.",
    "family": "own, none, or a family's code: through which disentangler the text is read.",
    "image": "A picture file in base64 (PNG, JPEG, WebP …), at most {megabytes:,.0f} MB; empty for "
    "none.",
    "model": "A bundled model's name; empty for the one that the app was started with.",
    "rows": "A list of texts, or of objects with the keys text, language and image; at most "
    "{rows:,}.",
}
RETURNS = {
    "v1_predict": "label, agree, decided_by, label_1, label_2, probabilities, probabilities_1, "
    "probabilities_2 (by class), language, family, text, has_image, photograph, notes, model, "
    "weights_sha256",
    "v1_predict_table": "of each row: label, agree, label_1, label_2, language, family, one "
    "p_<class> for each class, note; label is empty where a row cannot be read, and note says why",
}
NAME, TYPE, DEFAULT, MEANS = "name", "type", "default", "what it is"
RETURNED = "Returns"
PYTHON = "From Python"
ANYWHERE = "From anywhere else"
EVENTS = (
    "The first address answers with an event_id; the second one, with that id at its end, streams "
    "the result: after “event: complete” a JSON list with the object in it, after “event: error” "
    "the sentence that says what is wrong."
)
RESULT = "The result of a call, as a stream of events."
SCHEMA = "The same as OpenAPI (JSON)"

PASSWORD = "This app asks for a password: sign in first, as on its page."
NOT_TEXT = "{name} is of type {kind}: give a string."
TOO_LONG = "{name} has {letters:,} characters, the limit is {most:,}: send a part of it."
NOT_BASE64 = "{name} is no base64 of a picture file."
TOO_LARGE = "{name} is larger than the limit of {most:,.0f} MB."
UNREAD = "Not predicted: {why}"
NO_MODEL = "There is no model {name!r}: {known}."
NO_LIST = "rows is of type {kind}: give a list of texts, or of objects with the key text."
NO_ROWS = "rows is empty: give at least one."
TOO_MANY_ROWS = "rows has {rows:,} entries, the limit is {most:,}: send them in parts."
NOT_A_ROW = "rows[{number}] is of type {kind}: give a text, or an object with the key text."
UNKNOWN_KEY = "rows[{number}] has the key {key!r}: there are text, language and image."
TOO_FAST = (
    "A kiosk answers {most} rows a minute to programs, since people come first: try again in "
    "{seconds} s."
)
AT_ONCE = "A kiosk answers {most} rows a minute to programs: send at most as many at once."
