"""Which families a text leans to, by how well their heads find its words, and the mix of readings
that follows where a language has no family of its own.

Plain numbers of what the heads guessed (`lfdrt.inference.heads`). K families, T tokens, W words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lfdrt.glottolog import Glottolog, Languoid, glottolog
from lfdrt.languages import LANGUAGES, Language, languoids
from lfdrt.words import Word, summed

if TYPE_CHECKING:
    from lfdrt.output import HeadGuesses

RESAMPLES = 1000
SEED = 7
KIN = 4.0
"""How many times as much as an unrelated family one counts that holds the language itself, before
any word is looked at: e^1.4, where heads that know a text differ by 1 to 4 nats a token."""


@dataclass(frozen=True, kw_only=True)
class Affinity:
    """Of one text, families in the order of the model.

    Shape: gain (K,), nats a token by which a head finds the words likelier than chance does, and
    low, high (K,), its 95 % interval over words; won (K,), words that the head finds best of all
    and better than chance; shares (K + 1,), of the mix, "none" last, which add up to 1; share_low,
    share_high (K + 1,); behind (K,): whether the interval of the difference to the best head
    leaves out 0. words: how many were looked at.
    """

    families: tuple[str, ...]
    gain: np.ndarray
    low: np.ndarray
    high: np.ndarray
    won: np.ndarray
    behind: np.ndarray
    shares: np.ndarray
    share_low: np.ndarray
    share_high: np.ndarray
    words: int

    @property
    def order(self) -> list[int]:
        """Families by gain, the highest first."""
        order: list[int] = np.argsort(-self.gain, kind="stable").tolist()
        return order

    def as_dict(self) -> dict[str, Any]:
        """Plain values, the family of the highest gain first."""
        rows = [
            {
                "family": self.families[k],
                "nats_above_chance": float(self.gain[k]),
                "interval": [float(self.low[k]), float(self.high[k])],
                "behind_the_first": bool(self.behind[k]),
                "words_won": int(self.won[k]),
                "share": float(self.shares[k]),
                "share_interval": [float(self.share_low[k]), float(self.share_high[k])],
            }
            for k in self.order
        ]
        return {"words": self.words, "families": rows, "share_of_none": float(self.shares[-1])}


def affinity(
    guesses: HeadGuesses,
    words: Sequence[Word],
    families: Sequence[str],
    near: np.ndarray,
    *,
    withheld: Sequence[str] = (),
) -> Affinity | None:
    """What the guesses say; None where no word was guessed whole.

    words: of the text; near: `nearness` of its language, (K,); withheld: families that the mix does
    without. Intervals draw the words anew, with replacement: they say how much hangs on which words
    the text happens to have, not how sure the heads are.
    """
    chance = math.log(guesses.words)
    seen = [w for w in words if w.tokens and max(w.tokens) < guesses.log_probability.shape[1]]
    if not seen:
        return None
    gain = summed(guesses.log_probability + chance, seen)  # (K, W)
    tokens = np.array([len(w.tokens) for w in seen])
    drawn = np.random.default_rng(SEED).integers(0, len(seen), (RESAMPLES, len(seen)))
    mean = gain.sum(axis=1) / tokens.sum()  # (K,)
    draws = gain[:, drawn].sum(axis=2) / tokens[drawn].sum(axis=1)  # (K, R)
    best = int(mean.argmax())
    low, high = np.percentile(draws, [2.5, 97.5], axis=1)
    prior = np.array(
        [0.0 if f in withheld else p for f, p in zip(families, _prior(near), strict=True)]
    )
    share_draws = mix(draws.T, prior)  # (R, K + 1)
    share_low, share_high = np.percentile(share_draws, [2.5, 97.5], axis=0)
    winner = np.where(gain.max(axis=0) > 0, gain.argmax(axis=0), -1)
    return Affinity(
        families=tuple(families),
        gain=mean,
        low=low,
        high=high,
        won=np.array([(winner == k).sum() for k in range(len(families))]),
        behind=np.percentile(draws[best] - draws, 2.5, axis=1) > 0,
        shares=mix(mean, prior),
        share_low=share_low,
        share_high=share_high,
        words=len(seen),
    )


def mix(gain: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Shares of the families, and of no family, in a reading: prior x e^gain, made to add up to 1.

    e^gain is how many times likelier than chance a head makes a token of this text; no family has
    a prior of 1 and is at chance. So a text that no head knows is read evenly through all of them
    and none. Shape: gain (..., K), prior (K,) -> (..., K + 1).
    """
    weight = prior * np.exp(gain)
    none = np.ones((*weight.shape[:-1], 1))
    weight = np.concatenate([weight, none], axis=-1)
    shares: np.ndarray = weight / weight.sum(axis=-1, keepdims=True)
    return shares


def _prior(near: np.ndarray) -> np.ndarray:
    return 1 + (KIN - 1) * near


def nearness(language: Language | None, families: Sequence[str]) -> np.ndarray:
    """As `_nearness`, 0 for no language; kept, since every prediction asks: 7 ms each time else."""
    return np.zeros(len(families)) if language is None else _nearness(language, tuple(families))


@lru_cache(maxsize=256)
def _nearness(language: Language, families: tuple[str, ...]) -> np.ndarray:
    """How near a language is to those that each family's head learned from, 0 to 1: how much of
    its lineage in Glottolog it shares with the nearest of them. 1 for one of them itself; 0 for a
    family that shares no ancestor with it. Shape: (K,)."""
    world, own = glottolog(), languoids(language)
    found = []
    for code in families:
        learned = [one for one in LANGUAGES.values() if one.family.code == code]
        if language.code in [one.code for one in learned]:
            found.append(1.0)
        elif not own:
            found.append(0.0)
        else:
            kin = [two for one in learned for two in languoids(one)]
            found.append(_shared(world, own[0], kin))
    near = np.array(found)
    near.setflags(write=False)  # it is shared
    return near


def _shared(world: Glottolog, own: Languoid, kin: Sequence[Languoid]) -> float:
    """Levels of the lineage that are shared with the nearest of kin; the language itself is one
    level more, which nobody shares."""
    levels = own.depth + 1
    return max((family.depth + 1 for _, family in world.kin(own, kin)), default=0) / levels
