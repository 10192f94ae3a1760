"""Code-switched copies of labelled English texts: some words in another language.

A label then is seen with words of 28 languages. As in CoSDA-ML (Qin et al. 2020, IJCAI), but with
one language a text and a lexicon that is induced from the parallel text (`lfdrt.data.lexicon`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lfdrt.data.lexicon import WORD, induced
from lfdrt.data.records import ParallelText
from lfdrt.data.sampling import family_shares
from lfdrt.languages import resolve

WORDS = 0.5
"""Share of the words that the lexicon knows which are replaced."""

Lexicons = Mapping[str, Mapping[str, str]]
"""Language -> English word -> its word, in small letters."""


def lexicons_of(pairs: Sequence[ParallelText]) -> Lexicons:
    """A lexicon of each language. Costs about 25 s of a core for 110,000 pairs."""
    languages = dict.fromkeys(p.language for p in pairs)
    return {
        code: induced([(p.anchor, p.translation) for p in pairs if p.language == code])
        for code in languages
    }


def switched_texts(
    texts: Sequence[str], lexicons: Lexicons, family_balance: float, seed: int
) -> list[str]:
    """Each text with words of one language drawn for it, families as balanced as parallel text is;
    capitals at the beginning of a word stay."""
    rng = np.random.default_rng([seed, 3])
    family = {code: resolve(code).family.code for code in lexicons}
    chances = np.array(list(family_shares(family, family_balance).values()))
    drawn = rng.choice(len(lexicons), len(texts), p=chances / chances.sum())
    every = list(lexicons.values())
    return [_switched(text, every[k], rng) for text, k in zip(texts, drawn, strict=True)]


def _switched(text: str, lexicon: Mapping[str, str], rng: np.random.Generator) -> str:
    def other(word: str) -> str:
        found = lexicon.get(word.lower())
        if found is None or rng.random() >= WORDS:
            return word
        return found.capitalize() if word[0].isupper() else found

    return WORD.sub(lambda match: other(match[0]), text)
