"""A sample made ready for the model: language and family resolved, text cleaned and tokenised.

Everything that is said to the user about a sample's input is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image

from lfdrt.batch import TextBatch, disentangler_index, pad_text_batch
from lfdrt.config import ModelConfig
from lfdrt.data.detect import Detection, detect_language
from lfdrt.data.texts import clean_text
from lfdrt.encoders.tokens import Encoded, TextTokenizer
from lfdrt.errors import UserError
from lfdrt.inference.sample import NO_DISENTANGLER, OWN_FAMILY, Sample
from lfdrt.languages import Language, resolve
from lfdrt.letters import usual
from lfdrt.output import Photograph, Token

MANY_UNKNOWN = 0.2
"""Share of unknown tokens above which the text is reported as hardly readable."""

NOTHING = "There is nothing to predict: give a text, a picture, or both."
VOTED = "Too short to tell its language: taken for {language}, as most of the table."

_NOTHING = Encoded(ids=(), tokens=(), positions=(), cut=0)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """`family` is None, and `family_index` NO_FAMILY, where no disentangler is used."""

    text: str | None
    image: Image.Image | None
    photograph: Photograph | None
    language: str | None
    family: str | None
    family_index: int
    ids: tuple[int, ...]
    tokens: tuple[Token, ...]
    positions: tuple[int, ...]
    unknown_share: float
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A sample before it is tokenised."""

    text: str | None
    language: Language | None
    family: str | None
    notes: tuple[str, ...]


class Preparer:
    """Prepares samples for one checkpoint."""

    def __init__(self, tokenizer: TextTokenizer, config: ModelConfig) -> None:
        self._tokenizer = tokenizer
        self._config = config
        self._families = config.families
        self._around = tokenizer.prefix_length() + 1  # ids that are not the user's

    def prepare(self, sample: Sample, *, offsets: bool) -> Prepared:
        """One sample; `offsets` also says which characters each token covers."""
        read = self._read(sample)
        if read.text is None:
            return self._assemble(sample, read, _NOTHING)
        if offsets:
            return self._assemble(sample, read, self._tokenizer.encode_with_offsets(read.text))
        return self._assemble(sample, read, self._tokenizer.encode([read.text])[0])

    def prepare_many(self, samples: Sequence[Sample]) -> list[Prepared]:
        """Many samples, without offsets; texts are tokenised in one call."""
        reads = [self._read(s) for s in samples]
        encoded = iter(self._tokenizer.encode([r.text for r in reads if r.text is not None]))
        return [
            self._assemble(s, r, _NOTHING if r.text is None else next(encoded))
            for s, r in zip(samples, reads, strict=True)
        ]

    def prepare_anchor(self, text: str | None) -> Prepared | None:
        """A translation into the anchor language; None where it says nothing."""
        clean = clean_text(text or "")
        if clean.kind == "empty":
            return None
        read = _Read(text=clean.text, language=None, family=None, notes=clean.notes)
        return self._assemble(Sample(), read, self._tokenizer.encode_with_offsets(clean.text))

    def others(self, like: Prepared, texts: Sequence[str]) -> list[Prepared]:
        """The same sample with other texts: what was decided about it, its family above all, is
        not decided anew. Without offsets and notes."""
        cleaned = [clean_text(text) for text in texts]
        written = [clean.text for clean in cleaned if clean.kind != "empty"]
        encoded = iter(self._tokenizer.encode(written))
        return [
            replace(
                like,
                text=None if clean.kind == "empty" else clean.text,
                ids=() if clean.kind == "empty" else next(encoded).ids,
                tokens=(),
                positions=(),
                notes=(),
            )
            for clean in cleaned
        ]

    def batch(self, rows: Sequence[Prepared]) -> TextBatch:
        return pad_text_batch(
            [r.ids for r in rows], [r.family_index for r in rows], self._tokenizer.pad
        )

    def _read(self, sample: Sample) -> _Read:
        clean = clean_text(sample.text or "")
        text = clean.text if clean.kind != "empty" else None
        if text is None and sample.image is None:
            raise UserError(NOTHING)
        notes = [*clean.notes, *filter(None, [usual(clean.text).note])] if sample.text else []
        language = self._language(sample, text, notes)
        family = self._family(sample.family, language, notes)
        return _Read(text=text, language=language, family=family, notes=tuple(notes))

    def _language(self, sample: Sample, text: str | None, notes: list[str]) -> Language | None:
        if text is None:
            return None
        if sample.language:
            return _resolve(sample.language)
        found = detect_language(text)
        if found is not None and found.sure:
            return _resolve(found.code)
        if sample.voted is not None:
            language = _resolve(sample.voted)
            notes.append(VOTED.format(language=language.name))
            return language
        notes.append(_unsure(found))
        return None

    def _family(self, asked: str, language: Language | None, notes: list[str]) -> str | None:
        if asked == NO_DISENTANGLER:
            return None
        if asked != OWN_FAMILY:
            if asked not in self._families:
                known = ", ".join(self._families)
                raise UserError(f"There is no family {asked!r} in this checkpoint ({known}).")
            return asked
        if language is None:
            return None
        family = self._config.disentangler_of(language.code, language.family.code)
        if family is not None or language.code == self._config.anchor:
            return family
        notes.append(
            f"No disentangler was trained for {language.name} ({language.family.name}): the text "
            "is read through none. Choose a family to read it through that one."
        )
        return None

    def _assemble(self, sample: Sample, read: _Read, encoded: Encoded) -> Prepared:
        own = max(len(encoded.ids) - self._around, 1)
        unknown = encoded.ids.count(self._tokenizer.unknown) / own
        notes = list(read.notes)
        if unknown > MANY_UNKNOWN:
            notes.append(
                f"{unknown:.0%} of the text's tokens are unknown to the tokenizer: it can hardly "
                "read this script."
            )
        if encoded.cut:
            notes.append(f"Only the first {own} tokens were read; {encoded.cut} did not fit.")
        if sample.photograph is not None and sample.photograph.note is not None:
            notes.append(sample.photograph.note)
        used = read.family if read.text is not None else None
        return Prepared(
            text=read.text,
            image=sample.image,
            photograph=sample.photograph,
            language=read.language.code if read.language else None,
            family=used,
            family_index=disentangler_index(used, self._families),
            ids=encoded.ids,
            tokens=encoded.tokens,
            positions=encoded.positions,
            unknown_share=unknown,
            notes=tuple(notes),
        )


def _unsure(found: Detection | None) -> str:
    """That no family is chosen by a guess, and what would choose one."""
    mixed = found is not None and found.verdict == "mixed"
    why = "Mixed or romanised, or in a language that is not known" if mixed else "Too short to tell"
    names = [] if found is None else [found.name, *(one.name for one in found.others)]
    perhaps = f" (perhaps {', '.join(names)})" if names else ""
    return f"{why}{perhaps}: no language is taken for sure. Choose it to read through its family."


@lru_cache(maxsize=4096)
def _resolve(tag: str) -> Language:
    return resolve(tag)
