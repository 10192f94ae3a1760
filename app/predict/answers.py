"""What the page shows in answer to a visitor: from requests to HTML, failures included."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.models.requests import NONE, Answer, Original, Refused, Request
from app.models.service import Model, Service, picture_in
from app.page import say
from app.page.html import Html, esc
from app.page.saving import cite
from app.predict import heads as head_views
from app.predict import occlusion, whatif_views, whatif_words, words
from app.predict import readings as family_views
from app.predict import result as result_views
from app.predict.affinity import leaning
from app.predict.attention import faces, regions, translation
from app.predict.idea import idea
from lfdrt.languages import Language, is_trained, languoids, resolve

log = logging.getLogger(__name__)

WAIT = 0.5  # s between two looks at a model that is still loading
LEVELS = 4  # of a lineage that are told; Swahili has twelve, and the tab Languages shows all


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The panels of the Predict tab, as HTML; "" is an absent panel. changed: what a change does; a
    new answer has none. original: what changes can be compared with; None: nothing."""

    result: Html
    faces: Html = Html("")
    whatif: Html = Html("")
    changed: Html = Html("")
    details: Html = Html("")
    occlusion: Html = Html("")
    sharpness: Html = Html("")
    export: Html = Html("")
    original: Original | None = None


NOTHING = Shown(result=result_views.empty())


def answer(service: Service, request: Request, remark: str = "") -> Iterator[Shown]:
    """While the model loads, how far it is; then the prediction; then which words it hangs on; then
    what the heads guess, which costs the most. `remark`: a sentence about a bundled example."""
    if not (request.text.strip() or request.picture):
        yield Shown(result=result_views.empty(words.NOTHING_GIVEN))
        return
    try:
        yield from _answer(service.open(request.checkpoint), request, remark)
    except Refused as refused:
        yield Shown(result=result_views.failure(str(refused)))
    except Exception:
        log.exception("a prediction failed")
        yield Shown(result=result_views.failure(say.UNEXPECTED))


def another_face(
    service: Service, original: Original | None, face: object
) -> Iterator[Shown]:  # fmt: skip
    """The answer to the same request, read from another face of its picture."""
    if original is None or not isinstance(face, int):
        yield Shown(result=result_views.failure(whatif_words.ASK_ANEW))
        return
    yield from answer(service, replace(original.asked, face=face))


def other_mix(service: Service, original: Original | None) -> Iterator[Shown]:
    """The answer to the same request without the model's class mix, or with it again."""
    if original is None:
        yield Shown(result=result_views.failure(whatif_words.ASK_ANEW))
        return
    yield from answer(service, replace(original.asked, mix=not original.asked.mix))


def counted(service: Service, original: Original | None) -> Html:
    """What the heads guess of the same text, every word over the whole vocabulary."""
    try:
        if original is None:
            raise Refused(whatif_words.ASK_ANEW)
        model = service.open(original.asked.checkpoint)
        found = model.predict(original.asked)
        return _heads(model, found, cite(found.weights, *original.about), exact=True)
    except Refused as refused:
        return result_views.failure(str(refused))
    except Exception:
        log.exception("counting over all words failed")
        return result_views.failure(say.UNEXPECTED)


def spoken(written: str, language: str | None) -> Html:
    """One line below the text: its language and family, detected or chosen."""
    from lfdrt.data.detect import detect_language

    if language:
        try:
            known = resolve(language)
        except ValueError as error:
            return Html(f'<span class="wrong">{esc(error)}</span>')
        line = words.chosen(
            say.language_name(known), say.family_of(known.family), is_trained(known.family)
        )
        return esc(line) + _lineage(known)
    if not written.strip():
        return esc(words.NO_LANGUAGE_YET)
    found = detect_language(written)
    if found is None:
        return esc(words.undecided(mixed=False))
    if not found.sure:
        likely = {found.code: say.language_name(found)}
        likely |= {one.code: say.language_name(one) for one in found.others}
        return Html(esc(words.undecided(found.verdict == "mixed")) + result_views.guesses(likely))
    seems = resolve(found.code)
    line = words.detected(say.language_name(found), say.family_of(seems.family))
    told = line if is_trained(seems.family) else f"{line} {words.UNTRAINED}"
    return esc(told) + _lineage(seems)


def _lineage(language: Language) -> Html:
    """Below the family; of a macrolanguage, that of the language its code is mostly used for."""
    from lfdrt.glottolog import NO_KIN, glottolog

    for one in languoids(language)[:1]:
        above = glottolog().lineage(one)
        if above and above[0].code not in NO_KIN:
            names = [family.name for family in above]
            shown = names if len(names) <= LEVELS else [names[0], "…", *names[-2:]]
            whole, short = (esc(say.LINEAGE.join(part)) for part in (names, shown))
            return Html(f' <span class="lineage" title="{whole}">{short}</span>')
    return Html("")


