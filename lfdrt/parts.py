"""Parts below the family: branches, by glottocode, and languages, by code; which of them a text
has. Torch-free: the weights of parts belong to `lfdrt.model.disentangler`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from os.path import commonprefix  # of sequences of any kind

from lfdrt.glottolog import GLOTTOCODE, NO_KIN, glottolog
from lfdrt.languages import languoids, resolve

FAMILY, BRANCH, LANGUAGE = LEVELS = ("family", "branch", "language")
"""How deep a text is read: by its family alone, with its branch, with its own language too."""
NO_PART = -1
"""In place of a part's number: the text has none at that level."""


def branches(languages: Iterable[str]) -> dict[str, str]:
    """The branch of each language, where Glottolog's family first parts among these languages.

    None for a language that stands right where it parts, or has no relative among them.
    """
    families: dict[str, dict[str, tuple[str, ...]]] = {}
    for code in languages:
        above = _above(code)
        if above and above[0] not in NO_KIN:
            families.setdefault(above[0], {})[code] = above
    found: dict[str, str] = {}
    for lineages in families.values():
        depth = len(commonprefix(list(lineages.values())))
        found |= {code: above[depth] for code, above in lineages.items() if len(above) > depth}
    return found


def parts_of(languages: Iterable[str], level: str) -> tuple[str, ...]:
    """The parts that training on these languages at a level has."""
    if level == FAMILY:
        return ()
    known = sorted({resolve(code).code for code in languages})
    own = sorted(set(branches(known).values()))
    return (*own, *known) if level == LANGUAGE else tuple(own)


def levels_of(parts: Sequence[str]) -> tuple[str, ...]:
    """The levels at which a model with these parts can read, the family first."""
    kinds = {BRANCH if _is_branch(code) else LANGUAGE for code in parts}
    return tuple(level for level in LEVELS if level == FAMILY or level in kinds)


def part_numbers(language: str, parts: Sequence[str], level: str) -> tuple[int, int]:
    """Where the branch of a language and the language itself stand among `parts`: `NO_PART` for
    what is not there, or lies deeper than `level`. A language that was never trained has at most
    a branch: the lowest one above it."""
    if level == FAMILY or not parts:
        return NO_PART, NO_PART
    code = resolve(language).code
    branch = next((parts.index(one) for one in reversed(_above(code)) if one in parts), NO_PART)
    own = parts.index(code) if level == LANGUAGE and code in parts else NO_PART
    return branch, own


@cache
def _above(language: str) -> tuple[str, ...]:
    """Glottocodes from the family down to what is right above a language."""
    found = languoids(resolve(language))
    return tuple(one.code for one in glottolog().lineage(found[0])) if found else ()


def _is_branch(code: str) -> bool:
    found = glottolog().find(code) if GLOTTOCODE.fullmatch(code) else None
    return found is not None and found.is_family
