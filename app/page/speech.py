"""The language that a visitor reads the page in: which one it is, and how a sentence, a plural or a
number is said in it. What can be said stands in English in the words files; `catalogues/` has it in
the other languages, and what it lacks stays English.

The language of a request is chosen by `Speaking`, the middleware: the visitor's cookie, else what
the browser prefers, else English. Where nobody asks (a job, a test), it is English: never the
machine's.
"""

from __future__ import annotations

import gettext
import io
import re
import string
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

from starlette.middleware import Middleware

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel import Locale
    from babel.messages.catalog import Catalog
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENGLISH = "en"
LANGUAGES = {
    ENGLISH: "English",
    "es": "Español",
    "fr": "Français",
    "zh": "中文",
    "ar": "العربية",
    "id": "Bahasa Indonesia",
}
"""Each by its own name; the first is what everything is written in."""
TAGS = {"zh": "zh-CN"}
"""As a browser and Gradio's own words know a language, where its key is not enough."""
FROM_THE_RIGHT = frozenset({"ar"})
COOKIE = "lfdrt-language"
"""Written by language.js."""
CALL = "/gradio_api/call/"
"""Addresses of other programs' calls, which are answered in English."""
CATALOGUES = Path(__file__).resolve().parent / "catalogues"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Of plurals, as CLDR orders them; a language has some of them."""

_SCOPE = "lfdrt.language"
"""Where `Speaking` notes it in a request, which Gradio hands on to the handlers of its events."""
_asked: ContextVar[str] = ContextVar("language", default=ENGLISH)


of_event: Callable[[], Mapping[str, Any] | None] = lambda: None  # noqa: E731
"""The request of the event of Gradio's that is being answered, as ASGI describes it; wiring.py sets
it."""


def current() -> str:
    """A key of LANGUAGES. Gradio runs an event in the context of some earlier request, so the
    event's own request is asked first."""
    scope = of_event()
    return _asked.get() if scope is None else scope.get(_SCOPE, ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, and outside of events, `language` is the current one."""
    token = _asked.set(language)
    try:
        yield
    finally:
        _asked.reset(token)


def locale() -> Locale:
    """The current language's rules."""
    return _locale(current())


@cache
def _locale(language: str) -> Locale:
    from babel import Locale  # English pages do without it

    return Locale.parse(language)


class Said(str):
    """A sentence in another language than English: numbers that fill it are written as that
    language does, whatever the English sentence asked for."""

    __slots__ = ()

    def format(self, *given: object, **named: object) -> str:
        return _FILLS.vformat(self, given, named)


class _Fills(string.Formatter):
    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            said: str = super().format_field(value, spec)
            return said
        digits = re.search(r"\.(\d+)f$", spec)
        return number(
            value,
            int(digits[1]) if digits else 0 if isinstance(value, int) else None,
            signed="+" in spec,
            grouped="," in spec,
        )


_FILLS = _Fills()


def t(english: str) -> str:
    """A whole sentence or label in the current language; English where its catalogue lacks it."""
    language = current()
    if language == ENGLISH or not english:
        return english
    return Said(_catalogue(language).gettext(english))


def tn(one: str, many: str, n: int, **named: object) -> str:
    """The form for `n` things, filled with {n} and `named`."""
    language = current()
    if language == ENGLISH:
        return (one if n == 1 else many).format(n=n, **named)
    return Said(_catalogue(language).ngettext(one, many, n)).format(n=n, **named)


def forms(one: str, many: str) -> dict[str, str]:
    """By CLDR's categories, for scripts of the page, which count themselves (Intl.PluralRules)."""
    language = current()
    if language == ENGLISH:
        return {"one": one, "other": many}
    said, category = _catalogue(language).ngettext, _locale(language).plural_form
    return {category(n): said(one, many, n) for n in (*range(101), 1_000_000)}


@cache
def categories(language: str) -> tuple[str, ...]:
    """Of plurals, in the order in which a catalogue has them."""
    tags = {*_locale(language).plural_form.tags, "other"}
    return tuple(name for name in CATEGORIES if name in tags)


@cache
def plural_forms(language: str) -> str:
    """The header line of a catalogue: CLDR's rule, as gettext writes rules."""
    from babel.plural import to_gettext

    # `e`, an exponent as in "1c6", is of no number here, and gettext does not know it
    return re.sub(r"\be\b", "0", to_gettext(_locale(language).plural_form))


def number(
    value: float, digits: int | None = 0, *, signed: bool = False, grouped: bool = True
) -> str:
    """By CLDR's rules for the current language, which is not English. digits: None for as many as
    it has."""
    from babel.numbers import format_decimal

    after = "." + ("#" * 6 if digits is None else "0" * digits) if digits != 0 else ""
    form = ("#,##0" if grouped else "0") + after
    if digits is not None and round(value, digits) == 0:
        value = 0.0  # no sign
    elif signed:
        form = f"+{form};-{form}"
    return _true_minus(
        format_decimal(
            value,
            form,
            locale(),
            decimal_quantization=digits is not None,
            numbering_system="default",
        )  # fmt: skip
    )


def separators() -> str:
    """Of decimals and of thousands."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return get_decimal_symbol(locale()) + get_group_symbol(locale())


def percent(share: float, digits: int = 0) -> str:
    """As `number`: sign and space stand where the language puts them."""
    from babel.numbers import format_percent

    whole = locale().percent_formats[None].pattern
    form = whole.replace("0", "0." + "0" * digits) if digits else whole
    return _true_minus(format_percent(share, form, locale(), numbering_system="default"))


def measured(value: float, unit: str, digits: int = 0) -> str:
    """As `number`, with a unit of CLDR in short."""
    from babel.units import format_unit

    form = "#,##0" + ("." + "0" * digits if digits else "")
    said = format_unit(value, unit, "short", form, locale(), numbering_system="default")
    return said.replace(" ", "\u00a0")


def date(day: datetime) -> str:
    """By CLDR's rules for the current language, which is not English."""
    from babel.dates import format_date

    return format_date(day, "medium", locale())


def minute(time: datetime) -> str:
    from babel.dates import format_time

    return format_time(time, "short", locale=locale())


def _true_minus(said: str) -> str:
    return said.replace("-", "−")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Nothing but English where the file is not there."""
    if not catalogue_file(language).is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue_file(language: str) -> Path:
    return CATALOGUES / f"{language}.po"


def read(language: str) -> Catalog:
    """The catalogue as it is written; ValueError of babel for a file that is none."""
    from babel.messages.pofile import read_po

    with catalogue_file(language).open(encoding="utf-8") as file:
        return read_po(file, locale=language, abort_invalid=True)


class _Words(ModuleType):
    """A words file from outside: its constants in the current language."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if not name.isupper() or name.startswith("_"):
            return value
        return value if name in WORDS[super().__getattribute__("__name__")] else _deep(value)


WORDS: dict[str, frozenset[str]] = {}
"""Words files that were imported, with the names of their constants that are no sentences."""


def spoken(module: str, *but: str) -> None:
    """At the end of a words file: other modules read its constants in the visitor's language, so
    none of them may keep what it read. Within the file they are English, and `t` says them.
    but: constants that no language changes."""
    WORDS[module] = frozenset(but)
    sys.modules[module].__class__ = _Words


class Sentences:
    """A dataclass of sentences, which are read in the current language, but for `_plain` ones."""

    _plain: ClassVar[frozenset[str]] = frozenset()

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return value if name.startswith("_") or name in type(self)._plain else _deep(value)


def _deep(value: Any) -> Any:
    """Keys of a mapping stay."""
    if current() == ENGLISH:
        return value
    if isinstance(value, str):
        return t(value)
    if isinstance(value, tuple):
        return tuple(map(_deep, value))
    if isinstance(value, Mapping):
        return {key: _deep(one) for key, one in value.items()}
    return value


class Speaking:
    """Before Gradio's own server: notes the language of every request, and writes it into the head
    of the page. usual: what is spoken to who has chosen none; "" for what the browser prefers."""

    def __init__(self, app: ASGIApp, usual: str = "") -> None:
        self._app, self._usual = app, usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        program = scope["path"].startswith(CALL)
        language = scope[_SCOPE] = ENGLISH if program else self._of(headers)
        token = _asked.set(language)
        try:
            page = scope["method"] == "GET" and scope["path"] == "/"
            await self._app(scope, receive, _headed(language, send) if page else send)
        finally:
            _asked.reset(token)

    def _of(self, headers: Mapping[bytes, str]) -> str:
        try:
            chosen = SimpleCookie(headers.get(b"cookie", "")).get(COOKIE)
        except CookieError:
            chosen = None
        if chosen is not None and chosen.value in LANGUAGES:
            return chosen.value
        return self._usual or preferred(headers.get(b"accept-language", ""))


def middleware(usual: str = "") -> Middleware:
    """usual: as `Speaking` takes it."""
    return Middleware(Speaking, usual=usual)


def preferred(accepted: str) -> str:
    """The first language of an Accept-Language header that the page speaks; else English."""
    ranked = []
    for k, one in enumerate(accepted.split(",")):
        tag, _, weight = one.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), k, tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(ranked) if tag in LANGUAGES and weight), ENGLISH)


def _headed(language: str, send: Send) -> Send:
    """Gradio's page begins with the language of its own makers, and asks the browser for that of
    its buttons: both become the visitor's."""
    start: Message = {}
    body = bytearray()

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        whole = bytes(body)
        for theirs, own in zip(_GRADIOS, _own(language), strict=True):
            whole = whole.replace(theirs, own, 1)
        size = str(len(whole)).encode()
        start["headers"] = [
            (name, size if name.lower() == b"content-length" else value)
            for name, value in start["headers"]
        ]
        await send(start)
        await send({"type": "http.response.body", "body": whole})

    return sent


_GRADIOS = (b'lang="en"', b"<head>")


def _own(language: str) -> tuple[bytes, bytes]:
    """In place of _GRADIOS."""
    side = "rtl" if language in FROM_THE_RIGHT else "ltr"
    tag = TAGS.get(language, language)
    told = f'Object.defineProperty(navigator, "language", {{ value: "{tag}" }})'
    return f'lang="{tag}" dir="{side}"'.encode(), f"<head><script>{told}</script>".encode()
