"""The models behind the page: loaded in the background, then asked by every visitor.

`lfdrt` is imported inside functions, so that the page is up before torch is read. Nothing of any
visitor is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.requests import Answer, Loaded, Refused, Request, cited, digest
from app.models.shelf import BASE, Choice, Phase, Shelf, Slot, Status, beside, labels_of
from app.page import say
from app.page.saving import Weights

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from lfdrt.data.intake.report import TokenCount
    from lfdrt.inference.predictor import Answered, Predictor
    from lfdrt.inference.sample import Sample, View
    from lfdrt.output import HeadGuesses, Parallel, Prediction, Scores


_ANSWERS = ThreadPoolExecutor(2, "answers")
_ADDS = ThreadPoolExecutor(1, "adds")
"""Two answers are computed at once, and besides them one of what is added to an answer, which takes
ten times as long: a visitor waits for the other visitors' answers alone. Always in these threads,
since oneDNN keeps its compiled kernels for each thread that asks."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A checkpoint in memory. sha256: of the weights that were read, whatever is written to their
    folder later."""

    predictor: Predictor
    sha256: str


class Model:
    """One checkpoint, asked by one visitor. May still be loading; stays usable until let go."""

    def __init__(self, choice: Choice, slot: Slot[Held]) -> None:
        self.choice, self._slot = choice, slot

    @property
    def status(self) -> Status:
        return self._slot.status

    def wait(self, seconds: float) -> bool:
        """Whether loading is over, after waiting at most so long."""
        return self._slot.wait(seconds)

    @property
    def loaded(self) -> Loaded | None:
        if self._slot.value is None:
            return None
        p = self._slot.value.predictor
        return Loaded(
            weights=self._cited(self._slot.value),
            card=p.card,
            labels=p.labels,
            families=p.families,
            device=p.runtime.description,
        )

    def predict(self, request: Request) -> Answer:
        """The prediction and all its views; waits for the model. Raises Refused."""
        from lfdrt.inference.sample import View

        held, picture = self.ready(), picture_in(request.picture)
        sample = _sample(request, picture, held.predictor)
        views = View.FAMILIES
        if sample.image is not None and sample.text:
            views |= View.REGIONS
        if sample.translation:
            views |= View.TRANSLATION
        answered = self._ask(held, sample, views)
        mix = held.predictor.model.config.class_prior

        def asked(scores: Scores) -> Scores:
            if mix is None or request.mix:
                return scores
            return scores.without(mix, held.predictor.labels)

        def others(texts: Sequence[str]) -> list[Scores]:
            return [asked(one) for one in _ADDS.submit(answered.others, texts).result()]

        def heads(exact: bool) -> HeadGuesses | None:
            return _ADDS.submit(answered.heads, exact).result()

        def mixed(shares: np.ndarray) -> Scores:
            return asked(_ADDS.submit(answered.mixed, shares).result())

        return Answer(
            prediction=_expecting(answered.prediction, held, request),
            mix=mix,
            weights=self._cited(held),
            picture=picture,
            image=sample.image,
            english=answered.english,
            heads=heads,
            others=others,
            mixed=mixed,
        )

    def scores(self, request: Request) -> Prediction:
        """The prediction without views; waits for the model. Raises Refused."""
        from lfdrt.inference.sample import View

        held = self.ready()
        sample = _sample(request, picture_in(request.picture), held.predictor)
        return _expecting(self._ask(held, sample, View.NOTHING).prediction, held, request)

    def rows(self, requests: Sequence[Request]) -> list[Prediction | Refused]:
        """The prediction of each without views, or why there is none; waits for the model. Raises
        Refused for what is not of a row: a family that there is not."""
        held = self.ready()
        read = [_readable(request, held.predictor) for request in requests]
        samples = [one for one in read if not isinstance(one, Refused)]
        try:
            found = iter(list(held.predictor.predict_many(samples)))
        except ValueError as error:
            raise Refused(str(error)) from error
        return [
            one if isinstance(one, Refused) else _expecting(next(found), held, request)
            for one, request in zip(read, requests, strict=True)
        ]

    def side_by_side(
        self, lines: Sequence[tuple[str, str | None]]
    ) -> tuple[list[Parallel], Weights]:
        """Texts that say the same, each with its language (None: detect), the anchor's first; and
        the weights that were asked. Waits for the model. Raises Refused."""
        from lfdrt.inference.sample import Sample

        held = self.ready()
        samples = [Sample(text=text, language=language) for text, language in lines]
        try:
            found = _ADDS.submit(held.predictor.side_by_side, samples).result()
            return found, self._cited(held)
        except ValueError as error:
            raise Refused(str(error)) from error

    def _ask(self, held: Held, sample: Sample, views: View) -> Answered:
        try:
            return _ANSWERS.submit(held.predictor.answer, sample, views).result()
        except ValueError as error:
            raise Refused(str(error)) from error

    def _cited(self, held: Held) -> Weights:
        return cited(held.predictor.card, held.sha256, self.choice.name)

    def ready(self) -> Held:
        """When it is loaded. Raises Refused."""
        self._slot.wait()
        if self._slot.value is None:
            raise Refused(self.status.failure)
        return self._slot.value


class Service:
    """The base checkpoint, those beside it, and the tuned ones that are registered."""

    def __init__(self, folder: Path, device: str = "auto") -> None:
        self._device, turn = device, threading.Lock()
        name, labels = folder.resolve().name, labels_of(folder)
        self._slot = Slot(folder, name, self._read, turn)
        base = Choice(key=BASE, name=name, folder=folder, labels=labels, tuned=False)
        self._base = Model(base, self._slot)
        self._shelf = Shelf(beside(folder), self._read_beside, turn)

    def start(self) -> None:
        """Load the base in the background; returns at once."""
        self._slot.start()

    @property
    def status(self) -> Status:
        """Of the base, as `wait` and `loaded`."""
        return self._base.status

    def wait(self, seconds: float) -> bool:
        return self._base.wait(seconds)

    @property
    def loaded(self) -> Loaded | None:
        return self._base.loaded

    @property
    def folder(self) -> Path:
        """Of the base."""
        return self._slot.folder

    def choices(self, keys: Iterable[str] = ()) -> list[Choice]:
        """The base, those beside it, then the registered ones among `keys`, in that order."""
        tuned = [choice for key in keys if (choice := self._shelf.find(key)) and choice.tuned]
        return [self._base.choice, *self._shelf.bundled(), *tuned]

    def register(self, key: str, folder: Path, name: str) -> None:
        """Let a tuned checkpoint be asked. `key`: not to be guessed, since who knows it may ask;
        nothing is loaded before that. A second time gives it another name."""
        if key == BASE:
            raise ValueError("the empty key is that of the base")
        self._shelf.add(
            Choice(key=key, name=name, folder=folder, labels=labels_of(folder), tuned=True)
        )

    def forget(self, key: str) -> None:
        """A tuned checkpoint can no longer be asked; nothing where there is none."""
        self._shelf.remove(key)

    def open(self, key: str) -> Model:
        """The checkpoint of a key, loading from now on; Refused: there is none."""
        if key == BASE:
            return self._base
        try:
            return Model(*self._shelf.take(key))
        except KeyError:
            raise Refused(say.MODEL_GONE) from None

    def loaded_predictor(self, key: str) -> Predictor | None:
        """Of a checkpoint that is in memory; None where it would have to be loaded."""
        held = self._slot.value if key == BASE else self._shelf.held(key)
        return None if held is None else held.predictor

    def count_tokens(self, texts: Sequence[str]) -> list[TokenCount]:
        """By the base's tokenizer; unknown ones as far as the model reads. Refused: no model."""
        from lfdrt.data.intake.report import TokenCount

        tokenizer = self._base.ready().predictor.tokenizer
        around = tokenizer.prefix_length() + 1  # and the end token
        return [
            TokenCount(tokens=len(e.ids) + e.cut - around, unknown=e.ids.count(tokenizer.unknown))
            for e in tokenizer.encode(texts)
        ]

    def _read(self, folder: Path, report: Callable[[Phase], None]) -> Held:
        from lfdrt.uncollected import uncollected

        with uncollected():
            report("importing")
            from lfdrt.inference.predictor import Predictor
            from lfdrt.runtime import resolve_runtime

            runtime = resolve_runtime(self._device)
            report("reading")
            predictor = Predictor.open(folder, runtime)
            held = Held(predictor=predictor, sha256=digest(folder))
        threading.Thread(target=_see, args=[predictor], name="load-images", daemon=True).start()
        return held

    def _read_beside(self, folder: Path, report: Callable[[Phase], None]) -> Held:
        """With the base's word embeddings where they are equal: half of a model's memory."""
        held = self._read(folder, report)
        if self._slot.value is not None:
            held.predictor.share_words(self._slot.value.predictor)
        return held


