"""How a text of a language without a family of its own is best read: through none, or through the
mix of families that its own words ask for? And does its own family's head find its words best?

Nothing here needs a label: a reading is the better the more it agrees with what the model makes of
the same sentence in English. Languages never trained are read as they are; of those that were, the
own family is withheld from the mix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lfdrt.affinity import affinity, nearness
from lfdrt.data.records import DataError, ParallelText, parallel_languages
from lfdrt.evaluation.bootstrap import RESAMPLES, interval
from lfdrt.evaluation.words import SEED, held_out, script_rank, unseen
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.languages import resolve
from lfdrt.output import Scores
from lfdrt.words import merge

READINGS = ("own", "none", "mix", "single", "others")
"""single: through the family of the mix's largest share alone; others: mean of all families but the
own one, each by itself."""
SENTENCES = 15


@dataclass(frozen=True, kw_only=True)
class MixedLanguage:
    """One language's sentences. own: whether its family is among the model's.

    Shape: kl, agreed (S, 5), of `READINGS` against the English side: KL of probabilities in nats,
    and 1 where the class is the same, NaN where there is no own family; gain (S, K), nats a token
    above chance; shares (S, K + 1), of the mix.
    """

    language: str
    family: str
    group: str
    own: int | None
    kl: np.ndarray
    agreed: np.ndarray
    gain: np.ndarray
    shares: np.ndarray

    @property
    def rank(self) -> int | None:
        """Of the own family's head by how well it finds the words of all sentences, 1 the best."""
        if self.own is None:
            return None
        mean = self.gain.mean(axis=0)
        return 1 + int((mean > mean[self.own]).sum())


def mixed_language(
    predictor: Predictor, pairs: Sequence[ParallelText], group: str, *, withhold: bool
) -> MixedLanguage:
    """ValueError: no sentence of the language has a word to guess."""
    language, families = resolve(pairs[0].language), predictor.families
    own = families.index(language.family.code) if language.family.code in families else None
    withheld = (language.family.code,) if withhold else ()
    near = nearness(language, families)
    kl, agreed, gain, shares = [], [], [], []
    for pair in pairs:
        sample = Sample(text=pair.translation, language=pair.language)
        answered = predictor.answer(sample, View.FAMILIES)
        p, guesses = answered.prediction, answered.heads(False)
        if guesses is None or p.families is None:
            continue
        words = merge(p.text or "", p.tokens)
        found = affinity(guesses, words, families, near, withheld=withheld)
        if found is None:
            continue
        wanted = predictor.predict(Sample(text=pair.anchor, language="en")).scores
        *each, none = (r.scores for r in p.families)
        rest = [s for k, s in enumerate(each) if k != own]
        read = {
            "own": None if own is None else each[own],
            "none": none,
            "mix": answered.mixed(found.shares[:-1]),
            "single": each[int(found.shares[:-1].argmax())],
        }
        rows = [_against(wanted, one) for one in read.values()]
        rows.append(tuple(np.mean([_against(wanted, one) for one in rest], axis=0)))
        kl.append([row[0] for row in rows])
        agreed.append([row[1] for row in rows])
        gain.append(found.gain)
        shares.append(found.shares)
    if not kl:
        raise ValueError(f"no sentence of {language.name} has a word to guess")
    return MixedLanguage(
        language=language.code,
        family=language.family.code,
        group=group,
        own=own,
        kl=np.array(kl),
        agreed=np.array(agreed),
        gain=np.array(gain),
        shares=np.array(shares),
    )


def _against(wanted: Scores, read: Scores | None) -> tuple[float, float]:
    """KL(English || reading) in nats, and whether the class is the same."""
    if read is None:
        return np.nan, np.nan
    p, q = (np.clip(s.mean, 1e-9, None) for s in (wanted, read))
    return float((p * np.log(p / q)).sum()), float(wanted.label == read.label)


def mixed_languages(
    predictor: Predictor, data: Path, sentences: int = SENTENCES
) -> Iterator[MixedLanguage]:
    """Languages never trained, then held-out sentences of those that were, one after the other.
    Those of which nothing is held out are left out. DataError: no file of languages never
    trained."""
    for pairs in unseen(data).values():
        yield mixed_language(predictor, pairs[:sentences], "unseen", withhold=False)
    for code in parallel_languages(data):
        if pairs := held_out(data, code)[:sentences]:
            yield mixed_language(predictor, pairs, "withheld", withhold=True)


def left_out(predictor: Predictor, data: Path, languages: Sequence[str]) -> Iterator[MixedLanguage]:
    """Held-out sentences of languages whose family the model has from others alone. DataError: of
    one of them nothing is held out."""
    for code in languages:
        pairs = held_out(data, code)[:SENTENCES]
        if not pairs:
            raise DataError(f"No pair of {code} is held out (split dev): nothing can be measured.")
        yield mixed_language(predictor, pairs, "left out", withhold=False)


