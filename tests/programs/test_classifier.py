"""`lfdrt.LFDRTClassifier` teaches as the command does, and scikit-learn takes it as its own."""

from __future__ import annotations

import csv
import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

import lfdrt
from lfdrt import LFDRTClassifier
from lfdrt.errors import UserError
from lfdrt.inference.sample import Sample
from lfdrt.labels import EKMAN7
from lfdrt.runtime import resolve_runtime
from lfdrt.training.teach.folder import teach_in
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.settings import TeachSettings
from tests.tiny import SENTENCES, tiny_checkpoint

TEXTS = [f"{s} {n}" for n, s in enumerate(SENTENCES * 2)]
LABELS = ["joy" if n % 4 else "sadness" for n in range(len(TEXTS))]


@pytest.fixture
def fresh(tiny_folder: Path):
    def made(**settings) -> LFDRTClassifier:
        return LFDRTClassifier(
            **{"checkpoint": tiny_folder, "language": "en", "device": "cpu", **settings}
        )

    return made


@pytest.mark.parametrize(
    "settings",
    [{}, {"aim": "alike"}, {"mix": {"joy": 60, "neutral": 20}}, {"rest": True, "random_state": 3}],
    ids=str,
)
def test_it_learns_what_the_command_teaches(
    settings: dict, fresh, tiny_folder: Path, tmp_path: Path
) -> None:
    """The same rows, labels and settings; half of the rows have no label."""
    labels = [label if n < 16 else None for n, label in enumerate(LABELS)]
    told = fresh(**settings).fit(TEXTS, labels)
    mix = told._mix(EKMAN7.labels)
    _, finished = teach_in(
        tmp_path / "run",
        TeachSettings(aim=told.aim, mix=mix, rest=told.rest, seed=told.random_state),
        checkpoint=tiny_folder,
        samples=[(str(n), Sample(text=t, language="en")) for n, t in enumerate(TEXTS)],
        labels=[Label(id=str(n), label=y, random=True) for n, y in enumerate(labels) if y],
        runtime=resolve_runtime("cpu"),
        show=lambda event: None,
    )
    assert told.kept_ is True and finished.reason == "done"
    with (tmp_path / "run" / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert told.predict(TEXTS).tolist() == [row["label_after"] for row in rows]
    agreed = [n for n, row in enumerate(rows) if row["agree_after"] == "true"]
    said = [[float(row[f"p_{c}"]) for c in told.classes_] for row in rows]
    assert agreed
    np.testing.assert_allclose(told.predict_proba(TEXTS)[agreed], np.array(said)[agreed], atol=1e-5)


def test_labels_that_do_not_help_leave_the_checkpoint_as_it_is(fresh, tiny_folder: Path) -> None:
    """Seven labels teach nothing, and it is said."""
    with pytest.warns(UserWarning, match="too few labels to learn from"):
        told = fresh().fit(TEXTS[:7], LABELS[:7])
    assert told.kept_ is False and told.gain_ is None
    own = lfdrt.predict(TEXTS, language="en", checkpoint=tiny_folder, device="cpu")
    assert told.predict(TEXTS).tolist() == own.labels


def test_what_is_likeliest_is_what_is_predicted(fresh) -> None:
    """Also where the classifiers disagree, and for one text as for many."""
    told = fresh().fit(TEXTS, LABELS)
    p = told.predict_proba(TEXTS)
    assert p.shape == (len(TEXTS), 7) and told.classes_.tolist() == sorted(EKMAN7.labels)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-5)
    assert told.predict(TEXTS).tolist() == told.classes_[p.argmax(1)].tolist()
    np.testing.assert_allclose(told.predict_proba(TEXTS[3:4])[0], p[3], atol=1e-5)
    assert told.score(TEXTS, LABELS) == np.mean(told.predict(TEXTS) == np.array(LABELS))


def test_a_pickle_holds_what_was_learned_alone(fresh) -> None:
    told = fresh().fit(TEXTS, LABELS)
    packed = pickle.dumps(told)
    assert len(packed) < 20_000
    again = pickle.loads(packed)  # noqa: S301
    np.testing.assert_array_equal(again.predict_proba(TEXTS), told.predict_proba(TEXTS))


def test_of_another_checkpoint_nothing_is_predicted(fresh, tmp_path: Path) -> None:
    """A pickle may be read where another model lies."""
    told = fresh().fit(TEXTS, LABELS)
    told.set_params(checkpoint=tiny_checkpoint(tmp_path / "other", seed=5))
    with pytest.raises(UserError, match="another checkpoint than the one that was taught"):
        told.predict(TEXTS)


