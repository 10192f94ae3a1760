"""Which data sets a checkpoint is reported on, and under which rules.

A literal table. Target languages' labels only report: nothing is ever selected by them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lfdrt.data.records import read_labelled
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.errors import UserError
from lfdrt.evaluation.evaluate import predict_texts
from lfdrt.evaluation.metrics import Scores, score
from lfdrt.evaluation.predictions import Predictions
from lfdrt.languages import resolve
from lfdrt.model.lfdrt import LFDRT
from lfdrt.parts import FAMILY
from lfdrt.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Sets of one source. `excluded`: classes the source does not have, so never predicted."""

    source: str
    languages: tuple[str, ...]
    split: str
    excluded: tuple[str, ...] = ()


EKMAN_SUITES = (
    Suite(source="meld", languages=("en",), split="dev"),
    Suite(source="meld", languages=("en",), split="test"),
    Suite(source="goemotions", languages=("en",), split="dev"),
    Suite(source="mmeld", languages=("es", "fr"), split="dev"),
    Suite(source="brighter", languages=("tt", "sw", "id", "jv", "es", "zh"), split="dev"),
    Suite(
        source="xed",
        languages=("ar", "es", "fi", "fr", "he", "hu", "sk", "tr"),
        split="dev",
        excluded=("neutral",),
    ),
)
POLARITY_SUITES = (
    Suite(source="xlmt", languages=("en", "ar", "es", "fr"), split="dev"),
    Suite(source="nusax", languages=("en", "id", "jv"), split="dev"),
    Suite(source="afrisenti", languages=("sw",), split="dev"),
    Suite(source="bec", languages=("eu",), split="dev"),
    Suite(source="malagasy_mt", languages=("mg",), split="dev", excluded=("neutral",)),
)
SUITES = {"ekman7": EKMAN_SUITES, "polarity3": POLARITY_SUITES}
"""By label set."""


def suites_of(
    label_set: str, sources: Sequence[str] = (), languages: Sequence[str] = ()
) -> tuple[Suite, ...]:
    """The suites of a label set, all or of some sources and languages.

    sources: "xed" for all languages of one, "xed:ar" for one of them. UserError: one that there is
    not, with those that there are.
    """
    if label_set not in SUITES:
        raise UserError(f"there are no data sets for the label set {label_set!r}.")
    suites = SUITES[label_set]
    if sources:
        suites = _of_sources(suites, sources, label_set)
    known = [language for suite in suites for language in suite.languages]
    _check_known(languages, known, "language of these data sets")
    return _narrowed(suites, lambda suite: languages) if languages else suites


def _of_sources(
    suites: tuple[Suite, ...], sources: Sequence[str], label_set: str
) -> tuple[Suite, ...]:
    asked: dict[str, list[str]] = {}
    for name in sources:
        source, _, language = name.partition(":")
        of_it = [suite for suite in suites if suite.source == source]
        _check_known([source], [suite.source for suite in suites], f"data set of {label_set}")
        known = [code for suite in of_it for code in suite.languages]
        _check_known([language] if language else [], known, f"language of {source}")
        asked.setdefault(source, []).extend([language] if language else known)
    return _narrowed(suites, lambda suite: asked.get(suite.source, ()))


def _narrowed(
    suites: tuple[Suite, ...], wanted: Callable[[Suite], Sequence[str]]
) -> tuple[Suite, ...]:
    """With the wanted languages alone; suites that have none of them are gone."""
    chosen = (
        replace(suite, languages=tuple(code for code in suite.languages if code in wanted(suite)))
        for suite in suites
    )
    return tuple(suite for suite in chosen if suite.languages)


def _check_known(asked: Sequence[str], known: Sequence[str], what: str) -> None:
    if unknown := [name for name in asked if name not in known]:
        choices = ", ".join(dict.fromkeys(known))
        raise UserError(f"{unknown[0]!r} is no {what}: choose from {choices}.")


@dataclass(frozen=True, kw_only=True)
class SetScores:
    """Scores of one file, read through `family` (None: through no disentangler)."""

    source: str
    language: str
    split: str
    family: str | None
    scores: Scores


def set_scores(one: Predictions) -> SetScores:
    return SetScores(
        source=one.source,
        language=one.language,
        split=one.split,
        family=one.read_through,
        scores=score(one.names(one.gold), one.names(one.predicted), seed=one.seed),
    )


def predict_suite(
    model: LFDRT,
    tokenizer: TextTokenizer,
    data: Path,
    suite: Suite,
    runtime: Runtime,
    *,
    families: Sequence[str] = ("own",),
    level: str = FAMILY,
) -> list[Predictions]:
    """Each language of a suite through each of `families`: 'own', 'none' or a code; the own one at
    a level of `lfdrt.parts`.

    DataError or UserError: a file, label or family that there is not.
    """
    found: list[Predictions] = []
    for language in suite.languages:
        rows = read_labelled(data, suite.source, language, suite.split)
        readings = [disentangler(model, language, family) for family in families]
        found += predict_texts(
            model, tokenizer, rows, readings, runtime, excluded=suite.excluded, level=level
        )
    return found


def score_suite(
    model: LFDRT, tokenizer: TextTokenizer, data: Path, suite: Suite, runtime: Runtime
) -> list[SetScores]:
    """Scores of what `predict_suite` predicts."""
    return [set_scores(one) for one in predict_suite(model, tokenizer, data, suite, runtime)]


def disentangler(model: LFDRT, language: str, family: str) -> str | None:
    """The family that 'own', 'none' or a code asks for; None for no disentangler.

    UserError: a family that the model does not have.
    """
    if family == "own":
        return own_reading(model, language)
    if family == "none":
        return None
    if family not in model.config.families:
        known = ", ".join(model.config.families)
        raise UserError(f"there is no family {family!r} in this checkpoint ({known})")
    return family


def own_reading(model: LFDRT, language: str) -> str | None:
    """The family whose disentangler reads a language's texts, None where it has none."""
    return model.config.disentangler_of(language, resolve(language).family.code)
