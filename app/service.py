"""The model behind the page: loaded in the background, then asked by every visitor.

The only file of the app, beside `jobs`, that imports more of `lfdrt` than its vocabulary, and only
inside functions: importing this file costs nothing, so that the page is up before torch is read.
Knows no components, no HTML, and keeps nothing of any visitor.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from lfdrt.data.detect import Detection
    from lfdrt.inference.predictor import Predictor
    from lfdrt.inference.sample import Sample
    from lfdrt.output import Prediction

Phase = Literal["waiting", "importing", "reading", "ready", "failed"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a visitor asks for. `language` None: detect; `family`: a code, "own" or "none"."""

    text: str = ""
    picture: Path | None = None
    language: str | None = None
    family: str = "own"
    translation: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A prediction, and the picture and the translation as they were read."""

    prediction: Prediction
    image: Image.Image | None
    english: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """How far loading is. `failure`: the sentence that says why there is no model."""

    phase: Phase
    seconds: float
    failure: str = ""

    @property
    def over(self) -> bool:
        return self.phase in ("ready", "failed")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the page says about the checkpoint."""

    name: str
    card: dict[str, Any]
    labels: tuple[str, ...]
    families: tuple[str, ...]
    device: str


class Refused(ValueError):
    """An input that cannot be predicted, or a model that is not there; the message is a sentence
    for the visitor."""


def spreadsheet_safe(cell: str) -> str:
    """A text as a table cell that no spreadsheet runs as a formula."""
    from lfdrt.data.export import neutralise

    return neutralise(cell)


class Service:
    """One model for all visitors."""

    def __init__(self, folder: Path, device: str = "auto") -> None:
        self._folder, self._device = folder, device
        self._predictor: Predictor | None = None
        self._status = Status(phase="waiting", seconds=0.0)
        self._began = time.monotonic()
        self._over = threading.Event()

    def start(self) -> None:
        """Load in the background; returns at once."""
        self._began = time.monotonic()
        threading.Thread(target=self._load, name="load-model", daemon=True).start()

    @property
    def status(self) -> Status:
        if self._status.over:
            return self._status
        return replace(self._status, seconds=time.monotonic() - self._began)

    def wait(self, seconds: float) -> bool:
        """Whether loading is over, after waiting at most so long."""
        return self._over.wait(seconds)

    @property
    def loaded(self) -> Loaded | None:
        p = self._predictor
        if p is None:
            return None
        return Loaded(
            name=p.folder.name,
            card=p.card,
            labels=p.labels,
            families=p.families,
            device=p.runtime.description,
        )

    def predict(self, request: Request) -> Answer:
        """The prediction and all its views but sharpness; waits for the model. Raises Refused."""
        from lfdrt.data.texts import clean_text
        from lfdrt.inference.sample import View

        predictor, sample = self._ready(), self._sample(request)
        views = View.FAMILIES
        if sample.image is not None and sample.text:
            views |= View.REGIONS
        if sample.translation:
            views |= View.TRANSLATION
        try:
            return Answer(
                prediction=predictor.predict(sample, views),
                image=sample.image,
                english=clean_text(request.translation).text,
            )
        except ValueError as error:
            raise Refused(str(error)) from error

    def sharpness(self, request: Request) -> np.ndarray | None:
        """KL from uniform of each family's vocabulary prediction, (K,); None without text."""
        from lfdrt.inference.sample import View

        if not request.text.strip():
            return None
        sample = replace(self._sample(request), image=None)
        try:
            return self._ready().predict(sample, View.SHARPNESS).sharpness
        except ValueError as error:
            raise Refused(str(error)) from error

    def detect(self, text: str) -> Detection | None:
        """The language that a text seems to be in."""
        from lfdrt.data.detect import detect_language

        return detect_language(text)

    def read_picture(self, path: Path) -> Image.Image:
        """An upright RGB picture; Refused says why a file is none."""
        from lfdrt.data.images import ImageError, read_image

        try:
            return read_image(path, name=path.name)
        except ImageError as error:
            raise Refused(str(error)) from error

    def _sample(self, request: Request) -> Sample:
        from lfdrt.inference.sample import Sample

        return Sample(
            text=request.text or None,
            image=None if request.picture is None else self.read_picture(request.picture),
            language=request.language or None,
            family=request.family,
            translation=request.translation.strip() or None,
        )

    def _ready(self) -> Predictor:
        self._over.wait()
        if self._predictor is None:
            raise Refused(self._status.failure)
        return self._predictor

    def _load(self) -> None:
        try:
            self._set("importing")
            from lfdrt.inference.predictor import Predictor
            from lfdrt.runtime import resolve_runtime

            runtime = resolve_runtime(self._device)
            self._set("reading")
            self._predictor = Predictor.load(self._folder, runtime)
            self._set("ready")
        except ValueError as error:  # a setting or a checkpoint, already in words
            self._set("failed", str(error))
        except Exception as error:
            log.exception("the model did not load")
            self._set("failed", f"{type(error).__name__}: {error}")
        finally:
            self._over.set()

    def _set(self, phase: Phase, failure: str = "") -> None:
        seconds = time.monotonic() - self._began
        self._status = Status(phase=phase, seconds=seconds, failure=failure)
