"""“What if”: what a change asks the model, what is said of it, and that nothing else changes."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.models.requests import Original, Refused, Request
from app.models.service import Service
from app.page.saving import Weights
from app.predict import whatif_views, whatif_words
from app.predict.answers import answer
from app.predict.whatif import changed, compare
from app.predict.whatif_views import comparison, sentence
from lfdrt.output import Prediction, Scores
from lfdrt.words import units
from tests.app.samples import prediction, scores

MADE = Weights(name="made", sha256="ab" * 32, selection="last step", seed=0)
ARABIC = "أنا سعيد جدا اليوم"
EVIL = "<img src=x onerror=alert(1)>"


def choices(p: Prediction) -> str:
    return whatif_views.choices(p, next(iter(units(p).values())))


@pytest.fixture(scope="module")
def service(tiny_folder: Path) -> Service:
    service = Service(tiny_folder, "cpu")
    service.start()
    assert service.wait(120)
    return service


@pytest.fixture(scope="module")
def both(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A text with a picture, as the page keeps it."""
    picture = tmp_path_factory.mktemp("picture") / "teal.png"
    Image.new("RGB", (60, 40), "teal").save(picture)
    request = Request(text="Ninafurahi sana leo", picture=picture, language="sw")
    original = list(answer(service, request))[-1].original
    assert original is not None
    return original


def original_of(text: str, **changes: object) -> Original:
    p = prediction(text, **changes)
    request = Request(text=text, language=p.language, family=p.family or "none")
    return Original(request=request, asked=request, prediction=p, weights=MADE, about=())


def scores_of(first: list[float], second: list[float]) -> Scores:
    """Of anger, disgust, fear, and so on; what is not given is 0."""
    p = [np.array([*given, *[0.0] * (7 - len(given))]) for given in (first, second)]
    return Scores._decide(*p, prediction().labels)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u00a0", " ")


class TestWhatIsAsked:
    def test_everything_that_was_read_is_held(self, both: Original):
        """Detecting a shorter text's language anew would change two things at once."""
        assert both.request.family == "niger-congo"
        for kind, value in (("picture", ""), ("words", [0]), ("rewrite", "Nina huzuni")):
            request = changed(both, kind, value).request
            assert (request.language, request.family) == ("sw", "niger-congo")

    def test_a_text_that_was_read_through_none_stays_so(self, service: Service):
        original = list(answer(service, Request(text="so happy", family="none")))[-1].original
        assert original is not None
        assert changed(original, "words", [0]).request.family == "none"

    def test_picture_and_text_are_left_out(self, both: Original):
        assert changed(both, "picture", "").request == replace(both.request, picture=None)
        assert changed(both, "text", "").request == replace(both.request, text="")

    @pytest.mark.parametrize(
        ("chosen", "left", "said"),
        [
            ([1], "so today", "Without “happy”"),
            ([2, 0], "happy", "Without “so”, “today”"),
            ([0, 1, 1], "today", "Without “so”, “happy”"),
        ],
    )
    def test_words_are_left_out(self, chosen: list[int], left: str, said: str):
        change = changed(original_of("so happy today"), "words", chosen)
        assert (change.request.text, change.said) == (left, said)

    def test_many_words_are_counted(self):
        change = changed(original_of("a1 b1 c1 d1 e1 f1"), "words", [0, 1, 2, 3, 4])
        assert change.said == "Without “a1”, “b1”, “c1” and 2 more"

    def test_marks_go_with_their_letter(self):
        """A vowel sign left behind would stand on another word."""
        assert changed(original_of("मैं खुश हूँ"), "words", [2]).request.text == "मैं खुश"

    def test_another_family_or_none(self):
        original = original_of("so happy today")
        assert changed(original, "family", "turkic").request.family == "turkic"
        none = changed(original, "family", "")
        assert (none.request.family, none.said) == ("none", whatif_words.THROUGH_NONE)

    @pytest.mark.parametrize(
        ("kind", "value"),
        [("rewrite", " so happy today "), ("rewrite", "x" * 100_001), ("words", [99]),
         ("words", "0"), ("words", [None]), ("model", "x"), (None, None)],
    )  # fmt: skip
    def test_what_is_no_change_is_refused(self, kind: object, value: object):
        with pytest.raises(Refused):
            changed(original_of("so happy today"), kind, value)