def test_it_is_a_part_of_scikit_learn(fresh) -> None:
    """A clone, a pipeline, a search over settings, and predictions of rows that did not teach."""
    first = fresh(aim="alike", mix={"joy": 50})
    assert clone(first).get_params() == first.get_params()
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    inside = make_pipeline(lower, fresh()).fit(TEXTS, LABELS)
    assert set(inside.predict(np.array(TEXTS))) <= set(EKMAN7.labels)
    found = GridSearchCV(fresh(), {"aim": ["right", "alike"]}, cv=2).fit(TEXTS, LABELS)
    assert found.best_params_["aim"] in ("right", "alike")
    numbered = fresh(names={0: "joy", 1: "sadness"})  # it numbers the labels itself
    held_out = cross_val_predict(numbered, TEXTS, LABELS, cv=2, method="predict_proba")
    assert held_out.shape == (len(TEXTS), 2)
    np.testing.assert_allclose(held_out.sum(1), 1, rtol=1e-5)


def test_labels_of_ones_own_stand_for_classes(fresh) -> None:
    """Those that are not named are never predicted; the others' odds stay what they are."""
    own = {"froh": "joy", "traurig": "sadness"}
    told = fresh(names=own).fit(TEXTS, ["froh" if y == "joy" else "traurig" for y in LABELS])
    whole = fresh().fit(TEXTS, LABELS)
    assert told.classes_.tolist() == ["froh", "traurig"] and set(told.predict(TEXTS)) <= set(own)
    np.testing.assert_array_equal(told.coef_, whole.coef_[:, [3, 5]])


@pytest.mark.parametrize(
    ("X", "y", "settings", "sentence"),
    [
        ("one text", ["joy"], {}, "X is a list of texts, one a row, and not one text"),
        (["good", 3], ["joy", "joy"], {}, "X[1] is of type int, and not a text"),
        (["good", " "], ["joy", "joy"], {}, "X[1] says nothing"),
        ([], [], {}, "X has 0 samples"),
        ([["a", "b"]], ["joy"], {}, "X has the shape (1, 2)"),
        (["good"], None, {}, "y is None: give a label for each text"),
        (["good"], ["joy", "joy"], {}, "inconsistent numbers of samples"),
        (["good"], ["happy"], {}, "y[0] is 'happy', which is none of the labels (anger, "),
        (["good"], [0], {"names": {1: "joy"}}, "y[0] is 0, which is none of the labels (1)"),
        (["good"], [0], {"names": {0: "happy"}}, "names: there is no class 'happy'"),
        (["good"], [0], {"names": {0: "joy", 1: "joy"}}, "names: 'joy' has two labels, 0 is one"),
        (["good"], ["joy"], {"aim": "up"}, "aim is 'up'"),
        (["good"], ["joy"], {"language": "nonsense!"}, "nonsense!"),
        (["good"], ["joy"], {"family": "mars"}, "There is no family 'mars'"),
        (["good"], ["joy"], {"mix": {"happy": 3}}, "there is no class 'happy'"),
        (["good"], ["joy"], {"checkpoint": "absent"}, "absent is not a checkpoint"),
    ],
)
def test_what_cannot_teach_is_named(X, y, settings: dict, sentence: str, fresh) -> None:
    with pytest.raises(ValueError) as told:
        fresh(**settings).fit(X, y)
    assert sentence in str(told.value)


def test_who_was_not_taught_predicts_nothing(fresh) -> None:
    with pytest.raises(NotFittedError):
        fresh().predict(TEXTS)


class OnNumbers(LFDRTClassifier):
    """What scikit-learn's checks can be run on: their rows of numbers are written out as texts, and
    their classes stand for the first of the model's. Everything else is the classifier's own."""

    def fit(self, X, y):
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        names, codes = np.unique(y, return_inverse=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # small sets of the checks
            super().fit(_written(X), np.array(sorted(EKMAN7.labels))[codes])
        self.classes_ = names
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        p = super().predict_proba(_written(validate_data(self, X, reset=False)))
        of_those = p[:, : len(self.classes_)]
        return of_those / of_those.sum(1, keepdims=True)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


def _written(X: np.ndarray) -> list[str]:
    return [" ".join(f"{value:.2f}" for value in row) for row in X]


CANNOT = {
    "check_classifiers_train": "it asks that 83 % of points in clouds be told apart: to an encoder "
    "of texts, numbers that are written out are all alike"
}
"""Checks that do not apply, and why."""


@pytest.mark.slow
def test_scikit_learns_own_checks_pass(tiny_folder: Path) -> None:
    """All of them but those that do not apply, each of which fails indeed."""
    tried = OnNumbers(checkpoint=tiny_folder, language="en", device="cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(tried, expected_failed_checks=CANNOT, on_skip=None, on_fail=None)
    said = {r["check_name"]: r for r in results}
    failed = {n: repr(r["exception"]) for n, r in said.items() if r["status"] == "failed"}
    assert not failed
    assert {n for n, r in said.items() if r["status"] == "xfail"} == set(CANNOT)
    assert len(said) > 40


def test_of_texts_its_checks_run_too(tiny_folder: Path) -> None:
    """Those that need no rows of numbers: all that scikit-learn has for text."""
    (only,) = check_estimator(LFDRTClassifier(checkpoint=tiny_folder), on_skip=None)
    assert (only["check_name"], only["status"]) == ("check_estimator_cloneable", "passed")
