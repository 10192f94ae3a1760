"""Spellings that a language does not have: a guess of it is not confirmed by a text full of them.

Guessers know hardly any language in two scripts. Tamil, Hindi or Tatar in Latin letters they call
by the name of some language whose sounds are alike, and are sure.
"""

from __future__ import annotations

import regex

from lfdrt.languages import resolve

# Letters that a language has in names and loan words alone, by its orthography.
_FOREIGN = {
    "az": "wäñāīū", "eo": "qwxy", "et": "cqwxyñ", "eu": "cqvwy", "fi": "qwxzñ", "fr": "kwäñ",
    "gl": "jkwy", "ha": "pqvx", "hu": "qwxäñ", "id": "qvx", "io": "w", "jv": "fqvxz",
    "mg": "cquwx", "mi": "bcdfjlqsvxyz", "ms": "qvx", "oc": "kwy", "sk": "qwxğıñöü", "sn": "lqx",
    "so": "pvz", "sw": "qx", "tl": "cfjqvxz", "tr": "qwx", "vi": "fjwz", "zu": "r",
}  # fmt: skip
_NEVER = {"tr": "äñəāīū"}  # of Latin-script Tatar and Kazakh, the only neighbours so near
# Of these letters a language has one in any 40; Tamil in Latin letters, written as it is in its own
# (t, p and k for all stops), has none.
_USUAL = {
    "eu": "bdgz", "ha": "bdw", "id": "bdh", "jv": "bdh", "ms": "bdh", "sn": "dhz", "sw": "dhwz",
    "zu": "bhz",
}  # fmt: skip
_LONG = 40
_OPEN = frozenset("mg mi ny sm sn st sw xh zu".split())
"""Languages in which words end in vowels."""
_CLOSED = regex.compile(r"\p{L}(?<![aeiouyáéíóúāēīōūàèìòù])['’-]*(?=\s|$)")
_LATIN = regex.compile(r"\p{Latin}")
_BOTH = frozenset({"sr"})  # in Latin as often as in the script that stands in the table
# Words that may be names: chosen on short news, of which 0.1 to 0.4 % are given up for it.
_MOST_FOREIGN, _MOST_CLOSED = 0.25, 0.4
_FEW_FOREIGN, _FEW_CLOSED = 1, 2


def may_be_spelled(words: str, code: str) -> bool:
    """Whether `words`, in lower case, may be of the language; True where nothing is known of it."""
    each, length = words.split(), sum(map(str.isalpha, words))
    if code not in _BOTH and resolve(code).script not in ("Latn", "Zyyy"):
        return 2 * len(_LATIN.findall(words)) <= length
    if length >= _LONG and code in _USUAL and set(_USUAL[code]).isdisjoint(words):
        return False
    if not set(_NEVER.get(code, "")).isdisjoint(words):
        return False
    letters = frozenset(_FOREIGN.get(code, ""))
    foreign = sum(not letters.isdisjoint(word) for word in each)
    if foreign > max(_FEW_FOREIGN, _MOST_FOREIGN * len(each)):
        return False
    closed = len(_CLOSED.findall(words)) if code in _OPEN else 0
    return closed <= max(_FEW_CLOSED, _MOST_CLOSED * len(each))
