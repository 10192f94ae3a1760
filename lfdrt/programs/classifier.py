"""`lfdrt.LFDRTClassifier`: teaching (`lfdrt teach`) as a classifier of scikit-learn's kind.

What was learned are two output layers and a class mix, and they alone are pickled; the encoder is
the checkpoint's, read when it is needed and shared by all classifiers of the process.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.data.texts import says_nothing
from lfdrt.digest import weights_digest
from lfdrt.errors import UserError
from lfdrt.inference.sample import OWN_FAMILY, Sample
from lfdrt.languages import resolve
from lfdrt.places import checkpoint as default_checkpoint
from lfdrt.runtime import Runtime, resolve_runtime
from lfdrt.steps import drained
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.lesson import Lesson
from lfdrt.training.teach.mix import parse_mix, probabilities, shifted
from lfdrt.training.teach.reading import Read, hidden, reading
from lfdrt.training.teach.results import Outcome
from lfdrt.training.teach.settings import TeachSettings


@dataclass(frozen=True, kw_only=True)
class _Source:
    """A checkpoint in memory, never changed. sha256: of its files."""

    checkpoint: Checkpoint
    runtime: Runtime
    sha256: str

    @property
    def labels(self) -> tuple[str, ...]:
        return self.checkpoint.model.config.label_set.labels

    def read(self, texts: Sequence[str], language: str | None, family: str) -> Read:
        samples = [Sample(text=text, language=language, family=family) for text in texts]
        named = [(str(n), sample) for n, sample in enumerate(samples)]
        return drained(reading(self.checkpoint, named, self.runtime))


@lru_cache(maxsize=1)
def _source(folder: Path, device: str) -> _Source:
    return _Source(
        checkpoint=load_checkpoint(folder),
        runtime=resolve_runtime(device),
        sha256=weights_digest(folder),
    )


class LFDRTClassifier(ClassifierMixin, BaseEstimator):
    """Texts to the classes of a checkpoint, taught by a few labels.

        taught = LFDRTClassifier(language="fi").fit(texts, labels)
        taught.predict(more), taught.predict_proba(more)

    checkpoint: a folder; None: that of LFDRT_CHECKPOINT, or the bundled one. language: of all
    texts, any tag; None detects each. family, aim, mix (shares of a hundred by class, of which the
    others divide the rest), rest: as `lfdrt teach`. names: labels of your own, each with the class
    that it stands for, such as {0: "sadness", 1: "joy"}, for tools that number labels; classes that
    are not named are never predicted then. random_state: of folds and intervals.

    After `fit`: `classes_`, those of `names` or all that the checkpoint knows, sorted; `kept_`,
    whether the labels helped (else the model stays as it was, and `predict` is the checkpoint's);
    `gain_`, points that cross-validation saw gained, None where there were too few labels;
    `verdict_`, a sentence of it;
    `coef_` (2, C, H), `intercept_` (2, C) and `prior_` (C,), of both classifiers.
    """

    def __init__(
        self,
        *,
        checkpoint: str | PathLike[str] | None = None,
        language: str | None = None,
        family: str = OWN_FAMILY,
        aim: str = "right",
        mix: Mapping[str, float] | None = None,
        rest: bool = False,
        names: Mapping[Any, str] | None = None,
        device: str = "auto",
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.checkpoint = checkpoint
        self.language = language
        self.family = family
        self.aim = aim
        self.mix = mix
        self.rest = rest
        self.names = names
        self.device = device
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """X: n texts, a list, an array or a column of any table. y: a label for each, a class of
        the checkpoint or one of `names`, or None where it is not known: such rows stand for the
        texts that the classifier is for, and teach where `rest` is set. Below 8 labels nothing is
        learned but `mix`.

        UserError, a ValueError, names the row, label or setting that cannot be used.
        """
        texts, labels = _texts(X), _labels(y)
        check_consistent_length(texts, labels)
        if self.language is not None:
            resolve(self.language)
        source = self._source()
        names = self._names(source.labels)
        settings = TeachSettings(
            aim=self.aim, mix=self._mix(source.labels), rest=self.rest, seed=self._seed()
        )
        read = source.read(texts, self.language, self.family)
        given = [
            Label(id=str(n), label=_class_of(label, n, names), random=True)
            for n, label in enumerate(labels)
            if label is not None
        ]
        lesson = Lesson(source.checkpoint.model, settings)
        outcome = drained(lesson.taught(read, given))
        assert outcome is not None  # nobody stops it
        self._keep(outcome, source, names)
        if not self.kept_:
            warnings.warn(outcome.verdict, stacklevel=2)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The label of each text: that of both classifiers, or of the surer one. Shape: (n,)."""
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The mean of both classifiers where they agree; where not, the surer one's, whose label is
        predicted. Shape: (n, C), in the order of `classes_`."""
        check_is_fitted(self)
        source = self._source()
        if source.sha256 != self.weights_sha256_:
            raise UserError(
                f"{source.checkpoint.folder} is another checkpoint than the one that was taught: "
                "fit again, or name that one."
            )
        read = source.read(_texts(X), self.language, self.family)
        h = hidden(source.checkpoint.model, read.z)
        logits = h @ self.coef_.transpose(0, 2, 1) + self.intercept_[:, None]
        p = probabilities(shifted(logits, self.prior_))  # (2, n, C)
        agree = p[0].argmax(1) == p[1].argmax(1)
        surer = np.where(p[0].max(1) >= p[1].max(1), 0, 1)
        chosen: np.ndarray = np.where(agree[:, None], p.mean(0), p[surer, np.arange(p.shape[1])])
        return chosen

    def _keep(self, outcome: Outcome, source: _Source, names: Mapping[Any, str]) -> None:
        """Fitted attributes; weights are rounded as a checkpoint stores them."""
        model, change = source.checkpoint.model, outcome.change
        heads = [c.out for c in (model.classifier_1, model.classifier_2)]
        coef = np.stack([head.weight.detach().cpu().numpy() for head in heads])
        intercept = np.stack([head.bias.detach().cpu().numpy() for head in heads])
        prior = model.config.class_prior
        if change is not None:
            coef = (coef + change.weight).astype(np.float16).astype(np.float32)
            intercept = intercept + change.bias
            prior = tuple(change.prior.tolist())
        elif outcome.kept:
            prior = outcome.settings.mix
        own = sorted(names)
        order = [source.labels.index(names[label]) for label in own]
        self.classes_ = np.array(own)
        self.coef_ = coef[:, order].astype(np.float32)
        self.intercept_ = intercept[:, order].astype(np.float32)
        self.prior_ = None if prior is None else np.array(prior)[order]
        self.kept_, self.verdict_ = outcome.kept, outcome.verdict
        self.gain_ = None if outcome.gain is None else outcome.gain.gain
        self.weights_sha256_ = source.sha256

    def _source(self) -> _Source:
        folder = default_checkpoint() if self.checkpoint is None else Path(self.checkpoint)
        return _source(folder.resolve(), self.device)

    def _names(self, labels: tuple[str, ...]) -> Mapping[Any, str]:
        """Every label that is taken, with its class. UserError: a class that there is not, or that
        two labels stand for."""
        names = {label: label for label in labels} if self.names is None else dict(self.names)
        for label, name in names.items():
            if name not in labels:
                raise UserError(f"names: there is no class {name!r} ({', '.join(labels)}).")
            if list(names.values()).count(name) > 1:
                raise UserError(f"names: {name!r} has two labels, {label!r} is one: leave one out.")
        return names

    def _mix(self, labels: tuple[str, ...]) -> tuple[float, ...] | None:
        if self.mix is None:
            return None
        return parse_mix(",".join(f"{k}={v}" for k, v in self.mix.items()), labels)

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        return tags


def _texts(X: Any) -> list[str]:
    """UserError: not one text a row, no row, or a row that says nothing."""
    if isinstance(X, str):
        raise UserError("X is a list of texts, one a row, and not one text.")
    rows = np.asarray(X, dtype=object)
    if rows.ndim == 2 and rows.shape[1] == 1:
        rows = rows[:, 0]
    if rows.ndim != 1:
        raise UserError(f"X has the shape {rows.shape}: give one text a row, a list of strings.")
    if not len(rows):
        raise UserError("X has 0 samples: give at least one text.")
    for n, text in enumerate(rows):
        if not isinstance(text, str):
            raise UserError(f"X[{n}] is of type {type(text).__name__}, and not a text.")
        if says_nothing(text):
            raise UserError(f"X[{n}] says nothing: leave it out.")
    return [str(text) for text in rows]


def _labels(y: Any) -> list[Any]:
    """UserError: y is None, as where it was forgotten."""
    if y is None:
        raise UserError("y is None: give a label for each text, or None for those without one.")
    given = column_or_1d(np.asarray(y, dtype=object), warn=True)
    return [None if one is None or one != one else one for one in given]


def _class_of(label: Any, row: int, names: Mapping[Any, str]) -> str:
    if label not in names:
        known = ", ".join(map(str, names))
        raise UserError(f"y[{row}] is {label!r}, which is none of the labels ({known}).")
    return names[label]