def mixing_report(found: Sequence[MixedLanguage], families: Sequence[str]) -> dict[str, Any]:
    """A row a language and means over languages of a group, with 95 % intervals by a bootstrap over
    sentences within languages; plain JSON types."""
    groups: dict[str, list[MixedLanguage]] = {}
    for one in found:
        groups.setdefault(one.group, []).append(one)
    return {
        "about": "readings of a translation against the English side of the same sentence: share "
        "of sentences with the same class, KL in nats; no label is used. unseen: languages that "
        "no stage was trained on. withheld: languages that were, their own family left out of the "
        "mix. left out: languages that the families' stage alone was not trained on. rank: of the "
        "own family's head by how well it finds the words",
        "families": list(families),
        "groups": {name: _group(rows, families) for name, rows in groups.items()},
        "languages": [_row(one, families) for one in found],
    }


def _group(rows: Sequence[MixedLanguage], families: Sequence[str]) -> dict[str, Any]:
    draws = [_draws(one) for one in rows]
    told: dict[str, Any] = {"languages": len(rows), "sentences": sum(len(one.kl) for one in rows)}
    for name in ("agreed", "kl"):
        values = [getattr(one, name) for one in rows]  # (S, 5) each
        told[name] = _named(np.array([one.mean(axis=0) for one in values]))
        told[f"{name}_minus_none"] = _minus_none(values, draws)
    told["ranked"] = sum(one.own is not None for one in rows)
    told |= dict.fromkeys(("rank", "rank_interval", "script_rank", "chance_rank"))
    if told["ranked"]:
        ranked = [(one, at) for one, at in zip(rows, draws, strict=True) if one.own is not None]
        ranks = np.array([_drawn_ranks(one, at) for one, at in ranked])  # (N, R)
        told["rank"] = _number(
            float(np.mean([one.rank for one, _ in ranked if one.rank is not None]))
        )
        told["rank_interval"] = [_number(end) for end in interval(ranks.mean(axis=0))]
        by_script = [script_rank(one.language, families) for one, _ in ranked]
        told["script_rank"] = _number(float(np.mean(by_script)))
        told["chance_rank"] = (1 + len(families)) / 2
    return told


def _draws(one: MixedLanguage) -> np.ndarray:
    """Sentences of a language drawn anew, with replacement. Shape: (R, S)."""
    return np.random.default_rng(SEED).integers(0, len(one.kl), (RESAMPLES, len(one.kl)))


def _drawn_ranks(one: MixedLanguage, at: np.ndarray) -> np.ndarray:
    """Shape: at (R, S) -> (R,)."""
    mean = one.gain[at].mean(axis=1)  # (R, K)
    ranks: np.ndarray = 1 + (mean > mean[:, [one.own]]).sum(axis=1)
    return ranks


def _row(one: MixedLanguage, families: Sequence[str]) -> dict[str, Any]:
    gain = one.gain.mean(axis=0)
    at = _draws(one)
    apart = None
    if one.own is not None:
        by_sentence = one.gain[:, one.own] - np.delete(one.gain, one.own, axis=1).mean(axis=1)
        apart = _difference([by_sentence], [at])
    return {
        "language": one.language,
        "family": one.family,
        "group": one.group,
        "sentences": len(one.kl),
        "rank": one.rank,
        "script_rank": script_rank(one.language, families) if one.own is not None else None,
        "first": families[int(gain.argmax())],
        "gain": {f: _number(v) for f, v in zip(families, gain, strict=True)},
        "shares": {
            f: _number(v) for f, v in zip((*families, "none"), one.shares.mean(axis=0), strict=True)
        },
        "own_minus_others_gain": apart,
        "agreed": _named(one.agreed),
        "agreed_minus_none": _minus_none([one.agreed], [at]),
        "kl": _named(one.kl),
        "kl_minus_none": _minus_none([one.kl], [at]),
    }


def _minus_none(values: Sequence[np.ndarray], draws: Sequence[np.ndarray]) -> dict[str, Any]:
    """Over the languages that a reading has. Shape: an entry a language, (S, 5) and (R, S)."""
    told = {}
    for r, reading in enumerate(READINGS):
        had = [k for k, one in enumerate(values) if not np.isnan(one[:, r]).any()]
        if reading != "none" and had:
            apart = [values[k][:, r] - values[k][:, READINGS.index("none")] for k in had]
            told[reading] = _difference(apart, [draws[k] for k in had])
    return told


def _difference(by_sentence: Sequence[np.ndarray], draws: Sequence[np.ndarray]) -> dict[str, Any]:
    """Mean over languages of the mean over their sentences, with its 95 % interval. Shape: an entry
    a language, (S,) and (R, S)."""
    both = zip(by_sentence, draws, strict=True)
    low, high = interval(np.mean([one[at].mean(axis=1) for one, at in both], axis=0))
    return {
        "difference": _number(float(np.mean([one.mean() for one in by_sentence]))),
        "interval": [_number(low), _number(high)],
    }


def _named(values: np.ndarray) -> dict[str, float | None]:
    """Means over the rows that a reading has. Shape: (N, 5)."""
    had = [column[~np.isnan(column)] for column in values.T]
    return {
        name: _number(one.mean() if len(one) else np.nan)
        for name, one in zip(READINGS, had, strict=True)
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