def picture_note(picture: str | None) -> tuple[Html, bool]:
    """One line below the picture: its limits, or what is wrong; and whether it is usable."""
    try:
        picture_in(Path(picture) if picture is not None else None)
    except Refused as refused:
        return Html(f'<span class="wrong" role="alert">{esc(refused)}</span>'), False
    return esc(words.IMAGE_HINT), True


def _answer(model: Model, request: Request, remark: str) -> Iterator[Shown]:
    """Raises Refused. `model` is held to the end: all panels come from the same one."""
    other = model.choice.name if model.choice.key else ""
    while not model.wait(WAIT if model.status.phase != "waiting" else 0.1):
        status = model.status
        yield Shown(result=result_views.waiting(status.phase, status.seconds, other))
    if model.status.phase == "failed":
        yield _failed(model, other)
        return
    found = model.predict(request)
    about = _about(found, remark, request.mix)
    source = cite(found.weights, *about)
    shown = _shown(found, remark, other, source, request.mix)
    shown = replace(shown, original=_original(request, found, about))
    yield shown
    shown = replace(shown, occlusion=occlusion.section(found, source))
    yield shown
    yield replace(shown, sharpness=_heads(model, found, source, exact=False))


def _failed(model: Model, other: str) -> Shown:
    if other:
        return Shown(result=result_views.failure(words.model_failed(other, model.status.failure)))
    return Shown(result=result_views.failure(model.status.failure, say.FAILED_NEXT))


def _original(request: Request, found: Answer, about: tuple[str, ...]) -> Original:
    p = found.prediction
    read = replace(
        request, text=p.text or "", language=p.language, family=p.family or NONE, translation=""
    )
    bare = replace(p, families=None, grid=None, translation=None, translation_tokens=None)
    return Original(
        request=read, asked=request, prediction=bare, weights=found.weights, about=about
    )


def _about(found: Answer, remark: str, mix: bool) -> tuple[str, ...]:
    """What every file of an answer says of its sample. `remark`: of a bundled example; `mix`:
    whether the model's class mix was expected."""
    p = found.prediction
    used = words.USED[(p.text is not None, p.has_image)].lower()
    if p.photograph is not None and p.photograph.face is not None:
        used += f", {words.face_name(p.photograph.face, len(p.photograph.faces)).lower()}"
    name = f"{used}, {say.language_name(resolve(p.language))}" if p.language else used
    sample = words.SAMPLE.format(used=name, family=say.family_name(p.family))
    paired = say.CONSTRUCTED.rstrip(".") if _is_pair(found, remark) else ""
    return sample, "" if found.mix is None else words.mix_used(mix), paired


def _is_pair(found: Answer, remark: str) -> bool:
    """Whether text and face were put together by this project: those of the bundled examples."""
    return bool(remark) and found.prediction.text is not None and found.prediction.has_image


def _shown(found: Answer, remark: str, other: str, source: str, mix: bool) -> Shown:
    from lfdrt.data.texts import has_end_mark

    p = found.prediction
    pairs = regions(p, found.words, found.image, source)
    pairs += translation(p, found.words, found.english, source)
    details = family_views.families(p, found.units, source)
    details += idea(p, found.words, found.image)
    details += Html(f'<div class="pairs">{pairs}</div>' if pairs else "")
    wait = f'<p class="hint">{esc(words.HEADS_WAIT)}</p>' if p.tokens else ""
    if _is_pair(found, remark):
        remark = f"{remark} {say.CONSTRUCTED}"
    if p.text is not None and not has_end_mark(p.text):
        remark = f"{remark} {words.NO_END_MARK}".strip()
    return Shown(
        result=result_views.result(p, found.words, source, remark, other, _mixed(found, mix)),
        faces=faces(p.photograph, found.picture),
        whatif=whatif_views.choices(p, found.words),
        details=details,
        sharpness=Html(wait),
        export=result_views.export(p, found.words, found.weights.name, source),
    )


def _mixed(found: Answer, used: bool) -> Html:
    """What the model expects of the classes, and the switch; "" where it expects nothing."""
    if found.mix is None:
        return Html("")
    shares = dict(zip(found.prediction.labels, found.mix, strict=True))
    return result_views.mixed(shares, used=used)


def _heads(model: Model, found: Answer, source: str, *, exact: bool) -> Html:
    from lfdrt.affinity import affinity, nearness

    p, loaded, guesses = found.prediction, model.loaded, found.heads(exact)
    families = loaded.families if loaded else ()
    shown = head_views.heads(
        guesses, p, found.words, families, english=bool(found.english), source=source
    )
    if guesses is None:
        return shown
    near = nearness(resolve(p.language) if p.language else None, families)
    lean = affinity(guesses, found.words, families, near)
    return shown if lean is None else shown + leaning(lean, p, found.mixed, source)