class TestTheModelIsAsked:
    @pytest.mark.parametrize(
        ("kind", "value", "said"),
        [
            ("picture", "", "Without the picture: "),
            ("text", "", "Without the text: "),
            ("family", "turkic", "Read through Turkic: "),
            ("family", "", "Read through no disentangler: "),
            ("words", [1], "Without “sana”: "),
            ("rewrite", "Nina huzuni sana", "With other words: "),
        ],
    )
    def test_every_change_is_told(
        self, service: Service, both: Original, kind: str, value: object, said: str
    ):
        shown = words_of(compare(service, both, kind, value))
        assert said in shown
        assert "As it was" in shown

    def test_its_numbers_are_those_of_the_changed_sample(self, service: Service, both: Original):
        html = compare(service, both, "picture", "")
        alone = service.open("").predict(replace(both.request, picture=None)).prediction
        content = unescape(re.search(r'data-content="([^"]*)"', html)[1])
        head, *rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
        after = head.index("First classifier, after")
        assert [float(row[after]) for row in rows[:-1]] == pytest.approx(
            alone.scores.probabilities_1, abs=1e-6
        )
        (source,) = rows[-1]
        assert "SHA-256" in source
        assert "what if: without the picture" in source

    @pytest.mark.parametrize(("kind", "value"), [("family", "klingon"), ("words", [0, 1, 2])])
    def test_what_cannot_be_predicted_is_a_sentence(
        self, service: Service, kind: str, value: object
    ):
        shown = compare(service, original_of("so happy today"), kind, value)
        assert 'role="alert"' in shown
        assert ("klingon" in shown) == (kind == "family")

    def test_without_a_result_it_asks_for_one(self, service: Service):
        assert "Press Predict first" in compare(service, None, "picture", "")

    def test_all_words_back_is_no_comparison(self, service: Service, both: Original):
        assert compare(service, both, "words", []) == ""


class TestTheSentence:
    """Means over both classifiers, by hand: (0.6 + 0.4) / 2 = 0.5, (0.2 + 0.2) / 2 = 0.2."""

    before = prediction(used=scores_of([0.6, 0.4], [0.4, 0.3, 0.3]))

    def test_another_label(self):
        after = prediction(used=scores_of([0.2, 0.8], [0.2, 0.8]))
        assert sentence(self.before, after, "X") == (
            "X: disgust instead of anger. Anger falls from 50\u00a0% to 20\u00a0%."
        )

    def test_the_same_label(self):
        after = prediction(used=scores_of([0.8, 0.2], [0.8, 0.2]))
        assert sentence(self.before, after, "X") == (
            "X: still anger. Anger rises from 50\u00a0% to 80\u00a0%."
        )

    def test_agreement_that_is_lost_and_found(self):
        after = prediction(used=scores_of([0.9, 0.1], [0.1, 0.8, 0.1]))
        lost = "The classifiers no longer agree: the first says anger, the second disgust."
        assert sentence(self.before, after, "X").endswith(lost)
        assert sentence(after, self.before, "X").endswith("The classifiers agree now.")

    def test_hardly_anything(self):
        after = prediction(used=scores_of([0.595, 0.405], [0.4, 0.3, 0.3]))
        assert sentence(self.before, after, "X") == (
            "X: still anger, and hardly anything changes (at most 0.5 points)."
        )
        assert "less than 0.1 points" in sentence(self.before, self.before, "X")


class TestTheChoices:
    def test_what_cannot_be_left_out_says_why(self):
        html = choices(prediction("so happy"))
        assert html.count('data-whatif="picture" data-value="" disabled') == 1
        assert f"{whatif_words.NO_PICTURE} {whatif_words.TEXT_ALONE}" in words_of(html)
        assert " disabled" not in choices(prediction("so happy", grid=2)).split("Read through")[0]

    def test_a_picture_alone_has_nothing_to_read(self):
        html = choices(prediction(None, language=None, family=None, grid=2))
        assert f"{whatif_words.NO_TEXT} {whatif_words.PICTURE_ALONE}" in words_of(html)
        assert whatif_words.NOTHING_TO_READ in words_of(html)
        assert "<textarea" not in html
        assert 'aria-pressed="false"' not in html

    def test_the_family_used_is_no_change(self):
        html = choices(prediction("so happy"))
        assert re.findall(r'data-value="([\w-]*)" disabled>([\w-]+)', html)[-1] == (
            "niger-congo", "Niger-Congo")  # fmt: skip

    def test_right_to_left_words_stand_right(self):
        html = choices(prediction(ARABIC, language="ar", family="afro-asiatic"))
        assert '<p class="sentence-words" data-arrows dir="rtl" lang="ar">' in html

    def test_nothing_a_visitor_writes_becomes_html(self):
        before = prediction(EVIL, notes=(EVIL,))
        after = prediction(EVIL, notes=(f"another {EVIL}",), used=scores(0, 1))
        for html in (choices(before), comparison(before, after, EVIL, EVIL)):
            assert "<img" not in html

    def test_new_notes_are_told(self):
        html = comparison(prediction(), prediction(notes=("A guess.",)), "X", "")
        assert "A guess." in html