def _see(predictor: Predictor) -> None:
    from lfdrt.uncollected import uncollected

    with uncollected():
        predictor.see()


def _expecting(p: Prediction, held: Held, request: Request) -> Prediction:
    """With the model's class mix, or without where that was asked for."""
    mix = held.predictor.model.config.class_prior
    return p if mix is None or request.mix else p.without(mix)


def _sample(request: Request, picture: Image.Image | None, predictor: Predictor) -> Sample:
    """Raises Refused for a face that the picture has not."""
    from lfdrt.errors import UserError
    from lfdrt.inference.sample import sample_of

    try:
        sample = sample_of(
            text=request.text or None,
            picture=picture,
            language=request.language or None,
            family=request.family,
            face=request.face,
            model_side=predictor.model.config.image.size,
        )
    except UserError as error:
        raise Refused(str(error)) from error
    return replace(sample, translation=request.translation.strip() or None)


def _readable(request: Request, predictor: Predictor) -> Sample | Refused:
    """Refused, and not raised: one row of many."""
    from lfdrt.data.texts import says_nothing
    from lfdrt.errors import UserError
    from lfdrt.inference.prepare import NOTHING
    from lfdrt.languages import resolve

    try:
        if request.picture is None and says_nothing(request.text):
            return Refused(NOTHING)
        if request.language:
            resolve(request.language)
        return _sample(request, picture_in(request.picture), predictor)
    except (UserError, Refused) as error:
        return Refused(str(error))


def picture_in(given: Path | bytes | None) -> Image.Image | None:
    """An upright RGB picture; None for no file. Refused says why a file is none."""
    from lfdrt.data.images import ImageError, read_image

    if given is None:
        return None
    try:
        return read_image(given, name=given.name if isinstance(given, Path) else "image")
    except ImageError as error:
        raise Refused(str(error)) from error
